//! The packages of a workspace, as its manifest lists them.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use toml::Value;

use super::dependency::{self, Origin, Workspace, dependencies};
use super::files::{Files, plain};
use super::package::{Crate, Package, is_known};

/// How deep `**` looks.
const DEEPEST: usize = 6;
/// The most packages that one is built of, as far as it is looked at.
const MOST_PACKAGES: usize = 1000;

/// The folders of its members: the workspace's own first if it has a package, the listed ones in order, and those that
/// they depend on by path, which cargo takes for members as well.
pub fn members(workspace: &Workspace) -> Vec<PathBuf> {
    let own = [workspace.folder.clone()].into_iter();
    let listed = folders_of(workspace, "members").into_iter();
    let listed = own.chain(listed.filter(|member| *member != workspace.folder));
    let is_member =
        |folder: &PathBuf| !excludes(workspace, folder) && folder.join("Cargo.toml").is_file();
    let mut members: Vec<_> = listed.filter(is_member).collect();
    let mut next = 0;
    while let Some(member) = members.get(next) {
        for other in beside(member) {
            let is_below = other.starts_with(&workspace.folder);
            if is_below && is_member(&other) && !members.contains(&other) {
                members.push(other);
            }
        }
        next += 1;
    }
    members
}

/// The folders of the packages that one depends on by path.
fn beside(member: &Path) -> Vec<PathBuf> {
    let files = Files::default();
    let manifest = dependency::manifest(&files, member).unwrap_or_default();
    let dependencies = dependencies(&files, member, &manifest).into_iter();
    let folders = dependencies.filter_map(|of| match of.origin {
        Origin::Beside(folder) => Some(folder),
        _ => None,
    });
    folders.collect()
}

/// Those of them that have a program and are built with a framework that is known, if only by a package beside them: each
/// one's folder and name.
pub fn serving(workspace: &Workspace) -> Vec<(PathBuf, String)> {
    built_with(workspace, &is_known)
}

/// Those that have a program and are built with a crate of these.
pub fn built_with(workspace: &Workspace, is: &dyn Fn(&str) -> bool) -> Vec<(PathBuf, String)> {
    let files = Files::default();
    let members = members(workspace).into_iter();
    let serving = members.filter_map(|folder| {
        let package = Package::read(&files, &folder).ok()?;
        let name = package.name.clone();
        serves(&files, package, is).then_some((folder, name))
    });
    serving.collect()
}

fn serves(files: &Files, package: Package, is: &dyn Fn(&str) -> bool) -> bool {
    let mut known = vec![package.folder.clone()];
    let mut waiting = vec![package];
    if waiting.iter().all(|first| first.programs.is_empty()) {
        return false;
    }
    while let Some(package) = waiting.pop() {
        for wanted in package.crates.values() {
            match wanted {
                Crate::Foreign { package, .. } if is(package) => return true,
                Crate::Beside(folder) if known.len() < MOST_PACKAGES && !known.contains(folder) => {
                    known.push(folder.clone());
                    waiting.extend(Package::read(files, folder));
                }
                _ => {}
            }
        }
    }
    false
}

/// True if a folder below it is none of its own. One that it names as a member stays in, with all below it.
pub fn excludes(workspace: &Workspace, folder: &Path) -> bool {
    let names = |key| {
        let mut listed = listed(workspace, key);
        listed.any(|name| folder.starts_with(plain(&workspace.folder.join(name))))
    };
    names("exclude") && !names("members")
}

/// True if it takes a folder for a member, were there a package in it.
pub fn covers(workspace: &Workspace, folder: &Path) -> bool {
    let Ok(below) = folder.strip_prefix(&workspace.folder) else {
        return false;
    };
    let below: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
    let parts: Vec<_> = below.iter().map(|part| &**part).collect();
    let mut members = listed(workspace, "members");
    !excludes(workspace, folder)
        && members.any(|pattern| {
            let pattern = pattern.split('/').filter(|part| !matches!(*part, "" | "."));
            fit(&parts, &pattern.collect::<Vec<_>>())
        })
}

fn fit(parts: &[&str], pattern: &[&str]) -> bool {
    match (pattern.split_first(), parts.split_first()) {
        (None, None) => true,
        (Some((&"**", rest)), _) => {
            fit(parts, rest)
                || parts
                    .split_first()
                    .is_some_and(|(_, parts)| fit(parts, pattern))
        }
        (Some((wanted, pattern)), Some((part, parts))) => {
            fits(part.as_bytes(), wanted.as_bytes()) && fit(parts, pattern)
        }
        _ => false,
    }
}

/// The entries of one of its lists.
pub fn listed<'a>(workspace: &'a Workspace, key: &str) -> impl Iterator<Item = &'a str> {
    let list = workspace.table.get(key).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str)
}

fn folders_of(workspace: &Workspace, key: &str) -> BTreeSet<PathBuf> {
    let patterns = listed(workspace, key);
    let folders = patterns.flat_map(|pattern| expand(&workspace.folder, pattern));
    folders.collect()
}

/// The folders that a pattern means, each once: links could lead to one in more ways than anybody waits for.
pub fn expand(folder: &Path, pattern: &str) -> Vec<PathBuf> {
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
        let mut seen = HashSet::new();
        let real = |folder: &PathBuf| fs::canonicalize(folder).unwrap_or_else(|_| folder.clone());
        found = next.filter(|folder| seen.insert(real(folder))).collect();
    }
    found
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    paths.filter(|path| path.is_dir()).collect()
}

/// A folder and those below it, without what links lead to.
fn below(folder: &Path, depth: usize) -> Vec<PathBuf> {
    let inner = match depth {
        0 => Vec::new(),
        _ => folders(folder),
    };
    let mut found = vec![folder.to_owned()];
    // What cargo builds is large, and holds no members.
    let is_passed = |inner: &&PathBuf| inner.is_symlink() || inner.ends_with("target");
    let inner = inner.iter().filter(|inner| !is_passed(inner));
    found.extend(inner.flat_map(|inner| below(inner, depth - 1)));
    found
}

fn is_named(path: &Path, pattern: &str) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| fits(name.as_bytes(), pattern.as_bytes()))
}

/// `*` stands for any number of letters, `?` for one. Only the last `*` is ever tried with more of them: what the others
/// took would not help.
fn fits(name: &[u8], pattern: &[u8]) -> bool {
    let (mut name, mut pattern) = (name, pattern);
    // What follows the last `*`, and the letters that it has not taken.
    let mut again = None;
    loop {
        match (pattern.split_first(), name.split_first()) {
            (None, None) => return true,
            (Some((b'*', rest)), _) => {
                pattern = rest;
                again = Some((rest, name));
                continue;
            }
            (Some((wanted, rest)), Some((letter, shorter)))
                if [letter, &b'?'].contains(&wanted) =>
            {
                (pattern, name) = (rest, shorter);
                continue;
            }
            _ => {}
        }
        let Some((rest, [_, shorter @ ..])) = again else {
            return false;
        };
        (pattern, name) = (rest, shorter);
        again = Some((rest, shorter));
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

    #[test]
    fn what_a_member_depends_on_by_path_is_a_member_too() {
        let folder = tempfile::tempdir().unwrap();
        let beside = |path: &str| format!("[dependencies]\nother = {{ path = \"{path}\" }}\n");
        for (member, manifest) in [
            ("top", beside("db")),
            ("top/db", beside("../model")),
            ("top/model", beside("../../elsewhere")),
            ("elsewhere", String::new()),
        ] {
            let path = folder.path().join(member);
            fs::create_dir_all(&path).unwrap();
            fs::write(path.join("Cargo.toml"), manifest).unwrap();
        }
        let top = folder.path().join("top");
        let of = |manifest: &str| {
            members(&Workspace {
                folder: top.clone(),
                table: manifest.parse().unwrap(),
            })
        };
        assert_eq!(of(""), [top.clone(), top.join("db"), top.join("model")]);
        assert_eq!(of("exclude = [\"db\"]"), std::slice::from_ref(&top));
    }

    #[test]
    fn a_folder_that_is_not_there_yet_may_be_a_member_to_come() {
        let covers = |table: &str, folder: &str| {
            let workspace = Workspace {
                folder: PathBuf::from("/w"),
                table: table.parse().unwrap(),
            };
            covers(&workspace, Path::new(folder))
        };
        for (table, folder, expected) in [
            ("members = [\"apps/*\"]", "/w/apps/web", true),
            ("members = [\"apps/*\"]", "/w/apps/web/deep", false),
            ("members = [\"apps/*\"]", "/w/web", false),
            ("members = [\"./apps/w?b/\"]", "/w/apps/web", true),
            ("members = [\"**\"]", "/w/apps/web", true),
            ("members = [\"apps/**/web\"]", "/w/apps/a/b/web", true),
            (
                "members = [\"apps/*\"]\nexclude = [\"apps/web\"]",
                "/w/apps/web",
                false,
            ),
            (
                "members = [\"apps/web\"]\nexclude = [\"apps\"]",
                "/w/apps/web",
                true,
            ),
            ("", "/w/apps/web", false),
        ] {
            assert_eq!(covers(table, folder), expected, "{table} {folder}");
        }
    }

    #[test]
    fn a_pattern_of_many_stars_is_no_work() {
        let long = "a".repeat(120);
        assert!(!fits(long.as_bytes(), b"*a*a*a*a*a*a*a*a*a*a*b"));
        for (name, pattern, expected) in [
            ("", "*", true),
            ("api", "a*i", true),
            ("api", "*p?", true),
            ("api", "*p??", false),
            ("abcabd", "*ab?", true),
            ("abcabd", "a*c", false),
            ("a*", "a*b", false),
        ] {
            let found = fits(name.as_bytes(), pattern.as_bytes());
            assert_eq!(found, expected, "{name} {pattern}");
        }
    }

    /// Each of them was followed in all orders.
    #[cfg(unix)]
    #[test]
    fn links_that_lead_back_are_no_work() {
        let folder = tempfile::tempdir().unwrap();
        let api = folder.path().join("api");
        fs::create_dir(&api).unwrap();
        fs::write(api.join("Cargo.toml"), "").unwrap();
        for link in ["a", "b", "c", "d"] {
            std::os::unix::fs::symlink(".", folder.path().join(link)).unwrap();
        }
        for pattern in ["**/**/**/**", "*/*/*/*/*/*/*/*/*/*/*/*/api"] {
            let found = expand(folder.path(), pattern);
            assert!(found.len() < 10, "{pattern}: {found:?}");
            let mut real = found.iter().map(|path| fs::canonicalize(path).unwrap());
            let api = fs::canonicalize(&api).unwrap();
            assert!(real.any(|path| path == api), "{pattern}: {found:?}");
        }
    }
}
