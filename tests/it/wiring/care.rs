//! What `init` takes care of beside the texts: owners, modes, other names, pipes, secrets in what it shows.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::process::Command;

use serde_json::Value;

use super::{MAIN, QUICK, bare, commit, git, json, project};
use crate::support::{Sandbox, tree};

const KEY: &str = "sk_live_2q7OrchardOrchardOrchardx9Qf";

fn run(sandbox: &Sandbox, words: &str, status: i32) -> String {
    let cli = sandbox.cli(words).with_programs().status(status);
    cli.any_stdout().any_stderr().run()
}

pub fn make_pipe(sandbox: &Sandbox, path: &str) {
    let made = Command::new("mkfifo").arg(sandbox.path(path)).status();
    assert!(made.unwrap().success());
}

fn codes(said: &Value) -> Vec<&str> {
    let remarks = said["remarks"].as_array().unwrap().iter();
    let codes = remarks.map(|remark| remark["code"].as_str().unwrap());
    codes.filter(|code| code.starts_with("file-")).collect()
}

#[test]
fn a_cut_hard_link_and_a_closed_file_are_told_before_and_after() {
    let sandbox = bare();
    fs::write(sandbox.path("app/.gitignore"), "/target\n.env\n").unwrap();
    fs::write(sandbox.path("app/.env"), "A=1\n").unwrap();
    fs::set_permissions(sandbox.path("app/.env"), fs::Permissions::from_mode(0o644)).unwrap();
    fs::hard_link(sandbox.path("app/src/main.rs"), sandbox.path("other.rs")).unwrap();
    commit(&sandbox);
    for words in [
        "init app --dry-run --json",
        "init app --yes --no-check --json",
    ] {
        let said = json(&run(&sandbox, words, 0));
        assert_eq!(codes(&said), ["file-closed", "file-unlinked"], "{said}");
        let text = said["remarks"].to_string();
        assert!(text.contains(".env: mode 600 instead of 644"), "{text}");
        assert!(text.contains("src/main.rs: it has 1 other name"), "{text}");
    }
    assert_eq!(sandbox.read("other.rs"), MAIN);
}

/// As root, as with sudo, new folders were root's, and cargo could not write to them any more.
#[test]
fn what_the_administrator_makes_belongs_to_the_projects_owner() {
    let sandbox = project();
    let app = sandbox.path("app");
    let all = tree(&app).into_iter();
    for name in all.chain([String::new()]) {
        let path = app.join(name.trim_end_matches(['@', '/']));
        if chown(path, Some(1234), Some(2345)).is_err() {
            // Only the administrator can give files away.
            return;
        }
    }
    run(&sandbox, &format!("{QUICK} --allow-dirty"), 0);
    for name in tree(&app) {
        let path = app.join(name.trim_end_matches(['@', '/']));
        let found = fs::symlink_metadata(&path).unwrap();
        assert_eq!((found.uid(), found.gid()), (1234, 2345), "{name}");
    }
    assert!(app.join("clerk-auth/src").is_dir());
}

#[test]
fn a_pipe_in_the_place_of_the_lock_file_is_left_and_nobody_waits_for_it() {
    let sandbox = project();
    run(&sandbox, QUICK, 0);
    make_pipe(&sandbox, "app/Cargo.lock");
    let said = json(&run(&sandbox, "init app --undo --json", 0));
    assert_eq!(said["left"], serde_json::json!(["Cargo.lock"]));
    assert_eq!(sandbox.read("app/src/main.rs"), MAIN);
}

#[test]
fn folders_whose_files_went_by_hand_go_as_well() {
    let sandbox = project();
    let before = super::state(&sandbox);
    run(&sandbox, &format!("{QUICK} --template web"), 0);
    let pages = sandbox.path("app/src/clerk/templates");
    for page in fs::read_dir(&pages).unwrap() {
        fs::remove_file(page.unwrap().path()).unwrap();
    }
    run(&sandbox, "init app --undo", 0);
    assert_eq!(super::state(&sandbox), before);
}

#[test]
fn a_secret_in_lines_that_are_told_is_masked() {
    let sandbox = bare();
    let main = MAIN.replace(
        "    axum::serve(listener, app).await.unwrap();\n",
        &format!(
            "    let second = tokio::net::TcpListener::bind(\"[::]:1\").await.unwrap();\n    \
             let _ = tokio::join!(axum::serve(listener, app).into_future(), \
             axum::serve(second, Router::new().route(\"/x\", get(\"{KEY}\"))).into_future());\n"
        ),
    );
    fs::write(sandbox.path("app/src/main.rs"), main).unwrap();
    commit(&sandbox);
    for words in ["init app --dry-run", "init app --dry-run --json"] {
        let said = run(&sandbox, words, 1);
        assert!(said.contains("clerk::around(Router::new()"), "{said}");
        assert!(!said.contains("Orchard"), "{said}");
    }
}

/// Nobody could say whether git tracks `.env`, and the keys went into it.
#[test]
fn a_secret_goes_into_no_file_that_git_may_track() {
    let sandbox = bare();
    fs::write(sandbox.path("app/.env"), "DATABASE_URL=x\n").unwrap();
    fs::create_dir(sandbox.path("app/.git")).unwrap();
    let cli = sandbox.cli("init app --yes --no-check --allow-dirty --json");
    let said = json(&cli.any_stdout().run());
    let remarks = said["remarks"].to_string();
    assert!(remarks.contains("git-not-asked"), "{said}");
    assert_eq!(sandbox.read("app/.env"), "DATABASE_URL=x\n");
    let keys = sandbox.read("app/.env.local");
    assert!(keys.contains("CLERK_SECRET_KEY=sk_test_"), "{keys}");
    assert!(sandbox.read("app/.gitignore").contains("/.env.local\n"));
}

/// The `.env` of a published example was tracked, and the next commit would have had the secret key.
#[test]
fn a_secret_goes_into_no_file_that_git_tracks() {
    let sandbox = bare();
    fs::write(sandbox.path("app/.env"), "DATABASE_URL=x\n").unwrap();
    commit(&sandbox);
    let said = json(&run(&sandbox, "init app --yes --no-check --json", 0));
    assert!(
        said["remarks"].to_string().contains("env-tracked"),
        "{said}"
    );
    assert_eq!(sandbox.read("app/.env"), "DATABASE_URL=x\n");
    assert!(
        sandbox
            .read("app/.env.local")
            .contains("CLERK_SECRET_KEY=sk_test_")
    );
    let seen = git(&sandbox, &["status", "--short", "--", ".env", ".env.local"]);
    assert_eq!(seen, "");
    run(&sandbox, "init app --undo", 0);
    assert!(!sandbox.path("app/.env.local").exists());
}
