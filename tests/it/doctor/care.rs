//! Projects that a stranger prepared: files without an end, names that look like something else; and what `--fix` says of
//! the files that it replaces.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::project;
use crate::support::Sandbox;

const READ: [&str; 4] = [
    "Cargo.lock",
    "rust-toolchain",
    "Dockerfile.dockerignore",
    "clerk-auth/Cargo.toml",
];

/// What was not looked at: each check, and why.
fn skipped(sandbox: &Sandbox) -> Vec<(String, String)> {
    let mut doctor = sandbox.cli("doctor --offline --json").command();
    let said: Value = serde_json::from_slice(&doctor.output().unwrap().stdout).unwrap();
    let findings = said["findings"].as_array().unwrap().iter();
    let skipped = findings.filter(|finding| finding["verdict"] == "skipped");
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    skipped
        .map(|finding| (text(finding, "id"), text(finding, "detail")))
        .collect()
}

/// In turn, each of the files is what `make` makes of it.
fn each_is_told(why: &str, make: impl Fn(&Path)) {
    for name in READ {
        let sandbox = project("docker-copies-all");
        fs::create_dir_all(sandbox.path("clerk-auth")).unwrap();
        if name != "rust-toolchain" {
            fs::write(sandbox.path("rust-toolchain"), "1.50\n").unwrap();
        }
        let path = sandbox.path(name);
        let _ = fs::remove_file(&path);
        make(&path);
        let told = skipped(&sandbox);
        let ids: &[&str] = match name {
            "Cargo.lock" => &["framework-twice", "http-twice", "core-twice"],
            "Dockerfile.dockerignore" => &["env-file-in-image"],
            _ => &["compiler-too-old"],
        };
        for id in ids {
            let expected = ((*id).to_owned(), format!("{name} cannot be read: {why}"));
            assert!(told.contains(&expected), "{expected:?} in {told:?}");
        }
    }
}

/// doctor waited for ever for somebody to write into it.
#[cfg(unix)]
#[test]
fn a_pipe_in_place_of_a_file_is_not_waited_for() {
    each_is_told("it is not a regular file", |path| {
        let made = Command::new("mkfifo").arg(path).status();
        assert!(made.unwrap().success());
    });
}

/// doctor took as much memory as the file is long.
#[test]
fn a_file_that_is_too_long_is_not_read() {
    each_is_told("it is larger than 4 MiB", |path| {
        fs::File::create(path).unwrap().set_len(3 << 30).unwrap();
    });
}

/// The old text stayed under another name, and nobody was told.
#[cfg(unix)]
#[test]
fn a_hard_link_that_is_cut_is_told() {
    let sandbox = project("docker-copies-all");
    fs::write(sandbox.path("shared"), "target\n").unwrap();
    fs::hard_link(sandbox.path("shared"), sandbox.path(".dockerignore")).unwrap();
    let said = sandbox
        .cli("doctor --offline --fix --yes --json")
        .any_stdout()
        .run();
    let said: Value = serde_json::from_str(&said).unwrap();
    let told = super::of(&said, "file-unlinked");
    assert_eq!(told["place"], ".dockerignore");
    assert_eq!(
        told["detail"],
        "it has 1 other name (hard link), which keeps the old text"
    );
    assert_eq!(sandbox.read(".dockerignore"), "target\n**/.env*\n");
    assert_eq!(sandbox.read("shared"), "target\n");
}

/// The finding stood at another file, in a line that this one does not have.
#[cfg(unix)]
#[test]
fn a_secret_in_a_file_with_an_odd_name_stands_in_its_place() {
    let sandbox = project("right-axum");
    let key = ["sk_live_", "2q7OrchardOrchardOrchardOrchard4711"].concat();
    for name in ["a\nb.txt", "c (d).txt"] {
        fs::write(sandbox.path(name), format!("first\nkey {key}\n")).unwrap();
    }
    for words in [&["init", "-q"][..], &["add", "a\nb.txt", "c (d).txt"]] {
        let mut git = Command::new("git");
        let done = git.current_dir(sandbox.path("")).args(words).status();
        assert!(done.unwrap().success());
    }
    let said = sandbox
        .cli("doctor --offline --format github")
        .with_programs()
        .status(1)
        .any_stdout()
        .run();
    let lines = said.lines().filter(|line| line.contains("secret-tracked"));
    let places: Vec<_> = lines
        .map(|line| line.split(",title").next().unwrap())
        .collect();
    assert_eq!(
        places,
        [
            "::error file=a\\nb.txt,line=2",
            "::error file=c (d).txt,line=2"
        ]
    );
}
