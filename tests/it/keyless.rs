//! Temporary applications: the one request, what is kept of the answer, and every way in which it can fail.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

use serde_json::{Value, json};

use crate::support::Sandbox;

const KEY: &str = "pk_test_YnJhdmUtb3R0ZXItNy5jbGVyay5hY2NvdW50cy5kZXYk";
const SECRET: &str = "sk_test_2q7OrchardOrchardOrchardOrchard4711";
const CLAIM: &str = "https://dashboard.clerk.com/apps/claim?token=tok_hidden";

/// Answers one request with a status line and a body; hands back what was asked.
fn clerk(status: &str, headers: &str, body: &str) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-length: {length}\r\n{headers}connection: close\r\n\r\n{body}"
    );
    let served = thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let mut asked = String::new();
        let mut bytes = [0; 4096];
        while !asked.ends_with("source=clerk-rs") {
            let length = connection.read(&mut bytes).unwrap();
            assert!(length > 0, "the request broke off: {asked}");
            asked.push_str(std::str::from_utf8(&bytes[..length]).unwrap());
        }
        connection.write_all(answer.as_bytes()).unwrap();
        asked
    });
    (address, served)
}

fn application() -> Value {
    json!({
        "object": "accountless_application",
        "publishable_key": KEY,
        "secret_key": SECRET,
        "claim_url": CLAIM,
        "api_keys_url": "https://dashboard.clerk.com/x",
    })
}

fn document(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn a_new_project_gets_its_keys_by_one_request() {
    let sandbox = Sandbox::new();
    let (api, served) = clerk("200 OK", "", &application().to_string());
    let said = sandbox
        .cli("init app --no-git --keys keyless")
        .var("CLERK_API_URL", &api)
        .stderr(&format!("  Asking {api} for a temporary application\n"))
        .any_stdout()
        .run();
    let asked = served.join().unwrap().to_ascii_lowercase();
    assert!(asked.starts_with("post /v1/accountless_applications http/1.1\r\n"));
    assert!(
        asked.contains("\r\nclerk-framework: clerk-rs\r\n"),
        "{asked}"
    );
    assert!(asked.contains("\r\ncontent-type: application/x-www-form-urlencoded\r\n"));
    assert!(!asked.contains("authorization"), "{asked}");
    assert!(
        said.ends_with(&format!(
            "
  The keys are those of a temporary application. To keep it, claim it:
    {CLAIM}
  The link is kept in .clerk/keyless.json; whoever has it can claim the
  application.
"
        )),
        "{said}"
    );
    let variables = sandbox.read("app/.env");
    let variables: Vec<_> = variables
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    let expected = [
        format!("CLERK_PUBLISHABLE_KEY={KEY}"),
        format!("CLERK_SECRET_KEY={SECRET}"),
    ];
    assert_eq!(variables, expected);
    let mut record = document(&sandbox.read("app/.clerk/keyless.json"));
    assert!(record["createdAt"].take().as_i64().unwrap() > 1_700_000_000_000);
    let expected = json!({
        "claimToken": "tok_hidden",
        "createdAt": null,
        "publishableKey": KEY,
        "claimUrl": CLAIM,
    });
    assert_eq!(record, expected);
    #[cfg(unix)]
    for file in ["app/.env", "app/.clerk/keyless.json"] {
        assert_eq!(crate::support::mode(&sandbox.path(file)), 0o600, "{file}");
    }
}

#[test]
fn a_project_is_switched_and_the_application_kept_from_being_lost() {
    let sandbox = Sandbox::new();
    sandbox.cli("init app --no-git -q").run();
    let cli = |words: &str, api: &str| {
        sandbox
            .cli(words)
            .folder(&sandbox.path("app"))
            .var("CLERK_API_URL", api)
    };
    let (api, served) = clerk("200 OK", "", &application().to_string());
    cli("env set --keys keyless", &api)
        .stderr(&format!("  Asking {api} for a temporary application\n"))
        .stdout(&format!(
            "  The keys are those of a temporary application now
  ~ CLERK_PUBLISHABLE_KEY   pk_test_\u{2026} (brave-otter-7.clerk.accounts.dev) .env:4
  ~ CLERK_SECRET_KEY        sk_test_\u{2026}4711            .env:5
  - CLERK_API_URL           http://127.0.0.1:4401    taken out of .env
  - CLERK_FAPI_URL          http://127.0.0.1:4400    taken out of .env
  - CLERK_PROXY_URL         /__clerk                 taken out of .env

  Claim it, to keep it:
    {CLAIM}

  The link is kept in .clerk/keyless.json; whoever has it can claim the application.
"
        ))
        .run();
    served.join().unwrap();
    let after = sandbox.read("app/.env");
    cli("env set --keys keyless", &api)
        .status(2)
        .stderr(&format!(
            "error: the project has a temporary application already
  because: with another one, its users and settings would be lost
  help: claim it: {CLAIM}
    or give it up: remove .clerk/keyless.json
"
        ))
        .run();
    assert_eq!(sandbox.read("app/.env"), after);
    cli("env set --keys local -q", &api).run();
    assert!(sandbox.path("app/.clerk/keyless.json").exists());
}

/// How it can fail, in words; `init` then leaves a project with local keys.
#[test]
fn a_failure_is_loud_and_leaves_local_keys() {
    let without = |name: &str| {
        let mut body = application();
        body.as_object_mut().unwrap().remove(name);
        body.to_string()
    };
    let with = |name: &str, value: &str| {
        let mut body = application();
        body[name] = value.into();
        body.to_string()
    };
    let refused =
        r#"{"errors":[{"code":"too_many\u001b[2J","message":"Slow down"}],"clerk_trace_id":"t1"}"#;
    for (status, headers, body, code, because, help) in [
        (
            "429 Too Many Requests",
            "retry-after: 7\r\n",
            refused.to_owned(),
            "keyless-refused",
            "[API] made no temporary application: it answered 429: too_many\\u{1b}[2J (Slow down) [trace t1]",
            "try again in 7 s",
        ),
        (
            "503 Service Unavailable",
            "",
            "<html>log in to this network".to_owned(),
            "keyless-refused",
            "[API] made no temporary application: it answered 503, and not in JSON",
            "something else than Clerk may answer there: check the network and the proxy",
        ),
        (
            "302 Found",
            "location: https://evil.example/\r\n",
            "{}".to_owned(),
            "keyless-refused",
            "[API] made no temporary application: it answered 302",
            "try again later",
        ),
        (
            "200 OK",
            "",
            "<html>".to_owned(),
            "keyless-answer-strange",
            "[API] answered with no temporary application: its answer has no JSON that can be used",
            "check the address in CLERK_API_URL, if it is set",
        ),
        (
            "200 OK",
            "",
            without("secret_key"),
            "keyless-answer-strange",
            "[API] answered with no temporary application: its answer has no secret key that can be used",
            "check the address in CLERK_API_URL, if it is set",
        ),
        (
            "200 OK",
            "",
            with("claim_url", "javascript:alert(1)"),
            "keyless-answer-strange",
            "[API] answered with no temporary application: its answer has no claim link that can be used",
            "check the address in CLERK_API_URL, if it is set",
        ),
        (
            "200 OK",
            "",
            with(
                "secret_key",
                "sk_test_x\nCLERK_API_URL=https://evil.example",
            ),
            "keyless-answer-strange",
            "[API] answered with no temporary application: its answer has no secret key that can be used",
            "check the address in CLERK_API_URL, if it is set",
        ),
        (
            "200 OK",
            "",
            with("secret_key", "sk_live_2q7OrchardOrchardOrchardOrchard4711"),
            "keyless-answer-strange",
            "the two keys belong to different instances: pk_test_ is for development, sk_live_ for production",
            "check the address in CLERK_API_URL, if it is set",
        ),
    ] {
        let sandbox = Sandbox::new();
        let (api, served) = clerk(status, headers, &body);
        let said = sandbox
            .cli("init app --no-git --keys keyless --json")
            .var("CLERK_API_URL", &api)
            .any_stderr()
            .status(3)
            .any_stdout()
            .run();
        served.join().unwrap();
        let error = &document(&said)["error"];
        assert_eq!(error["code"], code, "{said}");
        let expected = format!(
            "app has local keys: no temporary application could be made: {}",
            because.replace("[API]", &api)
        );
        assert_eq!(error["message"], expected);
        let expected = format!(
            "{help}\nthe project works without: `clerk-rs dev` in app; to try again: `clerk-rs env set --keys \
             keyless`"
        );
        assert_eq!(error["help"], expected);
        let text = sandbox.read("app/.env");
        assert!(
            text.contains("CLERK_PUBLISHABLE_KEY=pk_test_ZW11bGF0b3It"),
            "{text}"
        );
        assert!(!sandbox.path("app/.clerk").exists());
    }
}

#[test]
fn a_server_that_is_not_there_changes_nothing() {
    let sandbox = Sandbox::new();
    sandbox.cli("init app --no-git -q").run();
    let before = sandbox.read("app/.env");
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let api = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    sandbox
        .cli("env set --keys keyless -q")
        .folder(&sandbox.path("app"))
        .var("CLERK_API_URL", &api)
        .status(3)
        .stderr(&format!(
            "error: could not reach {api}
  because: the connection was refused
  help: check that it runs and that the port is right
"
        ))
        .run();
    assert_eq!(sandbox.read("app/.env"), before);
    assert!(!sandbox.path("app/.clerk").exists());
}

#[test]
fn a_secret_is_not_sent_for_in_the_open() {
    let sandbox = Sandbox::new();
    for api in [
        "http://api.clerk.example",
        "clerk",
        "ftp://127.0.0.1",
        "https://me:pw@api.clerk.example",
    ] {
        sandbox
            .cli("init app --no-git --keys keyless -q")
            .var("CLERK_API_URL", api)
            .status(3)
            .stderr(
                "error: app has local keys: no temporary application could be made
  because: CLERK_API_URL is no address: it does not start with https://, or with http:// and this machine
  help: write it as https://host, or leave it unset
    the project works without: `clerk-rs dev` in app; to try again: `clerk-rs env set --keys keyless`
",
            )
            .run();
        fs::remove_dir_all(sandbox.path("app")).unwrap();
    }
}

/// The project's own file names the emulator, or whatever a stranger wrote there.
#[test]
fn only_the_environment_says_who_is_asked() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("Cargo.toml"), "").unwrap();
    let trap = TcpListener::bind("127.0.0.1:0").unwrap();
    trap.set_nonblocking(true).unwrap();
    let file = format!("CLERK_API_URL=http://{}\n", trap.local_addr().unwrap());
    fs::write(sandbox.path(".env"), file).unwrap();
    let (api, served) = clerk("200 OK", "", &application().to_string());
    sandbox
        .cli("env set --keys keyless -q")
        .var("CLERK_API_URL", &api)
        .run();
    served.join().unwrap();
    assert!(trap.accept().is_err());
}

#[test]
fn none_is_made_where_nobody_would_claim_it() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("Cargo.toml"), "").unwrap();
    for (name, value) in [
        ("GITHUB_ACTIONS", "true"),
        ("CI", "1"),
        ("CLERK_KEYLESS_DISABLED", "1"),
        ("CLERK_KEYLESS_DISABLED", "TRUE"),
    ] {
        for words in ["init app --keys keyless", "env set --keys keyless"] {
            sandbox
                .cli(words)
                .var(name, value)
                .status(2)
                .stderr(&format!(
                    "error: no temporary application is made where {name} is set
  help: nobody would claim it there: take --keys local or --keys env
"
                ))
                .run();
        }
    }
    sandbox
        .cli("init app --keys keyless --offline")
        .status(2)
        .stderr(
            "error: --keys keyless needs the network, and --offline forbids it
  help: take --keys local
",
        )
        .run();
    assert_eq!(sandbox.tree(), ["Cargo.toml"]);
}

#[test]
fn a_dry_run_asks_nobody() {
    let sandbox = Sandbox::new();
    let trap = TcpListener::bind("127.0.0.1:0").unwrap();
    trap.set_nonblocking(true).unwrap();
    let api = format!("http://{}", trap.local_addr().unwrap());
    let said = sandbox
        .cli("init app --keys keyless --dry-run")
        .var("CLERK_API_URL", &api)
        .any_stdout()
        .run();
    assert!(
        said.contains("+CLERK_PUBLISHABLE_KEY=pk_test_...\n"),
        "{said}"
    );
    assert!(said.contains("  + .clerk/keyless.json "), "{said}");
    fs::write(sandbox.path("Cargo.toml"), "").unwrap();
    sandbox
        .cli("env set --keys keyless --dry-run")
        .var("CLERK_API_URL", &api)
        .stdout(
            "--- a/.env
+++ b/.env
@@ line 1 @@
+CLERK_PUBLISHABLE_KEY=…
@@ line 2 @@
+CLERK_SECRET_KEY=sk_test_\u{2026}
",
        )
        .run();
    assert!(trap.accept().is_err());
    assert_eq!(sandbox.tree(), ["Cargo.toml"]);
}

/// A file that cannot be changed is found before an application is made that nobody could reach again.
#[test]
fn no_application_is_made_for_a_file_that_cannot_be_changed() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("Cargo.toml"), "").unwrap();
    fs::write(sandbox.path(".env"), "no assignment\n").unwrap();
    let trap = TcpListener::bind("127.0.0.1:0").unwrap();
    trap.set_nonblocking(true).unwrap();
    sandbox
        .cli("env set --keys keyless")
        .var(
            "CLERK_API_URL",
            &format!("http://{}", trap.local_addr().unwrap()),
        )
        .status(3)
        .stderr(
            "error: .env cannot be changed
  because: line 1 is not of the form NAME=value: no = follows the name
  help: no app starts with such a line: mend it first
",
        )
        .run();
    assert!(trap.accept().is_err());
}

#[cfg(unix)]
#[test]
fn the_claim_link_is_not_written_through_a_link() {
    let sandbox = Sandbox::new();
    for folder in ["app", "outside"] {
        fs::create_dir(sandbox.path(folder)).unwrap();
    }
    fs::write(sandbox.path("app/Cargo.toml"), "").unwrap();
    std::os::unix::fs::symlink("../outside", sandbox.path("app/.clerk")).unwrap();
    let (api, served) = clerk("200 OK", "", &application().to_string());
    let said = sandbox
        .cli("env set --keys keyless")
        .folder(&sandbox.path("app"))
        .var("CLERK_API_URL", &api)
        .any_stderr()
        .any_stdout()
        .run();
    served.join().unwrap();
    // The keys count all the same, and the link is shown.
    assert!(said.contains(CLAIM), "{said}");
    let words: Vec<_> = said.split_whitespace().collect();
    let warning =
        "! claim link it is not kept: .clerk leads to [WORK]/outside, outside the project";
    assert!(words.join(" ").contains(warning), "{said}");
    assert_eq!(
        sandbox.tree(),
        [
            "app/",
            "app/.clerk@",
            "app/.env",
            "app/Cargo.toml",
            "outside/"
        ]
    );
}
