//! Finds out if the app answers: its `Ready:` line says so, or something speaks HTTP on its port.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::ports::loopback;

const PAUSE: Duration = Duration::from_millis(200);
const LIMIT: Duration = Duration::from_secs(2);

/// Returns once the app answers on `port`.
pub async fn answers(port: u16) {
    loop {
        for address in loopback(port) {
            if matches!(timeout(LIMIT, ask(address, port)).await, Ok(Ok(true))) {
                return;
            }
        }
        sleep(PAUSE).await;
    }
}

/// Any answer will do, because an app need not have a health check.
async fn ask(address: SocketAddr, port: u16) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect(address).await?;
    let request =
        format!("GET /healthz HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut start = [0; 5];
    stream.read_exact(&mut start).await?;
    Ok(&start == b"HTTP/")
}
