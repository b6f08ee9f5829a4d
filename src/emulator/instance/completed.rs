//! Attempts that were under way and are done, for a page that still asks for them.

use serde::{Deserialize, Serialize};

use super::{SignIn, SignUp};

/// An attempt that a link completed.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum Completed {
    SignIn(SignIn),
    SignUp(SignUp),
}
