//! A server on loopback that answers with given bytes and keeps what it was sent, byte for byte.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;

/// What the server does once a request is there.
#[derive(Clone)]
pub enum Act {
    /// Sends these bytes; `{origin}` in them stands for the server's own.
    Send(Vec<u8>),
    /// Waits until a test lets it go on.
    Hold(Arc<tokio::sync::Notify>),
    /// Sends nothing more and keeps the connection.
    Stall,
}

/// Ends with the test.
pub struct Upstream {
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
    server: JoinHandle<()>,
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Upstream {
    /// Answers every request with one response of this status line, these header lines and this body.
    pub async fn answering(status: &str, headers: &[&str], body: &str) -> Self {
        let mut text = format!("HTTP/1.1 {status}\r\n");
        for line in headers {
            text.push_str(line);
            text.push_str("\r\n");
        }
        text.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
        Self::acting(vec![Act::Send(text.into_bytes())]).await
    }

    pub async fn acting(acts: Vec<Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen: Arc<Mutex<Vec<String>>> = Arc::default();
        let log = Arc::clone(&seen);
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, acts.clone(), Arc::clone(&log)));
            }
        });
        Self {
            address,
            seen,
            server,
        }
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests that came whole.
    pub fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    /// The only request; its head in lower case, and its body.
    #[track_caller]
    pub fn only(&self) -> (String, String) {
        let seen = self.seen();
        assert_eq!(seen.len(), 1, "{seen:#?}");
        let (head, body) = seen[0].split_once("\r\n\r\n").unwrap();
        (head.to_lowercase(), body.to_owned())
    }
}

/// A port that refuses connections. It is held, so that no test running beside this one can be given it.
pub struct Deaf {
    pub origin: String,
    _socket: TcpSocket,
}

impl Deaf {
    pub fn new() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        Self {
            origin: format!("http://{}", socket.local_addr().unwrap()),
            _socket: socket,
        }
    }
}

async fn serve(mut stream: TcpStream, acts: Vec<Act>, log: Arc<Mutex<Vec<String>>>) {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    while !is_whole(&bytes) {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(count) => bytes.extend_from_slice(&buffer[..count]),
        }
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    log.lock().unwrap().push(text);
    for act in acts {
        match act {
            Act::Send(bytes) => {
                let origin = format!("http://{}", stream.local_addr().unwrap());
                let text = String::from_utf8(bytes)
                    .unwrap()
                    .replace("{origin}", &origin);
                // The other side may have hung up, which is what some tests are about.
                let _ = stream.write_all(text.as_bytes()).await;
            }
            Act::Hold(go_on) => go_on.notified().await,
            Act::Stall => tokio::time::sleep(Duration::from_secs(3600)).await,
        }
    }
}

fn is_whole(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    if head.contains("\r\ntransfer-encoding: chunked") {
        return body.ends_with("0\r\n\r\n");
    }
    let length = head.split_once("\r\ncontent-length: ");
    let length = length.map_or("0", |(_, rest)| rest.split("\r\n").next().unwrap());
    body.len() >= length.parse::<usize>().unwrap()
}
