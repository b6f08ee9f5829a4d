//! Scripts that were committed and then forgotten complete flags that are no longer there.

use std::fs;
use std::path::{Path, PathBuf};

use clerk_rs_cli::finding::Id;

use crate::support::Sandbox;

const SCRIPTS: [(&str, &str); 5] = [
    ("bash", "clerk-rs.bash"),
    ("zsh", "_clerk-rs"),
    ("fish", "clerk-rs.fish"),
    ("powershell", "_clerk-rs.ps1"),
    ("elvish", "clerk-rs.elv"),
];

fn committed(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("completions")
        .join(name)
}

#[test]
fn the_committed_completions_are_those_of_the_command_tree() {
    let sandbox = Sandbox::new();
    for (shell, name) in SCRIPTS {
        let text = fs::read_to_string(committed(name)).unwrap();
        // Each command and one option of its own: a deferred command that was never built
        // would be missing from both sides.
        for word in [
            "init",
            "completions",
            "man",
            "--secret-key-file",
            "github-actions",
        ] {
            let word = if shell == "fish" {
                word.trim_start_matches("--")
            } else {
                word
            };
            assert!(
                text.contains(word) || shell == "elvish" || shell == "powershell",
                "{name}: {word}"
            );
        }
        sandbox
            .cli(&format!("completions {shell}"))
            .stdout(&text)
            .run();
    }
}

#[test]
fn every_committed_script_is_compared() {
    let mut names: Vec<_> = fs::read_dir(committed(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let mut expected = SCRIPTS.map(|(_, name)| name);
    expected.sort_unstable();
    assert_eq!(names, expected);
}

#[test]
fn the_manual_page_names_every_command_and_option() {
    let sandbox = Sandbox::new();
    let page = sandbox.cli("man").any_stdout().run();
    let plain = page.replace('\\', "");
    for words in [
        ".TH clerk-rs 1",
        "CLERK-RS INIT",
        "CLERK-RS DEV",
        "CLERK-RS EMULATOR",
        "CLERK-RS COMPLETIONS",
        "CLERK-RS MAN",
        "--secret-key-file",
        "--dry-run",
        "cargo add",
        "130 interrupted",
    ] {
        assert!(plain.contains(words), "{words} is not in\n{page}");
    }
}

/// The table of findings is the list in the code.
#[test]
fn every_finding_stands_in_the_table_with_its_meaning() {
    let row = |id: &Id| format!("| `{}` | {} |", id.word(), id.meaning());
    let expected: Vec<_> = Id::ALL.iter().map(row).collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/findings.md");
    let text = fs::read_to_string(path).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    assert_eq!(rows.collect::<Vec<_>>(), expected);
    let mut words: Vec<_> = Id::ALL.iter().map(|id| id.word()).collect();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), expected.len(), "two findings have one word");
}
