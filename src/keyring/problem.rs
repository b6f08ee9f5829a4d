//! Reasons why there is no key to verify with: a named one that cannot be used, or one that could not be fetched.

use serde::Serialize;

use super::answer::{Call, told};
use super::material::NoKey;
use crate::backend::CallError;
use crate::error::{Explain, Explanation};
use crate::escape::visible;

/// A key that was named and cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("the JWT key ({origin}) cannot be used")]
    Pem {
        origin: String,
        /// What it is instead.
        why: NoKey,
    },
    #[error("the key set ({origin}) cannot be used")]
    Set {
        origin: String,
        /// What it is instead.
        why: NoKey,
    },
    /// An address that is not asked.
    #[error("--jwks names no file and no address that can be asked")]
    Address,
}

impl Explain for KeyError {
    fn explain(&self) -> Explanation {
        let (code, why, help) = match self {
            Self::Pem { why, .. } => (
                "bad-jwt-key",
                why,
                "give the PEM text from Clerk's dashboard (API keys, JWT public key), or @FILE",
            ),
            Self::Set { why, .. } => (
                "bad-key-set",
                why,
                "it is what an instance serves at /.well-known/jwks.json",
            ),
            Self::Address => {
                return Explanation::usage("bad-address")
                    .help("write it as https://host/path; http is for this machine alone");
            }
        };
        let help = why.help.as_deref().unwrap_or(help);
        Explanation::usage(code)
            .because(visible(&why.why))
            .help(help)
    }
}

/// Something that could not be found out. It has the shape of a document's `error`.
#[derive(Clone, Debug, Serialize)]
pub struct Problem {
    pub code: String,
    pub message: String,
    pub help: Option<String>,
    /// The place of the cause, such as `.env:3`.
    #[serde(skip)]
    pub place: Option<String>,
    /// True if something is known to be wrong, not just unknown.
    #[serde(skip)]
    pub is_certain: bool,
}

impl Problem {
    /// A problem, safe to print.
    pub fn new(code: impl Into<String>, message: impl AsRef<str>) -> Self {
        Self {
            code: code.into(),
            message: visible(message.as_ref()).into_owned(),
            help: None,
            place: None,
            is_certain: false,
        }
    }

    /// A problem that is certain.
    pub fn certain(code: &str, message: impl AsRef<str>) -> Self {
        Self {
            is_certain: true,
            ..Self::new(code, message)
        }
    }

    /// The problem of a failed call.
    pub fn of_call(error: &CallError, call: Call, host: &str) -> Self {
        let told = told(error, call, host);
        Self::new(told.id, told.detail).help(&told.help)
    }

    /// Adds advice.
    #[must_use]
    pub fn help(mut self, help: &str) -> Self {
        self.help = Some(help.to_owned());
        self
    }

    /// Adds the place of the cause.
    #[must_use]
    pub fn place(mut self, place: impl AsRef<str>) -> Self {
        self.place = Some(visible(place.as_ref()).into_owned());
        self
    }

    /// The message, followed by the place.
    pub fn sentence(&self) -> String {
        match &self.place {
            Some(place) => format!("{} ({place})", self.message),
            None => self.message.clone(),
        }
    }
}

/// There is no key for a whole batch.
#[derive(Debug, thiserror::Error)]
#[error("no token could be verified")]
pub struct NoKeys(pub Problem);

impl Explain for NoKeys {
    fn explain(&self) -> Explanation {
        Explanation {
            help: self.0.help.clone(),
            ..Explanation::failed("no-key").because(&self.0.message)
        }
    }
}

impl From<KeyError> for Problem {
    fn from(error: KeyError) -> Self {
        let message = error.with_reason();
        let Explanation { code, help, .. } = error.explain();
        Self {
            help,
            ..Self::new(code, message)
        }
    }
}
