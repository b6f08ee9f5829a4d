//! An app on a server, asked over sockets.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clerk_auth::Kit;
use clerk_auth::gate::Paths;
use http::{HeaderMap, HeaderName};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::app::{Answer, App, Silence, try_build, variables};
use super::stage::live;

/// Long enough for a busy machine; nothing waits for it to pass.
pub const PATIENCE: Duration = Duration::from_secs(30);

pub struct Running {
    pub address: SocketAddr,
    pub stop: watch::Sender<u32>,
    pub ended: JoinHandle<()>,
}
impl Running {
    pub async fn open(&self, bytes: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        // Whoever is refused early may be cut off while still writing.
        let _ = stream.write_all(bytes).await;
        stream
    }

    /// Sends `METHOD /path` with these lines and this body, and reads the answer.
    pub async fn send(&self, line: &str, headers: &[&str], body: &[u8]) -> String {
        let mut head = format!("{line} HTTP/1.1\r\nhost: app.example\r\nconnection: close\r\n");
        for header in headers {
            head += &format!("{header}\r\n");
        }
        if !head.contains("transfer-encoding") {
            head += &format!("content-length: {}\r\n", body.len());
        }
        let request = [head.as_bytes(), b"\r\n", body].concat();
        read(self.open(&request).await).await
    }

    /// Tells the server to stop.
    pub fn stop(&self) {
        self.stop.send_modify(|times| *times += 1);
    }

    /// How long the server takes to end.
    pub async fn end(self) -> Duration {
        let began = now();
        timeout(PATIENCE, self.ended).await.unwrap().unwrap();
        began.elapsed()
    }
}

impl App for Running {
    async fn answer(&self, line: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut head = format!("{line} HTTP/1.1\r\nconnection: close\r\n");
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += &format!("content-length: {}\r\n\r\n{body}", body.len());
        let answer = read(self.open(head.as_bytes()).await).await;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let mut headers = HeaderMap::new();
        for line in head.lines().skip(1) {
            let (name, value) = line.split_once(": ").unwrap();
            let name: HeaderName = name.parse().unwrap();
            headers.append(name, value.parse().unwrap());
        }
        let is_chunked = headers.contains_key("transfer-encoding");
        Answer {
            status: status(head).parse().unwrap(),
            headers,
            body: if is_chunked {
                whole(body)
            } else {
                body.to_owned()
            },
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "measures the server")]
fn now() -> Instant {
    Instant::now()
}

/// What the server answers until it closes by itself.
pub async fn read(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    let _ = read.expect("the connection stays open");
    String::from_utf8(answer).unwrap()
}

/// A body that came in chunks.
fn whole(mut chunks: &str) -> String {
    let mut body = String::new();
    while let Some((length, rest)) = chunks.split_once("\r\n") {
        let (chunk, rest) = rest.split_at(usize::from_str_radix(length, 16).unwrap());
        body += chunk;
        chunks = rest.strip_prefix("\r\n").unwrap();
    }
    body
}

/// The status of an answer.
pub fn status(answer: &str) -> &str {
    answer.get(9..12).unwrap_or(answer)
}

/// A handler that waits: told when it has begun, and let go on.
#[derive(Clone, Default)]
pub struct Slow {
    pub began: Arc<Notify>,
    pub go_on: Arc<Notify>,
}

impl Slow {
    pub async fn answer(&self) -> &'static str {
        self.began.notify_one();
        self.go_on.notified().await;
        "done"
    }

    /// Asks for it, and waits until it has begun.
    async fn begin(&self, server: &Running) -> TcpStream {
        let slow = b"GET /slow HTTP/1.1\r\nhost: app.example\r\n\r\n";
        let stream = server.open(slow).await;
        self.began.notified().await;
        stream
    }
}

/// The kit of an app with a slow handler at `/slow`, of these variables as well.
pub fn kit(more: &[(&'static str, &str)]) -> Kit {
    let paths = Paths {
        without_auth: &["/slow"],
        ..Paths::PROTECTED
    };
    let mut variables = variables(live());
    variables.extend(
        more.iter()
            .map(|(name, value)| (*name, (*value).to_owned())),
    );
    let builder = Kit::builder().paths(paths).health().fetch(Silence);
    try_build(builder, &variables).unwrap()
}

/// The server answers what is under way before it ends, and waits for nothing else.
pub async fn answers_what_is_under_way(server: Running, slow: &Slow) {
    let half = server.open(b"GET / HTTP/1.1\r\nhost: a\r\n").await;
    let idle = server.open(b"").await;
    let under_way = slow.begin(&server).await;
    server.stop();
    slow.go_on.notify_one();
    let answer = read(under_way).await;
    assert!(answer.ends_with("\r\n\r\ndone"), "{answer}");
    let took = server.end().await;
    assert!(took < Duration::from_secs(5), "{took:?}");
    drop((half, idle));
}

pub async fn ends_at_once_at_the_second_signal(server: Running, slow: &Slow) {
    let under_way = slow.begin(&server).await;
    server.stop();
    server.stop();
    let took = server.end().await;
    assert!(took < Duration::from_secs(5), "{took:?}");
    drop(under_way);
}

/// A server whose grace is short.
pub async fn cuts_off_what_never_ends(server: Running, slow: &Slow) {
    let under_way = slow.begin(&server).await;
    server.stop();
    let took = server.end().await;
    assert!(took < Duration::from_secs(8), "{took:?}");
    drop(under_way);
}
