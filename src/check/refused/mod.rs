//! What cargo refuses of a project's manifests, so that nothing is built of it as it stands: its own, those of its workspace
//! and of the packages beside it that it is built of. Cargo is not asked: it would write a lock file, and fetch toolchains.

mod form;

use std::collections::{HashSet, VecDeque};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use toml::Value;
use toml::de::DeTable;

use crate::error::InToml;
use crate::escape::visible;
use crate::source::{self, Files, Workspace, plain};
use form::{Entry, Fault};

/// The most manifests that are looked at.
const MOST: usize = 1000;

/// A fault of a manifest.
pub struct Refused {
    /// The file, and the line where one can be named.
    pub place: String,
    pub why: String,
    pub help: Option<String>,
}

/// The faults of all manifests that cargo reads to build a project. Whether its own can be read at all is another question.
pub fn refused(root: &Path) -> Vec<Refused> {
    let files = Files::default();
    let mut walk = Walk {
        files: &files,
        root,
        found: Vec::new(),
        waiting: VecDeque::from([(root.to_owned(), true)]),
        known: HashSet::new(),
    };
    let above = source::workspace(&files, root);
    if let Some(above) = above.filter(|above| !source::excludes(above, root)) {
        let members = source::members(&above);
        if members.iter().any(|member| member == root) {
            let all = std::iter::once(above.folder).chain(members);
            walk.waiting.extend(all.map(|folder| (folder, true)));
        }
    }
    while let Some((folder, is_member)) = walk.waiting.pop_front() {
        if walk.known.len() < MOST && walk.known.insert(folder.clone()) {
            walk.manifest(&folder, is_member);
        }
    }
    walk.found
}

struct Walk<'a> {
    files: &'a Files,
    root: &'a Path,
    found: Vec<Refused>,
    /// Folders of packages, each with whether it is a member of the workspace.
    waiting: VecDeque<(PathBuf, bool)>,
    known: HashSet<PathBuf>,
}

impl Walk<'_> {
    fn manifest(&mut self, folder: &Path, is_member: bool) {
        let path = folder.join("Cargo.toml");
        let shown = visible(&source::seen_from(self.root, &path)).into_owned();
        let text = match self.files.read(&path) {
            Ok(text) => text,
            // Whoever named the folder was told.
            Err(error) if error.kind() == ErrorKind::NotFound || folder == self.root => return,
            Err(error) => return self.unreadable(shown, &error.to_string()),
        };
        let at = |offset: usize| {
            let before = text.get(..offset).unwrap_or_default();
            format!("{shown}:{}", 1 + before.matches('\n').count())
        };
        let manifest = match DeTable::parse(&text) {
            Ok(manifest) => manifest.into_inner(),
            Err(_) if folder == self.root => return,
            Err(error) => {
                let InToml { line, why } = InToml::of(&error);
                let place = line.map_or(shown.clone(), |line| format!("{shown}:{line}"));
                return self.unreadable(place, &format!("it is not valid TOML: {why}"));
            }
        };
        let mut faults = form::faults(&manifest);
        if is_member {
            faults.extend(self.missing_members(folder, &manifest));
        }
        faults.extend(self.beside(folder, &manifest, is_member));
        self.found.extend(faults.into_iter().map(|fault| Refused {
            place: at(fault.at),
            why: visible(&fault.why).into_owned(),
            help: fault.help,
        }));
    }

    fn unreadable(&mut self, place: String, why: &str) {
        self.found.push(Refused {
            place,
            why: visible(why).into_owned(),
            help: None,
        });
    }

    /// Members that are listed by name and are not there.
    fn missing_members(&self, folder: &Path, manifest: &DeTable<'_>) -> Vec<Fault> {
        let list = manifest
            .get("workspace")
            .and_then(|table| table.get_ref().get("members"))
            .and_then(|list| list.get_ref().as_array());
        let named = list.into_iter().flat_map(|list| list.iter());
        let missing = named.filter_map(|member| {
            let name = member.get_ref().as_str()?;
            let is_pattern = name.contains(['*', '?', '[']);
            (!is_pattern && !self.has_manifest(&plain(&folder.join(name)))).then(|| {
                let why = format!("the workspace's member `{name}` has no Cargo.toml");
                Fault::new(member.span().start, why)
            })
        });
        missing.collect()
    }

    fn has_manifest(&self, folder: &Path) -> bool {
        self.files.is_file(&folder.join("Cargo.toml"))
    }

    /// The packages beside it, which are to be looked at too, and what is wrong with the ways there.
    fn beside(&mut self, folder: &Path, manifest: &DeTable<'_>, is_member: bool) -> Vec<Fault> {
        let mut faults = Vec::new();
        let (files, mut above) = (self.files, None);
        // Of a package that is no member nobody builds the tests, or what it may do without.
        let entries = form::entries(manifest);
        let entries = entries
            .into_iter()
            .filter(|entry| is_member || !(entry.is_for_tests || entry.is_optional()));
        for entry in entries {
            let path = match entry.is_shared() {
                false => entry.text("path").map(|path| folder.join(path)),
                true => {
                    let above = above.get_or_insert_with(|| source::workspace(files, folder));
                    match shared(above.as_ref(), &entry) {
                        Ok(path) => path,
                        Err(why) => {
                            faults.push(Fault::new(entry.at, why));
                            continue;
                        }
                    }
                }
            };
            let Some(target) = path.map(|path| plain(&path)) else {
                continue;
            };
            if self.has_manifest(&target) {
                self.waiting.push_back((target, false));
            } else {
                let place = source::seen_from(self.root, &target);
                let why = format!(
                    "the dependency `{}` is to lie in {place}, where there is no Cargo.toml",
                    entry.name
                );
                faults.push(Fault::new(entry.at, why));
            }
        }
        faults
    }
}

/// The folder of a dependency that the workspace names, if it lies beside it; or why there is none.
fn shared(above: Option<&Workspace>, entry: &Entry<'_>) -> Result<Option<PathBuf>, String> {
    let name = entry.name;
    let above = above.ok_or_else(|| {
        format!("the dependency `{name}` is to come from a workspace, and there is none above")
    })?;
    let all = above.table.get("dependencies");
    let wanted = all.and_then(|all| all.get(name)).ok_or_else(|| {
        format!(
            "the dependency `{name}` is to come from the workspace, whose [workspace.dependencies] does not name it"
        )
    })?;
    let path = wanted.get("path").and_then(Value::as_str);
    Ok(path.map(|path| above.folder.join(path)))
}

#[cfg(test)]
mod tests;
