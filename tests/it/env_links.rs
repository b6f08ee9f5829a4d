//! `.env` as a symbolic link: what counts is the file that it leads to.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

use crate::support::Sandbox;

const PUBLIC: &str = "pk_test_YnJhdmUtb3R0ZXItNy5jbGVyay5hY2NvdW50cy5kZXYk";
const SECRET: &str = "sk_test_2q7OrchardOrchardOrchardOrchard4711";

/// A project whose `.env` leads there.
fn linked(target: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("Cargo.toml"), "[package]\nname = \"app\"\n").unwrap();
    let file = sandbox.path(target);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, format!("CLERK_PUBLISHABLE_KEY={PUBLIC}\n")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    symlink(target, sandbox.path(".env")).unwrap();
    sandbox
}

fn git(folder: &Path, words: &str) -> String {
    let git = Command::new("git")
        .args(words.split(' '))
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(git.status.success(), "{git:?}");
    String::from_utf8(git.stdout).unwrap()
}

fn set(sandbox: &Sandbox, place: &str) -> String {
    sandbox
        .cli(&format!("env set CLERK_SECRET_KEY -{place}"))
        .with_programs()
        .stdin(SECRET)
        .any_stdout()
        .run()
}

fn check(folder: &Path, sandbox: &Sandbox, status: i32) -> String {
    sandbox
        .cli("env check")
        .folder(folder)
        .with_programs()
        .status(status)
        .any_stdout()
        .run()
}

#[test]
fn git_ignores_what_the_link_leads_to_as_well() {
    let sandbox = linked("conf/app.env");
    let root = sandbox.path("");
    git(&root, "init -q");
    fs::write(sandbox.path(".gitignore"), "/.env\n").unwrap();
    fs::write(
        sandbox.path("conf/app.env"),
        format!("CLERK_PUBLISHABLE_KEY={PUBLIC}\nCLERK_SECRET_KEY={SECRET}\n"),
    )
    .unwrap();
    let said = check(&root, &sandbox, 1);
    assert!(
        said.contains("help: add conf/app.env to .gitignore"),
        "{said}"
    );
    let said = set(&sandbox, "");
    assert!(
        !said.contains("+ /conf/app.env"),
        "nothing is to be written: {said}"
    );
    sandbox
        .cli("env set CLERK_SECRET_KEY - -q")
        .with_programs()
        .stdin("sk_test_2q7OrchardOrchardOrchardOrchard4712")
        .run();
    assert_eq!(sandbox.read(".gitignore"), "/.env\n/conf/app.env\n");
    let would = git(&root, "add -A -n .");
    assert!(!would.contains("app.env"), "{would}");
    let said = check(&root, &sandbox, 0);
    let right = "conf/app.env   ignored, and not tracked";
    assert!(said.contains(right), "{said}");
}

#[test]
fn a_tracked_file_behind_the_link_is_named() {
    let sandbox = linked("conf/app.env");
    let root = sandbox.path("");
    git(&root, "init -q");
    git(&root, "add conf/app.env");
    // `.env` was named for it, which git does not track.
    let said = set(&sandbox, "");
    let why = "in .env.local, because git tracks conf/app.env, to which .env leads";
    assert!(said.contains(why), "{said}");
    fs::remove_file(sandbox.path(".env.local")).unwrap();
    let said = set(&sandbox, " --file .env");
    assert!(said.contains(".env leads to it: it"), "{said}");
    assert!(
        said.contains("help: git rm --cached conf/app.env;"),
        "{said}"
    );
    let said = check(&root, &sandbox, 1);
    assert!(
        said.contains("help: git rm --cached conf/app.env;"),
        "{said}"
    );
    // Once is enough: not as a secret in some tracked file, too.
    git(&root, "add -f conf/app.env");
    let said = check(&root, &sandbox, 1);
    assert!(
        !said.contains("a secret in a file that git tracks"),
        "{said}"
    );
}

#[test]
fn a_link_into_another_folder_of_the_repository_is_followed_by_the_check() {
    let sandbox = Sandbox::new();
    git(&sandbox.path(""), "init -q");
    let app = sandbox.path("app");
    fs::create_dir(&app).unwrap();
    fs::write(app.join("Cargo.toml"), "[package]\nname = \"app\"\n").unwrap();
    fs::write(
        sandbox.path("shared"),
        format!("CLERK_PUBLISHABLE_KEY={PUBLIC}\nCLERK_SECRET_KEY={SECRET}\n"),
    )
    .unwrap();
    symlink("../shared", app.join(".env")).unwrap();
    fs::write(sandbox.path(".gitignore"), ".env\n").unwrap();
    let said = check(&app, &sandbox, 1);
    assert!(said.contains("help: add ../shared to .gitignore"), "{said}");
    git(&sandbox.path(""), "add -f shared");
    let said = check(&app, &sandbox, 1);
    assert!(said.contains("help: git rm --cached ../shared;"), "{said}");
}

#[test]
fn a_link_to_what_is_no_file_of_variables_is_not_written_through() {
    for (target, mode, why) in [
        (".git/hooks/pre-commit", 0o755, "which is git's own"),
        (".git/config", 0o644, "which is git's own"),
        ("target/debug/env", 0o644, "among what cargo builds"),
        ("bin/start", 0o755, "which is a program"),
        ("src/main.rs", 0o644, "which is a file of another kind"),
    ] {
        let sandbox = linked(target);
        fs::set_permissions(sandbox.path(target), fs::Permissions::from_mode(mode)).unwrap();
        let before = sandbox.read(target);
        sandbox
            .cli("env set CLERK_SIGN_IN_URL /x")
            .status(3)
            .stderr(&format!(
                "error: .env is a symbolic link to [WORK]/{target}, {why}
  help: replace the link by a file, or by a link to one of its kind
"
            ))
            .run();
        assert_eq!(sandbox.read(target), before);
    }
    // As a file of its own it is only badly kept.
    let sandbox = linked("conf/app.env");
    fs::remove_file(sandbox.path(".env")).unwrap();
    fs::write(sandbox.path(".env"), "A=1\n").unwrap();
    fs::set_permissions(sandbox.path(".env"), fs::Permissions::from_mode(0o755)).unwrap();
    sandbox.cli("env set CLERK_SIGN_IN_URL /x -q").run();
}

/// A name that looks like a leftover's, in the hands of git: it belongs to the project.
#[test]
fn what_git_tracks_is_neither_swept_nor_finished() {
    let sandbox = linked("conf/app.env");
    let root = sandbox.path("");
    git(&root, "init -q");
    let name = ".clerk-rs-a1B2c3";
    fs::write(sandbox.path(name), "x").unwrap();
    fs::set_permissions(sandbox.path(name), fs::Permissions::from_mode(0o600)).unwrap();
    git(&root, &format!("add {name}"));
    set(&sandbox, "");
    assert_eq!(sandbox.read(name), "x");
    let room = sandbox.path(".clerk-rs-env-set");
    fs::create_dir(&room).unwrap();
    fs::set_permissions(&room, fs::Permissions::from_mode(0o700)).unwrap();
    fs::write(room.join("7-1"), "CLERK_FAPI_URL=https://evil.example\n").unwrap();
    git(&root, "add .clerk-rs-env-set");
    sandbox
        .cli("env set PORT 1")
        .with_programs()
        .status(3)
        .stderr(
            "error: could not write .clerk-rs-env-set
  because: git tracks it, so no run of ours made it: look what is in it, and delete it (`git rm -r .clerk-rs-env-set`)
  help: nothing was changed
",
        )
        .run();
    assert!(room.join("7-1").exists());
}

/// The app takes it as absent, and so does the check; nothing is written into the blue.
#[test]
fn a_link_that_leads_nowhere_is_told_and_not_written_through() {
    let sandbox = linked("conf/app.env");
    fs::remove_file(sandbox.path("conf/app.env")).unwrap();
    fs::write(
        sandbox.path(".env.local"),
        format!("CLERK_PUBLISHABLE_KEY={PUBLIC}\nCLERK_SECRET_KEY={SECRET}\n"),
    )
    .unwrap();
    let said = check(&sandbox.path(""), &sandbox, 0);
    assert!(
        said.contains("it is a symbolic link that leads nowhere\n"),
        "{said}"
    );
    assert!(said.contains("publishable"), "{said}");
    sandbox
        .cli("env set PORT 1 --file .env")
        .status(3)
        .stderr(
            "error: .env is a symbolic link that leads nowhere
  help: make the file that it leads to, or remove the link
",
        )
        .run();
}
