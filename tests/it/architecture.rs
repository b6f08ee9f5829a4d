//! The direction of imports. A module that reaches upward or sideways is in the wrong folder,
//! and once it is allowed nobody can say any more what depends on what.

mod circles;

use std::fs;
use std::path::Path;

use crate::support::tree;

/// Module, and what of ours it may use.
const MAY_USE: &[(&str, &[&str])] = &[
    ("main", &[]),
    (
        "lib",
        &[
            "ask", "backend", "check", "commands", "emulator", "env", "error", "escape", "finding",
            "fold", "inspect", "keyring", "output", "project", "run", "scaffold", "source",
            "update", "wire",
        ],
    ),
    (
        "commands",
        &[
            "ask", "backend", "check", "commands", "emulator", "env", "error", "escape", "finding",
            "fold", "inspect", "keyring", "output", "project", "run", "scaffold", "source",
            "update", "wire",
        ],
    ),
    ("ask", &["ask", "env", "error", "fold"]),
    (
        "output",
        &["env", "error", "escape", "finding", "fold", "output"],
    ),
    ("project", &["error", "escape", "program", "project"]),
    ("scaffold", &["error", "escape", "program", "scaffold"]),
    ("update", &["error", "project", "scaffold", "update"]),
    (
        "wire",
        &[
            "error", "program", "project", "scaffold", "source", "update", "wire",
        ],
    ),
    ("inspect", &["error", "escape", "inspect"]),
    ("source", &["error", "source"]),
    (
        "keyring",
        &[
            "backend", "emulator", "error", "escape", "keyring", "project",
        ],
    ),
    ("emulator", &["emulator", "program"]),
    (
        "run",
        &[
            "backend", "emulator", "error", "escape", "program", "project", "run",
        ],
    ),
    ("backend", &["backend", "error", "escape"]),
    (
        "check",
        &[
            "backend", "check", "error", "escape", "finding", "keyring", "project", "source",
            "update",
        ],
    ),
    ("env", &[]),
    ("error", &[]),
    ("escape", &[]),
    ("finding", &[]),
    ("fold", &[]),
    ("program", &["env"]),
];

/// The core is used below the commands and by them; nobody else needs it.
const MAY_USE_CORE: &[&str] = &[
    "backend", "check", "commands", "emulator", "inspect", "keyring", "project", "run", "scaffold",
    "source", "wire",
];

struct Source {
    path: String,
    module: String,
    text: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let paths = tree(&root).into_iter().filter(|path| path.ends_with(".rs"));
    let sources: Vec<_> = paths
        .map(|path| Source {
            module: path.split(['/', '.']).next().unwrap().to_owned(),
            text: fs::read_to_string(root.join(&path)).unwrap(),
            path,
        })
        .collect();
    assert!(sources.len() > 20, "the source folder was not found");
    sources
}

/// What stands behind each occurrence of a path's beginning, outside comments.
fn used<'a>(text: &'a str, start: &'a str) -> impl Iterator<Item = &'a str> {
    let code = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(move |line| line.split(start).skip(1))
        .map(|rest| {
            rest.split(|c: char| !c.is_alphanumeric() && c != '_')
                .next()
                .unwrap()
        })
}

#[test]
fn modules_use_only_what_the_table_allows() {
    for source in sources() {
        let allowed = MAY_USE.iter().find(|(module, _)| *module == source.module);
        let (_, allowed) = allowed.unwrap_or_else(|| panic!("{} is not in the table", source.path));
        for name in used(&source.text, "crate::") {
            assert!(
                allowed.contains(&name),
                "{} may not use crate::{name}",
                source.path
            );
        }
        for _ in used(&source.text, "clerk_auth::") {
            assert!(
                MAY_USE_CORE.contains(&source.module.as_str()),
                "{} uses the core",
                source.path
            );
        }
    }
}

#[test]
fn commands_do_not_call_each_other() {
    let sources = sources();
    let commands = sources.iter().filter(|source| source.module == "commands");
    let names = [
        "add",
        "init",
        "dev",
        "doctor",
        "emulator",
        "token",
        "env",
        "keys",
        "completions",
        "man",
        "routes",
        "schema",
        "update",
        "webhooks",
    ];
    for source in commands.filter(|source| source.path != "commands/mod.rs") {
        let own = source.path.split(['/', '.']).nth(1).unwrap();
        // Below a command's folder `super` is the command itself.
        let is_below = source.path.split('/').count() > 2 && !source.path.ends_with("/mod.rs");
        let above = if is_below { "commands::" } else { "super::" };
        for name in used(&source.text, "commands::").chain(used(&source.text, above)) {
            assert!(
                name == own || !names.contains(&name),
                "{} uses {name}",
                source.path
            );
        }
        assert!(!source.text.contains("super::super"), "{}", source.path);
    }
}

/// An adapter translates between a framework and the kit, and decides nothing: there is not much of it.
#[test]
fn the_adapters_of_frameworks_are_small() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let catalog = fs::read_to_string(root.join("catalog.toml")).unwrap();
    let catalog: toml::Table = toml::from_str(&catalog).unwrap();
    for framework in catalog["frameworks"].as_table().unwrap().keys() {
        let folder = root
            .join("clerk-auth/src")
            .join(framework.replace('-', "_"));
        // Some stand on the adapter of another.
        let files = if folder.is_dir() {
            tree(&folder)
        } else {
            Vec::new()
        };
        let code = files.iter().map(|file| {
            let text = fs::read_to_string(folder.join(file)).unwrap();
            let lines = text.lines().map(str::trim);
            let is_code = |line: &&str| !line.is_empty() && !line.starts_with("//");
            lines.filter(is_code).count()
        });
        let lines: usize = code.sum();
        assert!(lines <= 350, "the adapter of {framework} has {lines} lines");
        assert!(
            lines > 0 || framework != "axum",
            "{} is not there",
            folder.display()
        );
    }
}

#[test]
fn every_file_fits_a_reader() {
    for source in sources() {
        let lines = source.text.lines().count();
        assert!(
            lines <= 400,
            "{} has {lines} lines; make it two files",
            source.path
        );
    }
}
