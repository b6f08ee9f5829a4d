//! What keeps `init` from writing into a project, and that it then wrote nothing.

use std::fs;

use super::{MANIFEST, QUICK, bare, commit, git, project, state};
use crate::support::Sandbox;

#[track_caller]
fn refused(sandbox: &Sandbox, words: &str, status: i32, code: &str) -> String {
    let before = state(sandbox);
    let words = format!("{words} --json");
    let said = sandbox
        .cli(&words)
        .with_programs()
        .status(status)
        .any_stdout()
        .run();
    let said = super::json(&said);
    assert_eq!(said["error"]["code"], code, "{said}");
    assert_eq!(state(sandbox), before, "{code}");
    said["error"]["message"].as_str().unwrap().to_owned()
}

#[test]
fn a_tree_that_git_does_not_have_is_not_written_to() {
    let sandbox = bare();
    refused(&sandbox, QUICK, 3, "no-repository");
    commit(&sandbox);
    fs::write(sandbox.path("app/notes.txt"), "mine").unwrap();
    let message = refused(&sandbox, QUICK, 3, "tree-dirty");
    assert!(
        message.contains("1 file is not committed") && message.ends_with(": notes.txt"),
        "{message}"
    );
    // A look is free.
    sandbox
        .cli("init app --dry-run")
        .with_programs()
        .any_stdout()
        .run();
    sandbox
        .cli(&format!("{QUICK} --allow-dirty"))
        .with_programs()
        .any_stdout()
        .run();
    assert!(sandbox.path("app/src/clerk.rs").exists());
}

/// Afterwards `git diff` would not show what was changed in it.
#[test]
fn a_file_that_git_does_not_look_at_is_not_written_over() {
    for mark in ["--skip-worktree", "--assume-unchanged"] {
        let sandbox = project();
        git(&sandbox, &["update-index", mark, "src/main.rs"]);
        let message = refused(&sandbox, QUICK, 3, "tree-unwatched");
        assert!(message.ends_with(": src/main.rs"), "{mark}: {message}");
    }
    // The repository is that of the folder above, which ignores the project.
    let sandbox = bare();
    fs::write(sandbox.path(".gitignore"), "*\n").unwrap();
    git(&sandbox, &["init", "-q", ".."]);
    let message = refused(&sandbox, QUICK, 3, "tree-unwatched");
    for file in ["Cargo.toml", "src/main.rs"] {
        assert!(message.contains(file), "{message}");
    }
    sandbox
        .cli(&format!("{QUICK} --allow-dirty"))
        .with_programs()
        .any_stdout()
        .run();
    assert!(sandbox.path("app/src/clerk.rs").exists());
}

#[cfg(unix)]
#[test]
fn a_link_within_the_project_is_asked_for_by_the_file_that_it_leads_to() {
    let sandbox = bare();
    fs::rename(sandbox.path("app/src"), sandbox.path("app/real")).unwrap();
    std::os::unix::fs::symlink("real", sandbox.path("app/src")).unwrap();
    commit(&sandbox);
    sandbox.cli(QUICK).with_programs().any_stdout().run();
    assert!(sandbox.read("app/real/main.rs").contains("mod clerk;"));
}

#[test]
fn options_of_a_new_project_and_of_an_old_one_are_told_apart() {
    let sandbox = project();
    for words in ["--name x", "--no-git", "--with docker", "--template spa"] {
        refused(&sandbox, &format!("init app {words} --dry-run"), 2, "usage");
    }
    for words in [
        "--undo",
        "--bin x",
        "--module x",
        "--public /x",
        "--allow-dirty",
        "--no-check",
    ] {
        refused(&sandbox, &format!("init new-app {words} --yes"), 2, "usage");
    }
    assert!(!sandbox.path("new-app").exists());
    refused(&sandbox, &format!("{QUICK} --module 1x"), 2, "module-unfit");
    refused(
        &sandbox,
        &format!("{QUICK} --public nowhere["),
        2,
        "pattern-unfit",
    );
}

#[test]
fn a_file_of_the_modules_name_is_not_overwritten() {
    let sandbox = bare();
    fs::write(sandbox.path("app/src/clerk.rs"), "// mine\n").unwrap();
    commit(&sandbox);
    refused(&sandbox, QUICK, 3, "file-taken");
    sandbox
        .cli(&format!("{QUICK} --module gate"))
        .with_programs()
        .any_stdout()
        .run();
    assert_eq!(sandbox.read("app/src/clerk.rs"), "// mine\n");
    assert!(sandbox.read("app/src/main.rs").contains("mod gate;"));
}

#[cfg(unix)]
#[test]
fn links_out_of_the_project_and_read_only_files_are_refused_before_anything_is_written() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let sandbox = bare();
    let manifest = sandbox.path("app/Cargo.toml");
    fs::set_permissions(&manifest, fs::Permissions::from_mode(0o444)).unwrap();
    commit(&sandbox);
    refused(&sandbox, QUICK, 3, "file-read-only");

    let sandbox = bare();
    fs::write(sandbox.path("elsewhere.toml"), MANIFEST).unwrap();
    fs::remove_file(sandbox.path("app/Cargo.toml")).unwrap();
    symlink("../elsewhere.toml", sandbox.path("app/Cargo.toml")).unwrap();
    commit(&sandbox);
    refused(&sandbox, QUICK, 3, "link-leads-out");
    assert_eq!(sandbox.read("elsewhere.toml"), MANIFEST);

    let sandbox = bare();
    fs::create_dir(sandbox.path("outside")).unwrap();
    symlink("../outside", sandbox.path("app/clerk-auth")).unwrap();
    commit(&sandbox);
    refused(&sandbox, QUICK, 3, "link-leads-out");
    assert_eq!(fs::read_dir(sandbox.path("outside")).unwrap().count(), 0);
}

#[test]
fn what_is_no_text_beside_it_is_left_alone() {
    let sandbox = bare();
    fs::write(sandbox.path("app/picture.rs"), b"\xff\xfe\x00").unwrap();
    fs::write(sandbox.path("app/src/blob.bin"), b"\xff\x00\xff").unwrap();
    commit(&sandbox);
    sandbox.cli(QUICK).with_programs().any_stdout().run();
    assert_eq!(
        fs::read(sandbox.path("app/src/blob.bin")).unwrap(),
        b"\xff\x00\xff"
    );
}

/// Both were once said to be changed by somebody else meanwhile, as often as it was run.
#[test]
fn a_source_that_cannot_be_read_is_told_with_the_reason() {
    for (text, place, why) in [
        (
            "use axum::Router;\n\nfn fn main() {}\n".as_bytes(),
            "src/main.rs:3",
            "it does not parse",
        ),
        (
            &b"// caf\xe9\nfn main() {}\n"[..],
            "src/main.rs:1",
            "no UTF-8",
        ),
    ] {
        let sandbox = bare();
        fs::write(sandbox.path("app/src/main.rs"), text).unwrap();
        commit(&sandbox);
        for words in [QUICK, "init app --dry-run"] {
            let message = refused(&sandbox, words, 3, "source-unreadable");
            assert!(message.starts_with(place), "{message}");
            assert!(message.contains(why), "{message}");
        }
    }
}

#[test]
fn a_manifest_that_is_too_long_is_told_to_be() {
    let sandbox = bare();
    let long = format!("{MANIFEST}{}", "# no word\n".repeat(230_000));
    fs::write(sandbox.path("app/Cargo.toml"), long).unwrap();
    commit(&sandbox);
    let message = refused(&sandbox, QUICK, 3, "manifest-unreadable");
    assert!(message.contains("too long for a source"), "{message}");
}

#[test]
fn names_that_the_source_means_something_else_by_are_no_modules() {
    let sandbox = project();
    for name in [
        "main",
        "std",
        "axum",
        "clerk_auth",
        "r#gate",
        "crate",
        "a-b",
    ] {
        let words = format!("{QUICK} --module {name}");
        refused(&sandbox, &words, 2, "module-unfit");
    }
}

#[cfg(unix)]
#[test]
fn pipes_and_links_in_the_place_of_ours_are_refused_and_nobody_waits() {
    use std::os::unix::fs::symlink;

    for path in [
        "app/.env",
        "app/.gitignore",
        "app/.env.example",
        "app/clerk-auth",
        "app/Cargo.lock",
    ] {
        let sandbox = bare();
        let _ = fs::remove_file(sandbox.path(path));
        super::care::make_pipe(&sandbox, path);
        let words = format!("{QUICK} --allow-dirty --json");
        let cli = sandbox.cli(&words).with_programs().status(3);
        let said = super::json(&cli.any_stdout().run());
        assert_eq!(said["ok"], false, "{path}: {said}");
        assert!(!sandbox.path("app/src/clerk.rs").exists(), "{path}");
        assert_eq!(sandbox.read("app/Cargo.toml"), MANIFEST, "{path}");
    }
    let sandbox = bare();
    fs::create_dir(sandbox.path("outside")).unwrap();
    symlink("../outside", sandbox.path("app/.clerk")).unwrap();
    commit(&sandbox);
    refused(&sandbox, QUICK, 3, "write-failed");
    assert_eq!(fs::read_dir(sandbox.path("outside")).unwrap().count(), 0);
}
