//! `pbpaste | clerk-rs keys verify` was a usage error: a `-` was missing.

use std::io::Write as _;

use serde_json::Value;

use crate::support::Sandbox;
use crate::support::clerk::SECRET;

const TOKEN: &str = "Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1c2VyXzEifQ.c2ln";
const DELIVERY: &str = "svix-id: msg_1\n\n{}";

#[test]
fn what_is_piped_in_needs_no_dash() {
    let sandbox = Sandbox::new();
    let secret = sandbox.path("secret");
    std::fs::write(secret, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    for (words, text, status) in [
        ("token decode", TOKEN, 0),
        ("token verify --offline", TOKEN, 3),
        ("keys verify --offline", "ak_0123", 3),
        ("webhooks verify --secret-file secret", DELIVERY, 1),
        (
            "webhooks sign --secret-file secret --id msg_1 --at 1700000000",
            "{}",
            0,
        ),
    ] {
        let said = |words: &str| {
            let cli = sandbox.cli(words).arg("--json").stdin(text);
            cli.status(status).any_stdout().run()
        };
        let (without, with) = (said(words), said(&format!("{words} -")));
        assert!(
            !without.contains("\"error\": {\n    \"code\": \"usage\""),
            "{without}"
        );
        assert_eq!(without, with, "{words}");
    }
}

#[test]
fn a_value_may_be_piped_in_too() {
    let sandbox = Sandbox::new();
    std::fs::write(sandbox.path("Cargo.toml"), "[package]\nname = \"a\"\n").unwrap();
    let cli = sandbox.cli("env set CLERK_SECRET_KEY").stdin(SECRET);
    cli.any_stdout().run();
    assert_eq!(sandbox.read(".env"), format!("CLERK_SECRET_KEY={SECRET}\n"));
    for nothing in ["", "\n"] {
        let cli = sandbox
            .cli("env set CLERK_SECRET_KEY --json")
            .stdin(nothing);
        let text = cli.status(2).any_stdout().run();
        assert!(text.contains("answer-missing"), "{text}");
    }
    assert_eq!(sandbox.read(".env"), format!("CLERK_SECRET_KEY={SECRET}\n"));
}

/// A body that is not there was signed as an empty one.
#[test]
fn nothing_that_is_piped_in_is_no_input() {
    let sandbox = Sandbox::new();
    for (words, code) in [
        ("token decode", "token-empty"),
        ("token verify", "token-empty"),
        ("keys verify", "token-empty"),
        ("keys verify --secret-key-file -", "token-missing"),
        ("webhooks verify", "delivery-missing"),
        ("webhooks verify --secret-file -", "delivery-missing"),
        ("webhooks sign", "body-missing"),
        ("webhooks sign --secret-file -", "body-missing"),
    ] {
        let text = sandbox
            .cli(words)
            .arg("--json")
            .status(2)
            .any_stdout()
            .run();
        let document: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(document["error"]["code"], code, "{words}");
    }
}

/// A pipe that nobody writes to would have held up whoever left out the token.
#[test]
fn a_pipe_that_stays_silent_is_not_waited_for_for_ever() {
    let sandbox = Sandbox::new();
    let mut child = sandbox.cli("token decode").spawn();
    let pipe = child.stdin.take().unwrap();
    let output = child.wait_with_output().unwrap();
    drop(pipe);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(
        error.starts_with("error: nothing came through standard input in 5 s\n"),
        "{error}"
    );
    assert_eq!(output.status.code(), Some(3));

    let mut child = sandbox.cli("token decode").spawn();
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(&TOKEN.as_bytes()[..20]).unwrap();
    pipe.write_all(&TOKEN.as_bytes()[20..]).unwrap();
    drop(pipe);
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
}
