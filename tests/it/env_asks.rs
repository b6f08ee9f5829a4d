//! The hidden question of `env set`, on a terminal of the test's own.

use std::fs;

use rexpect::process::WaitStatus;
use rexpect::session::{PtySession, spawn_command};

use crate::support::Sandbox;

const SECRET: &str = "sk_test_2q7OrchardOrchardOrchardOrchard4711";
const LIVE: &str = "pk_live_Y2xlcmsub3JjaGFyZC5leGFtcGxlJA";

fn project() -> Sandbox {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("Cargo.toml"), "").unwrap();
    sandbox
}

fn terminal(sandbox: &Sandbox, words: &str) -> PtySession {
    spawn_command(sandbox.cli(words).command(), Some(10_000)).unwrap()
}

fn end(mut session: PtySession) -> (String, i32) {
    let said = session.exp_eof().unwrap();
    match session.process().wait().unwrap() {
        WaitStatus::Exited(_, code) => (said, code),
        other => panic!("{other:?}: {said}"),
    }
}

/// A key pasted with a space behind it was written with the space.
#[test]
fn a_pasted_secret_is_hidden_checked_and_trimmed() {
    let sandbox = project();
    let mut session = terminal(&sandbox, "env set CLERK_SECRET_KEY");
    session.exp_string("Value? (hidden)").unwrap();
    session.send_line("sk_test_2q7Orchard Orchard").unwrap();
    let before = session
        .exp_string("CLERK_SECRET_KEY cannot be set to that")
        .unwrap();
    assert!(!before.contains("2q7Orchard"), "{before}");
    session.exp_string("Value? (hidden)").unwrap();
    session.send_line(&format!("{SECRET} ")).unwrap();
    let (said, code) = end(session);
    assert_eq!(code, 0, "{said}");
    assert!(!said.contains("2q7Orchard"), "{said}");
    assert_eq!(sandbox.read(".env"), format!("CLERK_SECRET_KEY={SECRET}\n"));
}

#[test]
fn what_is_no_secret_is_seen_while_it_is_typed() {
    let sandbox = project();
    let mut session = terminal(&sandbox, "env set PORT");
    session.exp_string("PORT is to be set.").unwrap();
    let before = session.exp_string("Value?").unwrap();
    assert!(!before.contains("hidden"), "{before}");
    session.send_line("4000").unwrap();
    let (said, code) = end(session);
    assert_eq!(code, 0, "{said}");
    assert!(!said.contains("hidden"), "{said}");
    assert_eq!(sandbox.read(".env"), "PORT=4000\n");
}

#[test]
fn both_keys_are_asked_for_when_they_are_switched() {
    let sandbox = project();
    let mut session = terminal(&sandbox, "env set --keys paste");
    session.exp_string("Publishable key? (hidden)").unwrap();
    session.send_line(LIVE).unwrap();
    session
        .exp_string("production, clerk.orchard.example")
        .unwrap();
    session.exp_string("Secret key? (hidden)").unwrap();
    session.send_line(SECRET).unwrap();
    session
        .exp_string("the two keys belong to different instances")
        .unwrap();
    session.exp_string("Secret key? (hidden)").unwrap();
    session
        .send_line("sk_live_2q7OrchardOrchardOrchardOrchard4711")
        .unwrap();
    let (said, code) = end(session);
    assert_eq!(code, 0, "{said}");
    assert!(sandbox.read(".env").contains(LIVE));
}

#[test]
fn ctrl_c_and_ctrl_d_write_nothing() {
    let sandbox = project();
    for (words, question) in [
        ("env set CLERK_SECRET_KEY", "Value? (hidden)"),
        ("env set --keys paste", "Publishable key? (hidden)"),
    ] {
        for key in ['c', 'd'] {
            let mut session = terminal(&sandbox, words);
            session.exp_string(question).unwrap();
            session.send_control(key).unwrap();
            let (said, code) = end(session);
            assert_eq!(code, 130, "{key}: {said}");
            assert!(said.contains("\u{1b}[?25h"), "{key}: {said:?}");
        }
    }
    assert_eq!(sandbox.tree(), ["Cargo.toml"]);
}
