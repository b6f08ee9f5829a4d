//! What goes through the front comes out on the other side as it was sent, in both directions.

use rustix::process::Signal;

use super::apps::{App, Wire, answered_by_the_test, get, send};
use super::running::Running;

const PLAIN: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

#[test]
fn a_request_reaches_the_app_as_it_was_sent_and_so_does_the_answer() {
    let sandbox = answered_by_the_test();
    let app = App::next(&sandbox);
    let mut running = Running::start(&sandbox, "dev --watch");
    let address = running.address();
    let headers = "Cookie: a=1\r\nCookie: b=2\r\nX-Forwarded-For: 10.0.0.1\r\nAccept-Encoding: gzip\r\n\
                   Connection: x-hop\r\nX-Hop: 1\r\n";
    let mut browser = send(&address, "GET /a%2fb/../c?q=%C3%A4&&x", headers);
    let mut asked = app.request();
    let head = asked.head.to_lowercase();
    assert!(
        head.starts_with("get /a%2fb/../c?q=%c3%a4&&x http/1.1\r\n"),
        "{head}"
    );
    for line in [
        format!("host: {address}"),
        "cookie: a=1".to_owned(),
        "cookie: b=2".to_owned(),
        "x-forwarded-for: 10.0.0.1".to_owned(),
        "accept-encoding: gzip".to_owned(),
    ] {
        assert!(head.contains(&format!("\r\n{line}\r\n")), "{line}: {head}");
    }
    // Nothing of ours that an app might believe, nothing of the connection.
    assert!(
        !head.contains("x-hop") && !head.contains("forwarded-host"),
        "{head}"
    );
    assert_eq!(head.matches("forwarded").count(), 1, "{head}");
    asked.say(
        "HTTP/1.1 418 I'm a teapot\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nKeep-Alive: timeout=5\r\n\
         Content-Length: 3\r\n\r\ntea",
    );
    let answer = browser.rest();
    assert!(answer.starts_with("HTTP/1.1 418 "), "{answer}");
    assert!(answer.ends_with("\r\n\r\ntea"), "{answer}");
    assert_eq!(
        answer.to_lowercase().matches("set-cookie: ").count(),
        2,
        "{answer}"
    );
    assert!(!answer.to_lowercase().contains("keep-alive"), "{answer}");
}

#[test]
fn an_answer_comes_piece_by_piece_as_the_app_sends_it() {
    let sandbox = answered_by_the_test();
    let app = App::next(&sandbox);
    let mut running = Running::start(&sandbox, "dev --watch");
    let address = running.address();
    let mut browser = send(&address, "GET /events", "Accept: text/event-stream\r\n");
    let mut asked = app.request();
    asked.say(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n",
    );
    for word in ["data: one\n\n", "data: two\n\n"] {
        asked.say(&format!("{:x}\r\n{word}\r\n", word.len()));
        // It is there before the app says anything more.
        browser.until(word);
    }
    asked.say("0\r\n\r\n");
    assert_eq!(browser.rest(), "\r\n0\r\n\r\n");
}

#[test]
fn a_large_body_goes_either_way_with_and_without_a_length() {
    let sandbox = answered_by_the_test();
    let app = App::next(&sandbox);
    let mut running = Running::start(&sandbox, "dev");
    let address = running.address();
    let large = "x".repeat(5 << 20);
    for chunked in [false, true] {
        let body = if chunked {
            format!("{:x}\r\n{large}\r\n0\r\n\r\n", large.len())
        } else {
            large.clone()
        };
        let header = if chunked {
            "Transfer-Encoding: chunked\r\n".to_owned()
        } else {
            format!("Content-Length: {}\r\n", large.len())
        };
        let mut browser = send(&address, "POST /", &header);
        let mut sender = browser.stream.try_clone().unwrap();
        let sent =
            std::thread::spawn(move || std::io::Write::write_all(&mut sender, body.as_bytes()));
        let mut asked = app.request();
        let head = asked.head.to_lowercase();
        assert!(head.contains(&header.to_lowercase()), "{head}");
        let mut received = 0;
        let end = if chunked { "0\r\n\r\n" } else { "" };
        let mut buffer = vec![0; 1 << 16];
        let mut last = Vec::new();
        while received < large.len() || !last.ends_with(end.as_bytes()) {
            let read = std::io::Read::read(&mut asked.stream, &mut buffer).unwrap();
            received += buffer[..read].iter().filter(|byte| **byte == b'x').count();
            last = buffer[..read].to_vec();
        }
        sent.join().unwrap().unwrap();
        asked.say(&format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n",
            large.len()
        ));
        asked.say(&large);
        let answer = browser.rest();
        assert_eq!(
            answer.bytes().filter(|byte| *byte == b'x').count(),
            large.len()
        );
    }
}

#[test]
fn a_head_answer_keeps_its_length_and_has_no_body() {
    let sandbox = answered_by_the_test();
    let app = App::next(&sandbox);
    let mut running = Running::start(&sandbox, "dev");
    let address = running.address();
    let mut browser = send(&address, "HEAD /logo.png", "");
    let mut asked = app.request();
    assert!(asked.head.starts_with("HEAD /logo.png "));
    asked.say("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 1234\r\n\r\n");
    let answer = browser.rest().to_lowercase();
    assert!(answer.contains("\r\ncontent-length: 1234\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
}

#[test]
fn a_connection_can_become_a_web_socket() {
    let sandbox = answered_by_the_test();
    let app = App::next(&sandbox);
    let mut running = Running::start(&sandbox, "dev");
    let address = running.address();
    let mut browser = Wire::to(&address);
    browser.say(&format!(
        "GET /live HTTP/1.1\r\nHost: {address}\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    ));
    let mut asked = app.request();
    let head = asked.head.to_lowercase();
    assert!(head.contains("\r\nconnection: upgrade\r\n"), "{head}");
    assert!(
        head.contains("\r\nupgrade: websocket\r\n") && head.contains("sec-websocket-key"),
        "{head}"
    );
    asked.say(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    );
    let answer = browser.until("\r\n\r\n").to_lowercase();
    assert!(
        answer.starts_with("http/1.1 101 ") && answer.contains("upgrade: websocket"),
        "{answer}"
    );
    browser.say("ping");
    assert_eq!(asked.until("ping"), "ping");
    asked.say("pong");
    assert_eq!(browser.until("pong"), "pong");
    drop(asked);
    assert_eq!(browser.rest(), "");
}

#[test]
fn an_app_that_hangs_up_is_told_of() {
    let sandbox = answered_by_the_test();
    let app = App::next(&sandbox);
    let mut running = Running::start(&sandbox, "dev");
    let address = running.address();
    let mut browser = send(&address, "GET /", "");
    drop(app.request());
    let answer = browser.rest();
    assert!(answer.starts_with("HTTP/1.1 502 "), "{answer}");
    assert!(
        answer.contains("closed the connection without an answer"),
        "{answer}"
    );
    // And the next one is answered.
    let mut browser = send(&address, "GET /", "");
    app.request().say(PLAIN);
    assert!(browser.rest().ends_with("ok"));
}

#[test]
fn what_is_no_request_does_no_harm() {
    let sandbox = answered_by_the_test();
    App::next(&sandbox).answer_all(PLAIN);
    let mut running = Running::start(&sandbox, "dev");
    let address = running.address();
    for (request, status) in [
        ("nonsense\r\n\r\n", "400"),
        (
            "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n",
            "501",
        ),
        (
            "GET /__clerk-rs-dev/../.env HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "404",
        ),
        (
            "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\nHost: x\r\n\r\n",
            "400",
        ),
    ] {
        let mut wire = Wire::to(&address);
        wire.say(request);
        let answer = wire.until("\r\n\r\n");
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{request}: {answer}"
        );
    }
    assert!(get(&address, "/", "").ends_with("ok"));
    running.signal(Signal::INT);
    running.end();
}
