//! Projects that a stranger prepared: files without an end, names that look like something else; and what `--fix` says of
//! the files that it replaces.

use std::fs;
use std::path::Path;
#[cfg(unix)]
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

#[cfg(unix)]
pub fn git(sandbox: &Sandbox, words: &[&str]) {
    let mut git = Command::new("git");
    let done = git.current_dir(sandbox.path("")).args(words).status();
    assert!(done.unwrap().success());
}

/// A line for git went into a source, through a link.
#[cfg(unix)]
#[test]
fn a_list_for_git_that_is_a_link_to_a_source_is_not_written_through() {
    let sandbox = project("right-axum");
    git(&sandbox, &["init", "-q"]);
    std::os::unix::fs::symlink("src/main.rs", sandbox.path(".gitignore")).unwrap();
    let before = sandbox.read("src/main.rs");
    let said = sandbox
        .cli("doctor --offline --fix --yes --json")
        .with_programs()
        .status(3)
        .any_stdout()
        .any_stderr()
        .run();
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["error"]["code"], "link-leads-astray", "{said}");
    assert_eq!(sandbox.read("src/main.rs"), before);
    assert!(sandbox.path(".gitignore").is_symlink());
}

/// With `.` in PATH a project's own `git` was run.
#[cfg(unix)]
#[test]
fn a_program_that_lies_in_the_project_is_not_run() {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    for path in [".", "", "./bin", ".:/nowhere"] {
        let sandbox = project("right-axum");
        fs::create_dir_all(sandbox.path("bin")).unwrap();
        fs::create_dir(sandbox.path(".git")).unwrap();
        for name in ["git", "bin/git"] {
            let mut options = fs::OpenOptions::new();
            let file = options.write(true).create(true).mode(0o755);
            let mut file = file.open(sandbox.path(name)).unwrap();
            file.write_all(b"#!/bin/sh\n: > was-run\n").unwrap();
        }
        let said = sandbox
            .cli("doctor --offline --json")
            .var("PATH", path)
            .any_stdout()
            .run();
        assert!(said.contains("git is not installed"), "{path}: {said}");
        assert!(!sandbox.path("was-run").exists(), "{path}");
    }
}

/// A live key in a file that the next `git add .` takes along was not told.
#[cfg(unix)]
#[test]
fn a_live_key_is_told_before_git_has_it() {
    let sandbox = project("right-axum");
    let key = ["sk_live_", "2q7OrchardOrchardOrchardOrchard4711"].concat();
    let text = format!("# Mine\n\n    CLERK_SECRET_KEY={key}\n");
    for name in ["README.md", "notes.md", "src/keys.txt"] {
        fs::write(sandbox.path(name), &text).unwrap();
    }
    fs::write(sandbox.path(".gitignore"), "/.env\nnotes.md\n").unwrap();
    git(&sandbox, &["init", "-q"]);
    git(&sandbox, &["add", "src"]);
    let said = sandbox
        .cli("doctor --offline --json")
        .with_programs()
        .status(1)
        .any_stdout()
        .run();
    assert!(!said.contains(&key), "{said}");
    let said: Value = serde_json::from_str(&said).unwrap();
    let findings = said["findings"].as_array().unwrap().iter();
    let told =
        findings.filter(|finding| finding["subject"] == "git" && finding["value"].is_string());
    let told: Vec<_> = told
        .map(|finding| [&finding["id"], &finding["verdict"], &finding["place"]])
        .collect();
    assert_eq!(
        told,
        [
            ["secret-tracked", "no", "src/keys.txt:3"],
            ["secret-not-ignored", "warn", "README.md:3"]
        ]
    );
}

/// One secret in one line had two remedies.
#[cfg(unix)]
#[test]
fn a_secret_that_git_has_and_an_image_gets_is_mended_once() {
    let sandbox = project("docker-secret-as-env");
    git(&sandbox, &["init", "-q"]);
    git(&sandbox, &["add", "Dockerfile"]);
    let said = sandbox
        .cli("doctor --offline --json")
        .with_programs()
        .status(1)
        .any_stdout()
        .run();
    let said: Value = serde_json::from_str(&said).unwrap();
    let (image, tracked) = (
        super::of(&said, "secret-in-image"),
        super::of(&said, "secret-tracked"),
    );
    assert_eq!(image["place"], tracked["place"]);
    assert!(
        image["help"].is_string() && tracked["help"].is_null(),
        "{said}"
    );
}

/// What the runner of a workflow reads as a command stands where a line begins, or anywhere.
#[test]
fn no_text_of_a_stranger_is_a_command_for_the_runner_of_a_workflow() {
    let sandbox = project("axum-route-after-layer");
    let text = sandbox.read("src/main.rs");
    let route = "\"/reports ::add-mask::x ##[error]y ::error file=z::\"";
    fs::write(
        sandbox.path("src/main.rs"),
        text.replace("\"/reports\"", route),
    )
    .unwrap();
    for words in [
        "doctor --offline",
        "doctor --offline -v",
        "doctor --offline --json",
        "doctor --offline --format sarif",
        "doctor --offline --fix --dry-run",
        "routes",
        "routes --json",
    ] {
        let output = sandbox.cli(words).command().output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.contains("add-mask"), "{words}: {said}");
        assert!(!said.contains("##["), "{words}: {said}");
        let is_command = |line: &str| line.trim().starts_with("::");
        assert!(!said.lines().any(is_command), "{words}: {said}");
    }
}

#[test]
fn the_checks_that_passed_are_named_by_area() {
    let sandbox = project("right-axum");
    let said = sandbox.cli("doctor --offline -v").any_stdout().run();
    let joined = said.split_whitespace().collect::<Vec<_>>().join(" ");
    for area in ["Environment, ", "Code, "] {
        let (_, line) = joined.split_once(&format!("\u{2713} {area}")).unwrap();
        let (count, words) = line.split_once(" passed: ").unwrap();
        let words = words
            .split([' ', '\u{2713}'])
            .filter(|word| !word.is_empty());
        let mut listed = 0;
        for word in words {
            listed += 1;
            if !word.ends_with(',') {
                break;
            }
        }
        assert_eq!(count.parse::<usize>().unwrap(), listed, "{said}");
    }
    assert!(joined.contains("route-without-gate, "), "{said}");
}
