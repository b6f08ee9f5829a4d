//! What was under way and is done, for a page that still asks for it.

use serde::{Deserialize, Serialize};

use super::{SignIn, SignUp};

/// An attempt that a link completed.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum Completed {
    SignIn(SignIn),
    SignUp(SignUp),
}
