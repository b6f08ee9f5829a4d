//! Two copies of an app behind nginx, set up by the very file of `docs/deploy.md`: somebody signs up, opens pages, comes
//! back after a night and signs out while one copy dies, and the other as soon as the first is back.
//!
//! `tests/run copies` builds each app and names it: `BEHAVIOUR_APP`, `BEHAVIOUR_FOLDER`, `BEHAVIOUR_EXTRAS`.

mod nginx;
mod visitor;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use clerk_auth::PublishableKey;
use clerk_auth::config::Source as _;
use clerk_auth::testing::{Emulator, World};

use crate::behaviour::{App, setting};
use nginx::Nginx;
use visitor::Visitor;

/// The name of the site: one that this machine's emulator sends people back to.
const NAME: &str = "app.localhost";
/// Where the copies are. Ports are given out at 127.0.0.1, so that of a dead copy is still free when it comes back.
const COPIES: [&str; 2] = ["127.0.0.2", "127.0.0.3"];
/// Nothing here takes longer, on any machine.
const LIMIT: Duration = Duration::from_secs(30);

/// How a copy is started.
struct Site {
    binary: PathBuf,
    folder: PathBuf,
    env: BTreeMap<String, String>,
}

impl Site {
    fn of(world: &World) -> Self {
        let mut env = BTreeMap::new();
        for name in [
            "CLERK_PUBLISHABLE_KEY",
            "CLERK_SECRET_KEY",
            "CLERK_API_URL",
            "CLERK_FAPI_URL",
        ] {
            env.insert(name.to_owned(), world.value(name).unwrap());
        }
        for (name, value) in [
            ("CLERK_PROXY_URL", "/__clerk".to_owned()),
            ("CLERK_TRUST_PROXY_HEADERS", "true".to_owned()),
            ("CLERK_AUTHORIZED_PARTIES", format!("https://{NAME}")),
            ("CLERK_ACCEPT_ABSENT_AZP", "true".to_owned()),
        ] {
            env.insert(name.to_owned(), value);
        }
        Self {
            binary: setting("BEHAVIOUR_APP").into(),
            folder: setting("BEHAVIOUR_FOLDER").into(),
            env,
        }
    }

    /// A copy there; port 0 is any free one.
    #[track_caller]
    fn copy(&self, address: &str) -> App {
        let (host, port) = address.split_once(':').unwrap();
        let mut env = self.env.clone();
        env.insert("HOST".to_owned(), host.to_owned());
        env.insert("PORT".to_owned(), port.to_owned());
        App::start(&self.binary, &self.folder, &env).unwrap()
    }
}

/// Somebody who asks for the same again and again. Every answer must be good.
struct Busy<'a> {
    answers: Receiver<Result<u16, String>>,
    over: &'a AtomicBool,
}

impl Busy<'_> {
    /// Waits for so many answers.
    #[track_caller]
    fn gets(&self, count: usize) {
        for _ in 0..count {
            let answer = self.answers.recv_timeout(LIMIT).unwrap();
            assert_eq!(answer, Ok(200));
        }
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}

/// Does `work` while somebody asks for `/api/me` without a pause.
fn meanwhile<T>(visitor: &Visitor, work: impl FnOnce(&Busy<'_>) -> T) -> T {
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let (sender, answers) = channel();
        let over = &over;
        scope.spawn(move || {
            while !over.load(Ordering::Relaxed) {
                let answer = visitor.fetches("/api/me");
                let _nobody_waits = sender.send(answer.map(|answer| answer.status));
            }
        });
        work(&Busy { answers, over })
    })
}

#[test]
#[ignore = "needs a built app and nginx, see tests/run"]
fn one_copy_dies_and_then_the_other_and_nobody_notices() {
    let emulator = Emulator::start_program(OsStr::new(env!("CARGO_BIN_EXE_clerk-rs"))).unwrap();
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    let world = runtime.block_on(emulator.world()).unwrap();
    both_die(&Site::of(&world));
}

fn both_die(site: &Site) {
    let mut first = site.copy(&format!("{}:0", COPIES[0]));
    let mut second = site.copy(&format!("{}:0", COPIES[1]));
    let (one, two) = (first.address.clone(), second.address.clone());
    let nginx = Nginx::start([&one, &two]);
    let key = PublishableKey::parse(&site.env["CLERK_PUBLISHABLE_KEY"]).unwrap();
    let visitor = Visitor {
        nginx: nginx.secure,
        client: nginx.client.clone(),
        names: key.cookie_names().clone(),
        cookies: Mutex::default(),
    };
    only_the_site_is_answered(&nginx, &visitor);
    strangers_are_sent_to_sign_in(&visitor);
    let session = visitor.signs_up();
    is_known(&visitor);
    if setting("BEHAVIOUR_EXTRAS")
        .split(',')
        .any(|extra| extra == "ws")
    {
        connections_pass(&visitor);
    }
    let other_tab = visitor.again();
    let mut second = meanwhile(&other_tab, |busy| {
        for copy in [&mut first, &mut second] {
            copy.says("/api/me").unwrap();
        }
        drop(first);
        busy.gets(50);
        comes_back(&visitor);
        let mut first = site.copy(&one);
        first.says("/api/me").unwrap();
        drop(second);
        busy.gets(50);
        comes_back(&visitor);
        other_tab.refreshes(&session);
        let mut second = site.copy(&two);
        second.says("/api/me").unwrap();
        // As an operator ends it, for a new version.
        first.stop().unwrap();
        busy.gets(50);
        second
    });
    visitor.signs_out(&session);
    assert_eq!(visitor.fetches("/api/me").unwrap().status, 401);
    strangers_are_sent_to_sign_in(&visitor);
    visitor.signs_in();
    is_known(&visitor);
    second.says("/dashboard").unwrap();
    second.stop().unwrap();
}

#[track_caller]
fn is_known(visitor: &Visitor) {
    let me = visitor.fetches("/api/me").unwrap();
    assert_eq!(me.status, 200, "{}", me.summary());
    assert!(me.body.contains("\"user_"), "{}", me.body);
    dashboard(visitor);
}

#[track_caller]
fn dashboard(visitor: &Visitor) {
    let (target, page) = visitor.opens("/dashboard");
    assert_eq!(
        (target.as_str(), page.status),
        ("/dashboard", 200),
        "{}",
        page.summary()
    );
    assert!(page.body.contains("Ada"), "{}", page.body);
}

/// As after a night: the token is over, and the page is opened again. What one copy begins, any may finish.
#[track_caller]
fn comes_back(visitor: &Visitor) {
    for short_lived in ["__session", "__clerk_redirect_count"] {
        visitor.loses(short_lived);
    }
    dashboard(visitor);
    is_known(visitor);
}

/// An event stream is not kept back, and a WebSocket is opened: for the site's own pages.
#[track_caller]
fn connections_pass(visitor: &Visitor) {
    let stream = visitor.hears("/api/live/here", "sec-fetch-site: same-origin\r\n", "data:");
    assert!(stream.contains("data:"), "{stream}");
    let upgrade = "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
                   sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    for (origin, status) in [(NAME, "101"), ("evil.example", "403")] {
        let headers = format!("{upgrade}origin: https://{origin}\r\n");
        let answer = visitor.hears("/api/live/talk", &headers, "\r\n\r\n");
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{origin}: {answer}"
        );
    }
}

#[track_caller]
fn strangers_are_sent_to_sign_in(visitor: &Visitor) {
    let (target, page) = visitor.opens("/dashboard");
    assert_eq!(page.status, 200, "{}", page.summary());
    assert!(target.starts_with("/sign-in?"), "{target}");
    // The address to come back to is the site's, whatever the copies listen on.
    let back = format!("redirect_url=https%3A%2F%2F{NAME}%2Fdashboard");
    assert!(target.contains(&back), "{target}");
}

/// What visitors say about the site, its proxies and themselves goes no further.
fn only_the_site_is_answered(nginx: &Nginx, visitor: &Visitor) {
    let lies = [
        ("sec-fetch-dest", "document"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "http"),
        ("x-forwarded-for", "192.0.2.1"),
    ];
    let answer = visitor.sends(NAME, "GET", "/dashboard", &lies, "").unwrap();
    let location = answer.all("location").next().unwrap();
    assert!(
        location.starts_with(&format!("https://{NAME}/__clerk/")),
        "{location}"
    );
    assert!(!location.contains("evil"), "{location}");
    let other = visitor.sends("evil.example", "GET", "/", &[], "");
    assert!(other.is_err(), "another name is answered");
    let mut stranger = visitor.connects("evil.example");
    assert!(stranger.write_all(b"GET / HTTP/1.1\r\n").is_err());
    let mut plain = TcpStream::connect(nginx.plain).unwrap();
    plain.write_all(b"GET /a?b HTTP/1.0\r\n\r\n").unwrap();
    let mut answer = String::new();
    plain.read_to_string(&mut answer).unwrap();
    let secure = format!("Location: https://{NAME}/a?b\r\n");
    assert!(answer.contains(&secure), "{answer}");
}
