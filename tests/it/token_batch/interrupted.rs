//! Ends before the end: somebody asks, nobody reads.

#[cfg(unix)]
use std::io::Read as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Child;

use super::{fed, told, user};
use crate::support::Sandbox;

/// Has answered a line and waits for the next one.
fn waiting(sandbox: &Sandbox) -> (Child, std::process::ChildStdin) {
    let mut child = sandbox.cli("token decode --batch").spawn();
    let mut stdin = child.stdin.take().unwrap();
    stdin
        .write_all(format!("{}\n", user(1)).as_bytes())
        .unwrap();
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.as_mut().unwrap());
    stdout.read_line(&mut line).unwrap();
    assert_eq!(line, told(1, "1"));
    (child, stdin)
}

#[test]
fn a_line_is_answered_before_the_next_one_comes() {
    let sandbox = Sandbox::new();
    let (mut child, stdin) = waiting(&sandbox);
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[cfg(unix)]
#[test]
fn ctrl_c_tells_how_far_it_came() {
    use rustix::process::{Pid, Signal, kill_process};
    let sandbox = Sandbox::new();
    let (mut child, stdin) = waiting(&sandbox);
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    drop(stdin);
    let mut said = String::new();
    child.stderr.unwrap().read_to_string(&mut said).unwrap();
    assert!(
        said.starts_with("  Interrupted: 1 result: 1 unverified\n"),
        "{said}"
    );
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it_though_nobody_reads() {
    use rustix::process::{Pid, Signal, kill_process};
    let sandbox = Sandbox::new();
    let mut child = sandbox.cli("token decode --batch").spawn();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        let lines = format!("{}\n", user(1)).repeat(1000);
        // Until it reads no more: its own output is full.
        while stdin.write_all(lines.as_bytes()).is_ok() {}
    });
    let mut first = [0];
    child
        .stdout
        .as_mut()
        .unwrap()
        .read_exact(&mut first)
        .unwrap();
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    writer.join().unwrap();
}

#[test]
fn a_reader_who_has_seen_enough_ends_it_quietly() {
    let sandbox = Sandbox::new();
    let mut child = sandbox.cli("token decode --batch").spawn();
    let stdout = child.stdout.take().unwrap();
    let lines = format!("{}\n", user(1)).repeat(10_000);
    let mut first = String::new();
    let reader = std::thread::spawn(move || {
        BufReader::new(stdout).read_line(&mut first).unwrap();
        first
    });
    let output = fed(child, lines.as_bytes());
    assert_eq!(reader.join().unwrap(), told(1, "1"));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(0));
}
