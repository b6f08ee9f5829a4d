//! `--watch`: the app is started again when a source changes, and a build that fails waits for the next change.

use std::fs;

use rustix::process::Signal;
use serde_json::Value;

use super::running::{Running, is_gone, pid, until, with_local_keys};

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
    running.until("changed: building");
    running.until("error: it is broken");
    running.until("ended with exit code 101; the version before goes on; waiting for a change");
    assert!(!is_gone(first));

    fs::create_dir(sandbox.path("templates")).unwrap();
    fs::write(sandbox.path("src/main.rs"), "good again").unwrap();
    running.until("ready in");
    until(|| is_gone(first));
    running.signal(Signal::INT);
    let (document, code) = running.end();
    let last = document.lines().last().unwrap();
    let document: Value = serde_json::from_str(last).unwrap();
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

/// Whoever presses Ctrl-C while the next version is built ends the one that answers, and the build with it.
#[test]
fn a_build_beside_a_running_app_is_ended_with_it() {
    let script = "if grep -q better src/main.rs; then echo $$ > builds; exec sleep 1000; fi
trap 'exit 4' INT; echo $$ > pid; echo Ready: http://x; while :; do sleep 0.05; done";
    let sandbox = with_local_keys(script);
    let mut running = Running::start(&sandbox, "dev --watch --offline");
    running.until("ready in");
    fs::write(sandbox.path("src/main.rs"), "better").unwrap();
    until(|| fs::read_to_string(sandbox.path("builds")).is_ok_and(|pid| pid.ends_with('\n')));
    running.signal(Signal::INT);
    assert_eq!(running.end().1, 4);
    assert!(is_gone(pid(&sandbox, "pid")));
    until(|| is_gone(pid(&sandbox, "builds")));
}

/// A second change makes the build of the first one useless.
#[test]
fn a_change_during_a_build_takes_its_place() {
    let script = "if grep -q slow src/main.rs; then echo building; exec sleep 1000; fi; echo Ready: http://x; exec sleep 1000";
    let sandbox = with_local_keys(script);
    let mut running = Running::start(&sandbox, "dev --watch --offline");
    running.until("ready in");
    fs::write(sandbox.path("src/main.rs"), "slow").unwrap();
    running.until("app       building");
    fs::write(sandbox.path("src/main.rs"), "quick").unwrap();
    running.until("ready in");
    running.signal(Signal::INT);
    running.end();
}
