//! What `--json` tells while something runs: documents, one a line, whoever reads them and however slowly.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::ChildStdout;

use rustix::process::Signal;
use serde_json::{Value, json};

use super::apps::{App, SAYS_READY, get};
use super::running::{Running, with_local_keys, with_real_keys};
use crate::support::Sandbox;
use crate::support::documents::judge_one;

const SECRET: &str = "sk_test_0123456789abcdefghijABCDEFGHIJ0123456789";

struct Told(BufReader<ChildStdout>);

impl Told {
    fn start(sandbox: &Sandbox, words: &str) -> (Running, Self) {
        let cli = sandbox.cli(words).with_programs_behind();
        let mut child = cli.var("PORT", "0").spawn();
        let stdout = child.stdout.take().unwrap();
        (Running::of(child), Self(BufReader::new(stdout)))
    }

    #[track_caller]
    fn next(&mut self) -> Value {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        let document =
            serde_json::from_str(&line).unwrap_or_else(|_| panic!("no document: {line}"));
        judge_one(&document);
        document
    }

    /// The next document of this type.
    #[track_caller]
    fn until(&mut self, kind: &str) -> Value {
        loop {
            let document = self.next();
            if document["type"] == kind {
                return document;
            }
        }
    }

    /// The next document about an event of this kind.
    #[track_caller]
    fn event(&mut self, kind: &str) -> Value {
        loop {
            let event = self.until("event");
            if event["event"] == kind {
                return event;
            }
        }
    }

    fn rest(mut self) -> Vec<Value> {
        let mut text = String::new();
        self.0.read_to_string(&mut text).unwrap();
        let lines = text.lines().map(serde_json::from_str);
        lines.map(Result::unwrap).collect()
    }
}

/// One connection to the address that a document names.
struct Client {
    stream: TcpStream,
    address: String,
}

impl Client {
    fn to(url: &Value) -> Self {
        let address = url.as_str().unwrap().strip_prefix("http://").unwrap();
        Self {
            stream: TcpStream::connect(address).unwrap(),
            address: address.to_owned(),
        }
    }

    /// Sends a form, and reads the whole JSON answer.
    fn post(&mut self, path: &str, form: &str) -> Value {
        // The control routes are for no page.
        let origin = match path.starts_with("/v1/") {
            true => "Origin: http://localhost:3000\r\n",
            false => "",
        };
        let text = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\n{origin}\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            self.address,
            form.len()
        );
        self.stream.write_all(text.as_bytes()).unwrap();
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            self.stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap().to_lowercase();
        let length = head.split("content-length: ").nth(1).unwrap();
        let length = length.split("\r\n").next().unwrap().parse().unwrap();
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    /// Somebody signs up; the session's token.
    fn sign_up(&mut self) -> String {
        let browser = self.post("/v1/dev_browser", "");
        let browser = browser["id"].as_str().unwrap().to_owned();
        let ask = |path: &str| format!("{path}?__clerk_db_jwt={browser}");
        let form = "email_address=grace@example.com&password=correct+horse+battery";
        let made = self.post(&ask("/v1/client/sign_ups"), form);
        let id = made["response"]["id"].as_str().unwrap();
        let step = |step: &str| ask(&format!("/v1/client/sign_ups/{id}/{step}_verification"));
        self.post(&step("prepare"), "strategy=email_code");
        let outbox = self.outbox();
        let code = outbox["mails"][0]["code"].as_str().unwrap();
        let done = self.post(
            &step("attempt"),
            &format!("strategy=email_code&code={code}"),
        );
        let session = &done["client"]["sessions"][0];
        session["last_active_token"]["jwt"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    fn outbox(&self) -> Value {
        // By number: no resolver knows the names of worlds.
        let server = self.stream.peer_addr().unwrap();
        let mut stream = TcpStream::connect(server).unwrap();
        let host = &self.address;
        let text = format!("GET /__emulator/outbox HTTP/1.1\r\nHost: {host}\r\nConnection: close");
        stream
            .write_all(format!("{text}\r\n\r\n").as_bytes())
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap()
    }
}

#[test]
fn an_emulator_tells_where_it_is_and_then_what_happens_and_no_secret() {
    let sandbox = with_local_keys("exit 9");
    let words = "emulator --port 0 --backend-port 0 --offline --json";
    let (running, mut told) = Told::start(&sandbox, words);
    let first = told.next();
    let emulator = &first["emulator"];
    let port = emulator["url"]
        .as_str()
        .unwrap()
        .rsplit(':')
        .next()
        .unwrap();
    let state = sandbox.path(".clerk/emulator-state.jsonl");
    let state = state
        .parent()
        .unwrap()
        .parent()
        .unwrap()
        .canonicalize()
        .unwrap();
    let state = state.join(".clerk/emulator-state.jsonl");
    let expected = json!({
        "schema": "clerk-rs.emulator/2", "type": "started", "ok": true,
        "version": env!("CARGO_PKG_VERSION"), "app": null,
        "emulator": {
            "url": format!("http://localhost:{port}"),
            "frontend_url": format!("http://127.0.0.1:{port}"),
            "backend_url": emulator["backend_url"],
            "publishable_key": "pk_test_ZW11bGF0b3ItMDEyMzQ1NjcubG9jYWxob3N0LmNsZXJrLmFjY291bnRzLmRldiQ",
            "state": state, "deterministic": null, "users": 0,
        },
    });
    assert_eq!(first, expected);
    let token = Client::to(&emulator["frontend_url"]).sign_up();
    let servers = Client::to(&emulator["backend_url"]).post("/v1/users", "");
    assert_eq!(
        servers["errors"][0]["code"],
        "authorization_header_format_invalid"
    );
    running.signal(Signal::INT);
    let documents = told.rest();
    assert_eq!(running.end().1, 0);

    let of = |kind: &'static str| documents.iter().filter(move |it| it["type"] == kind);
    let mail = of("mail").next().unwrap();
    assert_eq!(
        (&mail["to"], &mail["purpose"]),
        (&json!("grace@example.com"), &json!("email_code"))
    );
    let prepared = of("request").find(|it| it["note"].is_string()).unwrap();
    let note = format!(
        "code {} for grace@example.com",
        mail["code"].as_str().unwrap()
    );
    assert_eq!(prepared["note"], note);
    let done = of("request").find(|it| it["who"] == "grace@example.com");
    let done = done.unwrap();
    assert_eq!(
        (&done["method"], &done["status"]),
        (&json!("POST"), &json!(200))
    );
    assert_eq!(
        (&done["of"], &done["face"]),
        (&json!("emulator"), &json!("frontend"))
    );
    assert!(done["ms"].is_u64() && done["at"].as_i64() > Some(1_700_000_000_000));
    let server = of("request").find(|it| it["face"] == "backend").unwrap();
    assert_eq!(
        (&server["who"], &server["path"], &server["status"]),
        (&json!("server"), &json!("/v1/users"), &json!(401))
    );
    let last = json!({ "schema": "clerk-rs.emulator/2", "type": "ended", "ok": true, "app": null });
    assert_eq!(documents.last(), Some(&last));
    let text = json!([first, documents]).to_string();
    for secret in [SECRET, &token, "eyJ", "dvb_", "correct"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

#[test]
fn a_moved_clock_and_a_reset_are_told() {
    let sandbox = with_local_keys("exit 9");
    let words = "emulator --port 0 --backend-port 0 --offline --json --deterministic 7";
    let (mut running, mut told) = Told::start(&sandbox, words);
    let first = told.next();
    let memory = (
        &first["emulator"]["state"],
        &first["emulator"]["deterministic"],
    );
    assert_eq!(memory, (&Value::Null, &json!(7)));
    let mut client = Client::to(&first["emulator"]["frontend_url"]);
    client.post("/__emulator/clock", "move=61s");
    client.post("/__emulator/reset", "");
    let world = client.post("/__emulator/worlds", "");
    let url = world["url"].as_str().unwrap();
    client.address = url.strip_prefix("http://").unwrap().to_owned();
    client.post("/__emulator/clock", "move=-5m");
    let moved = told.until("clock");
    assert_eq!(
        (&moved["moved_by"], &moved["world"]),
        (&json!(61_000), &Value::Null)
    );
    told.until("reset");
    let moved = told.until("clock");
    assert_eq!(
        (&moved["moved_by"], &moved["world"]),
        (&json!(-300_000), &world["id"])
    );
    running.until("its clock is 1 min 1 s ahead");
    running.until("everybody is forgotten");
}

/// A script that only wants the addresses reads one line, and a pipe that nobody reads is full after some 200 requests.
#[test]
fn an_emulator_goes_on_whether_or_not_anybody_reads() {
    for reads in [false, true] {
        let sandbox = with_local_keys("exit 9");
        let words = "emulator --port 0 --backend-port 0 --offline --json --quiet";
        let (running, mut told) = Told::start(&sandbox, words);
        let mut client = Client::to(&told.next()["emulator"]["frontend_url"]);
        let told = if reads {
            Some(told)
        } else {
            drop(told);
            None
        };
        for _ in 0..600 {
            let path = format!("/v1/{}", "x".repeat(180));
            assert_eq!(
                client.post(&path, "")["errors"][0]["code"],
                "resource_not_found"
            );
        }
        running.signal(Signal::INT);
        if let Some(told) = told {
            let documents = told.rest();
            assert_eq!(documents.len(), 601);
            assert_eq!(documents[600]["type"], "ended");
        }
        let (_, code) = running.end_in(|said| assert_eq!(said, ""));
        assert_eq!(code, 0);
    }
}

#[test]
fn what_fails_is_the_last_document_and_takes_one_line() {
    let sandbox = with_real_keys("exit 0");
    let cli = sandbox.cli("emulator --json").status(3).any_stdout();
    let said = cli.run();
    assert_eq!(said.matches('\n').count(), 1);
    let document: Value = serde_json::from_str(&said).unwrap();
    let of = |name: &str| document[name].clone();
    assert_eq!(
        [of("schema"), of("type"), of("ok")],
        [json!("clerk-rs.emulator/2"), json!("failed"), json!(false)]
    );
    assert_eq!(document["error"]["code"], "keys-not-local");
}

#[test]
fn dev_tells_where_all_is_what_the_app_says_and_how_it_ended() {
    let app = "echo \"a\tline\"; echo \"Ready: http://127.0.0.1:$PORT\"; exec sleep 1000";
    let sandbox = with_local_keys(app);
    let (running, mut told) = Told::start(&sandbox, "dev --offline --json");
    let first = told.next();
    assert_eq!(
        (&first["schema"], &first["type"]),
        (&json!("clerk-rs.dev/2"), &json!("started"))
    );
    let url = first["app"]["url"].as_str().unwrap();
    assert!(url.starts_with("http://localhost:"), "{first}");
    assert!(first["emulator"]["backend_url"].is_string(), "{first}");
    assert_eq!(told.until("output")["text"], "a\tline");
    assert!(told.until("ready")["seconds"].as_f64() > Some(0.0));
    running.signal(Signal::TERM);
    told.until("ending");
    let last = told.until("ended");
    assert_eq!(last["ok"], false);
    assert_eq!(last["app"], json!({ "exit_code": 143, "restarts": 0 }));
    assert_eq!(running.end().1, 143);
}

/// With a clock that was moved, the lines of the app came from another time than those of the emulator between them.
#[test]
fn the_app_is_told_of_by_the_clock_of_the_emulator() {
    let sandbox = with_local_keys(SAYS_READY);
    let app = App::next(&sandbox);
    app.answer_all("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let (_running, mut told) = Told::start(&sandbox, "dev --offline --json");
    let first = told.next();
    let page = first["app"]["url"].as_str().unwrap().to_owned();
    let page = page.strip_prefix("http://").unwrap();
    told.until("ready");
    Client::to(&first["emulator"]["frontend_url"]).post("/__emulator/clock", "move=30d");
    get(page, "/picked", "");
    let moved = told.until("request");
    let asked = told.until("request");
    assert_eq!(
        (&moved["of"], &asked["of"]),
        (&json!("emulator"), &json!("app"))
    );
    assert!(
        asked["at"].as_i64() >= moved["at"].as_i64(),
        "{moved} {asked}"
    );
}

/// Whoever waits for a user, or for a webhook, need not ask again and again.
#[test]
fn what_happened_is_told_and_how_a_webhook_arrived() {
    let sandbox = with_local_keys("exit 9");
    // Nobody listens there any more.
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let url = format!("http://127.0.0.1:{port}/webhooks");
    let words = "emulator --port 0 --backend-port 0 --offline --json --seed seed.toml --webhooks";
    let seed = "[[users]]\nid = \"user_ada\"\nusername = \"adalovelace\"\n";
    std::fs::write(sandbox.path("seed.toml"), seed).unwrap();
    let (mut running, mut told) = Told::start(&sandbox, &format!("{words} {url}"));
    let first = told.next();
    assert_eq!(first["type"], "started");
    // What the seed made was there before anybody could ask, but it is delivered.
    let failed = told.until("delivery");
    let next = failed["at"].as_i64().unwrap() + 5_000;
    let id = failed["id"].as_str().unwrap();
    assert!(id.starts_with("msg_"));
    let expected = json!({
        "schema": "clerk-rs.emulator/2", "type": "delivery", "ok": true, "at": failed["at"], "event": "user.created",
        "id": id, "url": url, "status": null, "problem": "nobody listens there", "attempts": 1, "next": next,
    });
    assert_eq!(failed, expected);
    running.until(&format!(
        "webhook to {url} nobody listens there  user.created, again in 5 s"
    ));
    Client::to(&first["emulator"]["frontend_url"]).sign_up();
    let user = told.event("user.created");
    assert!(user["id"].as_str().unwrap().starts_with("user_"), "{user}");
    told.event("session.created");
}

#[test]
fn without_webhooks_as_well_what_happened_is_told_with_its_world() {
    let sandbox = with_local_keys("exit 9");
    let words = "emulator --port 0 --backend-port 0 --offline --json";
    let (_running, mut told) = Told::start(&sandbox, words);
    let mut client = Client::to(&told.next()["emulator"]["frontend_url"]);
    let world = client.post("/__emulator/worlds", "");
    client.sign_up();
    assert_eq!(told.event("user.created")["world"], Value::Null);
    let url = world["url"].as_str().unwrap();
    client.address = url.strip_prefix("http://").unwrap().to_owned();
    client.sign_up();
    assert_eq!(told.event("user.created")["world"], world["id"]);
}

#[test]
fn without_an_emulator_dev_says_so() {
    let sandbox = with_real_keys("exit 0");
    let (running, mut told) = Told::start(&sandbox, "dev --json");
    assert_eq!(told.next()["emulator"], Value::Null);
    assert_eq!(told.until("ended")["ok"], true);
    assert_eq!(running.end().1, 0);
}
