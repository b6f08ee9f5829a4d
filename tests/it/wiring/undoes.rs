//! `init --undo`: byte for byte, or nothing.

use std::fs;

use super::{MAIN, QUICK, bare, commit, json, project, state};

const UNDO: &str = "init app --undo --json";

#[test]
fn undo_puts_back_every_byte_and_mode_and_removes_every_folder() {
    let sandbox = bare();
    fs::write(sandbox.path("app/src/main.rs"), MAIN.replace('\n', "\r\n")).unwrap();
    fs::write(sandbox.path("app/.env"), "DATABASE_URL=x").unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &str, mode| {
            fs::set_permissions(sandbox.path(path), fs::Permissions::from_mode(mode)).unwrap();
        };
        mode("app/.env", 0o644);
        mode("app/src/main.rs", 0o640);
    }
    fs::write(sandbox.path("app/.gitignore"), "/target\n.env\n").unwrap();
    commit(&sandbox);
    let before = state(&sandbox);
    sandbox.cli(QUICK).with_programs().any_stdout().run();
    assert!(sandbox.read("app/.env").starts_with("DATABASE_URL=x\n"));
    assert_ne!(state(&sandbox), before);
    let shown = json(
        &sandbox
            .cli(&format!("{UNDO} --dry-run"))
            .with_programs()
            .any_stdout()
            .run(),
    );
    assert_ne!(state(&sandbox), before);
    let said = json(&sandbox.cli(UNDO).with_programs().any_stdout().run());
    assert_eq!(state(&sandbox), before);
    assert_eq!(
        (&said["kind"], &said["left"]),
        (&"undone".into(), &serde_json::json!([]))
    );
    assert_eq!(said["restored"], shown["restored"]);
    let gone = sandbox
        .cli(UNDO)
        .with_programs()
        .status(3)
        .any_stdout()
        .run();
    assert_eq!(json(&gone)["error"]["code"], "nothing-to-undo");
}

#[test]
fn what_the_emulator_keeps_stays_hidden_from_git() {
    let sandbox = project();
    sandbox.cli(QUICK).with_programs().any_stdout().run();
    let keys = sandbox.path("app/.clerk/emulator.json");
    fs::write(&keys, "{}").unwrap();
    let said = json(&sandbox.cli(UNDO).with_programs().any_stdout().run());
    assert_eq!(said["left"], serde_json::json!([".clerk/"]));
    assert!(keys.exists());
    assert_eq!(sandbox.read("app/.clerk/.gitignore"), "*\n");
    assert!(!sandbox.path("app/.clerk/undo").exists());
    // Whoever had run `dev` and taken the wiring back could not wire again: these files were taken for work of theirs.
    sandbox.cli(QUICK).with_programs().any_stdout().run();
    let undo = sandbox.cli("init app --undo").with_programs();
    let text = undo.any_stdout().run();
    let line = format!("    = {:32} what `clerk-rs dev` keeps", ".clerk/");
    assert!(text.contains(&line), "{text}");
}

#[test]
fn what_was_edited_since_keeps_everything_as_it_is() {
    let sandbox = project();
    sandbox.cli(QUICK).with_programs().any_stdout().run();
    let main = sandbox.read("app/src/main.rs") + "// mine\n";
    fs::write(sandbox.path("app/src/main.rs"), &main).unwrap();
    fs::write(sandbox.path("app/clerk-auth/src/lib.rs"), "// mine\n").unwrap();
    let wired = state(&sandbox);
    let said = json(
        &sandbox
            .cli(UNDO)
            .with_programs()
            .status(3)
            .any_stdout()
            .run(),
    );
    assert_eq!(said["error"]["code"], "edited-since");
    let message = said["error"]["message"].as_str().unwrap();
    assert!(
        message.ends_with(": src/main.rs, clerk-auth/src/lib.rs"),
        "{message}"
    );
    assert_eq!(state(&sandbox), wired);
}

#[test]
fn variables_that_were_edited_since_stay_and_that_is_said() {
    let sandbox = project();
    sandbox.cli(QUICK).with_programs().any_stdout().run();
    let env = sandbox.read("app/.env") + "OTHER=1\n";
    fs::write(sandbox.path("app/.env"), &env).unwrap();
    let said = json(&sandbox.cli(UNDO).with_programs().any_stdout().run());
    assert_eq!(said["left"], serde_json::json!([".env"]));
    assert_eq!(sandbox.read("app/.env"), env);
    assert_eq!(sandbox.read("app/src/main.rs"), MAIN);
    assert!(!sandbox.path("app/.clerk").exists());
}

#[test]
fn undo_after_a_second_run_goes_back_to_the_beginning() {
    let sandbox = project();
    let before = state(&sandbox);
    sandbox.cli(QUICK).with_programs().any_stdout().run();
    fs::remove_file(sandbox.path("app/src/clerk.rs")).unwrap();
    sandbox
        .cli(&format!("{QUICK} --allow-dirty"))
        .with_programs()
        .any_stdout()
        .run();
    sandbox.cli(UNDO).with_programs().any_stdout().run();
    assert_eq!(state(&sandbox), before);
}

/// Whoever clones a project did not wire it, and its record could hold any text.
#[test]
fn a_record_that_came_with_the_project_is_not_believed() {
    let sandbox = project();
    sandbox.cli(QUICK).with_programs().any_stdout().run();
    super::git(&sandbox, &["add", "-f", ".clerk/undo/wiring.json"]);
    let wired = state(&sandbox);
    let said = json(
        &sandbox
            .cli(UNDO)
            .with_programs()
            .status(3)
            .any_stdout()
            .run(),
    );
    assert_eq!(said["error"]["code"], "undo-record-strange");
    assert_eq!(state(&sandbox), wired);
}

/// To git a submodule is one path, whatever is in it.
#[test]
fn a_record_in_a_submodule_is_not_believed() {
    let sandbox = project();
    sandbox.cli(QUICK).with_programs().any_stdout().run();
    super::git(&sandbox, &["init", "-q", ".clerk"]);
    let commit = ["-C", ".clerk", "commit", "-q", "--allow-empty", "-m", "x"];
    super::git(&sandbox, &commit);
    super::git(&sandbox, &["add", "-f", ".clerk"]);
    let wired = state(&sandbox);
    let run = sandbox.cli(UNDO).with_programs().status(3);
    let said = json(&run.any_stdout().run());
    assert_eq!(said["error"]["code"], "undo-record-strange");
    assert_eq!(state(&sandbox), wired);
}
