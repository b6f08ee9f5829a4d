//! What cargo refuses of a project's manifests, so that nothing is built of it as it stands: its own, those of its workspace
//! and of the packages beside it that it is built of. Cargo is not asked: it would write a lock file, and fetch toolchains.

mod dependency;
mod edition;
mod features;
mod form;
mod members;
mod package;
mod profile;
mod shared;
mod target;

use std::collections::{HashMap, HashSet, VecDeque};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use toml::de::DeTable;

use crate::error::InToml;
use crate::escape::visible;
use crate::source::{self, Excluded, Files, Workspace, is_pattern, named, plain};
use features::Offered;
use form::Fault;
use members::Refusal;
pub use members::{members, of};

/// The most manifests that are looked at.
const MOST: usize = 1000;

/// Tables that only a package can have, beside its dependencies.
const OF_PACKAGES: [&str; 8] = [
    "badges", "bench", "bin", "example", "features", "lib", "lints", "test",
];

/// A fault of a manifest.
pub struct Refused {
    /// The file, and the line where one can be named.
    pub place: String,
    pub why: String,
    pub help: Option<String>,
    /// True if cargo only warns of it, and builds the app.
    pub is_taken: bool,
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
        offered: HashMap::new(),
        above: None,
        members: Vec::new(),
        refusals: Vec::new(),
    };
    match members::standing(&files, root) {
        Ok(Some(standing)) => {
            let is_built = standing.members.iter().any(|member| member == root);
            if is_built {
                let all = std::iter::once(&standing.workspace.folder).chain(&standing.members);
                walk.waiting
                    .extend(all.map(|folder| (folder.clone(), true)));
            }
            walk.refusals = standing.refused;
            walk.above = Some(standing.workspace);
            walk.members = standing.members;
        }
        Ok(None) => {}
        Err(refusal) => walk.refusals.push(refusal),
    }
    // Its own first, and whatever else has one has to be looked at as well.
    let refused = walk
        .refusals
        .iter()
        .map(|refusal| (refusal.folder.clone(), true));
    walk.waiting.extend(refused.collect::<Vec<_>>());
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
    /// Of each folder that a dependency names, if there is a package in it.
    offered: HashMap<PathBuf, Option<Option<Rc<Offered>>>>,
    /// The workspace that the app is built in, and its members.
    above: Option<Workspace>,
    members: Vec<PathBuf>,
    /// What cargo refuses of the two together.
    refusals: Vec<Refusal>,
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
        let ends: Vec<_> = text.match_indices('\n').map(|(end, _)| end).collect();
        let at = |offset: usize| {
            let before = ends.partition_point(|end| *end < offset);
            format!("{shown}:{}", 1 + before)
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
        let mut faults = self.together(folder, &manifest);
        let above = self.above(folder);
        let shared = above.as_ref().and_then(|above| above.table.get("package"));
        let shared = shared.and_then(|shared| shared.as_table());
        faults.extend(package::faults(self.files, folder, &manifest, shared));
        // Of the app's own package other checks say that nothing is served.
        if folder != self.root {
            faults.extend(package::without_targets(self.files, folder, &manifest));
        }
        faults.extend(forms(&manifest));
        faults.extend(shared::taken(&manifest, above.as_ref()));
        if let Some(edition) = package::edition(&manifest, shared) {
            faults.extend(edition::faults(&manifest, &edition, above.as_ref()));
        }
        if is_member {
            faults.extend(self.missing_members(folder, &manifest));
        }
        faults.extend(self.beside(folder, &manifest, is_member, above.as_ref()));
        self.found.extend(faults.into_iter().map(|fault| Refused {
            place: at(fault.at),
            why: visible(&fault.why).into_owned(),
            help: fault.help,
            is_taken: fault.is_taken,
        }));
    }

    fn unreadable(&mut self, place: String, why: &str) {
        self.found.push(Refused {
            place,
            why: visible(why).into_owned(),
            help: None,
            is_taken: false,
        });
    }

    /// The workspace of a package, which need not be the app's.
    fn above(&self, folder: &Path) -> Option<Workspace> {
        match self.members.iter().any(|member| member == folder) {
            true => self.above.clone(),
            false => members::root(self.files, folder).ok().flatten(),
        }
    }

    /// What is refused of packages together and stands in this manifest.
    fn together(&mut self, folder: &Path, manifest: &DeTable<'_>) -> Vec<Fault> {
        let (here, elsewhere) = std::mem::take(&mut self.refusals)
            .into_iter()
            .partition(|refusal| refusal.folder == folder);
        self.refusals = elsewhere;
        let here: Vec<Refusal> = here;
        let faults = here.into_iter().map(|refusal| Fault {
            help: Some(refusal.help),
            ..Fault::new(start(manifest, refusal.at), refusal.why)
        });
        faults.collect()
    }

    /// Members that are listed and are not there. All that a pattern finds has to be a package.
    fn missing_members(&self, folder: &Path, manifest: &DeTable<'_>) -> Vec<Fault> {
        let is_own = |above: &&Workspace| above.folder == folder;
        let Some(above) = self.above.as_ref().filter(is_own) else {
            return Vec::new();
        };
        let list = manifest
            .get("workspace")
            .and_then(|table| table.get_ref().get("members"))
            .and_then(|list| list.get_ref().as_array());
        let entries = list.into_iter().flat_map(|list| list.iter());
        let (mut known, excluded) = (HashSet::new(), Excluded::of(above));
        let missing = entries.filter_map(|member| {
            let name = member.get_ref().as_str()?;
            // Whatever is wrong with it is told where it stands first.
            if !known.insert(name) {
                return None;
            }
            let is_missing =
                |one: &&PathBuf| !(self.has_manifest(one) || is_pattern(name) && excluded.has(one));
            let found = named(self.files, above, name);
            let missing = found.iter().flatten().find(is_missing);
            let why = match (source::unfit(name), missing) {
                (Some(why), _) => {
                    format!("`{name}` in the workspace's members is no pattern: {why}")
                }
                _ if found.is_none() => format!("the workspace's members `{name}` are none"),
                (_, Some(_)) if !is_pattern(name) => {
                    format!("the workspace's member `{name}` has no Cargo.toml")
                }
                (_, Some(one)) => format!(
                    "the workspace's members `{name}` take {} along, which has no Cargo.toml",
                    source::seen_from(folder, one)
                ),
                _ => return None,
            };
            Some(Fault::new(member.span().start, why))
        });
        missing.collect()
    }

    fn has_manifest(&self, folder: &Path) -> bool {
        self.files.is_file(&folder.join("Cargo.toml"))
    }

    /// The packages beside it, which are to be looked at too, and what is wrong with the ways there.
    fn beside(
        &mut self,
        folder: &Path,
        manifest: &DeTable<'_>,
        is_member: bool,
        above: Option<&Workspace>,
    ) -> Vec<Fault> {
        let mut faults = Vec::new();
        let switched = features::switched(manifest);
        // Of a package that is no member nobody builds the tests, or what it may do without.
        let entries = form::entries(manifest);
        let entries = entries
            .into_iter()
            .filter(|entry| is_member || !(entry.is_for_tests || entry.is_optional()));
        for entry in entries {
            let path = match entry.is_shared() {
                false => entry.text("path").map(|path| folder.join(path)),
                true => match shared::dependency(above, &entry) {
                    Ok(path) => path,
                    Err(why) => {
                        faults.push(Fault::new(entry.at, why));
                        continue;
                    }
                },
            };
            let Some(target) = path.map(|path| plain(&path)) else {
                continue;
            };
            if let Some(other) = self.offered(&target) {
                if let Some(other) = &other {
                    faults.extend(features::asked(&entry, &switched, other));
                }
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

    /// The features of a package beside the project, which is to be looked at too; in it `None` if it is no TOML. Any number of
    /// dependencies may name one.
    fn offered(&mut self, folder: &Path) -> Option<Option<Rc<Offered>>> {
        if let Some(known) = self.offered.get(folder) {
            return known.clone();
        }
        let offered = self.has_manifest(folder).then(|| {
            let text = self.files.read(&folder.join("Cargo.toml"));
            let text = text.unwrap_or_default();
            let manifest = DeTable::parse(&text).ok()?;
            Some(Rc::new(Offered::of(manifest.get_ref())))
        });
        if offered.is_some() {
            self.waiting.push_back((folder.to_owned(), false));
        }
        let known = self.offered.entry(folder.to_owned());
        known.or_insert(offered).clone()
    }
}

/// Everything that cargo refuses in its form, and tables that it does not know by a slip. What stands in [package] is
/// another matter.
fn forms(manifest: &DeTable<'_>) -> Vec<Fault> {
    let mut faults = form::misspelled(manifest);
    let has_package = ["package", "project"]
        .iter()
        .any(|key| manifest.contains_key(*key));
    let is_virtual = !has_package && manifest.contains_key("workspace");
    for (kind, at) in OF_PACKAGES
        .iter()
        .filter_map(|kind| Some((kind, manifest.get(*kind)?)))
    {
        if is_virtual {
            let why = format!("there is [{kind}], and no [package] that would have it");
            faults.push(Fault::new(at.span().start, why));
        }
    }
    for (kind, list) in form::lists(manifest) {
        let at = list.span().start;
        if is_virtual {
            let why = format!("there is [{kind}], and no [package] that would have them");
            faults.push(Fault::new(at, why));
        }
        if list.get_ref().as_table().is_none() {
            let list = list.get_ref();
            faults.push(form::wrong(at, &format!("`{kind}`"), list, "a table"));
        }
    }
    let entries = form::entries(manifest);
    faults.extend(entries.iter().flat_map(dependency::faults));
    faults.extend(features::faults(manifest, &entries));
    faults.extend(target::faults(manifest));
    faults.extend(profile::faults(manifest));
    faults.extend(shared::given(manifest));
    faults
}

/// The place that some keys lead to, as far as they are there.
fn start(manifest: &DeTable<'_>, keys: &[&str]) -> usize {
    let mut at = 0;
    let mut table = Some(manifest);
    for key in keys {
        let Some(value) = table.and_then(|table| table.get(*key)) else {
            break;
        };
        at = value.span().start;
        table = value.get_ref().as_table();
    }
    at
}

#[cfg(test)]
mod tests;
