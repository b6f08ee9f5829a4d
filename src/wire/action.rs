//! The change of one file.

use serde::Serialize;

/// The fate of a file.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Create,
    Edit,
    /// It is as it should be.
    Skip,
}

/// One file of the plan.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Action {
    /// Below the package's folder, with `/`.
    pub path: String,
    pub kind: Kind,
    /// The text as it was read; `None` if the file was not there.
    pub before: Option<String>,
    pub after: String,
    /// True if it holds a secret, so that only its owner may read it.
    pub is_private: bool,
}

impl Action {
    /// The action that brings a file from one text to the other.
    pub fn new(path: impl Into<String>, before: Option<String>, after: String) -> Self {
        let kind = match &before {
            None => Kind::Create,
            Some(before) if *before == after => Kind::Skip,
            Some(_) => Kind::Edit,
        };
        Self {
            path: path.into(),
            kind,
            before,
            after,
            is_private: false,
        }
    }
}
