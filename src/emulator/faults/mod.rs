//! Faults on purpose: what an app is to survive, made at one place in front of all routes, or in the tokens that are
//! signed. Rules are asked in their order and counted down.

mod rule;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{Method, StatusCode};
use serde::Serialize;

use super::face::Face;
pub use rule::{Kind, Rule};
pub(super) use rule::{is_like, wanted};

/// Nobody needs more, and every request asks each of them.
const MAX_RULES: usize = 100;
/// Of all rules together, for one request.
const LONGEST: Duration = Duration::from_secs(60);

/// The table of rules.
#[derive(Default)]
pub struct Faults(Mutex<Vec<Armed>>);

/// A rule, and how often it still counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Armed {
    #[serde(flatten)]
    pub rule: Rule,
    /// Absent: until it is taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<u32>,
}

/// The reason why a rule was not added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAdded {
    #[error("`{}` is to be {}", .0, rule::wanted(.0))]
    Field(&'static str),
    #[error("there are 100 rules, and more are not kept: take some back")]
    TooMany,
}

/// The fault that a request meets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Met {
    pub delay: Duration,
    pub end: Option<End>,
}

/// How a request ends that never reaches its route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Answer {
        status: StatusCode,
        retry_after: Option<u32>,
    },
    /// As if the secret key had been revoked.
    KeyRevoked,
    /// The connection is closed without an answer.
    Drop,
}

/// A fault in a session token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Twist {
    pub authorized_party: Option<String>,
    /// In bytes, of the whole token.
    pub length: Option<usize>,
    /// In seconds: it seems to be made so much later.
    pub skew: i64,
}

impl Faults {
    /// Adds a rule. One that is there already is not added twice.
    ///
    /// # Errors
    /// [`NotAdded`].
    pub fn add(&self, rule: Rule) -> Result<(), NotAdded> {
        rule.check().map_err(NotAdded::Field)?;
        let mut table = self.table();
        if table.iter().any(|armed| armed.rule == rule) {
            return Ok(());
        }
        if table.len() >= MAX_RULES {
            return Err(NotAdded::TooMany);
        }
        let left = rule.count;
        table.push(Armed { rule, left });
        Ok(())
    }

    pub fn all(&self) -> Vec<Armed> {
        self.table().clone()
    }

    pub fn clear(&self) {
        self.table().clear();
    }

    /// The fault that a request meets; `face` is the address that it came to.
    pub fn meet(&self, face: Face, method: &Method, path: &str) -> Met {
        let mut met = Met::default();
        self.each(|rule| {
            if met.end.is_some() || !rule.fits(face, method, path) {
                return false;
            }
            met.delay = (met.delay + rule.delay()).min(LONGEST);
            met.end = rule.end();
            true
        });
        met
    }

    /// The fault of the next session token.
    pub fn twist(&self) -> Twist {
        let mut twist = Twist::default();
        self.each(|rule| rule.twists(&mut twist));
        twist
    }

    /// True while another key signs than at the start.
    pub fn has_other_key(&self) -> bool {
        let table = self.table();
        table
            .iter()
            .any(|armed| armed.rule.kind == Kind::RotatedKey)
    }

    /// Shows each rule, and counts down those that were used.
    fn each(&self, mut uses: impl FnMut(&Rule) -> bool) {
        self.table().retain_mut(|armed| {
            if uses(&armed.rule)
                && let Some(left) = &mut armed.left
            {
                *left -= 1;
            }
            armed.left != Some(0)
        });
    }

    fn table(&self) -> MutexGuard<'_, Vec<Armed>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
