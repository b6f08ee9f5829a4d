//! Extras for a project that is there: its files as they would be with them, and the variables that they need.

mod wired;

use std::path::Path;

use clerk_auth::keys::PublishableKey;

use super::action::Action;
use crate::error::Error;
use crate::project::change::{Change, Edits};
use crate::project::manifest::Manifest;
use crate::project::variables::Variables;
use crate::scaffold::keys::webhook_secret;
use crate::scaffold::{Choices, Extra};
use crate::update::{Left, OriginError, addition};

const FILE: &str = ".env";
const WEBHOOK_SECRET: &str = "CLERK_WEBHOOK_SIGNING_SECRET";

/// The plan.
#[derive(Debug)]
pub struct Extras {
    /// The project as it will be.
    pub choices: Choices,
    pub added: Vec<Extra>,
    /// Those that were there already.
    pub known: Vec<Extra>,
    pub actions: Vec<Action>,
    pub left: Vec<Left>,
    /// True if the keys are those of a local emulator.
    pub is_local: bool,
}

/// Plans it.
///
/// # Errors
/// Why it cannot be done, with what to do.
pub fn plan(
    folder: &Path,
    extras: &[Extra],
    process: impl Fn(&str) -> Option<String>,
) -> Result<Extras, Error> {
    let made = Manifest::read(folder).map_err(OriginError::from)?.made;
    if let Some(made) = made.filter(|made| made.wired) {
        return wired::plan(folder, &made, extras);
    }
    let addition = addition::of(folder, extras)?;
    let changes = addition.changes;
    let written = changes.files.into_iter().filter_map(|change| {
        let after = change.after?;
        Some(Action::new(change.path, change.before, after))
    });
    let mut actions: Vec<_> = written.collect();
    let variables = Variables::read(folder, &process)?;
    variables.must_be_readable()?;
    let is_local = is_local(&variables);
    let wants_secret = addition.added.contains(&Extra::Webhooks)
        && is_local
        && variables.get(WEBHOOK_SECRET).is_none();
    if wants_secret {
        actions.extend(with_secret(folder, &process)?);
    }
    Ok(Extras {
        choices: addition.choices,
        added: addition.added,
        known: addition.known,
        actions,
        left: changes.left,
        is_local,
    })
}

fn is_local(variables: &Variables<'_>) -> bool {
    let keys = variables.publishable_keys().into_iter();
    let mut keys = keys.filter_map(|found| PublishableKey::parse(&found.value).ok());
    keys.any(|key| key.is_local_emulator())
}

/// The emulator signs with what the app checks, so that one can be made here; Clerk's is in the dashboard.
fn with_secret(
    folder: &Path,
    process: &impl Fn(&str) -> Option<String>,
) -> Result<Vec<Action>, Error> {
    let change = Change {
        file: FILE.to_owned(),
        name: WEBHOOK_SECRET.to_owned(),
        value: Some(webhook_secret()?.expose().to_owned()),
    };
    let edits = Edits::plan(folder, &[change], process)?;
    let actions = edits.files().iter().map(|edit| {
        let before = edit.before().map(|before| before.text().to_owned());
        Action {
            is_private: true,
            ..Action::new(&edit.file, before, edit.after().text().to_owned())
        }
    });
    Ok(actions.collect())
}
