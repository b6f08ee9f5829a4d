//! The two addresses. Their paths overlap, as those of Clerk's own two hosts do, so a path alone does not tell which API
//! is meant.

use serde::{Deserialize, Serialize};

/// One of the emulator's addresses, by who asks there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Face {
    /// Browsers: the Frontend API, its scripts, forms, and the page for developers.
    Frontend,
    /// Servers: the Backend API.
    Backend,
}
