//! `--watch`: the app is started again when a source changes, and a build that fails waits for the next change.

use std::fs;

use rustix::process::Signal;
use serde_json::Value;

use super::running::{Running, is_gone, pid, with_local_keys};

const APP: &str = r#"
echo "$CLERK_API_URL" >> emulators
echo $$ > pid
if grep -q broken src/main.rs; then echo "error: it is broken" >&2; exit 101; fi
echo "Ready: http://127.0.0.1:$PORT"
exec sleep 1000"#;

#[test]
fn a_change_starts_the_app_again_beside_the_same_emulator() {
    let sandbox = with_local_keys(APP);
    let mut running = Running::start(&sandbox, "dev --watch --offline --json");
    running.until("ready in");
    let first = pid(&sandbox, "pid");

    fs::write(sandbox.path("src/main.rs"), "broken").unwrap();
    running.until("starting again");
    // Reaped, although the tool goes on.
    assert!(is_gone(first));
    running.until("error: it is broken");
    running.until("ended with exit code 101; waiting for a change");

    fs::create_dir(sandbox.path("templates")).unwrap();
    fs::write(sandbox.path("src/main.rs"), "good again").unwrap();
    running.until("ready in");
    running.signal(Signal::INT);
    let (document, code) = running.end();
    let document: Value = serde_json::from_str(&document).unwrap();
    assert_eq!((code, &document["app"]["restarts"]), (130, &2.into()));
    assert!(is_gone(pid(&sandbox, "pid")));
    let emulators = sandbox.read("emulators");
    let mut emulators: Vec<_> = emulators.lines().collect();
    assert_eq!(emulators.len(), 3);
    emulators.dedup();
    assert_eq!(emulators.len(), 1);
}

#[test]
fn who_waits_for_a_change_can_be_ended() {
    let sandbox = with_local_keys("exit 101");
    let mut running = Running::start(&sandbox, "dev --watch --offline");
    running.until("waiting for a change");
    running.signal(Signal::INT);
    assert_eq!(running.end().1, 101);
}

/// An app that takes its time makes a restart last; whoever presses Ctrl-C then wants no next start.
#[test]
fn a_restart_can_be_ended() {
    let script = "trap 'echo asked' TERM; trap 'exit 4' INT; echo $$ > pid; echo Ready: http://x; \
                  while :; do sleep 0.05; done";
    let sandbox = with_local_keys(script);
    let mut running = Running::start(&sandbox, "dev --watch --offline");
    running.until("ready in");
    fs::write(sandbox.path("src/main.rs"), "better").unwrap();
    running.until("asked");
    running.signal(Signal::INT);
    let (_, code) = running.end_in(|said| assert!(!said.contains("starting again"), "{said}"));
    assert_eq!(code, 4);
    assert!(is_gone(pid(&sandbox, "pid")));
}
