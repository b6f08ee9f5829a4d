//! What is said of requests while the emulator runs: what somebody did, and nothing that a stranger made of it.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use rustix::process::Signal;

use super::running::{Running, with_local_keys};

fn send(port: &str, request: &str) {
    let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
    let head = format!("{request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    stream.read_to_end(&mut Vec::new()).unwrap();
}

#[test]
fn what_somebody_did_is_told_and_cannot_steer_the_terminal() {
    let sandbox = with_local_keys("exit 9");
    let mut running = Running::start(&sandbox, "emulator --port 0 --offline");
    let line = running.until("http://localhost:");
    let url = line.split_whitespace().nth(1).unwrap().to_owned();
    let port = url.rsplit(':').next().unwrap();
    running.until("Ctrl-C ends it");
    for request in [
        "GET /v1/health",
        "POST /v1/environment?_method=PATCH",
        "POST /v1/dev_browser",
        "GET /",
        "POST /v1/\u{9b}2J\u{202e}cod.exe",
        "POST /v1/client/sign_ups?__clerk_db_jwt=secret",
    ] {
        send(port, request);
    }
    running.until("POST /v1/client/sign_ups 401  dev_browser_unauthenticated");
    running.signal(Signal::INT);
    let (_, code) = running.end_in(|said| {
        let told: Vec<_> = said
            .lines()
            .skip_while(|line| !line.contains("Ctrl-C"))
            .skip(1)
            .collect();
        assert_eq!(
            told,
            [
                "  emulator  POST /v1/\u{fffd}2J\u{fffd}cod.exe 404  not emulated",
                "  emulator  POST /v1/client/sign_ups 401  dev_browser_unauthenticated",
            ]
        );
    });
    assert_eq!(code, 0);
}
