//! A session whose user proves once more who they are, before something that matters (`frontend-api-2.md` section 3.3).

use serde::{Deserialize, Serialize};

use super::Strategy;
use super::email::EmailCode;

/// The proof that is wanted.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    FirstFactor,
    SecondFactor,
    MultiFactor,
}

impl Level {
    pub fn named(name: &str) -> Option<Self> {
        let all = [Self::FirstFactor, Self::SecondFactor, Self::MultiFactor];
        all.into_iter().find(|level| level.as_str() == name)
    }

    /// Clerk's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FirstFactor => "first_factor",
            Self::SecondFactor => "second_factor",
            Self::MultiFactor => "multi_factor",
        }
    }
}

/// The step that it waits for.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Wait {
    FirstFactor,
    SecondFactor,
    Nothing,
}

/// A proof under way or done.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Reverification {
    pub level: Level,
    pub wait: Wait,
    /// The code that was sent, and for which strategy.
    pub code: Option<(Strategy, EmailCode)>,
    /// Where it was sent.
    #[serde(default)]
    pub(super) sent_to: Option<String>,
    /// The factors that were proven.
    pub first: Option<Strategy>,
    pub second: Option<Strategy>,
    pub(super) attempts: u32,
}
