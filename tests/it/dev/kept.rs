//! An emulator that is killed, started again, or has no room to write: what was answered is there afterwards.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rustix::process::Signal;
use serde_json::Value;

use super::running::{Running, with_local_keys};
use crate::support::killing::{Random, kills};
use crate::support::{Sandbox, mode};

const STATE: &str = ".clerk/emulator-state.jsonl";
const EMULATOR: &str = "emulator --port 0 --offline";

/// Waits until it runs; its address.
fn address(running: &mut Running) -> String {
    let line = running.until("http://localhost:");
    running.until("Ctrl-C ends it");
    let url = line.split_whitespace().nth(1).unwrap();
    url.strip_prefix("http://").unwrap().to_owned()
}

/// Status and body; none if the answer did not come whole.
fn ask(address: &str, method: &str, path: &str, form: &str) -> Option<(u16, Value)> {
    let mut stream = TcpStream::connect(address).ok()?;
    let length = form.len();
    // The control routes are for no page.
    let origin = match path.starts_with("/v1/") {
        true => "Origin: http://localhost:3000\r\n",
        false => "",
    };
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{origin}\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{form}"
    );
    stream.write_all(head.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some((status, serde_json::from_str(body).ok()?))
}

/// Signs somebody up, step by step; each answer is noted as a browser, or an address that has a user.
fn sign_up(address: &str, number: usize, note: &dyn Fn(String)) -> Option<()> {
    let asked = |path: &str, form: &str| {
        let answer = ask(address, "POST", path, form);
        answer.filter(|(status, _)| *status == 200)
    };
    let (_, browser) = asked("/v1/dev_browser", "")?;
    let browser = browser["id"].as_str()?.to_owned();
    note(browser.clone());
    let email = format!("u{number}%2Bclerk_test%40example.com");
    let fields = format!("email_address={email}&password=correct+horse+battery");
    let all = format!("/v1/client/sign_ups?__clerk_db_jwt={browser}");
    let (_, made) = asked(&all, &fields)?;
    let id = made["response"]["id"].as_str()?.to_owned();
    let step = |step: &str| format!("/v1/client/sign_ups/{id}/{step}?__clerk_db_jwt={browser}");
    asked(&step("prepare_verification"), "strategy=email_code")?;
    asked(
        &step("attempt_verification"),
        "strategy=email_code&code=424242",
    )?;
    note(format!("u{number}+clerk_test@example.com"));
    Some(())
}

/// Whether all that was noted is there.
#[track_caller]
fn all_is_there(address: &str, noted: &[String]) {
    let (_, state) = ask(address, "GET", "/__emulator/state", "").unwrap();
    let users = state["users"].to_string();
    for name in noted {
        let is_there = if name.starts_with("dvb_") {
            let client = format!("/v1/client?__clerk_db_jwt={name}");
            ask(address, "GET", &client, "").unwrap().0 == 200
        } else {
            users.contains(&format!("\"{name}\""))
        };
        assert!(is_there, "{name} was answered and is lost");
    }
}

#[test]
fn a_killed_emulator_loses_nothing_that_it_answered() {
    let noted = Arc::new(Mutex::new(Vec::new()));
    let (mut sandbox, mut random) = (with_local_keys("exit 9"), Random(31));
    for round in 0..kills() {
        // Each round looks for all that was noted before, so they are not to become too many.
        if round % 20 == 0 {
            sandbox = with_local_keys("exit 9");
            noted.lock().unwrap().clear();
        }
        let mut running = Running::start(&sandbox, EMULATOR);
        let address = address(&mut running);
        all_is_there(&address, &noted.lock().unwrap());
        let kill_after = random.below(50);
        let answers = Arc::new(AtomicUsize::new(0));
        let threads: Vec<_> = (0..3)
            .map(|thread| {
                let (noted, answers) = (Arc::clone(&noted), Arc::clone(&answers));
                let address = address.clone();
                std::thread::spawn(move || {
                    let note = |name| {
                        noted.lock().unwrap().push(name);
                        answers.fetch_add(1, Ordering::SeqCst);
                    };
                    let mut number = round * 1000 + thread * 300;
                    while sign_up(&address, number, &note).is_some() {
                        number += 1;
                    }
                })
            })
            .collect();
        // The others go on meanwhile, so it is killed in the middle of something.
        while answers.load(Ordering::SeqCst) < kill_after {
            std::thread::yield_now();
        }
        running.signal(Signal::KILL);
        for thread in threads {
            thread.join().unwrap();
        }
    }
    let mut running = Running::start(&sandbox, EMULATOR);
    let address = address(&mut running);
    let noted = noted.lock().unwrap();
    assert!(noted.len() > 100, "{}", noted.len());
    all_is_there(&address, &noted);
    assert_eq!(mode(&sandbox.path(STATE)), 0o600);
}

#[test]
fn users_outlive_the_emulator_until_they_are_to_be_forgotten() {
    let sandbox = with_local_keys("exit 9");
    let state = |words: &str| {
        let mut running = Running::start(&sandbox, &format!("{EMULATOR} {words}"));
        let address = address(&mut running);
        let (_, state) = ask(&address, "GET", "/__emulator/state", "").unwrap();
        (running, address, state)
    };
    let (running, address, _) = state("");
    sign_up(&address, 1, &|_| ()).unwrap();
    sign_up(&address, 2, &|_| ()).unwrap();
    let (_, before) = ask(&address, "GET", "/__emulator/state", "").unwrap();
    running.signal(Signal::INT);
    running.end();

    let (running, holder, after) = state("");
    assert_eq!(after, before);
    assert!(running.said.contains("2 users in "), "{}", running.said);
    // Another one of this project would write into the same file.
    let second = sandbox.cli("emulator -q --offline --port 0").status(3);
    let port = holder.rsplit(':').next().unwrap();
    let told = format!(
        "error: the emulator's state in [WORK]/.clerk/emulator-state.jsonl cannot be used\n  \
         because: the emulator at http://localhost:{port} works with it\n  \
         help: end that one, or give this one another file with --state\n"
    );
    second.stderr(&told).run();
    let (other, _, elsewhere) = state("--state other.jsonl");
    assert_eq!(elsewhere["users"], Value::Array(Vec::new()));
    other.signal(Signal::INT);
    other.end();
    assert!(sandbox.path("other.jsonl").exists());
    running.signal(Signal::INT);
    running.end();

    let (running, _, after) = state("--fresh");
    assert_eq!(after["users"], Value::Array(Vec::new()));
    assert!(!running.said.contains("users in "), "{}", running.said);
    running.signal(Signal::INT);
    running.end();
    assert!(!sandbox.read(STATE).contains("example.com"));
}

#[test]
fn a_last_change_that_was_cut_off_is_said_and_a_foreign_file_refused() {
    let sandbox = with_local_keys("exit 9");
    let mut running = Running::start(&sandbox, EMULATOR);
    let at = address(&mut running);
    sign_up(&at, 1, &|_| ()).unwrap();
    running.signal(Signal::KILL);
    drop(running);
    let torn = sandbox.read(STATE) + "{\"put\":{\"user\":[{\"id\":\"user_2";
    fs::write(sandbox.path(STATE), torn).unwrap();
    let mut running = Running::start(&sandbox, EMULATOR);
    let at = address(&mut running);
    let words = "was cut off in writing, before it was answered. It is dropped.";
    assert!(running.said.contains(words), "{}", running.said);
    all_is_there(&at, &["u1+clerk_test@example.com".to_owned()]);
    running.signal(Signal::KILL);
    drop(running);

    let refused = sandbox.cli("emulator -q --offline --port 0 --state Cargo.toml --fresh");
    refused
        .status(3)
        .stderr(
            "error: the emulator's state in Cargo.toml cannot be used\n  \
             because: it is no state of an emulator\n  \
             help: name another file with --state; this one stays as it is\n",
        )
        .run();
    assert!(sandbox.read("Cargo.toml").starts_with("[package]"));
}

/// The emulator, in a shell that lets no file grow beyond so many blocks.
fn with_little_room(sandbox: &Sandbox, blocks: u32) -> Running {
    let inner = sandbox.cli(EMULATOR).with_programs_behind().command();
    let mut shell = Command::new("sh");
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
    shell.args(["-c", &script, "sh"]);
    shell.arg(inner.get_program()).args(inner.get_args());
    shell
        .current_dir(inner.get_current_dir().unwrap())
        .env_clear();
    let variables = inner.get_envs();
    shell.envs(variables.filter_map(|(name, value)| Some((name, value?))));
    let shell = shell.stdin(Stdio::piped()).stdout(Stdio::piped());
    Running::of(shell.stderr(Stdio::piped()).spawn().unwrap())
}

#[test]
fn without_room_nothing_is_answered_and_nothing_that_was_answered_is_lost() {
    let sandbox = with_local_keys("exit 9");
    let mut running = with_little_room(&sandbox, 16);
    let at = address(&mut running);
    let noted = Mutex::new(Vec::new());
    let note = |name| noted.lock().unwrap().push(name);
    let made = (0..100).take_while(|number| sign_up(&at, *number, &note).is_some());
    let made = made.count();
    assert!((1..100).contains(&made), "{made}");
    let (status, refused) = ask(&at, "POST", "/v1/dev_browser", "").unwrap();
    assert_eq!(status, 500);
    assert_eq!(refused["errors"][0]["code"], "emulator_state_not_written");
    running.signal(Signal::KILL);
    drop(running);

    let mut running = Running::start(&sandbox, EMULATOR);
    let at = address(&mut running);
    all_is_there(&at, &noted.lock().unwrap());
    sign_up(&at, 1000, &|_| ()).unwrap();
}

#[test]
fn the_clock_of_the_emulator_that_runs_is_moved_from_outside() {
    let sandbox = with_local_keys("exit 9");
    let none = "error: no emulator of this project runs\n  help: start it with `clerk-rs dev` or `clerk-rs emulator`, \
                or say with --url where it is\n";
    sandbox
        .cli("emulator clock +61s")
        .status(3)
        .stderr(none)
        .run();
    let mut running = Running::start(&sandbox, &format!("{EMULATOR} --deterministic 7"));
    let at = address(&mut running);
    let moved = "  2030-01-01 00:01:01 UTC, 1 min 1 s ahead\n";
    sandbox.cli("emulator clock +61s").stdout(moved).run();
    let moved = "  2029-12-31 23:59:01 UTC, 59 s behind\n";
    sandbox.cli("emulator clock -2m").stdout(moved).run();
    sandbox
        .cli(&format!("emulator clock --url http://{at}"))
        .stdout(moved)
        .run();
    let reset = sandbox
        .cli("emulator clock reset --json")
        .any_stdout()
        .run();
    let expected = serde_json::json!({
        "schema": "clerk-rs.emulator-clock/1", "ok": true, "now": "2030-01-01T00:00:00Z", "moved_by": 0,
    });
    assert_eq!(serde_json::from_str::<Value>(&reset).unwrap(), expected);
    let wrong = sandbox.cli("emulator clock tomorrow").status(2);
    wrong
        .stderr(
            "error: `tomorrow` is no move of a clock\n  \
             help: write it as +70s, -5m, +2h, +30d or reset; a hundred years are the most\n",
        )
        .run();
    let far = sandbox
        .cli("emulator clock --url http://example.com")
        .status(2);
    far.stderr(
        "error: `http://example.com` is no address of an emulator\n  \
         because: it is asked over http, on this machine only\n  \
         help: write it as http://127.0.0.1:4400\n",
    )
    .run();
    running.signal(Signal::INT);
    running.end();
    assert!(!sandbox.path(".clerk/emulator-address.json").exists());
    assert!(!sandbox.path(STATE).exists(), "it was to remember nothing");
}

#[test]
fn users_are_carried_from_one_project_to_another_running_or_not() {
    let sandbox = with_local_keys("exit 9");
    let nothing = sandbox.cli("emulator export users.jsonl").status(3);
    nothing
        .stderr(
            "error: there is nothing to export\n  because: no emulator of this project runs, and there is no \
             [WORK]/.clerk/emulator-state.jsonl\n",
        )
        .run();
    let mut running = Running::start(&sandbox, EMULATOR);
    let at = address(&mut running);
    sign_up(&at, 1, &|_| ()).unwrap();
    let export = |name: &str| {
        let cli = sandbox.cli(&format!("emulator export {name}"));
        cli.stdout(&format!("  written to {name}\n")).run();
        sandbox.read(name)
    };
    let live = export("live.jsonl");
    assert_eq!(mode(&sandbox.path("live.jsonl")), 0o600);
    let again = sandbox.cli("emulator export live.jsonl").status(3);
    again
        .stderr(
            "error: live.jsonl cannot be written\n  because: it exists, and might be the only copy of something\n  \
             help: take another name, or remove it\n",
        )
        .run();
    // Killed, it leaves its address behind, where nobody answers any more.
    running.signal(Signal::KILL);
    drop(running);
    assert!(sandbox.path(".clerk/emulator-address.json").exists());
    assert_eq!(export("still.jsonl"), live);

    let other = with_local_keys("exit 9");
    let import = |status: i32| {
        let cli = other.cli("emulator import").status(status);
        cli.arg(sandbox.path("live.jsonl").to_str().unwrap())
    };
    import(0).stdout("  1 user\n").run();
    let mut running = Running::start(&other, EMULATOR);
    let at = address(&mut running);
    all_is_there(&at, &["u1+clerk_test@example.com".to_owned()]);
    ask(&at, "POST", "/__emulator/reset", "").unwrap();
    sign_up(&at, 2, &|_| ()).unwrap();
    import(0).stdout("  1 user\n").run();
    running.signal(Signal::KILL);
    drop(running);
    let mut running = Running::start(&other, EMULATOR);
    let at = address(&mut running);
    all_is_there(&at, &["u1+clerk_test@example.com".to_owned()]);
    let (_, state) = ask(&at, "GET", "/__emulator/state", "").unwrap();
    assert!(!state.to_string().contains("u2+clerk_test"));

    fs::write(sandbox.path("live.jsonl"), &live[..live.len() - 9]).unwrap();
    let refused = import(3).any_stderr().run();
    assert_eq!(refused, "");
    let (_, still) = ask(&at, "GET", "/__emulator/state", "").unwrap();
    assert_eq!(still, state);
}
