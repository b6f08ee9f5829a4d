//! `webhooks send`, to apps that answer in various ways.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use clerk_auth::time::UnixMillis;
use clerk_auth::webhooks::{self, Event, WebhookSecret};
use clerk_rs_cli::emulator::sample;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::SECRET;
use crate::support::{Cli, Sandbox, made_of};

/// An app that answers its first request so, and hands that over.
struct App {
    port: u16,
    serving: JoinHandle<String>,
}

impl App {
    fn answering(answer: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let answer = answer.to_owned();
        let serving = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let request = read(&mut stream);
            // Whoever has read enough hangs up.
            let _hung_up = stream.write_all(answer.as_bytes());
            request
        });
        Self { port, serving }
    }

    fn got(self) -> String {
        self.serving.join().unwrap()
    }
}

fn read(stream: &mut TcpStream) -> String {
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    let mut text = String::new();
    let mut bytes = [0; 4096];
    loop {
        let length = stream.read(&mut bytes).unwrap();
        text += std::str::from_utf8(&bytes[..length]).unwrap();
        let announced = text.split_once("\r\n\r\n").map(|(head, body)| {
            let head = head.to_lowercase();
            let (_, length) = head.split_once("content-length: ").unwrap();
            let length = length.lines().next().unwrap().parse::<usize>().unwrap();
            body.len() >= length
        });
        if length == 0 || announced == Some(true) {
            return text;
        }
    }
}

/// The event in a request, if it is signed.
fn event(request: &str) -> (String, Event) {
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    let first = lines.next().unwrap().to_owned();
    let headers = lines.map(|line| {
        let (name, value) = line.split_once(": ").unwrap();
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        (name, HeaderValue::from_str(value).unwrap())
    });
    let headers: HeaderMap = headers.collect();
    let sent: i64 = headers["svix-timestamp"].to_str().unwrap().parse().unwrap();
    let secret = WebhookSecret::parse(SECRET).unwrap();
    let then = UnixMillis::from_seconds(sent);
    let event = webhooks::verify(&headers, body.as_bytes(), &[secret], then).unwrap();
    (first, event)
}

const NO_CONTENT: &str = "HTTP/1.1 204 No Content\r\n\r\n";

fn send<'a>(sandbox: &'a Sandbox, words: &str) -> Cli<'a> {
    let cli = sandbox.cli(&format!("webhooks send {words}"));
    cli.var("CLERK_WEBHOOK_SIGNING_SECRET", SECRET)
}

#[test]
fn an_app_gets_a_signed_event() {
    let sandbox = Sandbox::new();
    let app = App::answering(NO_CONTENT);
    let url = format!("http://localhost:{}/hooks?a=b", app.port);
    send(&sandbox, &format!("user.created --id msg_7 --to {url}"))
        .stdout(&format!(
            "  \u{2713} user.created   msg_7\n  {url} answered 204\n"
        ))
        .run();
    let (first, event) = event(&app.got());
    assert_eq!(first, "POST /hooks?a=b HTTP/1.1");
    assert_eq!((&*event.id, &*event.kind), ("msg_7", "user.created"));
    assert_eq!(
        event.data["email_addresses"][0]["email_address"],
        "ada@example.com"
    );
}

#[test]
fn in_a_project_the_route_and_the_port_are_known() {
    let sandbox = Sandbox::new();
    let app = App::answering(NO_CONTENT);
    let manifest = made_of("web").replace("extras = []", "extras = [\"webhooks\"]");
    fs::write(sandbox.path("Cargo.toml"), manifest).unwrap();
    let settings = format!("PORT={}\nCLERK_WEBHOOK_SIGNING_SECRET={SECRET}\n", app.port);
    fs::write(sandbox.path(".env"), settings).unwrap();
    fs::create_dir(sandbox.path("src")).unwrap();
    let routes = "Router::new().route(\"/events\", post(receive))";
    fs::write(sandbox.path("src/webhooks.rs"), routes).unwrap();
    sandbox
        .cli("webhooks send session.ended")
        .any_stdout()
        .run();
    let (first, event) = event(&app.got());
    assert_eq!(first, "POST /events HTTP/1.1");
    assert_eq!(event.data["status"], "ended");
}

#[test]
fn an_app_that_does_not_take_it_is_a_no() {
    let sandbox = Sandbox::new();
    for (answer, status, said) in [
        (
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 4\r\n\r\nno\u{1b}[",
            400,
            "by its own secret",
        ),
        (
            "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/x\r\ncontent-length: 0\r\n\r\n",
            302,
            "to http://127.0.0.1:1/x\n  help: redirects are not followed",
        ),
        (
            "HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n",
            500,
            "deliver it again later",
        ),
    ] {
        let app = App::answering(answer);
        let words = format!("user.deleted --to http://127.0.0.1:{}/", app.port);
        let text = send(&sandbox, &words).status(1).any_stdout().run();
        assert!(text.contains(&format!("answered {status}")), "{text}");
        assert!(text.contains(said) && !text.contains('\u{1b}'), "{text}");
        app.got();
    }
}

#[test]
fn an_app_that_gives_no_answer_is_no_answer() {
    let sandbox = Sandbox::new();
    let long = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {0}\r\n\r\n{1}",
        2 << 20,
        "x".repeat(2 << 20)
    );
    for (answer, code) in [(&*long, "answer-too-large"), ("nonsense", "answer-broken")] {
        let app = App::answering(answer);
        let words = format!("user.deleted --json --to http://127.0.0.1:{}/", app.port);
        let text = send(&sandbox, &words).status(3).any_stdout().run();
        let document: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(document["error"]["code"], code, "{text}");
        app.got();
    }
    let gone = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let words = format!("user.deleted --to http://127.0.0.1:{gone}/");
    send(&sandbox, &words)
        .status(3)
        .stderr(&format!(
            "error: http://127.0.0.1:{gone}/ gave no answer\n  because: the connection was refused\n  help: start the app, \
             with `clerk-rs dev` for example; --to names another address\n"
        ))
        .run();
}

#[test]
fn nothing_leaves_this_machine_unless_it_is_allowed() {
    let sandbox = Sandbox::new();
    let url = "https://example.invalid/webhooks/clerk";
    for words in [
        format!("--to {url}"),
        format!("--to {url} --allow-remote --offline"),
        "--to http://localhost.example.invalid/".to_owned(),
        "--to http://10.0.0.1/".to_owned(),
        "--to localhost:3000".to_owned(),
        "--to file:///etc/passwd --allow-remote".to_owned(),
        "--to https://ada:secret@example.invalid/ --allow-remote".to_owned(),
    ] {
        let cli = send(&sandbox, &format!("user.created --json {words}")).status(2);
        let document: Value = serde_json::from_str(&cli.any_stdout().run()).unwrap();
        assert_eq!(document["error"]["code"], "bad-target", "{words}");
    }
    send(&sandbox, "user.created --to localhost:3000/hooks")
        .status(2)
        .stderr(
            "error: no webhook is sent to localhost:3000/hooks\n  because: it does not begin with http://\n  \
             help: write http://localhost:3000/hooks\n",
        )
        .run();
    let words = format!("user.created --json --dry-run --to {url} --allow-remote");
    let text = send(&sandbox, &words).any_stdout().run();
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (&document["url"], &document["answer"]),
        (&url.into(), &Value::Null)
    );
}

#[test]
fn every_kind_can_be_sent_and_tells_of_the_same_records_each_time() {
    let (then, later) = (UnixMillis(1_700_000_000_000), UnixMillis(1_700_000_060_000));
    for kind in sample::kinds() {
        let first = sample::body(kind, then).unwrap();
        let second = sample::body(kind, later).unwrap();
        assert_eq!(first["type"], kind);
        assert!(first["data"]["id"].is_string(), "{first:#}");
        assert_eq!(first["data"]["id"], second["data"]["id"], "{kind}");
        assert_eq!(first["instance_id"], second["instance_id"], "{kind}");
    }
    let id = |kind| sample::body(kind, then).unwrap()["data"]["id"].clone();
    assert_eq!(id("user.created"), id("user.deleted"));
    assert_eq!(id("session.created"), id("session.revoked"));
    let version = |at| sample::body("user.updated", at).unwrap()["data"]["updated_at"].as_i64();
    assert!(version(then) < version(later));
    assert!(sample::body("user.eaten", then).is_err());
}

#[test]
fn a_body_of_ones_own_is_sent_as_it_is() {
    let sandbox = Sandbox::new();
    let body = r#"{"type":"user.updated",   "data":{"id":"user_grace"}}"#;
    fs::write(sandbox.path("body"), body).unwrap();
    let app = App::answering(NO_CONTENT);
    let words = format!(
        "user.updated --body body --to http://localhost:{}/",
        app.port
    );
    send(&sandbox, &words).any_stdout().run();
    let request = app.got();
    assert!(request.ends_with(body), "{request}");
    assert_eq!(event(&request).1.data["id"], "user_grace");
}

/// Nothing is signed for whoever only wants to see the body.
#[test]
fn a_dry_run_needs_no_secret() {
    let sandbox = Sandbox::new();
    // What cannot be used ended it, and there was no body.
    for (secret, why) in [
        (None, "there is no signing secret"),
        (
            Some("whsec_xxxxxxxxxxxxxxxxxxxx"),
            "it still holds a placeholder",
        ),
        (Some("hello"), "it does not start with whsec_"),
    ] {
        if let Some(secret) = secret {
            let line = format!("CLERK_WEBHOOK_SIGNING_SECRET={secret}\n");
            std::fs::write(sandbox.path(".env"), line).unwrap();
        }
        let output = sandbox
            .cli("webhooks send session.ended --dry-run --json")
            .output();
        assert!(output.status.success());
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(
            said.starts_with("Not signed, and nothing could be sent: "),
            "{said}"
        );
        assert!(said.contains(why), "{said}");
        let said: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(said["headers"], Value::Null);
        assert!(said["body"].as_str().unwrap().contains("session.ended"));
        let cli = sandbox.cli("webhooks send session.ended --dry-run");
        assert!(cli.any_stderr().any_stdout().run().starts_with('{'));
        sandbox
            .cli("webhooks send session.ended")
            .status(3)
            .any_stderr()
            .run();
    }
    // A file that is named is meant.
    sandbox
        .cli("webhooks send session.ended --dry-run --secret-file absent")
        .status(3)
        .any_stderr()
        .run();
}
