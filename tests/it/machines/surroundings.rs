//! The tool where much is missing: a home, a locale, room on the disk, a reader.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Output};

use crate::support::Sandbox;

const TOKEN: &str = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c2VyXzEifQ.c2ln";

/// Runs of all kinds, which end with these codes.
fn runs() -> [(String, i32); 7] {
    [
        ("--version".to_owned(), 0),
        ("schema --json".to_owned(), 0),
        (format!("token decode {TOKEN} --json"), 0),
        (format!("token verify {TOKEN} --offline --json"), 1),
        ("env check --json".to_owned(), 3),
        ("init app --yes --no-git --json".to_owned(), 0),
        ("routes --json".to_owned(), 3),
    ]
}

fn ends(output: &Output, status: i32, words: &str) {
    assert_eq!(output.status.code(), Some(status), "{words}: {output:?}");
}

#[test]
fn nobody_needs_a_home() {
    let sandbox = Sandbox::new();
    for (words, status) in runs() {
        let with = sandbox.cli(&words).command().output().unwrap();
        ends(&with, status, &words);
        let _made = fs::remove_dir_all(sandbox.path("app"));
        let without = sandbox
            .cli(&words)
            .command()
            .env_remove("HOME")
            .output()
            .unwrap();
        ends(&without, status, &words);
        let _made = fs::remove_dir_all(sandbox.path("app"));
        // The keys are new ones each time.
        if !words.starts_with("init") {
            assert_eq!(with.stdout, without.stdout, "{words}");
        }
    }
}

/// As an ordinary user: root may write everywhere.
#[test]
fn a_home_that_nobody_may_write_to_is_as_good() {
    const NOBODY: u32 = 65_534;
    let sandbox = Sandbox::new();
    let work = sandbox.path("");
    let root = work.parent().unwrap();
    let home = root.join("home");
    let is_root = rustix::process::geteuid().is_root();
    if is_root {
        fs::set_permissions(root, fs::Permissions::from_mode(0o755)).unwrap();
        chown(&work, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    fs::set_permissions(&home, fs::Permissions::from_mode(0o555)).unwrap();
    for (words, status) in runs() {
        let mut command = sandbox.cli(&words).command();
        if is_root {
            command.uid(NOBODY).gid(NOBODY);
        }
        match command.output() {
            Ok(output) => ends(&output, status, &words),
            Err(error) => {
                println!("skipped: {NOBODY} may not run the tool here: {error}");
                break;
            }
        }
    }
    assert_eq!(fs::read_dir(&home).unwrap().count(), 0);
}

/// What is no terminal gets UTF-8, and the same in every locale.
#[test]
fn the_locale_changes_nothing_for_programs() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("Cargo.toml"), "[package]\nname = \"x\"\n").unwrap();
    fs::write(sandbox.path(".env"), "CLERK_SECRET_KEY=gr\u{fc}n\n").unwrap();
    for (words, status) in [
        ("env check", 1),
        ("env list", 0),
        ("keys check --offline", 1),
    ] {
        let run = |locale: &str| {
            let mut command = sandbox.cli(words).command();
            command.env("LC_ALL", locale).output().unwrap()
        };
        let (c, utf8) = (run("C"), run("C.UTF-8"));
        ends(&c, status, words);
        assert_eq!(c.stdout, utf8.stdout, "{words}");
        assert!(std::str::from_utf8(&c.stdout).is_ok(), "{words}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_result_that_could_not_be_written_is_said_and_is_no_success() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("tokens"), format!("{TOKEN}\n").repeat(10)).unwrap();
    for words in [
        "--version",
        "--help",
        "man",
        "schema init",
        "completions bash --json",
        "token decode --batch @tokens",
        "token decode --batch --json @tokens",
    ] {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let output = sandbox.cli(words).command().stdout(full).output().unwrap();
        ends(&output, 3, words);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(
            said.starts_with("error: could not write the result"),
            "{words}: {said}"
        );
        assert!(said.contains("No space left on device"), "{words}: {said}");
    }
    // A failure keeps its own code.
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let output = sandbox
        .cli("init --json")
        .command()
        .stdout(full)
        .output()
        .unwrap();
    ends(&output, 2, "init --json");
}

/// A shell's words around the tool's.
fn under(sandbox: &Sandbox, shell: &str, words: &str) -> Output {
    let tool = sandbox.cli(words).command();
    let mut command = Command::new("/bin/sh");
    command.args(["-c", &format!("{shell}; exec \"$0\" \"$@\"")]);
    command.arg(tool.get_program()).args(tool.get_args());
    command.current_dir(sandbox.path("")).env_clear();
    command.output().unwrap()
}

/// The system ended `init` at the first file that was too long, and the folder with the first half stayed.
#[test]
fn a_limit_on_files_leaves_nothing_behind() {
    let sandbox = Sandbox::new();
    let output = under(&sandbox, "ulimit -f 8", "init app --yes --no-git");
    ends(&output, 3, "init");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("error: could not"), "{said}");
    assert_eq!(sandbox.tree(), [""; 0], "{said}");
    let before = format!("# {}\nPORT=3000\n", "x".repeat(8000));
    fs::write(sandbox.path("Cargo.toml"), "[package]\nname = \"x\"\n").unwrap();
    fs::write(sandbox.path(".env"), &before).unwrap();
    let output = under(&sandbox, "ulimit -f 8", "env set PORT 4000");
    ends(&output, 3, "env set");
    assert_eq!(sandbox.read(".env"), before);
    assert_eq!(sandbox.tree(), [".env", "Cargo.toml"]);
}

#[test]
fn a_closed_output_ends_nothing() {
    let sandbox = Sandbox::new();
    for (words, status) in runs() {
        for closed in ["exec >&-", "exec 2>&-", "exec <&- >&- 2>&-"] {
            let output = under(&sandbox, closed, &words);
            ends(&output, status, &format!("{words} with {closed}"));
            let _made = fs::remove_dir_all(sandbox.path("app"));
        }
    }
}
