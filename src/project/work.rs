//! The work of a run, so that one that was stopped can be told from others.

use serde::{Deserialize, Serialize};

/// The work that a run does.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Work {
    Variables,
    /// Before there was anything else, a journal did not say so.
    #[default]
    Update,
    Wiring,
}
