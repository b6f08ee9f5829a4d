//! An app on the core's server, asked over sockets.

use std::convert::Infallible;
use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

use clerk_auth::Kit;
use clerk_auth::server::{ServerLimits, run};
use http::{Request, Response};
use http_body::Body;
use hyper::body::Incoming;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Long enough for a busy machine; nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Running {
    address: SocketAddr,
    stop: watch::Sender<u32>,
    ended: JoinHandle<()>,
}

/// Starts an app in the form that the server takes.
pub async fn start<F, A, B>(kit: &Kit, app: F) -> Running
where
    F: Fn(Request<Incoming>, SocketAddr) -> A + Clone + Send + 'static,
    A: Future<Output = Result<Response<B>, Infallible>> + Send + 'static,
    B: Body + Send + Unpin + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, told) = watch::channel(0);
    let kit = kit.clone();
    let limits = ServerLimits::default();
    let ended = tokio::spawn(async move { run(&kit, listener, app, limits, told).await });
    Running {
        address,
        stop,
        ended,
    }
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

    pub async fn end(self) {
        timeout(PATIENCE, self.ended).await.unwrap().unwrap();
    }
}

/// What the server answers until it closes by itself.
pub async fn read(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    let _ = read.expect("the connection stays open");
    String::from_utf8(answer).unwrap()
}

/// The status of an answer.
pub fn status(answer: &str) -> &str {
    answer.get(9..12).unwrap_or(answer)
}
