//! `.env` beside a running `dev`: the app starts again with what stands there now, with or without `--watch`.

use std::fs;

use rustix::process::Signal;

use super::running::{LOCAL_KEYS, REAL_KEYS, Running, with_local_keys, with_real_keys};

const APP: &str = r#"
echo "$CLERK_API_URL|$(grep -c . .env)" >> told
echo "Ready: http://x"
exec sleep 1000"#;

#[test]
fn a_changed_file_starts_the_app_again() {
    for words in ["dev --watch", "dev"] {
        let sandbox = with_real_keys(APP);
        let mut running = Running::start(&sandbox, words);
        running.until("ready in");
        fs::write(sandbox.path(".env.local"), "GREETING=hello\n").unwrap();
        running.until(".env changed: starting again");
        running.until("ready in");
        assert_eq!(sandbox.read("told"), "|2\n|2\n");
        // What has nothing to do with it changes nothing.
        fs::write(sandbox.path("notes"), "x").unwrap();
        running.signal(Signal::INT);
        running.end();
        assert_eq!(sandbox.read("told"), "|2\n|2\n");
    }
}

#[test]
fn what_the_tool_itself_sets_counts_at_once() {
    let sandbox = with_real_keys(APP);
    let mut running = Running::start(&sandbox, "dev");
    running.until("ready in");
    let set = sandbox
        .cli("env set CLERK_SIGN_IN_URL /login -q")
        .any_stderr();
    set.any_stdout().run();
    running.until(".env changed: starting again");
    running.until("ready in");
    assert_eq!(sandbox.read("told"), "|2\n|3\n");
}

#[test]
fn other_keys_start_the_emulator_or_end_it() {
    let sandbox = with_local_keys(APP);
    let mut running = Running::start(&sandbox, "dev --offline --json");
    running.until("ready in");
    fs::write(sandbox.path(".env"), REAL_KEYS).unwrap();
    running.until("other keys: starting all again");
    running.until("no emulator is needed");
    running.until("ready in");
    fs::write(sandbox.path(".env"), LOCAL_KEYS).unwrap();
    running.until("users, sessions, mails");
    running.until("ready in");
    let told = sandbox.read("told");
    let urls: Vec<_> = told
        .lines()
        .map(|line| line.split('|').next().unwrap())
        .collect();
    assert!(urls[0].starts_with("http://127.0.0.1:"), "{told}");
    assert_eq!((urls[1], urls.len()), ("", 3), "{told}");
    assert!(urls[2].starts_with("http://127.0.0.1:"), "{told}");
    running.signal(Signal::INT);
    let (documents, _) = running.end();
    let last = documents.lines().last().unwrap();
    let document: serde_json::Value = serde_json::from_str(last).unwrap();
    assert_eq!(document["app"]["restarts"], 2);
}

#[test]
fn what_cannot_be_used_is_said_and_the_app_goes_on() {
    let sandbox = with_real_keys(APP);
    let mut running = Running::start(&sandbox, "dev");
    running.until("ready in");
    fs::write(sandbox.path(".env"), "CLERK_PUBLISHABLE_KEY=pk_test_\n").unwrap();
    running.until("cannot be used; the app goes on as it is");
    running.until("warning: CLERK_PUBLISHABLE_KEY (.env:1) cannot be used");
    fs::write(sandbox.path(".env"), REAL_KEYS).unwrap();
    running.until(".env changed: starting again");
    running.until("ready in");
    fs::write(sandbox.path(".env"), format!("{REAL_KEYS}PORT=4321\n")).unwrap();
    // The environment says PORT=0 here, and wins.
    running.until("ready in");
    running.signal(Signal::INT);
    running.end_in(|said| assert!(!said.contains("PORT and HOST"), "{said}"));
}
