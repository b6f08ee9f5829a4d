//! What `env set` leaves as it was besides the text, and what it leaves behind: nothing.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::process::Child;

use serde_json::Value;

use crate::support::{Sandbox, mode};

const TEST: &str = "pk_test_YnJhdmUtb3R0ZXItNy5jbGVyay5hY2NvdW50cy5kZXYk";
const SECRET: &str = "sk_test_2q7OrchardOrchardOrchardOrchard4711";
const ROOM: &str = ".clerk-rs-env-set";

fn project(env: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("Cargo.toml"), "[package]\nname = \"app\"\n").unwrap();
    fs::write(sandbox.path(".env"), env).unwrap();
    set_mode(&sandbox, 0o600);
    sandbox
}

fn set_mode(sandbox: &Sandbox, mode: u32) {
    fs::set_permissions(sandbox.path(".env"), fs::Permissions::from_mode(mode)).unwrap();
}

fn ids(said: &str) -> Vec<String> {
    let said: Value = serde_json::from_str(said).unwrap();
    let findings = said["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| finding["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn every_mode_stays_except_that_a_secret_is_kept_from_everybody() {
    let with_secret = format!("CLERK_SECRET_KEY={SECRET}\n");
    for (env, before, after) in [
        (with_secret.as_str(), 0o600, 0o600),
        (&with_secret, 0o640, 0o640),
        (&with_secret, 0o660, 0o660),
        (&with_secret, 0o644, 0o600),
        (&with_secret, 0o664, 0o600),
        (&with_secret, 0o604, 0o600),
        ("A=1\n", 0o644, 0o644),
        ("A=1\n", 0o666, 0o666),
        ("A=1\n", 0o755, 0o755),
    ] {
        let sandbox = project(env);
        set_mode(&sandbox, before);
        let set = |more: &str| {
            let words = format!("env set CLERK_SIGN_IN_URL /x --json {more}");
            ids(&sandbox.cli(&words).any_stdout().run())
        };
        let told: &[&str] = if before == after {
            &[]
        } else {
            &["file-closed"]
        };
        assert_eq!(set("--dry-run"), told, "{before:o}");
        assert_eq!(mode(&sandbox.path(".env")), before);
        assert_eq!(set(""), told, "{before:o}");
        assert_eq!(mode(&sandbox.path(".env")), after, "{before:o}");
        assert_eq!(set(""), [""; 0]);
    }
}

/// As root, as with sudo, the file became root's, and the app could not read it any more.
#[test]
fn owner_and_group_stay() {
    let sandbox = project("A=1\n");
    set_mode(&sandbox, 0o640);
    let env = sandbox.path(".env");
    if chown(&env, Some(1234), Some(2345)).is_err() {
        // Only the administrator can give files away.
        return;
    }
    let owner = |name: &str| {
        let found = fs::metadata(sandbox.path(name)).unwrap();
        (found.uid(), found.gid(), found.mode() & 0o7777)
    };
    sandbox
        .cli("env set CLERK_SECRET_KEY - -q")
        .stdin(SECRET)
        .run();
    assert_eq!(owner(".env"), (1234, 2345, 0o640));
    sandbox.cli("env unset A -q").run();
    assert_eq!(owner(".env"), (1234, 2345, 0o640));
    // A new file belongs to whom the project belongs.
    chown(sandbox.path(""), Some(1234), Some(2345)).unwrap();
    sandbox
        .cli("env set CLERK_SIGN_IN_URL /x --file .env.local -q")
        .run();
    assert_eq!(owner(".env.local").0, 1234);
    assert_eq!(owner(".env.local").1, 2345);
}

#[cfg(target_os = "linux")]
#[test]
fn attributes_stay() {
    use rustix::fs::{XattrFlags, getxattr, setxattr};
    let sandbox = project("A=1\n");
    let env = sandbox.path(".env");
    if setxattr(&env, "user.note", b"mine", XattrFlags::empty()).is_err() {
        // This file system has none.
        return;
    }
    sandbox.cli("env set CLERK_SIGN_IN_URL /x -q").run();
    let mut value = [0; 8];
    let length = getxattr(&env, "user.note", &mut value[..]).unwrap();
    assert_eq!(&value[..length], b"mine");
}

#[test]
fn a_hard_link_that_is_cut_is_named() {
    let sandbox = project("A=1\n");
    fs::hard_link(sandbox.path(".env"), sandbox.path("other")).unwrap();
    let said = sandbox
        .cli("env set CLERK_SIGN_IN_URL /x")
        .any_stdout()
        .run();
    let told = "  ! hard link     .env
                  it has 1 other name (hard link), which keeps the old text
";
    assert!(said.contains(told), "{said}");
    assert_eq!(sandbox.read("other"), "A=1\n");
    assert!(sandbox.read(".env").contains("/x"));
}

#[test]
fn links_to_other_folders_of_the_project_stay() {
    let sandbox = project("");
    fs::remove_file(sandbox.path(".env")).unwrap();
    fs::create_dir(sandbox.path("config")).unwrap();
    fs::write(
        sandbox.path("config/env"),
        format!("CLERK_PUBLISHABLE_KEY={TEST}\n"),
    )
    .unwrap();
    fs::write(
        sandbox.path("config/local"),
        format!("CLERK_SECRET_KEY={SECRET}\n"),
    )
    .unwrap();
    symlink("config/env", sandbox.path(".env")).unwrap();
    symlink("config/local", sandbox.path(".env.local")).unwrap();
    sandbox.cli("env set --keys local -q").run();
    for (name, variable) in [
        ("env", "CLERK_PUBLISHABLE_KEY="),
        ("local", "CLERK_SECRET_KEY="),
    ] {
        let text = sandbox.read(&format!("config/{name}"));
        assert!(text.contains(variable), "{text}");
        assert!(!text.contains(TEST) && !text.contains(SECRET), "{text}");
    }
    let tree = [
        ".env.local@",
        ".env@",
        "Cargo.toml",
        "config/",
        "config/env",
        "config/local",
    ];
    assert_eq!(sandbox.tree(), tree);
}

#[test]
fn what_killed_runs_left_is_swept_by_the_next() {
    let sandbox = project("A=1\n");
    fs::create_dir(sandbox.path(ROOM)).unwrap();
    fs::write(sandbox.path(ROOM).join(".gitignore"), "*\n").unwrap();
    fs::write(sandbox.path(ROOM).join("77-1"), SECRET).unwrap();
    // Of version 0.1.0, and things of other people that look alike.
    for name in [
        ".clerk-rs-a1B2c3",
        ".clerk-rs-notes.txt",
        ".clerk-rs-a1B2c34",
        ".clerk-rs-backup",
        ".clerk-rs-config",
    ] {
        fs::write(sandbox.path(name), SECRET).unwrap();
        fs::set_permissions(sandbox.path(name), fs::Permissions::from_mode(0o600)).unwrap();
    }
    fs::write(sandbox.path(".clerk-rs-Read12"), "for everybody").unwrap();
    fs::set_permissions(
        sandbox.path(".clerk-rs-Read12"),
        fs::Permissions::from_mode(0o644),
    )
    .unwrap();
    symlink("Cargo.toml", sandbox.path(".clerk-rs-Link12")).unwrap();
    let said = sandbox
        .cli("env set CLERK_SIGN_IN_URL /x")
        .any_stdout()
        .run();
    assert!(
        said.contains("  ! stopped run   .clerk-rs-a1B2c3\n"),
        "{said}"
    );
    assert_eq!(
        sandbox.tree(),
        [
            ".clerk-rs-Link12@",
            ".clerk-rs-Read12",
            ".clerk-rs-a1B2c34",
            ".clerk-rs-backup",
            ".clerk-rs-config",
            ".clerk-rs-notes.txt",
            ".env",
            "Cargo.toml"
        ]
    );
}

/// Of 500 changes made two at a time, five were lost though both runs said "done".
#[test]
fn of_several_runs_at_once_no_change_is_lost() {
    for round in 0..5 {
        let sandbox = project("A=1\n");
        let names = ["SIGN_IN", "SIGN_UP", "AFTER_SIGN_IN", "AFTER_SIGN_UP"];
        let words = |name: &str| format!("env set CLERK_{name}_URL /{round}");
        let runs: Vec<Child> = names
            .map(|name| sandbox.cli(&words(name)).spawn())
            .into_iter()
            .collect();
        for run in runs {
            let output = run.wait_with_output().unwrap();
            assert!(output.status.success(), "{output:?}");
        }
        let text = sandbox.read(".env");
        for name in names {
            assert!(
                text.contains(&format!("CLERK_{name}_URL=/{round}\n")),
                "{text}"
            );
        }
        assert_eq!(sandbox.tree(), [".env", "Cargo.toml"]);
    }
}

#[test]
fn a_variable_is_taken_out_of_every_file() {
    let sandbox = project("A=1\n# why\nCLERK_SIGN_IN_URL=/a\nB=2");
    fs::write(sandbox.path(".env.local"), "CLERK_SIGN_IN_URL=/b\n").unwrap();
    let before = sandbox.read(".env");
    sandbox
        .cli("env unset CLERK_SIGN_IN_URL --dry-run")
        .stdout(
            "--- a/.env.local
+++ b/.env.local
@@ line 1 @@
-CLERK_SIGN_IN_URL=/b
--- a/.env
+++ b/.env
@@ line 3 @@
-CLERK_SIGN_IN_URL=/a
",
        )
        .run();
    assert_eq!(sandbox.read(".env"), before);
    sandbox
        .cli("env unset CLERK_SIGN_IN_URL")
        .var("CLERK_SIGN_IN_URL", "/c")
        .stdout(
            "  Took CLERK_SIGN_IN_URL out of .env.local and .env
  - CLERK_SIGN_IN_URL   /b                       taken out of .env.local
  - CLERK_SIGN_IN_URL   /a                       taken out of .env

  ! CLERK_SIGN_IN_URL   the environment sets it, and that stays
                  help: `unset CLERK_SIGN_IN_URL` in the shell
",
        )
        .run();
    assert_eq!(sandbox.read(".env"), "A=1\n# why\nB=2");
    assert_eq!(sandbox.read(".env.local"), "");
    sandbox
        .cli("env unset CLERK_SIGN_IN_URL")
        .stdout("  CLERK_SIGN_IN_URL is not set in a file\n")
        .run();
    sandbox
        .cli("env unset B --file .env.local")
        .stdout("  B is not set in .env.local\n")
        .run();
    sandbox
        .cli("env unset B --file ../.env")
        .status(2)
        .any_stderr()
        .run();
}

#[test]
fn name_and_value_may_stand_in_one_word() {
    let sandbox = project("");
    sandbox
        .cli("env set PORT=4000")
        .stdout("  Set PORT in .env\n  + PORT   4000                     .env:1\n")
        .run();
    sandbox.cli("env set CLERK_SIGN_IN_URL=/a?b=c -q").run();
    assert_eq!(
        sandbox.read(".env"),
        "PORT=4000\nCLERK_SIGN_IN_URL=\"/a?b=c\"\n"
    );
    sandbox
        .cli(&format!("env set CLERK_SECRET_KEY={SECRET}"))
        .status(2)
        .stderr(
            "error: a secret does not belong on the command line
  because: the shell's history and the list of processes show it
  help: `clerk-rs env set CLERK_SECRET_KEY` asks for it; `-` takes it from standard input, @FILE from a file
",
        )
        .run();
    sandbox
        .cli("env set FOO bar")
        .status(2)
        .stderr(
            "error: FOO is not known here, and its value may be a secret
  because: the shell's history and the list of processes show what stands on the command line
  help: `clerk-rs env set FOO` asks for it; `-` takes it from standard input, @FILE from a file
",
        )
        .run();
}

/// A switch that was stopped between two files, one of which was edited since.
fn torn() -> Sandbox {
    let sandbox = project("");
    sandbox.cli("env set --keys local -q").run();
    let first = sandbox.read(".env");
    let secret = |text: &str| {
        let mut lines = text.lines();
        let line = lines.find(|line| line.starts_with("CLERK_SECRET_KEY="));
        format!("{}\n", line.unwrap())
    };
    // The keys of two emulators, in two files.
    fs::write(sandbox.path(".env"), "").unwrap();
    sandbox.cli("env set --keys local -q").run();
    let other = secret(&sandbox.read(".env"));
    fs::write(sandbox.path(".env"), first.replace(&secret(&first), "")).unwrap();
    fs::write(sandbox.path(".env.local"), other).unwrap();
    let hash = |name: &str| {
        let digest =
            aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, sandbox.read(name).as_bytes());
        let bytes = digest.as_ref().iter();
        bytes.map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let file = |name: &str, before: &str, after: String| serde_json::json!({ "name": name, "staged": "7-1", "before": before, "after": after });
    let journal = serde_json::json!({
        "files": [file(".env", "x", hash(".env")), file(".env.local", "x", "y".to_owned())],
        "mends": false,
    });
    let room = sandbox.path(ROOM);
    fs::create_dir(&room).unwrap();
    fs::set_permissions(&room, fs::Permissions::from_mode(0o700)).unwrap();
    fs::write(room.join("journal.json"), journal.to_string()).unwrap();
    fs::set_permissions(room.join("journal.json"), fs::Permissions::from_mode(0o600)).unwrap();
    sandbox
}

#[test]
fn after_a_torn_switch_to_local_keys_a_new_pair_is_made() {
    let sandbox = torn();
    let (env, local) = (sandbox.read(".env"), sandbox.read(".env.local"));
    let said = sandbox.cli("env check").status(1).any_stdout().run();
    assert!(said.contains("nobody can say"), "{said}");
    // That could leave one key to the stronger file.
    for words in [
        "env set --keys local --file .env",
        "env set PORT=1 --dry-run",
    ] {
        sandbox
            .cli(words)
            .status(3)
            .stderr(
                "error: a run that was stopped has changed a part of the files only
  because: .env.local was changed since, so it cannot be finished
  help: `clerk-rs env set --keys` sets all keys again; if the files are right as they are, remove .clerk-rs-env-set
",
            )
            .run();
    }
    assert_eq!(
        (sandbox.read(".env"), sandbox.read(".env.local")),
        (env.clone(), local.clone())
    );
    sandbox.cli("env set --keys local -q").run();
    assert_ne!(sandbox.read(".env"), env);
    assert_ne!(sandbox.read(".env.local"), local);
    sandbox.cli("env check").any_stdout().run();
    assert_eq!(sandbox.tree(), [".env", ".env.local", "Cargo.toml"]);
}

/// Nothing was written, so nothing is better than before.
#[test]
fn a_torn_switch_stays_told_where_no_key_is_written() {
    let sandbox = torn();
    fs::write(
        sandbox.path(".env"),
        format!("CLERK_PUBLISHABLE_KEY={TEST}\n"),
    )
    .unwrap();
    fs::write(
        sandbox.path(".env.local"),
        format!("CLERK_SECRET_KEY={SECRET}\n"),
    )
    .unwrap();
    let journal = sandbox.path(ROOM).join("journal.json");
    let text = fs::read_to_string(&journal).unwrap();
    fs::write(&journal, text.replace("\"mends\":false", "\"mends\":true")).unwrap();
    let words = format!("env set --keys paste --publishable-key {TEST} --secret-key-file - --json");
    let said = sandbox.cli(&words).stdin(SECRET).any_stdout().run();
    assert!(
        ids(&said).contains(&"switch-unfinished".to_owned()),
        "{said}"
    );
    sandbox.cli("env check").status(1).any_stdout().run();
}
