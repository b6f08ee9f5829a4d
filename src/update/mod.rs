//! `clerk-rs update`: brings a project's copy of the core up to date, and the plumbing that version 0.1.0 put beside it; and
//! what `clerk-rs add` makes of a project's own files (`addition`).
//!
//! `origin` finds out how the project began. `changes` compares that, file by file, with what is there and with what a
//! new project would have. A file that nobody edited is replaced, an edited one is merged. Nothing is written here.

pub mod addition;
mod bases;
pub mod changes;
pub mod error;
mod guess;
mod left;
pub mod manifest;
mod merge;
pub mod origin;
mod security;
pub mod text;

use std::path::Path;

use semver::Version;

use crate::error::Error;
use crate::scaffold::Plan;
use crate::scaffold::catalog::Catalog;

pub use addition::Addition;
pub use bases::{of as base, versions};
pub use changes::{Change, Changes, Edited, Kind, Left, must_be_there};
pub use error::OriginError;
pub use security::Security;

/// The plan of an update.
#[derive(Debug)]
pub struct Update {
    /// The versions of the core.
    pub from: Version,
    pub to: Version,
    /// True for a project whose own files change as well.
    pub has_plumbing: bool,
    pub changes: Changes,
    /// The notes about security of the versions in between.
    pub security: Vec<Security>,
}

/// Looks at a project and plans its update.
///
/// # Errors
/// The project's fault, or the reason why it is not to be changed.
pub fn plan(folder: &Path) -> Result<Update, Error> {
    let origin = origin::of(folder)?;
    let own = Catalog::load().map_err(OriginError::from)?;
    let mut features = origin.features.clone();
    if origin.changes_app {
        // Its manifest is of a time when the app did more and asked for less; it gets the lines of today.
        features.extend(Plan::new(&own, &origin.choices)?.features());
    }
    let plan = Plan::with_features(&own, &origin.choices, &features)?;
    let to = origin::version(&own.stock.core_version)?;
    let mut changes = changes::of(folder, &origin, &plan, &own.stock.tool_version)?;
    changes.left.extend(left::references(folder, &changes)?);
    changes.left.sort();
    changes.left.dedup();
    Ok(Update {
        security: security::between(&origin.core, &to),
        from: origin.core,
        has_plumbing: origin.changes_app,
        to,
        changes,
    })
}
