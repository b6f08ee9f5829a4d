//! The places that an update leaves to the project's owner, by file and line.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::changes::{Change, Changes, Kind, Left};
use super::text::{self, ReadError, Text};

/// The most sources to look through, and the deepest folder.
const MOST_FILES: usize = 2000;
const DEEPEST: usize = 8;

/// The lines of the app's own sources that name modules which go.
///
/// # Errors
/// [`ReadError`]
pub fn references(folder: &Path, changes: &Changes) -> Result<Vec<Left>, ReadError> {
    let files = &changes.files;
    let gone = modules(changes);
    if gone.is_empty() {
        return Ok(Vec::new());
    }
    let mut paths = Vec::new();
    collect(&folder.join("src"), "src", 0, &mut paths);
    paths.sort();
    let mut left = Vec::new();
    for path in paths {
        if changes.abandoned.contains(&path) {
            continue;
        }
        let change = files.iter().find(|change| change.path == path);
        let text = match change {
            // Our own new texts name nothing that is gone.
            Some(Change {
                kind: Kind::Added | Kind::Replaced | Kind::Removed,
                ..
            }) => continue,
            Some(change) => change.after.clone().unwrap_or_default(),
            None => match text::read(folder, &path)? {
                Some(Text::Lines { text, .. }) => text,
                _ => continue,
            },
        };
        left.extend(named(&path, &text, &gone));
    }
    Ok(left)
}

/// The modules that the app loses.
fn modules(changes: &Changes) -> BTreeSet<String> {
    let module = |path: &str| {
        let path = path.strip_prefix("src/")?.strip_suffix(".rs")?;
        let name = path.strip_suffix("/mod").unwrap_or(path);
        (!name.contains('/') && name != "main").then(|| name.to_owned())
    };
    let is_removed = |change: &&Change| change.kind == Kind::Removed;
    let removed = changes.files.iter().filter(is_removed);
    let removed = removed.map(|change| &change.path);
    let gone = removed.chain(&changes.abandoned);
    gone.filter_map(|path| module(path)).collect()
}

/// The beginning of a path from the app's own root. In one piece it would look like an import of ours.
const ROOT: &str = concat!("crate", "::");

fn named(path: &str, text: &str, gone: &BTreeSet<String>) -> Vec<Left> {
    let mut left = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let code = line.split("//").next().unwrap_or_default();
        let used = code.split(ROOT).skip(1);
        // In braces there may be several.
        let used = used.flat_map(|rest| match rest.strip_prefix('{') {
            Some(list) => list.split(',').map(first_word).collect(),
            None => vec![first_word(rest)],
        });
        for name in used.filter(|name| gone.contains(*name)) {
            left.push(Left {
                path: path.to_owned(),
                line: index + 1,
                what: format!("uses {ROOT}{name}, which is the core's part now"),
            });
        }
    }
    left
}

fn first_word(text: &str) -> &str {
    let text = text.trim_start();
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
    &text[..end.unwrap_or(text.len())]
}

/// Collects sources, but follows no links and enters no hidden folders.
fn collect(folder: &Path, below: &str, depth: usize, paths: &mut Vec<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let path = format!("{below}/{name}");
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && depth < DEEPEST && !name.starts_with('.') => {
                collect(&entry.path(), &path, depth + 1, paths);
            }
            Ok(kind) if kind.is_file() && name.ends_with(".rs") && paths.len() < MOST_FILES => {
                paths.push(path);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_that_go_are_found_where_they_are_named() {
        let gone = BTreeSet::from(["gate".to_owned(), "app".to_owned()]);
        let text = "use ROOTgate::GateLayer;\nuse ROOT{api, app};\n// ROOTgate\nuse ROOTgates;\n";
        let lines: Vec<_> = named("src/x.rs", &text.replace("ROOT", ROOT), &gone)
            .into_iter()
            .map(|left| left.line)
            .collect();
        assert_eq!(lines, [1, 2]);
    }
}
