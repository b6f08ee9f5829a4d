//! A workspace above that takes a new project for a member. Cargo refuses a member with a [workspace] of its own, so the
//! project leaves its own out where it can be a member, and where it cannot, nothing is written.

use std::path::{Path, PathBuf};

use crate::check::refused;
use crate::error::{Explain, Explanation};
use crate::scaffold::{Choices, CoreSource, Extra, Plan};
use crate::source::{self, Files, Package, SourceError, Workspace};

/// The reason why it can be no member, and cannot be anything else.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    #[error("{folder} would be a member of the workspace in {manifest}, and {why}")]
    Member {
        /// As that workspace names it.
        folder: String,
        manifest: String,
        why: String,
        /// The entry of its members that names the folder, so that `exclude` is in vain.
        named: Option<String>,
        /// Another way than out of it.
        otherwise: Option<String>,
    },
    #[error("nobody can say whether the workspace in {manifest} takes the project")]
    Unread { manifest: String, why: String },
}

impl Explain for JoinError {
    fn explain(&self) -> Explanation {
        let explanation = Explanation::failed("workspace-above");
        match self {
            Self::Member {
                folder,
                manifest,
                named,
                otherwise,
                ..
            } => {
                let line = match named {
                    None => format!("write `exclude = [\"{folder}\"]` below [workspace] in"),
                    Some(named) => format!("take \"{named}\" out of `members` in"),
                };
                let out = format!(
                    "{line} {manifest}, and run it again: then the project has a workspace of its own"
                );
                explanation.help(match otherwise {
                    Some(otherwise) => format!("{out}; or {otherwise}"),
                    None => out,
                })
            }
            Self::Unread { manifest, why } => explanation.because(why).help(format!(
                "mend {manifest} first, or make the project elsewhere"
            )),
        }
    }
}

/// The manifest of the workspace that a new project becomes a member of, seen from its folder.
///
/// # Errors
/// [`JoinError`]
pub fn joined(folder: &Path, choices: &Choices, plan: &Plan) -> Result<Option<String>, JoinError> {
    let folder = source::plain(folder);
    let joined = above(&folder, choices, plan)?;
    // Cargo knows the folder that it is started in without links, and those of a pattern with them.
    let real = real(&folder);
    let is_same = |one: &Joined, other: &Joined| {
        one.below() == other.below() && self::real(&one.workspace.folder) == other.workspace.folder
    };
    let other = match real == folder {
        true => return Ok(joined.map(|joined| joined.manifest())),
        false => above(&real, choices, plan)?,
    };
    match (joined, other) {
        (Some(joined), Some(other)) if is_same(&joined, &other) => Ok(Some(joined.manifest())),
        (None, None) => Ok(None),
        (Some(joined), _) => {
            let real = real.to_string_lossy();
            let why = format!("a link leads there: cargo, started in it, takes it for {real}");
            Err(joined.refused(&joined.folder, why, None))
        }
        (None, Some(other)) => {
            let why = "cargo, started elsewhere, knows it by a link".to_owned();
            Err(other.refused(&other.folder, why, None))
        }
    }
}

/// The path without links, as far as it is there.
fn real(folder: &Path) -> PathBuf {
    let there = folder.ancestors().find_map(|above| {
        let below = folder.strip_prefix(above).ok()?;
        Some(std::fs::canonicalize(above).ok()?.join(below))
    });
    let there = there.unwrap_or_else(|| folder.to_owned());
    there.components().collect()
}

/// A new project, and a workspace that may take it.
struct Joined {
    folder: PathBuf,
    workspace: Workspace,
}

impl Joined {
    fn below(&self) -> String {
        source::seen_from(&self.workspace.folder, &self.folder)
    }

    fn manifest(&self) -> String {
        source::seen_from(&self.folder, &self.workspace.folder.join("Cargo.toml"))
    }

    fn refused(&self, folder: &Path, why: String, otherwise: Option<String>) -> JoinError {
        let folder = match folder.starts_with(&self.folder) {
            true => &self.folder,
            false => folder,
        };
        let mut listed = source::listed(&self.workspace, "members");
        let named = listed
            .find(|entry| folder.starts_with(source::plain(&self.workspace.folder.join(entry))));
        JoinError::Member {
            folder: source::seen_from(&self.workspace.folder, folder),
            manifest: self.manifest(),
            why,
            named: named.map(str::to_owned),
            otherwise,
        }
    }

    /// Something that it takes along with the project, and that is no package.
    fn along(&self, files: &Files) -> Option<JoinError> {
        let entries = source::listed(&self.workspace, "members");
        let mut entries = entries.filter(|entry| source::is_pattern(entry));
        entries.find_map(|entry| {
            let found = source::named(files, &self.workspace, entry)?;
            let along = found.iter().find(|one| {
                (one.starts_with(&self.folder) || self.folder.starts_with(one))
                    && !files.is_file(&one.join("Cargo.toml"))
                    && !source::excludes(&self.workspace, one)
            })?;
            let shown = source::seen_from(&self.workspace.folder, along);
            let why = format!("`{entry}` takes {shown} along, which has no Cargo.toml");
            Some(self.refused(along, why, None))
        })
    }
}

/// The workspace that takes it, as cargo looks for it: with the planned files in their place.
fn above(folder: &Path, choices: &Choices, plan: &Plan) -> Result<Option<Joined>, JoinError> {
    let places = folder.ancestors().skip(1);
    let mut places = places
        .filter(|place| place.join("Cargo.toml").is_file())
        .peekable();
    // As most are: then nothing has to be read.
    if places.peek().is_none() {
        return Ok(None);
    }
    let mut member = plan.clone();
    member.leave_to_workspace();
    let texts = member.files.iter();
    let texts = texts.map(|file| {
        (
            &file.path,
            String::from_utf8_lossy(&file.bytes).into_owned(),
        )
    });
    let files = Files::over(folder, texts);
    // The one that cargo looks at from within.
    let mut nearest = None;
    let mut taken = None;
    for place in places {
        let unread = |why| JoinError::Unread {
            manifest: source::seen_from(folder, &place.join("Cargo.toml")),
            why,
        };
        let read = |place: &Path| {
            source::manifest(&files, place).map_err(|error| match error {
                SourceError::Manifest(_, why) => unread(why),
                error => unread(error.to_string()),
            })
        };
        let mut manifest = read(place)?;
        let mut place = place.to_owned();
        let pointer = manifest
            .get("package")
            .and_then(|package| package.get("workspace")?.as_str());
        if let Some(pointer) = pointer {
            place = source::plain(&place.join(pointer));
            manifest = read(&place)?;
        }
        let Some(workspace) = refused::of(&place, &manifest) else {
            continue;
        };
        if source::excludes(&workspace, folder) {
            continue;
        }
        for entry in source::listed(&workspace, "members") {
            if let Some(why) = source::unfit(entry) {
                return Err(unread(format!(
                    "`{entry}` in its members is no pattern: {why}"
                )));
            }
        }
        let joined = Joined {
            folder: folder.to_owned(),
            workspace,
        };
        let nearest = &*nearest.get_or_insert_with(|| place.clone());
        if let Some(error) = joined.along(&files) {
            return Err(error);
        }
        let (members, _) = refused::members(&files, &joined.workspace);
        let mut inner = members.iter().filter(|member| member.starts_with(folder));
        if members.iter().any(|member| member == folder) {
            if *nearest != place {
                let nearest = source::seen_from(folder, &nearest.join("Cargo.toml"));
                let why = format!("the workspace in {nearest} is nearer");
                return Err(joined.refused(folder, why, None));
            }
            clash(&files, &joined, &members, choices)?;
            taken = Some(joined);
        } else if let Some(inner) = inner.next() {
            let inner = source::seen_from(&joined.workspace.folder, inner);
            let why = format!("only its part {inner} would be one");
            return Err(joined.refused(folder, why, None));
        }
    }
    Ok(taken)
}

/// What cannot be in one workspace with the others.
fn clash(
    files: &Files,
    joined: &Joined,
    members: &[PathBuf],
    choices: &Choices,
) -> Result<(), JoinError> {
    let others = members
        .iter()
        .filter(|member| !member.starts_with(&joined.folder));
    let others = others.filter_map(|member| {
        let name = Package::read(files, member).ok()?.name;
        Some((name, member))
    });
    let others: Vec<_> = others.collect();
    let named = |name: &str| others.iter().find(|(known, _)| known == name);
    let refused = |why, otherwise| Err(joined.refused(&joined.folder, why, Some(otherwise)));
    if let Some((name, _)) = named(choices.name.as_str()) {
        let why = format!("a workspace cannot have two packages named `{name}`");
        return refused(why, "take another --name".to_owned());
    }
    if let (CoreSource::Copy, Some((name, core))) = (&choices.core, named("clerk-auth")) {
        let why = format!("a workspace cannot have two packages named `{name}`");
        let core = core.to_string_lossy();
        let core = crate::escape::word(&core);
        return refused(why, format!("share that core: `--core path:{core}`"));
    }
    if choices.extras.contains(&Extra::Docker) {
        let why = "its image could not be built: the Dockerfile sees the project's folder alone, and Cargo.lock lies above".to_owned();
        return refused(why, "leave `--with docker` out".to_owned());
    }
    Ok(())
}
