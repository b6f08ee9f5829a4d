//! Open pages reload: by a script behind whole documents, and behind nothing else.

use std::fs;

use rustix::process::Signal;

use super::apps::{
    App, BROWSER, answered_by_the_test, ask_for_changes, get, send, with_pages_on_disk,
};
use super::running::Running;

const SCRIPT: &str = "<script src=\"/__clerk-rs-dev/reload.js?";

/// What a browser gets for this answer of the app.
fn shown(app: &App, address: &str, headers: &str, answer: &str) -> String {
    let mut browser = send(address, "GET /", headers);
    app.request().say(answer);
    browser.rest()
}

fn html(headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
    )
}

#[test]
fn a_whole_document_gets_the_script_and_the_length_that_goes_with_it() {
    let sandbox = answered_by_the_test();
    let app = App::next(&sandbox);
    let mut running = Running::start(&sandbox, "dev --watch");
    let address = running.address();
    let document = "<!doctype html><title>x</title>";
    let policy = "Content-Security-Policy: script-src 'self' 'nonce-abc123=='\r\n";
    let answer = shown(&app, &address, BROWSER, &html(policy, document));
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let script = body.strip_prefix(document).unwrap();
    assert!(script.trim().starts_with(SCRIPT), "{body}");
    assert!(
        script.contains(" async nonce=\"abc123==\"></script>"),
        "{body}"
    );
    let length = format!("content-length: {}", body.len());
    assert!(head.to_lowercase().contains(&length), "{head}");

    let address_of_script = script.split('"').nth(1).unwrap();
    let source = get(&address, address_of_script, "");
    assert!(
        source.contains("content-type: text/javascript") && source.contains("location.reload()"),
        "{source}"
    );

    let pieces = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n\
                  5\r\n \n<!d\r\n9\r\nOCTYPE ht\r\n3\r\nml>\r\n1\r\nx\r\n0\r\n\r\n";
    let answer = shown(&app, &address, BROWSER, pieces);
    assert!(
        answer.contains(SCRIPT) && answer.ends_with("0\r\n\r\n"),
        "{answer}"
    );
}

#[test]
fn whatever_is_no_whole_document_stays_as_it_is() {
    let sandbox = answered_by_the_test();
    let app = App::next(&sandbox);
    let mut running = Running::start(&sandbox, "dev --watch");
    let address = running.address();
    let document = "<!doctype html><p>";
    let partial = "HTTP/1.1 206 Partial Content\r\nContent-Type: text/html\r\nContent-Length: 18\r\n\r\n<!doctype html><p>";
    let json = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n\"<!doctype html>\"";
    let htmx = format!("HX-Request: true\r\n{BROWSER}");
    for (headers, answer) in [
        (BROWSER, html("", "<div>a fragment</div>")),
        (BROWSER, html("", "")),
        (BROWSER, html("", "<!doc")),
        (BROWSER, html("Content-Encoding: gzip\r\n", document)),
        (BROWSER, partial.to_owned()),
        (BROWSER, json.to_owned()),
        (&htmx, html("", document)),
        (
            "Sec-Fetch-Dest: empty\r\nAccept: text/html\r\n",
            html("", document),
        ),
        ("Accept: */*\r\n", html("", document)),
    ] {
        let got = shown(&app, &address, headers, &answer);
        let body = answer.split_once("\r\n\r\n").unwrap().1;
        assert_eq!(
            got.split_once("\r\n\r\n").unwrap().1,
            body,
            "{headers}{answer}"
        );
    }
    // A document that may grow has no length that is known before.
    let mut browser = send(&address, "HEAD /", BROWSER);
    let mut asked = app.request();
    assert!(
        asked.head.contains("accept-encoding: identity"),
        "{}",
        asked.head
    );
    asked.say(
        html("", document)
            .split_inclusive("\r\n\r\n")
            .next()
            .unwrap(),
    );
    let answer = browser.rest();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(
        !answer.to_lowercase().contains("content-length: 18"),
        "{answer}"
    );
}

/// Or each Ctrl-C would wait for the browsers.
#[test]
fn open_pages_do_not_hold_up_the_end() {
    let sandbox = answered_by_the_test();
    let app = App::next(&sandbox);
    let mut running = Running::start(&sandbox, "dev --watch");
    let address = running.address();
    let page = shown(&app, &address, BROWSER, &html("", "<!doctype html>"));
    let question = page.split("reload.js").nth(1).unwrap();
    let question = question.split('"').next().unwrap();
    let mut waiting = send(
        &address,
        &format!("GET /__clerk-rs-dev/changed{question}"),
        "",
    );
    // Whoever is answered after it was asked before it.
    let mut browser = send(&address, "GET /", "");
    app.request().say("HTTP/1.1 204 No Content\r\n\r\n");
    browser.rest();
    running.signal(Signal::INT);
    assert!(waiting.rest().starts_with("HTTP/1.1 204 "));
    running.end();
}

#[test]
fn without_watch_nothing_is_put_behind_pages() {
    let sandbox = answered_by_the_test();
    let app = App::next(&sandbox);
    let mut running = Running::start(&sandbox, "dev");
    let address = running.address();
    let answer = shown(&app, &address, BROWSER, &html("", "<!doctype html>"));
    assert!(answer.ends_with("\r\n\r\n<!doctype html>"), "{answer}");
}

#[test]
fn a_changed_template_reloads_the_page_and_builds_nothing() {
    let sandbox = with_pages_on_disk();
    let app = App::next(&sandbox);
    let mut running = Running::start(&sandbox, "dev --watch");
    let address = running.address();
    let page = shown(&app, &address, BROWSER, &html("", "<!doctype html>"));
    let mut waiting = ask_for_changes(&address, &page);
    fs::write(sandbox.path("templates/home.html"), "three").unwrap();
    assert!(waiting.rest().starts_with("HTTP/1.1 200 "));
    running.until("pages reload");
    assert_eq!(sandbox.read("starts"), "started\n");
    // In a release build they are part of the program.
    running.signal(Signal::INT);
    running.end();
    let mut running = Running::start(&sandbox, "dev --watch -- --release");
    running.until("ready in");
    fs::write(sandbox.path("templates/home.html"), "fourth").unwrap();
    running.until("changed: building");
}
