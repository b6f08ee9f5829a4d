//! The packages of a workspace, as its manifest lists them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use toml::Value;

use crate::source::Workspace;

/// How deep `**` looks.
const DEEPEST: usize = 6;

/// The folders of its members in order, the workspace's own first if it has a package.
pub fn members(workspace: &Workspace) -> Vec<PathBuf> {
    let own = [workspace.folder.clone()].into_iter();
    let members = listed(workspace, "members").into_iter();
    let members = own.chain(members.filter(|member| *member != workspace.folder));
    members
        .filter(|member| !excludes(workspace, member))
        .filter(|member| member.join("Cargo.toml").is_file())
        .collect()
}

/// Whether a folder below it is none of its own.
pub fn excludes(workspace: &Workspace, folder: &Path) -> bool {
    let excluded = listed(workspace, "exclude");
    excluded.iter().any(|excluded| folder.starts_with(excluded))
}

fn listed(workspace: &Workspace, key: &str) -> BTreeSet<PathBuf> {
    let list = workspace.table.get(key).and_then(Value::as_array);
    let patterns = list.into_iter().flatten().filter_map(Value::as_str);
    let folders = patterns.flat_map(|pattern| expand(&workspace.folder, pattern));
    folders.collect()
}

/// The folders that a pattern means.
fn expand(folder: &Path, pattern: &str) -> Vec<PathBuf> {
    let mut found = vec![folder.to_owned()];
    for part in pattern
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
    {
        let next = found.iter().flat_map(|folder| match part {
            ".." => folder.parent().map(Path::to_owned).into_iter().collect(),
            "**" => below(folder, DEEPEST),
            part if part.contains(['*', '?']) => {
                let inner = folders(folder).into_iter();
                inner.filter(|inner| is_named(inner, part)).collect()
            }
            part => vec![folder.join(part)],
        });
        found = next.collect();
    }
    found
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    paths.filter(|path| path.is_dir()).collect()
}

/// A folder and those below it.
fn below(folder: &Path, depth: usize) -> Vec<PathBuf> {
    let inner = match depth {
        0 => Vec::new(),
        _ => folders(folder),
    };
    let mut found = vec![folder.to_owned()];
    // What cargo builds is large, and holds no members.
    let inner = inner.iter().filter(|inner| !inner.ends_with("target"));
    found.extend(inner.flat_map(|inner| below(inner, depth - 1)));
    found
}

fn is_named(path: &Path, pattern: &str) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| fits(name.as_bytes(), pattern.as_bytes()))
}

/// `*` stands for any number of letters, `?` for one.
fn fits(name: &[u8], pattern: &[u8]) -> bool {
    match (pattern.split_first(), name.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), None) => fits(name, rest),
        (Some((b'*', rest)), Some((_, shorter))) => fits(name, rest) || fits(shorter, pattern),
        (Some((b'?', rest)), Some((_, shorter))) => fits(shorter, rest),
        (Some((wanted, rest)), Some((letter, shorter))) => wanted == letter && fits(shorter, rest),
        _ => false,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn found(manifest: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for member in ["", "crates/api", "crates/db", "tools/one/deep", "old"] {
            let path = folder.path().join(member);
            fs::create_dir_all(&path).unwrap();
            fs::write(path.join("Cargo.toml"), "").unwrap();
        }
        fs::create_dir(folder.path().join("crates/notes")).unwrap();
        let workspace = Workspace {
            folder: folder.path().to_owned(),
            table: manifest.parse().unwrap(),
        };
        let members = members(&workspace);
        let below = members
            .iter()
            .map(|path| path.strip_prefix(folder.path()).unwrap());
        below
            .map(|path| path.to_string_lossy().replace('\\', "/"))
            .collect()
    }

    #[test]
    fn members_are_listed_by_name_or_by_pattern() {
        for (manifest, expected) in [
            ("", &[""][..]),
            ("members = [\"crates/*\"]", &["", "crates/api", "crates/db"]),
            (
                "members = [\"crates/a?i\", \"./old/\"]",
                &["", "crates/api", "old"],
            ),
            ("members = [\"tools/**\"]", &["", "tools/one/deep"]),
            (
                "members = [\"crates/*\"]\nexclude = [\"crates/db\"]",
                &["", "crates/api"],
            ),
            ("members = [\"none\", \".\"]", &[""]),
        ] {
            assert_eq!(found(manifest), expected, "{manifest}");
        }
    }
}
