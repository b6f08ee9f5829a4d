//! A new version takes over while the old one answers; while there is none, browsers are told and others wait.

use std::fs;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::apps::{App, BROWSER, SAYS_READY, answered_by_the_test, ask_for_changes, get, send};
use super::running::{Running, is_gone, pid, until, with_real_keys};
use crate::support::Sandbox;

const OLD: &str = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nold";
const NEW: &str = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew";

fn change(sandbox: &Sandbox, text: &str) {
    fs::write(sandbox.path("src/main.rs"), text).unwrap();
}

#[test]
fn no_request_fails_while_versions_change() {
    let sandbox = answered_by_the_test();
    App::next(&sandbox).answer_all(OLD);
    let mut running = Running::start(&sandbox, "dev --watch");
    let address = running.address();
    let (stop, news) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicUsize::new(0)),
    );
    let load: Vec<_> = (0..4)
        .map(|_| {
            let (address, stop, news) = (address.clone(), Arc::clone(&stop), Arc::clone(&news));
            std::thread::spawn(move || {
                let mut seen_new = false;
                while !stop.load(Ordering::SeqCst) {
                    let answer = get(&address, "/", "");
                    let is_new = answer.ends_with("new");
                    assert!(is_new || answer.ends_with("old"), "{answer}");
                    assert!(is_new || !seen_new, "the old version is back");
                    seen_new = is_new;
                    news.fetch_add(usize::from(is_new), Ordering::SeqCst);
                }
            })
        })
        .collect();
    App::next(&sandbox).answer_all(NEW);
    change(&sandbox, "better");
    running.until("ready in");
    until(|| news.load(Ordering::SeqCst) > 50);
    stop.store(true, Ordering::SeqCst);
    for thread in load {
        thread.join().unwrap();
    }
}

#[test]
fn what_the_old_version_was_asked_it_answers() {
    let sandbox = answered_by_the_test();
    let old = App::next(&sandbox);
    let mut running = Running::start(&sandbox, "dev --watch");
    let address = running.address();
    let mut browser = send(&address, "GET /slow", "");
    let mut asked = old.request();
    App::next(&sandbox).answer_all(NEW);
    change(&sandbox, "better");
    running.until("ready in");
    assert!(get(&address, "/", "").ends_with("new"));
    asked.say("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n");
    browser.until("\r\n\r\n");
    asked.say("old");
    assert_eq!(browser.rest(), "old");
}

/// A page with an event stream kept the version of before for ten seconds, and heard nothing of the next one meanwhile.
#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "measures how long the old version stays"
)]
fn an_event_stream_does_not_hold_the_old_version() {
    let sandbox = with_real_keys(&format!("echo $$ > pid{SAYS_READY}"));
    let old = App::next(&sandbox);
    let mut running = Running::start(&sandbox, "dev --watch");
    let address = running.address();
    let first = pid(&sandbox, "pid");
    let mut browser = send(&address, "GET /events", "Accept: text/event-stream\r\n");
    let mut asked = old.request();
    asked.say("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: one\n\n");
    browser.until("data: one\n\n");
    App::next(&sandbox).answer_all(NEW);
    change(&sandbox, "better");
    running.until("ready in");
    let began = Instant::now();
    until(|| is_gone(first));
    assert!(began.elapsed() < Duration::from_secs(8));
    // What it says while it ends arrives.
    asked.say("event: end\ndata: stopping\n\n");
    drop(asked);
    assert!(browser.rest().contains("data: stopping"));
}

#[test]
fn during_the_first_build_browsers_see_a_page_and_others_wait() {
    let sandbox = answered_by_the_test();
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let cli = sandbox.cli("dev").with_programs_behind();
    let mut running = Running::of(cli.var("PORT", &port.to_string()).spawn());
    let address = format!("localhost:{port}");
    running.until("no emulator is needed");
    until(|| std::net::TcpStream::connect(&address).is_ok());
    let page = get(&address, "/", BROWSER);
    assert!(
        page.starts_with("HTTP/1.1 503 ") && page.contains("The app is being built"),
        "{page}"
    );
    let mut page = ask_for_changes(&address, &page);
    let mut other = send(&address, "GET /api/me", "Accept: application/json\r\n");
    App::next(&sandbox).answer_all(NEW);
    assert!(other.rest().ends_with("new"));
    assert!(page.rest().starts_with("HTTP/1.1 200 "), "it is to reload");
}

#[test]
fn what_the_compiler_says_is_shown_to_browsers_until_it_is_mended() {
    let sandbox = answered_by_the_test();
    App::next(&sandbox).answer_all(OLD);
    let mut running = Running::start(&sandbox, "dev --watch");
    let address = running.address();
    change(&sandbox, "broken");
    running.until("the version before goes on; waiting for a change");
    let page = get(&address, "/", BROWSER);
    assert!(page.starts_with("HTTP/1.1 500 "), "{page}");
    assert!(page.contains("error: expected &lt;semicolon&gt;"), "{page}");
    assert!(
        page.contains("exit code 101") && !page.contains('\u{1b}'),
        "{page}"
    );
    let policy = "content-security-policy: default-src 'none'; script-src 'self';";
    assert!(page.to_lowercase().contains(policy), "{page}");
    // A page of somebody else's whose name leads here does not read sources, and what is no page is answered as before.
    let foreign =
        format!("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n{BROWSER}\r\n");
    let mut wire = super::apps::Wire::to(&address);
    wire.say(&foreign);
    assert!(wire.rest().ends_with("old"));
    assert!(get(&address, "/api/me", "").ends_with("old"));

    let mut waiting = ask_for_changes(&address, &page);
    App::next(&sandbox).answer_all(NEW);
    change(&sandbox, "mended");
    running.until("ready in");
    assert!(waiting.rest().starts_with("HTTP/1.1 200 "));
    assert!(get(&address, "/", BROWSER).ends_with("new"));
}

#[test]
fn an_app_that_never_started_is_told_of_at_once() {
    let sandbox = answered_by_the_test();
    change(&sandbox, "broken");
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let cli = sandbox.cli("dev --watch").with_programs_behind();
    let mut running = Running::of(cli.var("PORT", &port.to_string()).spawn());
    running.until("ended with exit code 101; waiting for a change");
    let address = format!("localhost:{port}");
    let api = get(&address, "/api/me", "Accept: application/json\r\n");
    assert!(
        api.starts_with("HTTP/1.1 503 ") && !api.contains("semicolon"),
        "{api}"
    );
    let page = get(&address, "/", BROWSER);
    assert!(page.contains("The app does not start"), "{page}");
    running.signal(Signal::INT);
    assert_eq!(running.end().1, 101);
}

/// Two projects, started at the same moment: each has its own port from the first instant.
#[test]
fn two_at_once_never_have_one_port() {
    let projects = [answered_by_the_test(), answered_by_the_test()];
    let mut all: Vec<_> = projects
        .iter()
        .map(|sandbox| Running::of(sandbox.cli("dev").with_programs_behind().spawn()))
        .collect();
    App::next(&projects[0]).answer_all(OLD);
    App::next(&projects[1]).answer_all(NEW);
    let addresses: Vec<_> = all.iter_mut().map(Running::address).collect();
    assert_ne!(addresses[0], addresses[1]);
    assert!(get(&addresses[0], "/", "").ends_with("old"));
    assert!(get(&addresses[1], "/", "").ends_with("new"));
}
