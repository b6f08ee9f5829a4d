//! A `dev` that is killed leaves its app; the next one ends it, and nothing else.

use std::fs;

use rustix::process::{Pid, Signal, test_kill_process};

use super::running::{Running, is_gone, pid, until, with_real_keys};

const APP: &str = "echo $$ > pid; echo Ready: http://x; exec sleep 1000";

fn marks(sandbox: &crate::support::Sandbox) -> Vec<String> {
    let entries = fs::read_dir(sandbox.path(".clerk")).into_iter().flatten();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.collect()
}

#[test]
fn the_app_of_a_killed_dev_is_named_and_ended_by_the_next_one() {
    let sandbox = with_real_keys(APP);
    let mut first = Running::start(&sandbox, "dev");
    first.until("ready in");
    let left = pid(&sandbox, "pid");
    first.signal(Signal::KILL);
    while !first.is_over() {}
    assert!(!is_gone(left), "it lives on, as the test needs it");

    let mut second = Running::start(&sandbox, "dev");
    let named = format!("left this app: process {}.", left.as_raw_nonzero());
    second.until(&named);
    second.until("ready in");
    until(|| is_dead(left));
    let own = pid(&sandbox, "pid");
    assert_eq!(
        marks(&sandbox),
        [format!("dev-{}.json", own.as_raw_nonzero())]
    );
    second.signal(Signal::INT);
    second.end();
    assert!(!sandbox.path(".clerk").exists(), "nothing is left");
}

#[test]
fn the_app_of_a_dev_that_runs_is_left_alone() {
    let sandbox = with_real_keys(APP);
    let mut first = Running::start(&sandbox, "dev");
    first.until("ready in");
    let own = pid(&sandbox, "pid");
    let mut second = Running::start(&sandbox, "dev");
    second.until("ready in");
    assert!(!is_gone(own));
    assert_eq!(marks(&sandbox).len(), 2);
    second.signal(Signal::INT);
    second.end_in(|said| assert!(!said.contains("was killed"), "{said}"));
    assert!(!is_gone(own));
}

/// Process numbers are given again, and anybody can write a file.
#[test]
fn a_process_that_was_not_started_then_is_not_ours() {
    let sandbox = with_real_keys("exit 0");
    let mut bystander = std::process::Command::new("sleep")
        .arg("1000")
        .spawn()
        .unwrap();
    let id = bystander.id();
    fs::create_dir(sandbox.path(".clerk")).unwrap();
    let gone = "{\"id\":4000000,\"started\":\"x\"}";
    for (name, text) in [
        (
            "dev-1.json",
            format!("{{\"dev\":{gone},\"app\":{{\"id\":{id},\"started\":\"then 123\"}}}}"),
        ),
        ("dev-2.json", "nonsense".to_owned()),
        (
            "dev-3.json",
            format!("{{\"dev\":{gone},\"app\":{{\"id\":0,\"started\":\"\"}}}}"),
        ),
        (
            "dev-4.json",
            format!("{{\"dev\":{gone},\"app\":{{\"id\":1,\"started\":\"\"}}}}"),
        ),
        ("dev-5.json", "x".repeat(10_000)),
    ] {
        fs::write(sandbox.path(".clerk").join(name), text).unwrap();
    }
    fs::write(sandbox.path(".clerk/other.json"), "{}").unwrap();
    let running = Running::start(&sandbox, "dev");
    let (_, code) = running.end_in(|said| assert!(!said.contains("was killed"), "{said}"));
    assert_eq!(code, 0);
    assert!(test_kill_process(Pid::from_child(&bystander)).is_ok());
    assert_eq!(marks(&sandbox), ["other.json"]);
    bystander.kill().unwrap();
    bystander.wait().unwrap();
}

/// Nobody reaps it here at once.
fn is_dead(pid: Pid) -> bool {
    let state = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    is_gone(pid) || state.contains(") Z ")
}
