//! What is said of requests while the emulator runs: what somebody did, and nothing that a stranger made of it.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use rustix::process::Signal;

use super::apps::{App, answered_by_the_test, get};
use super::running::{Running, with_local_keys};

fn send(port: &str, request: &str) {
    let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
    let head = format!("{request} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    stream.read_to_end(&mut Vec::new()).unwrap();
}

/// Takes the time of day and the milliseconds out of a line.
fn without_times(line: &str) -> String {
    let words: Vec<_> = line.split("  ").collect();
    let is_time = |word: &&str| {
        let is_clock = word.len() == 9 && word.ends_with('Z') && word.split(':').count() == 3;
        is_clock || word.ends_with(" ms")
    };
    let kept: Vec<_> = words.into_iter().filter(|word| !is_time(word)).collect();
    kept.join("  ")
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
    running.until("POST /v1/client/sign_ups 401");
    running.signal(Signal::INT);
    let (_, code) = running.end_in(|said| {
        let told: Vec<_> = said
            .lines()
            .skip_while(|line| !line.contains("Ctrl-C"))
            .skip(1)
            .map(without_times)
            .collect();
        assert_eq!(
            told,
            [
                "  emulator  POST /v1/\u{fffd}2J\u{fffd}cod.exe 404  not emulated  +3",
                "  emulator  POST /v1/client/sign_ups 401  dev_browser_unauthenticated",
            ]
        );
    });
    assert_eq!(code, 0);
}

#[test]
fn verbose_tells_every_request_and_quiet_none() {
    for (words, told) in [("--verbose", true), ("--quiet", false)] {
        let sandbox = with_local_keys("exit 9");
        let words = format!("emulator --port 0 --backend-port 0 --offline --json {words}");
        let mut child = sandbox.cli(&words).spawn();
        let mut first = String::new();
        let mut stdout = std::io::BufReader::new(child.stdout.take().unwrap());
        std::io::BufRead::read_line(&mut stdout, &mut first).unwrap();
        let first: serde_json::Value = serde_json::from_str(&first).unwrap();
        let port = first["emulator"]["url"].as_str().unwrap().to_owned();
        let mut running = Running::of(child);
        let port = port.rsplit(':').next().unwrap();
        send(port, "GET /v1/health");
        send(port, "GET /v1/nowhere");
        if told {
            running.until("GET /v1/health 200");
            running.until("GET /v1/nowhere 404");
        }
        running.signal(Signal::INT);
        let (_, code) = running.end_in(|said| assert_eq!(said.contains("/v1/"), told, "{said}"));
        assert_eq!(code, 0);
    }
}

#[test]
fn dev_tells_the_requests_of_the_app_as_well_and_each_once() {
    let sandbox = answered_by_the_test();
    let app = App::next(&sandbox);
    let mut running = Running::start(&sandbox, "dev");
    let address = running.address();
    app.answer_all(
        "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:4400/v1/x?token=secret\r\n\
         x-clerk-auth-reason: session-token-expired\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    );
    for path in [
        "/dashboard?code=secret",
        "/dashboard",
        "/assets/a.css",
        "/api/\u{9b}x",
        "/healthz",
    ] {
        get(&address, path, "");
    }
    get(&address, "/last", "");
    running.until("GET /last");
    running.signal(Signal::INT);
    running.end_in(|said| {
        let told = said.lines().filter(|line| line.contains("Z  "));
        let told: Vec<_> = told.map(without_times).collect();
        let rest = "307  → 127.0.0.1:4400/v1/x  session-token-expired";
        assert_eq!(
            told,
            [
                format!("  app       GET /dashboard {rest}"),
                format!("  app       GET /api/\u{fffd}x {rest}  +2"),
                format!("  app       GET /last {rest}  +1"),
            ]
        );
    });
}

/// A generated app has a log of its own, with a line for each request.
#[test]
fn a_line_of_the_core_that_the_front_tells_as_well_is_left_out() {
    let line = "2026-11-28T10:00:00.000000Z  INFO clerk_auth::kit::log: GET / 200 1 ms";
    let other = "2026-11-28T10:00:00.000000Z  INFO orchard: picked";
    let sandbox = with_local_keys(&format!("echo '{line}'; echo '{other}'; exit 0"));
    let mut running = Running::start(&sandbox, "dev --offline");
    running.until(other);
    running.end_in(|said| assert!(!said.contains("kit::log"), "{said}"));
}
