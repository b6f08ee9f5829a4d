//! A running emulator with a clock of its own, and a client that sends what it is told and nothing else.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use clerk_auth::keys::{PublishableKey, SecretKey};
use clerk_auth::time::UnixMillis;
use clerk_rs_cli::emulator::faults::Faults;
use clerk_rs_cli::emulator::instance::random::{SeededRandom, SystemRandom};
use clerk_rs_cli::emulator::keys::InstanceKeys;
use clerk_rs_cli::emulator::seed::Sowing;
use clerk_rs_cli::emulator::webhooks::Webhooks;
use clerk_rs_cli::emulator::{Emulator, Options};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use url::form_urlencoded::Serializer;

use super::oracle::{self, Exchange, Face};

/// `emulator-0a1b2c3d.localhost.clerk.accounts.dev$`
pub const PUBLISHABLE: &str =
    "pk_test_ZW11bGF0b3ItMGExYjJjM2QubG9jYWxob3N0LmNsZXJrLmFjY291bnRzLmRldiQ";
pub const ISSUER: &str = "https://emulator-0a1b2c3d.localhost.clerk.accounts.dev";
pub const SECRET: &str = "sk_test_0123456789abcdefghijABCDEFGHIJ0123456789";
pub const PAGE: &str = "http://localhost:3000";
pub const ADA: &str = "ada+clerk_test@example.com";
pub const PASSWORD: &str = "correct horse battery";

/// Addresses to which nobody may be sent.
pub const FOREIGN: [&str; 16] = [
    "https://evil.example/",
    "//evil.example/",
    "/path",
    "http:evil.example",
    "http:/\\evil.example",
    "\thttp://evil.example/",
    "http://localhost@evil.example/",
    "http://localhost:80@evil.example/",
    "http://user@localhost/",
    "http://localhost.evil.example/",
    "http://127.0.0.1.evil.example/",
    "http://localhost%2eevil.example/",
    "http://0.0.0.0:3000/",
    "javascript:alert(1)",
    "data:text/html,hello",
    "http://[::1",
];

const START: i64 = 1_800_000_000_000;

pub struct World {
    emulator: Emulator,
    clock: Arc<AtomicI64>,
    marks: AtomicI64,
}

/// The ids are the same in each run: one of chance can hold the very letters that a test searches for. No two emulators
/// of a test share a seed, since the second may go on with what the first one remembers.
pub fn options() -> Options {
    static SEED: AtomicU64 = AtomicU64::new(1);
    let publishable_key = PublishableKey::parse(PUBLISHABLE).unwrap();
    let keys = InstanceKeys::generate(&SystemRandom).unwrap();
    Options {
        random: Arc::new(SeededRandom::new(SEED.fetch_add(1, Ordering::Relaxed))),
        ..Options::new(publishable_key, SecretKey::new(SECRET).unwrap(), keys)
    }
}

impl World {
    pub async fn new() -> Self {
        Self::with(options()).await
    }

    pub async fn with(mut options: Options) -> Self {
        let clock = Arc::new(AtomicI64::new(START));
        let hand = Arc::clone(&clock);
        options.clock = Arc::new(move || UnixMillis(hand.load(Ordering::SeqCst)));
        Self {
            emulator: Emulator::start(options).await.unwrap(),
            clock,
            marks: AtomicI64::default(),
        }
    }

    /// With the clock of the options.
    pub async fn as_given(options: Options) -> Self {
        Self {
            emulator: Emulator::start(options).await.unwrap(),
            clock: Arc::default(),
            marks: AtomicI64::default(),
        }
    }

    pub fn port(&self) -> u16 {
        self.emulator.port()
    }

    pub fn backend_port(&self) -> u16 {
        self.emulator.backend_port()
    }

    pub fn sowing(&self) -> &Sowing {
        self.emulator.sowing().unwrap()
    }

    pub fn faults(&self) -> &Faults {
        self.emulator.faults()
    }

    pub fn webhooks(&self) -> &Webhooks {
        self.emulator.webhooks()
    }

    pub fn now(&self) -> UnixMillis {
        UnixMillis(self.clock.load(Ordering::SeqCst))
    }

    /// A number that no other call gets.
    pub fn mark(&self) -> i64 {
        self.marks.fetch_add(1, Ordering::SeqCst)
    }

    pub fn pass_seconds(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    pub async fn stop(self) {
        self.emulator.stop().await;
    }

    /// Exactly these bytes, at the Frontend API's address; the answer until the server closes.
    pub async fn raw(&self, request: &str) -> Answer {
        self.raw_at(Face::Frontend, self.port(), request).await
    }

    async fn raw_at(&self, face: Face, port: u16, request: &str) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        let read = stream.read_to_end(&mut bytes);
        tokio::time::timeout(Duration::from_secs(20), read)
            .await
            .unwrap()
            .unwrap();
        let answer = Answer::parse(&String::from_utf8(bytes).unwrap());
        judge(face, request, &answer);
        answer
    }

    /// A request with these header lines (besides `Host` and those of the body) and a form.
    pub async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &str,
        form: &[(&str, &str)],
    ) -> Answer {
        let body = Serializer::new(String::new()).extend_pairs(form).finish();
        self.raw(&format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n{headers}\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.port(),
            body.len(),
        ))
        .await
    }

    /// A call of the page at [`PAGE`] for a dev browser.
    pub async fn page(
        &self,
        method: &str,
        path: &str,
        browser: &str,
        form: &[(&str, &str)],
    ) -> Answer {
        let join = if path.contains('?') { '&' } else { '?' };
        let path = format!("{path}{join}__clerk_db_jwt={browser}");
        self.send(method, &path, &format!("Origin: {PAGE}\r\n"), form)
            .await
    }

    /// A call of a server that has the secret key.
    pub async fn server(&self, method: &str, path: &str) -> Answer {
        self.server_sends(method, path, "").await
    }

    /// The same with a body of JSON.
    pub async fn server_sends(&self, method: &str, path: &str, body: &str) -> Answer {
        let headers =
            format!("Authorization: Bearer {SECRET}\r\nContent-Type: application/json\r\n");
        self.backend(method, path, &headers, body).await
    }

    /// A request to the Backend API's address with these header lines, besides `Host` and the body's length.
    pub async fn backend(&self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let port = self.backend_port();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n{headers}\
             Content-Length: {}\r\n\r\n{body}",
            body.len(),
        );
        self.raw_at(Face::Backend, port, &request).await
    }

    /// Turns switches of the instance, as an object of those that change.
    pub async fn switch(&self, changes: &Value) -> Answer {
        let body = changes.to_string();
        self.raw(&format!(
            "PATCH /__emulator/settings HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.port(),
            body.len(),
        ))
        .await
    }

    pub async fn browser(&self) -> String {
        let made = self.send("POST", "/v1/dev_browser", "", &[]).await;
        made.json()["id"].as_str().unwrap().to_owned()
    }

    pub async fn sign_up(&self, browser: &str, address: &str) -> Value {
        let fields = [
            ("email_address", address),
            ("password", PASSWORD),
            ("first_name", "Ada"),
        ];
        let made = self
            .page("POST", "/v1/client/sign_ups", browser, &fields)
            .await
            .json();
        let path = format!(
            "/v1/client/sign_ups/{}",
            made["response"]["id"].as_str().unwrap()
        );
        let strategy = ("strategy", "email_code");
        let prepare = format!("{path}/prepare_verification");
        assert_eq!(
            self.page("POST", &prepare, browser, &[strategy])
                .await
                .status,
            200
        );
        let code = self.last_code().await;
        let attempt = format!("{path}/attempt_verification");
        self.page("POST", &attempt, browser, &[strategy, ("code", &code)])
            .await
            .json()
    }

    pub async fn last_code(&self) -> String {
        let outbox = self.send("GET", "/__emulator/outbox", "", &[]).await.json();
        let mails = outbox["mails"].as_array().unwrap();
        mails.last().unwrap()["code"].as_str().unwrap().to_owned()
    }

    /// A dev browser on which a new user is signed in, and the session.
    pub async fn signed_in(&self) -> (String, String) {
        let browser = self.browser().await;
        let done = self.sign_up(&browser, ADA).await;
        (
            browser,
            done["response"]["created_session_id"]
                .as_str()
                .unwrap()
                .to_owned(),
        )
    }
}

/// No answer goes by unjudged. What is no HTTP is refused before the emulator sees it; its own answers all have this
/// header.
fn judge(face: Face, request: &str, answer: &Answer) {
    if answer.header("x-content-type-options").is_none() {
        return;
    }
    let mut line = request.split(' ');
    if let (Some(method), Some(target)) = (line.next(), line.next()) {
        oracle::judge(&Exchange {
            face,
            method,
            target,
            status: answer.status,
            body: &answer.body,
        });
    }
}

pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let answer = Self {
            status,
            head: head.to_owned(),
            body: body.to_owned(),
        };
        // Clerk's kits know JSON by this one spelling: with a charset behind it they read an answer as text. An export
        // may have one line only, and is JSON by accident.
        let is_export = answer.header("content-type") == Some("application/x-ndjson");
        let json = serde_json::from_str::<Value>(body);
        if !is_export && json.is_ok_and(|body| body.is_object() || body.is_array()) {
            assert_eq!(
                answer.header("content-type"),
                Some("application/json"),
                "{text}"
            );
        }
        answer
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .filter(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .next()
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|_| panic!("no JSON: {} {}", self.head, self.body))
    }

    /// Status, code and field of an error.
    #[track_caller]
    pub fn error(&self) -> (u16, String, Option<String>) {
        let body = self.json();
        let error = &body["errors"][0];
        let param = error["meta"]["param_name"].as_str().map(str::to_owned);
        (
            self.status,
            error["code"].as_str().unwrap().to_owned(),
            param,
        )
    }

    #[track_caller]
    pub fn fails_as(&self, status: u16, code: &str, param: Option<&str>) {
        assert_eq!(
            self.error(),
            (status, code.to_owned(), param.map(str::to_owned))
        );
    }
}
