//! Two packages of one workspace, with one core between them.

use std::fs;

use super::{MAIN, MANIFEST, commit, json, state};
use crate::support::Sandbox;

const UNDO: &str = "init app --undo --json";

/// A workspace `app` with `api` and `web`.
pub fn workspace() -> Sandbox {
    let sandbox = Sandbox::new();
    let root = "[workspace]\nmembers = [\"api\", \"web\"]\nresolver = \"3\"\n";
    fs::create_dir_all(sandbox.path("app")).unwrap();
    fs::write(sandbox.path("app/Cargo.toml"), root).unwrap();
    fs::write(sandbox.path("app/.gitignore"), "target\n").unwrap();
    for name in ["api", "web"] {
        let folder = sandbox.path("app").join(name);
        fs::create_dir_all(folder.join("src")).unwrap();
        fs::write(folder.join("Cargo.toml"), MANIFEST.replace("orchard", name)).unwrap();
        fs::write(folder.join("src/main.rs"), MAIN).unwrap();
    }
    commit(&sandbox);
    sandbox
}

fn wire(sandbox: &Sandbox, package: &str) {
    let words = format!("init app --yes --no-check --allow-dirty --package {package}");
    sandbox.cli(&words).with_programs().any_stdout().run();
}

fn refused(sandbox: &Sandbox, words: &str) -> String {
    let run = sandbox.cli(words).with_programs().any_stdout();
    let said = json(&run.status(3).run());
    said["error"]["code"].as_str().unwrap().to_owned()
}

#[test]
fn at_the_root_the_one_package_that_was_wired_is_taken_back() {
    let sandbox = workspace();
    let before = state(&sandbox);
    wire(&sandbox, "web");
    sandbox.cli(UNDO).with_programs().any_stdout().run();
    assert_eq!(state(&sandbox), before);
}

#[test]
fn a_package_that_can_no_more_be_wired_can_be_taken_back_by_its_name() {
    let sandbox = workspace();
    let before = state(&sandbox);
    wire(&sandbox, "api");
    wire(&sandbox, "web");
    fs::write(sandbox.path("app/web/rust-toolchain"), "1.60.0\n").unwrap();
    let run = sandbox.cli(UNDO).with_programs().any_stdout();
    let several = json(&run.status(2).run());
    assert_eq!(several["error"]["code"], "several-packages");
    for package in ["web", "api"] {
        let words = format!("{UNDO} --package {package}");
        sandbox.cli(&words).with_programs().any_stdout().run();
    }
    fs::remove_file(sandbox.path("app/web/rust-toolchain")).unwrap();
    assert_eq!(state(&sandbox), before);
}

#[test]
fn a_core_that_another_package_uses_stays_until_that_one_is_taken_back() {
    let sandbox = workspace();
    wire(&sandbox, "api");
    wire(&sandbox, "web");
    assert!(
        sandbox
            .read("app/web/Cargo.toml")
            .contains("../api/clerk-auth")
    );
    let both = state(&sandbox);
    for more in ["", " --dry-run"] {
        let words = format!("{UNDO} --package api{more}");
        assert_eq!(refused(&sandbox, &words), "core-shared");
        assert_eq!(state(&sandbox), both);
    }
}

#[test]
fn a_core_that_is_gone_is_no_wired_project() {
    let sandbox = workspace();
    wire(&sandbox, "api");
    wire(&sandbox, "web");
    fs::remove_dir_all(sandbox.path("app/api/clerk-auth")).unwrap();
    let words = "init app --package web --dry-run --json";
    assert_eq!(refused(&sandbox, words), "core-gone");
}

/// A record can come with an archive, and says how far above its lock file lies.
#[test]
fn a_record_that_names_a_lock_file_outside_the_workspace_is_not_believed() {
    let sandbox = super::project();
    sandbox.cli(super::QUICK).with_programs().any_stdout().run();
    fs::write(sandbox.path("Cargo.lock"), "theirs\n").unwrap();
    // Of what stands there.
    let hash = "ed9c86a61e05623abeb71f9eeda8780dab0e28a2f69bb54813f99a2ec4b3602f";
    let record = sandbox.path("app/.clerk/undo/wiring.json");
    let text = fs::read_to_string(&record).unwrap();
    let mut forged = json(&text);
    forged["lock"] = serde_json::json!({ "above": 1, "before": "mine\n", "after": hash });
    fs::write(&record, forged.to_string()).unwrap();
    assert_eq!(refused(&sandbox, UNDO), "undo-record-strange");
    assert_eq!(sandbox.read("Cargo.lock"), "theirs\n");
}
