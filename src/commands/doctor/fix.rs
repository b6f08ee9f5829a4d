//! `clerk-rs doctor --fix`: show, ask, write, look again.

use std::path::Path;

use crate::ask::{Ask, Question};
use crate::check::remedies::Remedy;
use crate::commands::Context;
use crate::error::Error;
use crate::project::file::Replacement;
use crate::project::session::Session;
use crate::run::Stops;
use crate::scaffold::diff;

const WRITE: Question = Question {
    words: "Write these changes? (yes or no)",
    what: "the permission to write",
    flag: "--yes, or look first with --dry-run",
};

/// The changes as a diff. Of a file with secrets nothing is shown but that it is closed.
pub fn shown(remedies: &[Remedy]) -> String {
    let diffs = remedies.iter().map(|remedy| match remedy.is_private {
        true => format!("{}: closed to others (mode 600)\n", remedy.path),
        false => diff::change(&remedy.path, remedy.before.as_deref(), Some(&remedy.after)),
    });
    diffs.collect()
}

/// Asks for the permission, and writes. False if it was refused.
pub fn apply(
    folder: &Path,
    remedies: &[Remedy],
    yes: bool,
    context: &Context<'_>,
) -> Result<bool, Error> {
    let ask = Ask::new(context.env, yes, context.globals.json);
    ask.remark(&shown(remedies));
    if !matches!(ask.text(WRITE, "yes")?.trim(), "yes" | "y") {
        return Ok(false);
    }
    let stops = Stops::listen()?;
    let mut session = Session::enter(folder, &|| stops.came())?;
    session.must_be_whole()?;
    for remedy in remedies {
        // Each stands for itself, so none has to be undone where a later one fails.
        let file = Replacement {
            name: &remedy.path,
            before: remedy.before.as_deref(),
            after: Some(&remedy.after),
            is_private: remedy.is_private,
        };
        session.write(&[file], &|| stops.came())?;
    }
    session.end();
    Ok(true)
}
