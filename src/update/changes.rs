//! The changes of an update. Three texts decide about each file: the one it began as, the one it is, and the one that a
//! new project would have.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Serialize;

use super::manifest;
use super::merge;
use super::origin::{Base, Origin};
use super::text::{self, ReadError, Text};
use crate::error::{Explain, Explanation, InToml};
use crate::scaffold::stamp::{STAMP, hash};
use crate::scaffold::{Plan, below_core, is_core};

/// The fate of a file.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Added,
    /// Nobody had edited it.
    Replaced,
    /// Its owner had edited it, and finds these edits in the new version.
    Merged,
    /// The same, with marks where both sides changed the same lines.
    Conflict,
    /// Nobody had edited it, and the project does without it now.
    Removed,
}

/// The change of one file.
#[derive(Debug)]
pub struct Change {
    /// Below the project's folder, with `/`.
    pub path: String,
    pub kind: Kind,
    pub before: Option<String>,
    /// `None` if the file goes.
    pub after: Option<String>,
}

/// A file of the core that its owner edited or took out.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Edited {
    pub path: String,
    pub missing: bool,
}

/// A place that the owner has to look at.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Left {
    pub path: String,
    /// The first line is 1.
    pub line: usize,
    pub what: String,
}

/// All changes, sorted by path, and what is left to the owner.
#[derive(Debug, Default)]
pub struct Changes {
    pub files: Vec<Change>,
    /// Files of the core that are not as they were written.
    pub edited: Vec<Edited>,
    /// Files that the project does without now. They stay because somebody edited them.
    pub abandoned: Vec<String>,
    pub left: Vec<Left>,
}

/// The reason why nobody can say what is to be changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A core from between two releases has no archive.
    #[error("edits in {} cannot be merged: what it was before them is not known", .0.join(", "))]
    UnknownBase(Vec<String>),
    #[error("{path} is not valid TOML")]
    NoToml {
        path: String,
        #[source]
        error: toml_edit::TomlError,
    },
}

impl Explain for ChangeError {
    fn explain(&self) -> Explanation {
        match self {
            Self::Read(error) => error.explain(),
            Self::UnknownBase(_) => Explanation::failed("base-unknown")
                .because("its hash in clerk-auth/.stamp is that of no released version")
                .help("nothing was changed; take your edits out, update, and make them again"),
            Self::NoToml { error, .. } => Explanation::failed("manifest-unreadable")
                .because(InToml::of(error))
                .help("nothing was changed; mend it first"),
        }
    }
}

/// Compares a project with its beginning and with a project made today.
///
/// # Errors
/// [`ChangeError`]
pub fn of(
    folder: &Path,
    origin: &Origin,
    plan: &Plan,
    version: &str,
) -> Result<Changes, ChangeError> {
    let mut work = Work {
        folder,
        origin,
        version,
        changes: Changes::default(),
        unknown: Vec::new(),
    };
    let planned = plan.files.iter().filter(|file| !file.is_private());
    let planned = planned.map(|file| file.path.as_str());
    let paths: BTreeSet<&str> = planned
        .chain(origin.base.keys().map(String::as_str))
        .collect();
    let is_in_reach = |path: &&str| origin.changes_app || is_core(path);
    for path in paths.into_iter().filter(is_in_reach) {
        let new = plan
            .file(path)
            .and_then(|file| std::str::from_utf8(&file.bytes).ok());
        work.file(path, new)?;
    }
    work.metadata(plan)?;
    if !work.unknown.is_empty() {
        return Err(ChangeError::UnknownBase(work.unknown));
    }
    Ok(work.changes)
}

/// True for a file of the core that it cannot be built without.
pub fn must_be_there(path: &str) -> bool {
    Path::new(path)
        .extension()
        .is_some_and(|ending| ending == "rs")
        || path.ends_with("/Cargo.toml")
}

struct Work<'a> {
    folder: &'a Path,
    origin: &'a Origin,
    version: &'a str,
    changes: Changes,
    unknown: Vec<String>,
}

impl Work<'_> {
    fn file(&mut self, path: &str, new: Option<&str>) -> Result<(), ChangeError> {
        let base = self.origin.base.get(path);
        match (text::read(self.folder, path)?, new) {
            (None, None) => {}
            (None, Some(new)) => {
                // A file that its owner took out stays out, unless a new core comes with another text of it, or the
                // core cannot be built without it.
                let is_same = matches!(base, Some(Base::Text(base)) if base == new);
                let comes_back = is_core(path) && (!is_same || must_be_there(path));
                if base.is_some() && (is_same || !is_core(path)) {
                    self.was_edited(path, true);
                }
                if base.is_none() || comes_back {
                    self.push(path, Kind::Added, None, Some(new.to_owned()));
                }
            }
            (Some(Text::Opaque), Some(_)) => {
                self.leave(
                    path,
                    1,
                    "is no text any more; the new version of it was not written",
                );
            }
            (Some(Text::Opaque), None) => {}
            (Some(ref found @ Text::Lines { ref text, ref raw }), new) => {
                if Some(text.as_str()) == new {
                    return Ok(());
                }
                if merge::is_too_long(text) {
                    let what = "is too long to be compared; the new version of it was not written";
                    self.leave(path, 1, what);
                } else if self.is_untouched(path, text) {
                    let kind = new.map_or(Kind::Removed, |_| Kind::Replaced);
                    let after = new.map(|new| found.written_like(new));
                    self.push(path, kind, Some(raw.clone()), after);
                } else {
                    self.was_edited(path, false);
                    self.edited(path, found, text, raw, new)?;
                }
            }
        }
        Ok(())
    }

    fn is_untouched(&self, path: &str, text: &str) -> bool {
        let below = below_core(path);
        if below == Some(STAMP) {
            return true;
        }
        let stamped = below
            .zip(self.origin.stamp.as_ref())
            .and_then(|(below, stamp)| stamp.hashes.get(below));
        let is_stamped = stamped.is_some_and(|known| *known == hash(text.as_bytes()));
        is_stamped || matches!(self.origin.base.get(path), Some(Base::Text(base)) if base == text)
    }

    fn edited(
        &mut self,
        path: &str,
        found: &Text,
        text: &str,
        raw: &str,
        new: Option<&str>,
    ) -> Result<(), ChangeError> {
        let base = match self.origin.base.get(path) {
            Some(Base::Hash(known)) => {
                if new.is_none_or(|new| *known != hash(new.as_bytes())) {
                    self.unknown.push(path.to_owned());
                }
                return Ok(());
            }
            Some(Base::Text(base)) => base.as_str(),
            None => "",
        };
        let Some(new) = new.filter(|new| *new != base) else {
            if new.is_none() {
                self.changes.abandoned.push(path.to_owned());
                for line in merge::edited_lines(base, text) {
                    self.leave(
                        path,
                        line,
                        "your edit; the file is no part of the project any more",
                    );
                }
            }
            return Ok(());
        };
        let (merged, kind) = if path.ends_with("Cargo.toml") {
            self.merged_manifest(path, base, text, new)?
        } else {
            let merged = merge::lines(base, text, new, self.version);
            if path.ends_with(".md") && !merged.conflicts.is_empty() {
                self.leave(
                    path,
                    1,
                    "the new version of it differs, and was not written",
                );
                return Ok(());
            }
            let is_whole = merged.conflicts.is_empty();
            for line in merged.conflicts {
                self.leave(
                    path,
                    line,
                    "both sides changed these lines; choose between the marks",
                );
            }
            (
                merged.text,
                if is_whole {
                    Kind::Merged
                } else {
                    Kind::Conflict
                },
            )
        };
        if merged != text {
            let after = Some(found.written_like(&merged));
            self.push(path, kind, Some(raw.to_owned()), after);
        }
        Ok(())
    }

    fn merged_manifest(
        &mut self,
        path: &str,
        base: &str,
        text: &str,
        new: &str,
    ) -> Result<(String, Kind), ChangeError> {
        let merged = manifest::entries(base, text, new).map_err(|error| no_toml(path, error))?;
        for (line, what) in merged.left {
            self.leave(path, line, &format!("you changed it as well: {what}"));
        }
        Ok((merged.text, Kind::Merged))
    }

    /// Writes the new version into the manifest, even if no other file of the app changes.
    fn metadata(&mut self, plan: &Plan) -> Result<(), ChangeError> {
        const MANIFEST: &str = "Cargo.toml";
        if self.origin.changes_app {
            return Ok(());
        }
        let new = plan
            .file(MANIFEST)
            .map(|file| String::from_utf8_lossy(&file.bytes));
        if let (Some(new), Some(Text::Lines { raw, .. })) =
            (new, text::read(self.folder, MANIFEST)?)
        {
            let renewed = manifest::with_metadata(&raw, &new);
            let renewed = renewed.map_err(|error| no_toml(MANIFEST, error))?;
            if renewed != raw {
                self.push(MANIFEST, Kind::Merged, Some(raw), Some(renewed));
            }
        }
        Ok(())
    }

    fn push(&mut self, path: &str, kind: Kind, before: Option<String>, after: Option<String>) {
        self.changes.files.push(Change {
            path: path.to_owned(),
            kind,
            before,
            after,
        });
    }

    fn was_edited(&mut self, path: &str, missing: bool) {
        if is_core(path) {
            let path = path.to_owned();
            self.changes.edited.push(Edited { path, missing });
        }
    }

    fn leave(&mut self, path: &str, line: usize, what: &str) {
        self.changes.left.push(Left {
            path: path.to_owned(),
            line,
            what: what.to_owned(),
        });
    }
}

fn no_toml(path: &str, error: toml_edit::TomlError) -> ChangeError {
    ChangeError::NoToml {
        path: path.to_owned(),
        error,
    }
}
