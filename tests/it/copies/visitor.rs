//! A browser as far as a server sees it: cookies, redirects, and what Clerk's library asks for behind `/__clerk`.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use clerk_auth::keys::CookieNames;
use clerk_auth::token::decode;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use serde_json::Value;
use url::form_urlencoded::Serializer;

use super::NAME;
use crate::behaviour::{Answer, Request, exchange};

const PATIENCE: Duration = Duration::from_secs(30);
pub const ADDRESS: &str = "ada+clerk_test@example.com";
const PASSWORD: &str = "correct horse battery";

pub struct Visitor {
    pub nginx: SocketAddr,
    pub client: Arc<ClientConfig>,
    pub names: CookieNames,
    pub cookies: Mutex<BTreeMap<String, String>>,
}

/// The origin of every address that somebody is sent to.
fn origin() -> String {
    format!("https://{NAME}")
}

impl Visitor {
    /// Sends a request under this name, with cookies, and keeps those that come.
    pub fn sends(
        &self,
        host: &str,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Answer, String> {
        let cookies = self.cookies.lock().unwrap().clone();
        let cookies = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let mut all = vec![
            ("host".to_owned(), host.to_owned()),
            ("cookie".to_owned(), cookies.collect::<Vec<_>>().join("; ")),
        ];
        all.extend(
            headers
                .iter()
                .map(|&(name, value)| (name.to_owned(), value.to_owned())),
        );
        let request = Request {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: all,
            body: body.to_owned(),
            ..Request::default()
        };
        let answer = exchange(&mut self.connects(NAME), &request)?;
        self.keeps(&answer);
        Ok(answer)
    }

    /// The beginning of an answer that does not end: all until these words.
    pub fn hears(&self, target: &str, headers: &str, until: &str) -> String {
        let cookies = self.cookies.lock().unwrap().clone();
        let cookies = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let cookies = cookies.collect::<Vec<_>>().join("; ");
        let mut stream = self.connects(NAME);
        let request =
            format!("GET {target} HTTP/1.1\r\nhost: {NAME}\r\ncookie: {cookies}\r\n{headers}\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut heard = Vec::new();
        let mut piece = [0; 1024];
        while !String::from_utf8_lossy(&heard).contains(until) {
            match stream.read(&mut piece) {
                Ok(length @ 1..) => heard.extend_from_slice(&piece[..length]),
                // It is over, or nothing came.
                _ => break,
            }
        }
        String::from_utf8_lossy(&heard).into_owned()
    }

    /// A connection to nginx for a server of this name.
    pub fn connects(&self, name: &str) -> StreamOwned<ClientConnection, TcpStream> {
        let stream = TcpStream::connect(self.nginx).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        let name = name.to_owned().try_into().unwrap();
        let connection = ClientConnection::new(Arc::clone(&self.client), name).unwrap();
        StreamOwned::new(connection, stream)
    }

    fn keeps(&self, answer: &Answer) {
        let mut cookies = self.cookies.lock().unwrap();
        for line in answer.all("set-cookie") {
            let (cookie, attributes) = line.split_once(';').unwrap_or((line, ""));
            let (name, value) = cookie.split_once('=').unwrap();
            let attributes = attributes.to_ascii_lowercase();
            if value.is_empty() || attributes.contains("max-age=0") || attributes.contains("1970") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    fn sets(&self, name: &str, value: &str) {
        let mut cookies = self.cookies.lock().unwrap();
        cookies.insert(name.to_owned(), value.to_owned());
    }

    /// The value of a cookie.
    pub fn has(&self, name: &str) -> String {
        self.cookies
            .lock()
            .unwrap()
            .get(name)
            .cloned()
            .unwrap_or_default()
    }

    /// A GET of a script.
    pub fn fetches(&self, target: &str) -> Result<Answer, String> {
        self.sends(NAME, "GET", target, &[("sec-fetch-dest", "empty")], "")
    }

    /// Opens a page, wherever that leads on this site: the last target and its answer. Clerk's addresses are behind the
    /// app, so nothing leads elsewhere.
    #[track_caller]
    pub fn opens(&self, target: &str) -> (String, Answer) {
        let mut target = target.to_owned();
        for _ in 0..8 {
            let document = [("sec-fetch-dest", "document"), ("accept", "text/html")];
            let answer = self.sends(NAME, "GET", &target, &document, "").unwrap();
            // The one leads on by its head, the other, behind a handshake, by its body: it keeps the fragment.
            let by_body = answer.body.split("data-to=\"").nth(1);
            let by_body = by_body.and_then(|rest| rest.split('"').next());
            let Some(location) = answer.all("location").next().or(by_body) else {
                return (target, answer);
            };
            let own = location.strip_prefix(&origin()).unwrap_or(location);
            assert!(own.starts_with('/'), "{target} leads to {location}");
            target = own.to_owned();
        }
        panic!("{target} leads in circles");
    }

    /// What Clerk's library asks for: the whole answer, which must be good.
    #[track_caller]
    fn asks(&self, path: &str, form: &[(&str, &str)]) -> Value {
        let browser = self.has(&self.names.dev_browser);
        let target = format!("/__clerk/v1/client/{path}?__clerk_db_jwt={browser}");
        let body = Serializer::new(String::new()).extend_pairs(form).finish();
        let headers = [
            ("origin", &*origin()),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let answer = self.sends(NAME, "POST", &target, &headers, &body).unwrap();
        assert_eq!(answer.status, 200, "{path}: {}", answer.summary());
        serde_json::from_str(&answer.body).unwrap()
    }

    /// The session.
    #[track_caller]
    pub fn signs_up(&self) -> String {
        let fields = [
            ("email_address", ADDRESS),
            ("password", PASSWORD),
            ("first_name", "Ada"),
        ];
        let made = self.asks("sign_ups", &fields);
        let id = made["response"]["id"].as_str().unwrap();
        let strategy = ("strategy", "email_code");
        self.asks(&format!("sign_ups/{id}/prepare_verification"), &[strategy]);
        let code = [strategy, ("code", "424242")];
        let done = self.asks(&format!("sign_ups/{id}/attempt_verification"), &code);
        self.began(&done)
    }

    /// The session.
    #[track_caller]
    pub fn signs_in(&self) -> String {
        let fields = [
            ("identifier", ADDRESS),
            ("strategy", "password"),
            ("password", PASSWORD),
        ];
        let done = self.asks("sign_ins", &fields);
        self.began(&done)
    }

    #[track_caller]
    fn began(&self, done: &Value) -> String {
        let session = done["response"]["created_session_id"].as_str().unwrap();
        self.refreshes(session);
        session.to_owned()
    }

    /// A new token into the cookie, as Clerk's library does it before one is over.
    #[track_caller]
    pub fn refreshes(&self, session: &str) {
        let made = self.asks(&format!("sessions/{session}/tokens"), &[]);
        let token = made["jwt"].as_str().unwrap();
        let claims = decode(token).unwrap();
        let made_at = claims.claims()["iat"].to_string();
        self.sets(&self.names.session, token);
        // "0" says that nobody is signed in.
        if self.has(&self.names.client_uat).len() <= 1 {
            self.sets(&self.names.client_uat, &made_at);
        }
    }

    #[track_caller]
    pub fn signs_out(&self, session: &str) {
        self.asks(&format!("sessions/{session}/remove"), &[]);
        self.loses("__session");
        self.loses("__client_uat");
    }

    /// Cookies of this name, with the instance's suffix or without.
    pub fn loses(&self, name: &str) {
        let mut cookies = self.cookies.lock().unwrap();
        cookies.retain(|other, _| !other.starts_with(name));
    }

    /// The same browser with another tab, where nothing of the first is noticed.
    pub fn again(&self) -> Self {
        Self {
            nginx: self.nginx,
            client: Arc::clone(&self.client),
            names: self.names.clone(),
            cookies: Mutex::new(self.cookies.lock().unwrap().clone()),
        }
    }
}
