//! `clerk-rs doctor --fix`: show, ask, write, look again.

use std::path::Path;
use std::slice;

use crate::ask::Ask;
use crate::check::remedies::Remedy;
use crate::commands::{Context, permission};
use crate::error::{Error, Explain, Explanation};
use crate::escape::visible;
use crate::project::file::{FileError, Replacement};
use crate::project::lock::Stop;
use crate::project::note::Note;
use crate::project::session::Session;
use crate::run::Stops;
use crate::scaffold::diff;

/// The changes as a diff. Of a file with secrets nothing is shown but that it is closed.
pub fn shown(remedies: &[Remedy]) -> String {
    let diffs = remedies.iter().map(|remedy| match remedy.is_private {
        true => format!("{}: closed to others (mode 600)\n", remedy.path),
        false => diff::change(&remedy.path, remedy.before.as_deref(), Some(&remedy.after)),
    });
    diffs.collect()
}

/// A later file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
struct HalfMended {
    mended: Vec<String>,
    error: FileError,
}

impl Explain for HalfMended {
    fn explain(&self) -> Explanation {
        let mended = visible(&self.mended.join(", ")).into_owned();
        self.error.explain().help(format!(
            "{mended} was mended before that, and stays; run it again for the rest"
        ))
    }
}

/// Asks for the permission, and writes. Returns what could not stay as it was, or nothing if it was refused.
pub fn apply(
    folder: &Path,
    remedies: &[Remedy],
    yes: bool,
    context: &Context<'_>,
) -> Result<Option<Vec<Note>>, Error> {
    let ask = Ask::new(context.env, yes, context.globals.json);
    // Whoever is to agree sees it, and whoever agreed before; a program finds it in the document.
    if !context.globals.json {
        let talk = context.globals.output().talk(context.env);
        talk.line(shown(remedies).trim_end());
    }
    if !permission::to_write(&ask)? {
        return Ok(None);
    }
    let stops = Stops::listen()?;
    write(folder, remedies, &|| stops.came()).map(Some)
}

/// Each file stands for itself, so none has to be undone where a later one fails. But all are looked at before the first
/// is written.
fn write(folder: &Path, remedies: &[Remedy], stop: &Stop<'_>) -> Result<Vec<Note>, Error> {
    let mut session = Session::enter(folder, stop)?;
    session.must_be_whole()?;
    let files = remedies.iter().map(|remedy| Replacement {
        name: &remedy.path,
        before: remedy.before.as_deref(),
        after: Some(&remedy.after),
        is_private: remedy.is_private,
    });
    let files: Vec<_> = files.collect();
    for file in &files {
        file.must_be_unchanged(&file.target(folder)?)?;
    }
    let mut notes = Vec::new();
    let mut mended = Vec::new();
    for file in files {
        match session.write(slice::from_ref(&file), stop) {
            Ok(of_file) => notes.extend(of_file),
            Err(error) if mended.is_empty() => return Err(error.into()),
            Err(error) => return Err(HalfMended { mended, error }.into()),
        }
        mended.push(file.name.to_owned());
    }
    session.end();
    // That others can read it no more is what was asked for.
    notes.retain(|note| !matches!(note, Note::Closed { .. }));
    Ok(notes)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::fs;

    use super::*;

    fn remedy(path: &str) -> Remedy {
        Remedy {
            path: path.to_owned(),
            before: Some("old".to_owned()),
            after: "new".to_owned(),
            is_private: false,
        }
    }

    /// It said that nothing was written, and the first file was.
    #[test]
    fn a_file_that_changed_meanwhile_keeps_all_as_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("a"), "old").unwrap();
        fs::write(path("b"), "older").unwrap();
        let error = write(folder.path(), &[remedy("a"), remedy("b")], &|| false).unwrap_err();
        assert_eq!(error.explain().code, "file-changed");
        assert_eq!(fs::read_to_string(path("a")).unwrap(), "old");
    }

    #[test]
    fn what_was_mended_before_a_failure_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["a", "b"] {
            fs::write(path(name), "old").unwrap();
        }
        // Somebody asks for an end as soon as the first file is new.
        let is_new = || fs::read_to_string(path("a")).unwrap() == "new";
        let error = write(folder.path(), &[remedy("a"), remedy("b")], &is_new).unwrap_err();
        let explained = error.explain();
        assert_eq!(explained.code, "interrupted");
        let help = explained.help.unwrap();
        assert!(help.starts_with("a was mended before that"), "{help}");
        assert!(is_new());
        assert_eq!(fs::read_to_string(path("b")).unwrap(), "old");
    }
}
