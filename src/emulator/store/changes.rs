//! The marks on what the journal does not have yet.

use std::collections::BTreeSet;

/// What has changed since the last line.
#[derive(Clone, Default)]
pub(super) struct Changes {
    /// By place, so that new records come back in the order in which they were made.
    pub put: BTreeSet<u64>,
    pub gone: BTreeSet<String>,
}
