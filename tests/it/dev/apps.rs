//! Apps that a test answers for: the script in cargo's place only says that it is ready, on a port of the test.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use super::running::{project, with_real_keys};
use crate::support::Sandbox;

/// Nothing here takes longer.
const LIMIT: Duration = Duration::from_secs(30);
pub const BROWSER: &str = "Sec-Fetch-Dest: document\r\nAccept: text/html,*/*\r\n";
pub const SAYS_READY: &str = r#"
if grep -q broken src/main.rs; then echo "error: expected <semicolon>" >&2; exit 101; fi
while [ ! -s port ]; do sleep 0.02; done
echo started >> starts
echo "Ready: http://127.0.0.1:$(cat port)"
exec sleep 1000"#;

/// A project whose app is the test.
pub fn answered_by_the_test() -> Sandbox {
    with_real_keys(SAYS_READY)
}

/// The same as `clerk-rs init` makes it, whose pages are read from disk.
pub fn with_pages_on_disk() -> Sandbox {
    let sandbox = project(super::running::REAL_KEYS, SAYS_READY);
    let manifest = "[package]\nname = \"orchard\"\n[package.metadata.clerk-rs]\nversion = \"0.2.0\"\n\
                    framework = \"axum\"\ntemplate = \"web\"\ncore = \"0.2.0\"\ncore-mode = \"copy\"\n";
    fs::write(sandbox.path("Cargo.toml"), manifest).unwrap();
    fs::create_dir(sandbox.path("templates")).unwrap();
    fs::write(sandbox.path("templates/home.html"), "one").unwrap();
    sandbox
}

/// One version of the app.
pub struct App(TcpListener);

impl App {
    /// The next start of the app is this one.
    pub fn next(sandbox: &Sandbox) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port().to_string();
        fs::write(sandbox.path("port.new"), port).unwrap();
        fs::rename(sandbox.path("port.new"), sandbox.path("port")).unwrap();
        Self(listener)
    }

    /// One that listens where it always did.
    pub fn on(port: u16) -> Self {
        Self(TcpListener::bind(("127.0.0.1", port)).unwrap())
    }

    /// The next request.
    pub fn request(&self) -> Wire {
        let (stream, _) = self.0.accept().unwrap();
        let mut wire = Wire::of(stream);
        wire.head = wire.until("\r\n\r\n");
        wire
    }

    /// Answers all that comes with this, for as long as the test runs.
    pub fn answer_all(self, answer: &'static str) {
        std::thread::spawn(move || {
            for stream in self.0.incoming() {
                let mut wire = Wire::of(stream.unwrap());
                wire.until("\r\n\r\n");
                wire.say(answer);
            }
        });
    }
}

/// A connection, seen from either end.
pub struct Wire {
    pub stream: TcpStream,
    /// Of the request.
    pub head: String,
}

impl Wire {
    pub fn of(stream: TcpStream) -> Self {
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        Self {
            stream,
            head: String::new(),
        }
    }

    /// A browser's end.
    pub fn to(address: &str) -> Self {
        Self::of(TcpStream::connect(address).unwrap())
    }

    pub fn say(&mut self, text: &str) {
        self.stream.write_all(text.as_bytes()).unwrap();
    }

    /// Reads up to and with these words.
    #[track_caller]
    pub fn until(&mut self, words: &str) -> String {
        let mut text = Vec::new();
        let mut byte = [0];
        while !text.ends_with(words.as_bytes()) {
            let read = self.stream.read(&mut byte).unwrap();
            let so_far = String::from_utf8_lossy(&text);
            assert_eq!(read, 1, "`{words}` does not come after {so_far}");
            text.push(byte[0]);
        }
        String::from_utf8(text).unwrap()
    }

    pub fn rest(&mut self) -> String {
        let mut text = String::new();
        self.stream.read_to_string(&mut text).unwrap();
        text
    }
}

/// A request with these header lines on a connection of its own.
pub fn send(address: &str, start: &str, headers: &str) -> Wire {
    let mut wire = Wire::to(address);
    let host = format!("Host: {address}\r\n");
    wire.say(&format!(
        "{start} HTTP/1.1\r\n{host}Connection: close\r\n{headers}\r\n"
    ));
    wire
}

/// The answer to a request.
pub fn get(address: &str, path: &str, headers: &str) -> String {
    send(address, &format!("GET {path}"), headers).rest()
}

/// What the script in this page asks: it is answered when there is something new to see.
pub fn ask_for_changes(address: &str, page: &str) -> Wire {
    let question = page.split("reload.js").nth(1).unwrap();
    let question = question.split('"').next().unwrap();
    send(
        address,
        &format!("GET /__clerk-rs-dev/changed{question}"),
        "",
    )
}
