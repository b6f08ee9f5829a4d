//! What a run is about, so that one that was stopped can be told apart from others.

use serde::{Deserialize, Serialize};

/// What a run writes.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Work {
    Variables,
    /// Before there was anything else, a journal did not say so.
    #[default]
    Update,
    Wiring,
}
