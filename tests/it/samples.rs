//! What `init` writes, in every combination, without a compiler: `tests/run` builds and runs some.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const EXTRAS: [&str; 4] = ["orgs", "webhooks", "docker", "github-actions"];

/// Runs `init` with an environment that has nothing in it.
fn init(project: &Path, template: &str, extras: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clerk-rs"));
    command
        .env_clear()
        .arg("init")
        .arg(project)
        .args(["--template", template]);
    if !extras.is_empty() {
        command.args(["--with", &extras.join(",")]);
    }
    command.args(["--yes", "--no-git"]).output().unwrap()
}

/// Every set of extras that a template can have; organisations are a matter of pages.
fn combinations() -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
    ["web", "api"].into_iter().flat_map(|template| {
        (0..1 << EXTRAS.len())
            .map(|set| {
                (0..EXTRAS.len())
                    .filter(move |bit| set & (1 << bit) != 0)
                    .map(|bit| EXTRAS[bit])
                    .collect::<Vec<_>>()
            })
            .filter(move |extras| template == "web" || !extras.contains(&"orgs"))
            .map(move |extras| (template, extras))
    })
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path))
        } else {
            found.push(path)
        }
    }
    found
}

#[test]
fn every_combination_is_a_whole_formatted_project() {
    let folder = tempfile::tempdir().unwrap();
    for (index, (template, extras)) in combinations().enumerate() {
        let what = format!("{template} with {extras:?}");
        let project = folder.path().join(format!("sample-{index}"));
        let output = init(&project, template, &extras);
        assert!(output.status.success(), "{what}: {output:?}");
        let manifest: toml::Table =
            toml::from_str(&fs::read_to_string(project.join("Cargo.toml")).unwrap())
                .unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(
            manifest["package"]["name"].as_str(),
            Some(format!("sample-{index}").as_str()),
            "{what}"
        );
        for file in files(&project) {
            check_file(&file, &what);
        }
        let formatted = Command::new("cargo")
            .args(["fmt", "--check"])
            .current_dir(&project)
            .output()
            .unwrap();
        assert!(
            formatted.status.success(),
            "{what}: {}",
            String::from_utf8_lossy(&formatted.stdout)
        );
        assert_eq!(
            project.join("Dockerfile").exists(),
            extras.contains(&"docker"),
            "{what}"
        );
        assert_eq!(
            project.join(".github/workflows").exists(),
            extras.contains(&"github-actions"),
            "{what}"
        );
    }
}

/// No mark of a template is left over, text ends in one line break, only `.env` holds a secret.
#[track_caller]
fn check_file(file: &Path, what: &str) {
    let Ok(text) = fs::read_to_string(file) else {
        return;
    };
    let place = format!("{what}: {}", file.display());
    for mark in ["<%", "%>", "<$", "$>"] {
        assert!(!text.contains(mark), "{place}: {mark} left over");
    }
    assert!(
        text.ends_with('\n') && !text.ends_with("\n\n"),
        "{place}: how it ends"
    );
    assert!(
        !text.contains("\n\n\n"),
        "{place}: two empty lines in a row"
    );
    assert!(
        text.lines().all(|line| !line.ends_with([' ', '\t'])),
        "{place}: white space at the end of a line"
    );
    if file.file_name().is_some_and(|name| name != ".env")
        && !file
            .components()
            .any(|part| part.as_os_str() == "clerk-auth")
    {
        let secret = text
            .split("sk_test_")
            .skip(1)
            .any(|tail| tail.chars().take_while(char::is_ascii_alphanumeric).count() > 20);
        assert!(!secret, "{place}: holds a secret key");
    }
}

#[test]
fn an_api_has_no_pages_to_switch_organisations_on() {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("sample");
    let output = init(&project, "api", &["orgs"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(!project.exists());
}
