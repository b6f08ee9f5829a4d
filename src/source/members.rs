//! The packages of a workspace, as its manifest lists them.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use glob::Pattern;
use toml::Value;

use super::dependency::{self, Origin, Workspace, dependencies};
use super::files::{Files, plain};
use super::package::{Crate, Package, is_known};

/// How deep `**` looks, and how many folders one pattern finds: behind `../..` there may be a whole disk.
const DEEPEST: usize = 6;
const MOST_FOLDERS: usize = 10_000;
/// The most packages that one is built of, as far as it is looked at.
const MOST_PACKAGES: usize = 1000;

/// The folders of its members: the workspace's own first if it has a package, the listed ones in order, and those that
/// they depend on by path, which cargo takes for members as well.
pub fn members(workspace: &Workspace) -> Vec<PathBuf> {
    let own = [workspace.folder.clone()].into_iter();
    let files = Files::default();
    let listed = listed(workspace, "members");
    let listed = listed.filter_map(|entry| named(&files, workspace, entry));
    let listed: BTreeSet<_> = listed.flatten().collect();
    let listed = listed.into_iter();
    let listed = own.chain(listed.filter(|member| *member != workspace.folder));
    let excluded = Excluded::of(workspace);
    let is_member = |folder: &PathBuf| !excluded.has(folder) && folder.join("Cargo.toml").is_file();
    let mut known = HashSet::new();
    let mut members: Vec<_> = listed.filter(is_member).collect();
    known.extend(members.iter().cloned());
    let mut next = 0;
    while let Some(member) = members.get(next) {
        for other in beside(member) {
            let is_below = other.starts_with(&workspace.folder);
            if is_below && known.insert(other.clone()) && is_member(&other) {
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

/// True if a folder below it is none of its own.
pub fn excludes(workspace: &Workspace, folder: &Path) -> bool {
    Excluded::of(workspace).has(folder)
}

/// What a workspace leaves out, for whoever asks of many folders.
pub struct Excluded {
    excluded: HashSet<PathBuf>,
    members: HashSet<PathBuf>,
}

impl Excluded {
    pub fn of(workspace: &Workspace) -> Self {
        let named = |key| {
            let listed = listed(workspace, key);
            listed.map(|name| plain(&workspace.folder.join(name)))
        };
        let excluded: HashSet<_> = named("exclude").collect();
        let members = match excluded.is_empty() {
            true => HashSet::new(),
            false => named("members").collect(),
        };
        Self { excluded, members }
    }

    /// True if a folder is none of its own. One that it names as a member stays in, with all below it.
    pub fn has(&self, folder: &Path) -> bool {
        let is_in = |set: &HashSet<PathBuf>| folder.ancestors().any(|above| set.contains(above));
        !self.excluded.is_empty() && is_in(&self.excluded) && !is_in(&self.members)
    }
}

/// The entries of one of its lists, each once.
pub fn listed<'a>(workspace: &'a Workspace, key: &str) -> impl Iterator<Item = &'a str> {
    let list = workspace.table.get(key).and_then(Value::as_array);
    let mut known = HashSet::new();
    let all = list.into_iter().flatten().filter_map(Value::as_str);
    all.filter(move |entry| known.insert(*entry))
}

/// The folders that an entry of its lists means: those that are there, or the one of that name. `None` if there is nothing
/// at all. Files that a pattern finds cargo passes over, and so it does with one that is named.
pub fn named(files: &Files, workspace: &Workspace, entry: &str) -> Option<Vec<PathBuf>> {
    if !is_pattern(entry) {
        let one = plain(&workspace.folder.join(entry));
        return Some(if files.is_file(&one) {
            Vec::new()
        } else {
            vec![one]
        });
    }
    let mut found = expand(files, &workspace.folder, entry);
    found.retain(|found| files.is_folder(found) || files.is_file(found));
    if found.is_empty() {
        return None;
    }
    found.retain(|found| files.is_folder(found));
    found.sort();
    Some(found)
}

pub fn is_pattern(entry: &str) -> bool {
    entry.contains(['*', '?', '['])
}

/// What cargo says of an entry that it cannot take for a pattern.
pub fn unfit(entry: &str) -> Option<&'static str> {
    Pattern::new(entry).err().map(|error| error.msg)
}

/// All that a pattern means, each once: links could lead to one in more ways than anybody waits for.
fn expand(files: &Files, folder: &Path, pattern: &str) -> Vec<PathBuf> {
    let mut found = vec![folder.to_owned()];
    let mut room = MOST_FOLDERS;
    for part in pattern
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
    {
        let wanted = Pattern::new(part);
        let next = found.iter().flat_map(|folder| match (part, &wanted) {
            ("..", _) => folder.parent().map(Path::to_owned).into_iter().collect(),
            ("**", _) => below(files, folder, &mut room),
            (part, Ok(wanted)) if is_pattern(part) => {
                let mut inner = files.within(folder);
                inner.retain(|inner| is_named(inner, wanted));
                inner.into_iter().collect()
            }
            (part, _) => vec![folder.join(part)],
        });
        let mut seen = HashSet::new();
        let real = |folder: &PathBuf| fs::canonicalize(folder).unwrap_or_else(|_| folder.clone());
        found = next.filter(|folder| seen.insert(real(folder))).collect();
    }
    found
}

/// A folder and those below it, level by level, without what links lead to. What builds and npm make is large, and holds no
/// members.
fn below(files: &Files, folder: &Path, room: &mut usize) -> Vec<PathBuf> {
    let mut found = vec![folder.to_owned()];
    let mut level = 0;
    for _ in 0..DEEPEST {
        let deepest = found.len();
        while level < deepest && *room > 0 {
            let mut inner = files.within(&found[level]);
            inner.retain(|inner| {
                let is_made = inner.ends_with("target") || inner.ends_with("node_modules");
                files.is_folder(inner) && !inner.is_symlink() && !is_made
            });
            *room = room.saturating_sub(inner.len().max(1));
            found.extend(inner);
            level += 1;
        }
    }
    found
}

fn is_named(path: &Path, pattern: &Pattern) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| pattern.matches(name))
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
    fn a_pattern_of_many_stars_is_no_work() {
        let fits =
            |name: &str, pattern: &str| is_named(Path::new(name), &Pattern::new(pattern).unwrap());
        let long = "a".repeat(120);
        assert!(!fits(&long, "*a*a*a*a*a*a*a*a*a*a*b"));
        for (name, pattern, expected) in [
            (".a", "*", true),
            ("api", "[a-c]p[!a]", true),
            ("api", "a*i", true),
            ("api", "*p?", true),
            ("api", "*p??", false),
            ("abcabd", "*ab?", true),
            ("abcabd", "a*c", false),
            ("a*", "a*b", false),
        ] {
            assert_eq!(fits(name, pattern), expected, "{name} {pattern}");
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
            let found = expand(&Files::default(), folder.path(), pattern);
            assert!(found.len() < 10, "{pattern}: {found:?}");
            let mut real = found.iter().map(|path| fs::canonicalize(path).unwrap());
            let api = fs::canonicalize(&api).unwrap();
            assert!(real.any(|path| path == api), "{pattern}: {found:?}");
        }
    }
}
