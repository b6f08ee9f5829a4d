//! The one HTTP client, against servers on this machine: what it refuses to do, and whether causes are told apart.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

use bytes::Bytes;
use clerk_rs_cli::backend::{Network, NetworkError, TlsFault};
use http::{Request, Response};

/// Answers one connection with these bytes; hands back what was asked.
fn answering(bytes: Vec<u8>) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let served = thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let mut asked = [0; 4096];
        let length = connection.read(&mut asked).unwrap();
        // The client may have seen enough before the end.
        let _ = connection.write_all(&bytes);
        String::from_utf8_lossy(&asked[..length]).into_owned()
    });
    (address, served)
}

fn ask(network: &Network, url: &str) -> Result<Response<Bytes>, NetworkError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(network.send(Request::get(url).body(Bytes::new()).unwrap()))
}

#[test]
fn an_answer_is_handed_over_whole_whatever_its_status() {
    let (address, served) = answering(
        b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 7\r\ncontent-length: 2\r\n\r\n{}".to_vec(),
    );
    let answer = ask(&Network::default(), &format!("http://{address}/a")).unwrap();
    assert_eq!(answer.status(), 429);
    assert_eq!(answer.headers()["retry-after"], "7");
    assert_eq!(answer.body().as_ref(), b"{}");
    let asked = served.join().unwrap().to_ascii_lowercase();
    assert!(asked.contains("user-agent: clerk-rs/"), "{asked}");
}

#[test]
fn no_redirect_is_followed() {
    let target = TcpListener::bind("127.0.0.1:0").unwrap();
    target.set_nonblocking(true).unwrap();
    let location = target.local_addr().unwrap();
    let (address, served) = answering(
        format!("HTTP/1.1 307 Temporary Redirect\r\nlocation: http://{location}/\r\ncontent-length: 0\r\n\r\n")
            .into_bytes(),
    );
    let answer = ask(&Network::default(), &format!("http://{address}/")).unwrap();
    assert_eq!(answer.status(), 307);
    served.join().unwrap();
    assert!(
        target.accept().is_err(),
        "somebody was asked at the new address"
    );
}

#[test]
fn an_endless_answer_is_left_at_the_limit() {
    let mut bytes = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    bytes.resize(1 << 20, b'x');
    for (limit, is_read) in [(1000, false), ((1 << 20) - 19, true)] {
        let (address, served) = answering(bytes.clone());
        let answer = ask(&Network::new(limit), &format!("http://{address}/"));
        match answer {
            Ok(answer) => assert!(is_read && answer.body().len() == limit),
            Err(error) => assert!(!is_read && error == NetworkError::TooLarge { limit }),
        }
        served.join().unwrap();
    }
}

#[test]
fn causes_are_told_apart() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = closed.local_addr().unwrap().port();
    drop(closed);
    let network = Network::default();
    let refused = ask(&network, &format!("http://127.0.0.1:{port}/"));
    assert_eq!(refused.unwrap_err(), NetworkError::Refused);
    let nobody = ask(&network, "http://nobody.invalid/");
    assert_eq!(nobody.unwrap_err(), NetworkError::NameResolution);

    let (address, served) = answering(b"SSH-2.0-OpenSSH\r\n".to_vec());
    let broken = ask(&network, &format!("http://{address}/")).unwrap_err();
    assert_eq!(broken.code(), "answer-broken", "{broken}");
    served.join().unwrap();
    let (address, served) = answering(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec());
    let tls = ask(&network, &format!("https://{address}/"));
    assert_eq!(tls.unwrap_err(), NetworkError::Tls(TlsFault::Protocol));
    served.join().unwrap();
    let (address, served) = answering(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab".to_vec());
    let cut = ask(&network, &format!("http://{address}/")).unwrap_err();
    assert_eq!(cut.code(), "answer-broken", "{cut}");
    served.join().unwrap();
}
