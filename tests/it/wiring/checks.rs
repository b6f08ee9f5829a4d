//! cargo is asked before and after. Here it is a script, so that a test knows what it says.
#![cfg(unix)]

use std::fs;

use rustix::process::{Pid, Signal, kill_process};

use super::{QUICK, git, json, project, state};
use crate::support::Sandbox;

const CHECKED: &str = "init app --yes --json";

/// A cargo that notes down what it was asked, and then does this.
fn cargo(sandbox: &Sandbox, script: &str) {
    let asked = sandbox.path("asked").display().to_string();
    sandbox.program("cargo", &format!("echo \"$@\" >> {asked}\n{script}"));
}

fn is_wired() -> &'static str {
    "grep -q clerk-auth Cargo.toml"
}

#[test]
fn a_project_that_compiles_before_and_after_is_wired_and_its_lock_file_is_cargos() {
    let sandbox = project();
    let before = state(&sandbox);
    cargo(
        &sandbox,
        &format!(
            "if {}; then echo two; else echo one; fi > Cargo.lock",
            is_wired()
        ),
    );
    let said = json(
        &sandbox
            .cli(CHECKED)
            .with_programs_behind()
            .any_stdout()
            .any_stderr()
            .run(),
    );
    assert_eq!(
        (&said["ok"], &said["checked"]),
        (&true.into(), &"passed".into())
    );
    let asked = "check --quiet --color never --package orchard\n";
    assert_eq!(sandbox.read("asked"), asked.repeat(2));
    assert_eq!(sandbox.read("app/Cargo.lock"), "two\n");
    sandbox
        .cli("init app --undo")
        .with_programs_behind()
        .any_stdout()
        .run();
    assert_eq!(state(&sandbox), before);
}

#[test]
fn one_that_does_not_compile_is_left_as_it_is() {
    let sandbox = project();
    let before = state(&sandbox);
    cargo(
        &sandbox,
        "echo lock > Cargo.lock; echo 'error[E0001]: no' >&2; exit 101",
    );
    let said = sandbox
        .cli(CHECKED)
        .with_programs_behind()
        .status(3)
        .any_stdout()
        .any_stderr()
        .run();
    let error = &json(&said)["error"];
    assert_eq!(error["code"], "does-not-compile");
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .ends_with("error[E0001]: no")
    );
    assert_eq!(state(&sandbox), before);
}

#[test]
fn one_that_does_not_compile_afterwards_is_put_back() {
    let sandbox = project();
    let before = state(&sandbox);
    cargo(
        &sandbox,
        &format!("echo $$ > Cargo.lock; if {}; then exit 101; fi", is_wired()),
    );
    let said = sandbox
        .cli(CHECKED)
        .with_programs_behind()
        .status(3)
        .any_stdout()
        .any_stderr()
        .run();
    assert_eq!(json(&said)["error"]["code"], "wired-does-not-compile");
    assert_eq!(sandbox.read("asked").lines().count(), 2);
    assert_eq!(state(&sandbox), before);
}

#[test]
fn a_lock_file_that_somebody_changed_since_stays_as_it_is_and_that_is_said() {
    let sandbox = project();
    cargo(&sandbox, "echo cargo > Cargo.lock");
    sandbox
        .cli(CHECKED)
        .with_programs_behind()
        .any_stdout()
        .any_stderr()
        .run();
    fs::write(sandbox.path("app/Cargo.lock"), "mine\n").unwrap();
    let said = sandbox
        .cli("init app --undo --json")
        .with_programs_behind()
        .any_stdout()
        .run();
    assert_eq!(json(&said)["left"], serde_json::json!(["Cargo.lock"]));
    assert_eq!(sandbox.read("app/Cargo.lock"), "mine\n");
    assert!(!sandbox.path("app/src/clerk.rs").exists());
}

#[test]
fn ctrl_c_while_cargo_works_puts_everything_back() {
    for is_second in [false, true] {
        let sandbox = project();
        let before = state(&sandbox);
        let begun = sandbox.path("begun");
        let wait = format!("echo > {}; sleep 600", begun.display());
        let (wired, other) = if is_second {
            (wait.as_str(), "true")
        } else {
            ("true", wait.as_str())
        };
        cargo(
            &sandbox,
            &format!(
                "echo lock > Cargo.lock; if {}; then {wired}; else {other}; fi",
                is_wired()
            ),
        );
        let mut run = sandbox.cli(CHECKED).with_programs_behind().spawn();
        while !begun.exists() && run.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        kill_process(Pid::from_child(&run), Signal::INT).unwrap();
        assert_eq!(run.wait().unwrap().code(), Some(130));
        assert_eq!(state(&sandbox), before, "{is_second}");
    }
}

#[test]
fn a_run_that_was_killed_before_the_second_check_is_checked_by_the_next_one() {
    for passes in [true, false] {
        let sandbox = project();
        let before = state(&sandbox);
        let begun = sandbox.path("begun");
        let wait = format!(
            "if {}; then echo > {}; sleep 600; fi",
            is_wired(),
            begun.display()
        );
        cargo(&sandbox, &wait);
        let mut run = sandbox.cli(CHECKED).with_programs_behind().spawn();
        while !begun.exists() && run.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        kill_process(Pid::from_child(&run), Signal::KILL).unwrap();
        run.wait().unwrap();
        cargo(&sandbox, if passes { "true" } else { "exit 101" });
        let next = sandbox
            .cli(CHECKED)
            .with_programs_behind()
            .any_stdout()
            .any_stderr();
        let said = json(&next.status(if passes { 0 } else { 3 }).run());
        if passes {
            assert_eq!(said["written"], false, "{said}");
            assert!(
                sandbox
                    .read("app/.clerk/undo/wiring.json")
                    .contains("\"passed\"")
            );
        } else {
            assert_eq!(said["error"]["code"], "wired-does-not-compile");
        }
        assert_eq!(state(&sandbox) == before, !passes);
    }
}

#[test]
fn a_stop_or_an_edit_while_cargo_looks_at_what_was_written_is_told_as_that() {
    for is_stopped in [true, false] {
        let sandbox = project();
        let begun = sandbox.path("begun");
        let work = match is_stopped {
            true => "sleep 600",
            false => "echo 'error[E0001]: no' >&2; exit 101",
        };
        let edit = format!(
            "if {}; then echo '// mine' >> src/main.rs; echo > {}; {work}; fi",
            is_wired(),
            begun.display()
        );
        cargo(&sandbox, &edit);
        let mut run = sandbox.cli(CHECKED).with_programs_behind().spawn();
        while !begun.exists() && run.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        if is_stopped {
            kill_process(Pid::from_child(&run), Signal::INT).unwrap();
        }
        let output = run.wait_with_output().unwrap();
        let error = &json(&String::from_utf8(output.stdout).unwrap())["error"];
        let (status, code) = match is_stopped {
            true => (130, "interrupted"),
            false => (3, "edited-since"),
        };
        assert_eq!(output.status.code(), Some(status), "{error}");
        assert_eq!(error["code"], code, "{error}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains("could not be put back"), "{message}");
        assert!(message.contains("src/main.rs was changed"), "{message}");
        assert!(!message.contains("everything was put back"), "{message}");
        // The next run goes on from there.
        cargo(&sandbox, "true");
        let cli = sandbox.cli("init app --yes --allow-dirty --json");
        let next = cli.with_programs_behind().any_stdout().any_stderr();
        assert_eq!(json(&next.run())["ok"], true);
        assert!(sandbox.read("app/src/main.rs").ends_with("// mine\n"));
    }
}

/// A wired project that lacks a file beside the code, so that the next run has something to write.
fn almost_wired() -> Sandbox {
    let sandbox = project();
    sandbox.cli(QUICK).with_programs().any_stdout().run();
    fs::remove_file(sandbox.path("app/.env.example")).unwrap();
    git(&sandbox, &["add", "-A"]);
    git(&sandbox, &["commit", "-q", "-m", "wired"]);
    sandbox
}

fn changed_meanwhile(sandbox: &Sandbox, file: &str) {
    let run = sandbox.cli(CHECKED).with_programs_behind().status(3);
    let error = &json(&run.any_stdout().any_stderr().run())["error"];
    assert_eq!(error["code"], "file-changed", "{error}");
    let message = error["message"].as_str().unwrap();
    assert!(message.starts_with(file), "{message}");
    assert!(!sandbox.path("app/.env.example").exists());
}

/// What is told of the routes stands in files that are not written.
#[test]
fn a_gate_that_is_taken_out_while_cargo_works_is_not_told_to_be_there() {
    let sandbox = almost_wired();
    cargo(
        &sandbox,
        "sed -i.bak 's/crate::clerk::around(app)/app/' src/main.rs; rm src/main.rs.bak",
    );
    changed_meanwhile(&sandbox, "src/main.rs");
    let sandbox = almost_wired();
    cargo(&sandbox, "echo '# mine' >> Cargo.toml");
    changed_meanwhile(&sandbox, "Cargo.toml");
    let sandbox = almost_wired();
    cargo(&sandbox, "echo '// mine' >> src/clerk.rs");
    changed_meanwhile(&sandbox, "src/clerk.rs");
}

#[test]
fn a_wiring_that_is_taken_back_meanwhile_is_not_half_there() {
    let sandbox = project();
    let before = state(&sandbox);
    sandbox.cli(QUICK).with_programs().any_stdout().run();
    fs::remove_file(sandbox.path("app/.env.example")).unwrap();
    let tool = env!("CARGO_BIN_EXE_clerk-rs");
    cargo(&sandbox, &format!("{tool} init --undo --quiet || exit 9"));
    let words = format!("{CHECKED} --allow-dirty");
    let run = sandbox.cli(&words).with_programs_behind().status(3);
    let error = &json(&run.any_stdout().any_stderr().run())["error"];
    assert_eq!(error["code"], "file-changed", "{error}");
    assert_eq!(state(&sandbox), before);
}
