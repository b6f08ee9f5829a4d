//! Questions, on a terminal of the test's own.

use std::fs;

use rexpect::process::WaitStatus;
use rexpect::session::{PtySession, spawn_command};

use crate::support::Sandbox;

const LIVE: &str = "pk_live_Y2xlcmsub3JjaGFyZC5leGFtcGxlJA";
const SECRET: &str = "sk_live_2q7OrchardOrchardOrchard4711";
const SHOW_CURSOR: &str = "\u{1b}[?25h";

fn terminal(sandbox: &Sandbox, words: &str) -> PtySession {
    spawn_command(sandbox.cli(words).command(), Some(10_000)).unwrap()
}

/// What was said until the end, and the exit code.
fn end(mut session: PtySession) -> (String, i32) {
    let said = session.exp_eof().unwrap();
    match session.process().wait().unwrap() {
        WaitStatus::Exited(_, code) => (said, code),
        other => panic!("{other:?}: {said}"),
    }
}

#[test]
fn enter_answers_every_question() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("notes"), "").unwrap();
    let mut session = terminal(&sandbox, "init --no-git");
    session
        .exp_string("Where shall the project go? [my-app]")
        .unwrap();
    session.send_line("").unwrap();
    session.exp_string("Framework?").unwrap();
    session.exp_string("> axum").unwrap();
    session.send_line("").unwrap();
    session.exp_string("Keys?").unwrap();
    session
        .exp_string("> local: made on the spot, no account needed")
        .unwrap();
    session.send_line("").unwrap();
    session.exp_string("Extras?").unwrap();
    session.exp_string("[ ] orgs").unwrap();
    session.send_line("").unwrap();
    let (said, code) = end(session);
    assert!(said.contains("Created my-app"), "{said}");
    assert_eq!(code, 0);
    assert!(sandbox.path("my-app/Cargo.toml").is_file());
}

#[test]
fn an_answer_that_will_not_do_is_asked_for_again() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("full")).unwrap();
    fs::write(sandbox.path("full/notes"), "").unwrap();
    let mut session = terminal(
        &sandbox,
        "init --no-git --keys local --with docker --framework axum",
    );
    session.exp_string("Where shall the project go?").unwrap();
    session.send_line("full").unwrap();
    session.exp_string("full is not empty").unwrap();
    session.exp_string("Where shall the project go?").unwrap();
    session.send_line("async").unwrap();
    session.exp_string("it is a keyword of Rust").unwrap();
    session
        .exp_string("What is the package called? [async-app]")
        .unwrap();
    session.send_line("").unwrap();
    let (_, code) = end(session);
    assert_eq!(code, 0);
    assert!(
        sandbox
            .read("async/Cargo.toml")
            .contains("name = \"async-app\"")
    );
}

/// "env" without the variables ended the run, and all answers before it were lost.
#[test]
fn a_source_of_keys_that_has_none_is_asked_again() {
    let sandbox = Sandbox::new();
    let mut session = terminal(
        &sandbox,
        "init my-app --no-git --with docker --framework axum",
    );
    session
        .exp_string("env: already in the environment")
        .unwrap();
    // Down, down, Enter.
    for key in ["\u{1b}[B", "\u{1b}[B", "\r"] {
        session.send(key).unwrap();
    }
    session.flush().unwrap();
    session
        .exp_string("CLERK_PUBLISHABLE_KEY is not set")
        .unwrap();
    session.exp_string("Keys?").unwrap();
    session.send_line("").unwrap();
    assert_eq!(end(session).1, 0);
    assert!(sandbox.read("my-app/.env").contains("CLERK_API_URL"));
}

#[test]
fn pasted_keys_are_hidden_and_checked() {
    let sandbox = Sandbox::new();
    let mut session = terminal(
        &sandbox,
        "init my-app --no-git --keys paste --with docker --framework axum",
    );
    session.exp_string("Publishable key? (hidden)").unwrap();
    session.send_line(SECRET).unwrap();
    let before = session.exp_string("it is a secret key").unwrap();
    assert!(!before.contains("2q7Orchard"), "{before}");
    session.exp_string("Publishable key? (hidden)").unwrap();
    session.send_line(&format!("  {LIVE} ")).unwrap();
    session.exp_string("Secret key? (hidden)").unwrap();
    session
        .send_line("sk_test_2q7OrchardOrchardOrchard4711")
        .unwrap();
    session.exp_string("belong to different instances").unwrap();
    session.exp_string("Secret key? (hidden)").unwrap();
    session.send_line(SECRET).unwrap();
    let (said, code) = end(session);
    assert!(!said.contains("2q7Orchard"), "{said}");
    assert_eq!(code, 0);
    assert!(sandbox.read("my-app/.env").contains(SECRET));
}

#[test]
fn extras_are_chosen_with_the_space_bar() {
    let sandbox = Sandbox::new();
    let mut session = terminal(&sandbox, "init my-app --no-git --keys local --json=false");
    // `--json` takes no value: the mistake is told, nothing is asked.
    session.exp_string("unexpected value 'false'").unwrap();
    assert_eq!(end(session).1, 2);
    let mut session = terminal(
        &sandbox,
        "init my-app --no-git --keys local -v --framework axum",
    );
    session.exp_string("[ ] orgs").unwrap();
    session.send(" ").unwrap();
    session.flush().unwrap();
    session.exp_string("[x] orgs").unwrap();
    session.send_line("").unwrap();
    assert_eq!(end(session).1, 0);
}

/// The cursor stayed hidden and the echo off after Ctrl-C; people closed the window.
#[test]
fn ctrl_c_gives_the_terminal_back() {
    let sandbox = Sandbox::new();
    for (words, question) in [
        ("init", "Where shall the project go?"),
        ("init my-app", "Framework?"),
        ("init my-app --framework axum", "Keys?"),
        ("init my-app --keys local --framework axum", "Extras?"),
        (
            "init my-app --framework axum --keys paste",
            "Publishable key? (hidden)",
        ),
    ] {
        let mut session = terminal(&sandbox, words);
        session.exp_string(question).unwrap();
        session.send_control('c').unwrap();
        let (said, code) = end(session);
        assert_eq!(code, 130, "{words}: {said:?}");
        assert!(said.contains(SHOW_CURSOR), "{words}: {said:?}");
        assert!(!said.contains("error"), "{words}: {said:?}");
    }
    assert_eq!(sandbox.tree(), [""; 0]);
}

/// Nothing happened, as if the program hung.
#[test]
fn ctrl_d_in_place_of_an_answer_ends_it() {
    let sandbox = Sandbox::new();
    for (words, question) in [
        ("init", "Where shall the project go? [.]"),
        (
            "init my-app --framework axum",
            "env: already in the environment",
        ),
        (
            "init my-app --keys local --framework axum",
            "[ ] github-actions",
        ),
    ] {
        let mut session = terminal(&sandbox, words);
        session.exp_string(question).unwrap();
        session.send_control('d').unwrap();
        let (said, code) = end(session);
        assert_eq!(code, 130, "{words}: {said:?}");
        assert!(said.contains(SHOW_CURSOR), "{words}: {said:?}");
        assert!(!said.contains("error"), "{words}: {said:?}");
    }
    assert_eq!(sandbox.tree(), [""; 0]);
}

/// Half a terminal: dialoguer would read from `/dev/tty` and wait for ever.
#[test]
fn nothing_is_asked_where_nobody_can_answer() {
    let sandbox = Sandbox::new();
    for (words, variable) in [("init", "CI"), ("init --json", "X")] {
        let mut command = sandbox.cli(words).command();
        command.env(variable, "true");
        let mut session = spawn_command(command, Some(10_000)).unwrap();
        session
            .exp_string("the project's folder is missing")
            .unwrap();
        assert_eq!(end(session).1, 2, "{words}");
    }
    // Standard input is a pipe, the rest a terminal.
    let command = sandbox.cli("init").command();
    let mut shell = std::process::Command::new("/bin/sh");
    shell
        .args(["-c", "echo | \"$0\" init"])
        .arg(command.get_program());
    shell
        .current_dir(sandbox.path(""))
        .env_clear()
        .env("PATH", "");
    let mut session = spawn_command(shell, Some(10_000)).unwrap();
    session
        .exp_string("there is no terminal to ask on")
        .unwrap();
    assert_eq!(end(session).1, 2);
}
