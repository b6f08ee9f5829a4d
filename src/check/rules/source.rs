//! Secrets that a program takes in when it is built: `env!("CLERK_SECRET_KEY")` puts the key into the binary, and with
//! Trunk, Dioxus and Leptos that is what every browser loads.

use std::fs;
use std::path::{Path, PathBuf};

use super::Scene;
use crate::escape::visible;
use crate::finding::{Finding, Verdict};
use crate::project::names::{Kind, TABLE};
use crate::project::variables::read;

const MOST_FILES: usize = 2000;
const DEEPEST: usize = 8;

/// Looks through the Rust sources of the project.
pub fn check(scene: &Scene<'_>) -> Vec<Finding> {
    let mut files = Vec::new();
    collect(scene.root, "", 0, &mut files);
    files.sort();
    files
        .iter()
        .flat_map(|(shown, path)| built_in(path, shown))
        .collect()
}

/// Links, hidden folders and what builds leave behind are passed by.
fn collect(folder: &Path, below: &str, depth: usize, files: &mut Vec<(String, PathBuf)>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_passed_by = name.starts_with('.') || name == "target" || name == "node_modules";
        let shown = format!("{below}{name}");
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && !is_passed_by && depth < DEEPEST => {
                collect(&entry.path(), &format!("{shown}/"), depth + 1, files);
            }
            Ok(kind) if kind.is_file() && name.ends_with(".rs") && files.len() < MOST_FILES => {
                files.push((shown, entry.path()));
            }
            _ => {}
        }
    }
}

fn built_in(path: &Path, shown: &str) -> Vec<Finding> {
    let Ok(text) = read(path) else {
        return Vec::new();
    };
    if !text.contains("env!(\"") {
        return Vec::new();
    }
    let secrets: Vec<_> = TABLE
        .iter()
        .filter(|known| known.kind == Kind::Secret)
        .collect();
    let mut findings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let code = line.split("//").next().unwrap_or_default();
        let found = secrets
            .iter()
            .find(|known| code.contains(&format!("env!(\"{}\"", known.name)));
        findings.extend(found.map(|known| {
            Finding::new(
                "secret-built-in",
                Verdict::No,
                known.name,
                "built into the program: whoever has the binary, or the page that loads it, has the secret",
            )
            .place(format!("{}:{}", visible(shown), index + 1))
            .help("read it when the program starts, with std::env::var")
        }));
    }
    findings
}
