//! However it ends: the app's exit code is passed on, and nobody is left behind.

use std::fs;

use rexpect::process::WaitStatus;
use rexpect::session::spawn_command;
use rustix::process::{Pid, Signal};

use super::running::{Running, is_gone, pid, with_local_keys, with_real_keys};

/// An app that leaves a program of its own behind.
const STUBBORN_CHILD: &str = r#"
trap 'echo interrupted; exit 5' INT
trap 'echo terminated; exit 6' TERM
(trap '' INT TERM; exec sleep 1000) &
echo $! > child
echo $$ > pid
echo "Ready: http://127.0.0.1:$PORT"
wait"#;

#[test]
fn the_exit_code_of_the_app_is_passed_on() {
    let sandbox = with_real_keys("echo building >&2; echo \"cargo $*\"; exit 7");
    let first = "  The keys are those of the Clerk instance brave-otter-7.clerk.accounts.dev: no emulator is needed.\n";
    let mut running = Running::start(&sandbox, "dev -- --release");
    // Which of the two pipes is read first is open.
    running.until("app       building");
    let (document, code) = running.end_in(|said| {
        assert!(said.starts_with(first), "{said}");
        assert!(
            said.contains("\n  app       cargo run --release\n"),
            "{said}"
        );
    });
    assert_eq!((document.as_str(), code), ("", 7));
}

#[test]
fn a_signal_ends_the_app_in_the_same_way_and_all_that_it_started() {
    for (signal, word, code) in [
        (Signal::INT, "interrupted", 5),
        (Signal::TERM, "terminated", 6),
    ] {
        let sandbox = with_local_keys(STUBBORN_CHILD);
        let mut running = Running::start(&sandbox, "dev --offline");
        running.until("ready in");
        running.signal(signal);
        running.until("Ending");
        running.until(word);
        assert_eq!(running.end(), (String::new(), code));
        assert!(is_gone(pid(&sandbox, "pid")));
        assert!(is_dead(pid(&sandbox, "child")));
    }
}

/// Its parent is gone, so that somebody else reaps it, at leisure.
fn is_dead(pid: Pid) -> bool {
    let is_dead = || {
        let state = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        is_gone(pid) || state.contains(") Z ")
    };
    (0..500).any(|_| {
        let dead = is_dead();
        if !dead {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        dead
    })
}

#[test]
fn a_second_ctrl_c_kills_an_app_that_does_not_listen() {
    let script =
        "trap '' INT TERM; echo $$ > pid; echo Ready: http://x; while :; do sleep 1000; done";
    let sandbox = with_real_keys(script);
    let mut running = Running::start(&sandbox, "dev");
    running.until("ready in");
    running.signal(Signal::INT);
    running.until("Ending; Ctrl-C again");
    running.signal(Signal::INT);
    let (_, code) = running.end();
    assert_eq!(code, 137);
    assert!(is_gone(pid(&sandbox, "pid")));
}

/// At a terminal a Ctrl-C goes to everybody in the foreground; an app that got it from there and from us would take the
/// second for "at once".
#[test]
fn one_ctrl_c_at_a_terminal_reaches_the_app_once() {
    let script = "trap 'echo got >> ints' INT; echo $$ > pid; echo Ready: http://x; sleep 1000 & wait; sleep 0.2; exit 4";
    let sandbox = with_real_keys(script);
    let cli = sandbox.cli("dev").with_programs_behind().var("PORT", "0");
    let mut terminal = spawn_command(cli.command(), Some(30_000)).unwrap();
    terminal.exp_string("ready in").unwrap();
    terminal.send_control('c').unwrap();
    terminal.exp_string("Ending").unwrap();
    terminal.exp_eof().unwrap();
    let ended = terminal.process().wait().unwrap();
    assert!(matches!(ended, WaitStatus::Exited(_, 4)), "{ended:?}");
    assert_eq!(sandbox.read("ints"), "got\n");
    assert!(is_gone(pid(&sandbox, "pid")));
}

#[test]
fn an_app_that_a_signal_ended_has_the_code_that_a_shell_gives_it() {
    let sandbox = with_real_keys("kill -KILL $$");
    assert_eq!(Running::start(&sandbox, "dev").end().1, 137);
}

#[test]
fn the_emulator_alone_ends_well() {
    let sandbox = with_local_keys("exit 9");
    let mut running = Running::start(&sandbox, "emulator --port 0 --offline");
    let line = running.until("http://localhost:");
    let url = line.split_whitespace().nth(1).unwrap().to_owned();
    running.until("Ctrl-C ends it");
    let port = url.rsplit(':').next().unwrap().parse::<u16>().unwrap();
    std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    running.signal(Signal::INT);
    assert_eq!(running.end(), (String::new(), 0));
    std::net::TcpStream::connect(("127.0.0.1", port)).unwrap_err();
}

#[test]
fn a_fetch_can_be_ended_and_starts_nothing() {
    let sandbox = with_local_keys("echo started > started");
    let npm = format!(
        "echo $$ > '{}'; exec sleep 1000",
        sandbox.path("pid").display()
    );
    sandbox.program("npm", &npm);
    let mut running = Running::start(&sandbox, "dev");
    running.until("Fetching");
    let is_written = || fs::read_to_string(sandbox.path("pid")).is_ok_and(|it| it.ends_with('\n'));
    while !is_written() {
        std::thread::yield_now();
    }
    let npm = pid(&sandbox, "pid");
    running.signal(Signal::INT);
    assert_eq!(running.end().1, 130);
    assert!(is_dead(npm));
    assert!(!sandbox.path("started").exists());
}
