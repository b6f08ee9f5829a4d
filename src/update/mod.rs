//! `clerk-rs update`: what a project's copy of the core, and of what version 0.1.0 wrote beside it, becomes today.
//!
//! What the project began as (`origin`), what it is, and what it would be made as today are compared file by file
//! (`changes`). A file that nobody edited is replaced, an edited one merged. Nothing is written here.

mod bases;
pub mod changes;
mod left;
mod manifest;
mod merge;
pub mod origin;
mod security;
mod text;

use std::path::Path;

use semver::Version;

use crate::error::Error;
use crate::scaffold::catalog::Catalog;
use crate::scaffold::{Choices, Plan};

pub use bases::{of as base, versions};
pub use changes::{Change, Changes, Kind, Left};
pub use origin::OriginError;
pub use security::Security;

/// What an update would do.
#[derive(Debug)]
pub struct Update {
    pub choices: Choices,
    /// The versions of the core.
    pub from: Version,
    pub to: Version,
    /// True for a project whose own files change as well.
    pub has_plumbing: bool,
    pub changes: Changes,
    /// What the versions in between say about security.
    pub security: Vec<Security>,
}

/// Looks at a project and plans its update.
///
/// # Errors
/// What is wrong with the project, or why it is not to be changed.
pub fn plan(folder: &Path) -> Result<Update, Error> {
    let origin = origin::of(folder)?;
    let own = Catalog::load().map_err(OriginError::from)?;
    let plan = Plan::with_features(&own, &origin.choices, origin.features.clone())?;
    let to = origin::version(&own.stock.core_version)?;
    let mut changes = changes::of(folder, &origin, &plan, &own.stock.tool_version)?;
    changes.left.extend(left::references(folder, &changes)?);
    changes.left.sort();
    changes.left.dedup();
    Ok(Update {
        security: security::between(&origin.core, &to),
        choices: origin.choices,
        from: origin.core,
        has_plumbing: origin.has_plumbing,
        to,
        changes,
    })
}
