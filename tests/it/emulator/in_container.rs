//! An emulator as a container has it: its keys in variables, no project around it, and all addresses.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};

use serde_json::Value;

use crate::support::Sandbox;

/// Another address of this machine than the one that the emulator has by itself.
const OTHER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

fn health(port: u16) -> String {
    let mut stream = TcpStream::connect((OTHER, port)).unwrap();
    stream
        .write_all(b"GET /v1/health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// What is asked of an emulator with these words, once it runs in a folder without a project.
fn started(words: &str, ask: impl Fn(u16)) -> (Sandbox, String) {
    let sandbox = Sandbox::new();
    let words = format!("--offline --json emulator --port 0 {words}");
    let key = "pk_test_ZW11bGF0b3ItMDAwMDAwMDAubG9jYWxob3N0LmNsZXJrLmFjY291bnRzLmRldiQ";
    let secret = format!("sk_test_{}", "T7mQ2xVb9K".repeat(4));
    let cli = sandbox.cli(&words);
    let cli = cli.var("CLERK_PUBLISHABLE_KEY", key);
    let mut child = cli.var("CLERK_SECRET_KEY", &secret).spawn();
    let mut first = String::new();
    let mut events = BufReader::new(child.stdout.take().unwrap());
    events.read_line(&mut first).unwrap();
    let first: Value = serde_json::from_str(&first).unwrap();
    let url = first["emulator"]["frontend_url"]
        .as_str()
        .unwrap_or_else(|| panic!("{first}"));
    ask(url.rsplit(':').next().unwrap().parse().unwrap());
    child.kill().unwrap();
    let mut said = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    child.wait().unwrap();
    (sandbox, said)
}

#[test]
fn it_answers_at_all_addresses_if_told_to_and_warns() {
    let (sandbox, said) = started("--all-interfaces", |port| {
        let answer = health(port);
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    });
    assert!(said.contains("It listens on all addresses"), "{said}");
    assert!(sandbox.path(".clerk/emulator-state.jsonl").exists());
    // No list of a project's keeps git out of it.
    assert_eq!(sandbox.read(".clerk/.gitignore"), "*\n");
}

#[test]
fn by_itself_it_answers_on_loopback_only() {
    let (_, said) = started("", |port| {
        assert!(TcpStream::connect((OTHER, port)).is_err());
    });
    assert!(!said.contains("all addresses"), "{said}");
}

#[test]
fn without_keys_it_wants_a_project() {
    let sandbox = Sandbox::new();
    let cli = sandbox.cli("--json emulator --port 0");
    let cli = cli.any_stdout().any_stderr().status(3);
    assert!(cli.run().contains("\"no-project\""));
    let cli = sandbox.cli("emulator").status(3);
    cli.stderr(
        "error: there is neither a project here nor a key\n  because: there is no Cargo.toml in [WORK] or above it, and \
         CLERK_PUBLISHABLE_KEY is not set\n  \
         help: run it in a project's folder, or give it the app's keys as variables, in a container by `--env-file .env`\n",
    )
    .run();
}
