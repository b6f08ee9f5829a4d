//! The Rust sources of a project.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::escape::visible;
use crate::source::{Files, plain};

/// Limits: sources to read, and folders below the root to go down.
const MOST_SOURCES: usize = 2000;
const DEEPEST_SOURCE: usize = 40;

/// Places of what was not looked at, each with why.
pub type LeftOut = Vec<(String, String)>;

/// One file of Rust.
pub struct Source {
    /// Its path below the root, fit for a screen.
    pub shown: String,
    /// The whole text.
    pub text: String,
}

impl Source {
    /// The Rust sources of a project, sorted by path.
    pub fn all(root: &Path) -> Vec<Self> {
        Self::read(root, &[]).0
    }

    /// The same, with the files of its programs, which may lie elsewhere or behind a link; and the places of those that were
    /// left out, each with why.
    pub fn read(root: &Path, of_programs: &[(String, PathBuf)]) -> (Vec<Self>, LeftOut) {
        let mut found = Vec::new();
        let mut left_out = Vec::new();
        collect(root, "", 0, &mut found, &mut left_out);
        let mut known: HashSet<_> = found.iter().map(|(_, path)| plain(path)).collect();
        let more = of_programs.iter();
        let more = more.filter(|(_, path)| known.insert(plain(path)));
        found.extend(more.cloned());
        found.sort();
        let files = Files::default();
        let mut sources = Vec::new();
        for (shown, path) in found {
            let shown = visible(&shown).into_owned();
            match files.read(&path) {
                Ok(text) => sources.push(Self { shown, text }),
                Err(error) => left_out.push((shown, error.to_string())),
            }
        }
        (sources, left_out)
    }

    /// True for what is neither the copy of the core nor for tests alone.
    pub fn is_of_app(&self) -> bool {
        Self::may_be_of_app(&self.shown)
    }

    /// The same, by its path.
    pub fn may_be_of_app(shown: &str) -> bool {
        let mut parts = shown.split('/');
        let others = [
            "clerk-auth",
            "tests",
            "benches",
            "examples",
            "tests.rs",
            "build.rs",
        ];
        !parts.any(|part| {
            others.contains(&part) || part.ends_with("_test.rs") || part.ends_with("_tests.rs")
        })
    }

    /// True if it has this name in quotes.
    pub fn names(&self, name: &str) -> bool {
        let bytes = self.text.as_bytes();
        let is_quoted = |(start, _): (usize, &str)| {
            let before = start.checked_sub(1).and_then(|at| bytes.get(at));
            before == Some(&b'"') && bytes.get(start + name.len()) == Some(&b'"')
        };
        self.text.match_indices(name).any(is_quoted)
    }
}

/// `cargo vendor` puts it beside each crate that it brings: what is there nobody wrote here.
const VENDORED: &str = ".cargo-checksum.json";

/// Passes by links, hidden folders, the output of builds and what cargo brought.
fn collect(
    folder: &Path,
    below: &str,
    depth: usize,
    files: &mut Vec<(String, PathBuf)>,
    left_out: &mut LeftOut,
) {
    if folder.join(VENDORED).is_file() {
        return;
    }
    let entries = fs::read_dir(folder).map_err(|error| {
        left_out.push((visible(below).into_owned(), error.to_string()));
    });
    for entry in entries.into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_passed_by = name.starts_with('.') || name == "target" || name == "node_modules";
        let shown = format!("{below}{name}");
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && !is_passed_by => {
                let below = format!("{shown}/");
                if depth == DEEPEST_SOURCE {
                    left_out.push((visible(&below).into_owned(), "it lies too deep".to_owned()));
                } else {
                    collect(&entry.path(), &below, depth + 1, files, left_out);
                }
            }
            Ok(kind) if kind.is_file() && name.ends_with(".rs") => {
                if files.len() < MOST_SOURCES {
                    files.push((shown, entry.path()));
                } else {
                    let why = format!("there are more than {MOST_SOURCES} sources");
                    // Once is enough: the rest is left out as well.
                    if !left_out.iter().any(|(_, known)| *known == why) {
                        left_out.push((visible(&shown).into_owned(), why));
                    }
                }
            }
            _ => {}
        }
    }
}
