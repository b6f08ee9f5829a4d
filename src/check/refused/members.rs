//! The workspace that cargo builds a package in, and what cargo refuses of the two together.

use std::cell::LazyCell;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::form::{LISTS, is_slip};
use crate::source::{self, Excluded, Files, Workspace, excludes, listed, named, plain};

/// The most members that are looked at.
const MOST: usize = 1000;

/// Something that cargo refuses: the folder of the manifest, the keys that lead to the place in it, why, and what to do.
pub struct Refusal {
    pub folder: PathBuf,
    pub at: &'static [&'static str],
    pub why: String,
    pub help: String,
}

/// A workspace, as a package of it is built.
pub struct Standing {
    pub workspace: Workspace,
    /// Its members that are there, the first of each folder.
    pub members: Vec<PathBuf>,
    pub refused: Vec<Refusal>,
}

/// The workspace of a package: its own, the one that it names, or the nearest above that does not leave it out.
///
/// # Errors
/// It names one that is none.
pub fn root(files: &Files, folder: &Path) -> Result<Option<Workspace>, Refusal> {
    let own = source::manifest(files, folder).unwrap_or_default();
    if let Some(workspace) = of(folder, &own) {
        return Ok(Some(workspace));
    }
    let pointer = own
        .get("package")
        .and_then(|package| package.get("workspace")?.as_str());
    if let Some(pointer) = pointer {
        let place = plain(&folder.join(pointer));
        let named = source::manifest(files, &place).ok();
        return match named.as_ref().and_then(|named| of(&place, named)) {
            Some(workspace) => Ok(Some(workspace)),
            None => Err(Refusal {
                folder: folder.to_owned(),
                at: &["package", "workspace"],
                why: format!(
                    "`workspace` of [package] names `{pointer}`, where there is no [workspace]"
                ),
                help: "name the folder of the workspace, or take the entry out".to_owned(),
            }),
        };
    }
    let mut above = folder.ancestors().skip(1).filter_map(|above| {
        let manifest = source::manifest(files, above).ok()?;
        of(above, &manifest).filter(|workspace| !excludes(workspace, folder))
    });
    Ok(above.next())
}

pub fn of(folder: &Path, manifest: &Table) -> Option<Workspace> {
    let table = manifest.get("workspace")?.as_table()?.clone();
    let folder = folder.to_owned();
    Some(Workspace { folder, table })
}

/// Looks at the workspace that a package is built in. `None` if it is built alone.
///
/// # Errors
/// The workspace that it names is none.
pub fn standing(files: &Files, folder: &Path) -> Result<Option<Standing>, Refusal> {
    let Some(workspace) = root(files, folder)? else {
        return Ok(None);
    };
    let (members, manifests) = members(files, &workspace);
    let mut standing = Standing {
        members,
        refused: Vec::new(),
        workspace,
    };
    standing.refused = refused(files, &standing, &manifests, folder);
    Ok(Some(standing))
}

/// The members of a workspace that are there, the first of each folder, and their manifests.
pub fn members(files: &Files, workspace: &Workspace) -> (Vec<PathBuf>, Vec<Table>) {
    let (mut members, mut manifests) = (Vec::new(), Vec::new());
    let (mut known, excluded) = (HashSet::new(), Excluded::of(workspace));
    let is_there = |folder: &PathBuf| files.is_file(&folder.join("Cargo.toml"));
    let listed = listed(workspace, "members");
    let listed = listed.filter_map(|entry| named(files, workspace, entry));
    // Last, the workspace's own package.
    let listed = listed.flatten().chain([workspace.folder.clone()]);
    let mut waiting: Vec<_> = listed.filter(is_there).collect();
    waiting.reverse();
    while let Some(member) = waiting.pop() {
        let is_left_out = || member != workspace.folder && excluded.has(&member);
        if members.len() == MOST || !known.insert(member.clone()) || is_left_out() {
            continue;
        }
        let manifest = source::manifest(files, &member).unwrap_or_default();
        let beside = beside(workspace, &member, &manifest);
        let below = beside.filter(|other| other.starts_with(&workspace.folder));
        waiting.extend(below.filter(is_there));
        members.push(member);
        manifests.push(manifest);
    }
    (members, manifests)
}

/// The folders of the packages that a member depends on by path, whatever for.
fn beside(workspace: &Workspace, member: &Path, manifest: &Table) -> impl Iterator<Item = PathBuf> {
    let targets = manifest.get("target").and_then(Value::as_table);
    let targets = targets
        .into_iter()
        .flat_map(Table::values)
        .filter_map(Value::as_table);
    let shared = workspace.table.get("dependencies");
    let mut found = Vec::new();
    for table in targets.chain([manifest]) {
        let lists = LISTS.into_iter();
        let lists = lists.filter_map(|kind| table.get(kind)?.as_table());
        for (name, entry) in lists.flatten() {
            let path = |entry: &Value| entry.get("path").and_then(Value::as_str).map(str::to_owned);
            let is_shared = entry.get("workspace").and_then(Value::as_bool) == Some(true);
            found.extend(match is_shared {
                false => path(entry).map(|path| member.join(path)),
                true => {
                    let given = shared.and_then(|shared| shared.get(name)).and_then(path);
                    given.map(|path| workspace.folder.join(path))
                }
            });
        }
    }
    found.into_iter().map(|path| plain(&path))
}

fn refused(files: &Files, standing: &Standing, manifests: &[Table], folder: &Path) -> Vec<Refusal> {
    let Standing {
        workspace, members, ..
    } = standing;
    let shown = |path: &Path| match path == folder {
        true => ".".to_owned(),
        false => source::seen_from(folder, path),
    };
    let meant = |entry: &str| named(files, workspace, entry).unwrap_or_default();
    let mut refused = Vec::new();
    let all = || members.iter().zip(manifests);
    for (member, _) in all().filter(|(member, manifest)| {
        **member != workspace.folder && manifest.contains_key("workspace")
    }) {
        refused.push(Refusal {
            folder: member.clone(),
            at: &["workspace"],
            why: format!(
                "there is a [workspace] here, and the package is a member of the one in {}",
                shown(&workspace.folder)
            ),
            help: "take [workspace] out here, or name the folder in `exclude` of the other"
                .to_owned(),
        });
    }
    let name = |manifest: &Table| {
        let name = manifest.get("package")?.get("name")?.as_str()?;
        Some(name.to_owned())
    };
    let mut names: HashMap<String, &PathBuf> = HashMap::new();
    for (member, manifest) in all() {
        let Some(own) = name(manifest) else { continue };
        if let Some(other) = names.get(&own) {
            refused.push(Refusal {
                folder: member.clone(),
                at: &["package", "name"],
                why: format!("there are two packages named `{own}` in the workspace: the other is {}", shown(other)),
                help: match own.as_str() {
                    "clerk-auth" => format!("let both apps depend on one copy: `clerk-auth = {{ path = \"…\" }}` to {}, and take this one away", shown(other)),
                    _ => "give one of them another name, or name its folder in `exclude` of the workspace".to_owned(),
                },
            });
        }
        names.entry(own).or_insert(member);
    }
    // Only from there cargo looks at it.
    if workspace.folder == folder {
        let (known, excluded) = (
            members.iter().collect::<HashSet<_>>(),
            Excluded::of(workspace),
        );
        let all = || listed(workspace, "members").flat_map(meant);
        let all = LazyCell::new(|| all().collect::<HashSet<_>>());
        for entry in listed(workspace, "default-members") {
            let mut found = meant(entry);
            if found.is_empty() {
                found.push(workspace.folder.join(entry));
            }
            let is_none = |one: &&PathBuf| {
                !known.contains(one)
                    && **one != workspace.folder
                    && !(excluded.has(one) && all.contains(*one))
            };
            if let Some(one) = found.iter().find(is_none) {
                refused.push(Refusal {
                    folder: folder.to_owned(),
                    at: &["workspace", "default-members"],
                    why: format!("`default-members` names {}, which is no member", shown(one)),
                    help: "take it out, or name it in `members` as well".to_owned(),
                });
            }
        }
    } else if !members.iter().any(|member| member == folder) && is_followed(workspace) {
        let below = source::seen_from(&workspace.folder, folder);
        let manifest = source::seen_from(folder, &workspace.folder.join("Cargo.toml"));
        let slip = match workspace.table.contains_key("members") {
            true => None,
            false => workspace.table.keys().find(|key| is_slip(key, "members")),
        };
        refused.push(Refusal {
            folder: folder.to_owned(),
            at: &["package"],
            why: format!("the package lies in the workspace of {manifest}, and is no member of it"),
            help: match slip {
                Some(slip) => format!("`{slip}` of that workspace is spelled `members`"),
                None => format!("name \"{below}\" in `members` or in `exclude` of that workspace, or give the package a [workspace] of its own"),
            },
        });
    }
    refused
}

/// False if there may be members that are not found.
fn is_followed(workspace: &Workspace) -> bool {
    !listed(workspace, "members").any(|entry| entry.contains("**"))
}
