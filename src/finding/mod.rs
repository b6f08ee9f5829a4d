//! One thing that was checked, and the result.

mod id;

pub use id::{Area, Id};

use serde::Serialize;

/// The result of a check.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Right.
    Ok,
    /// Wrong.
    No,
    /// Works, but should be looked at.
    Warn,
    /// Not checked.
    Skipped,
    /// Checked, but could not be found out.
    Unknown,
}

/// One thing that was checked. Secrets are masked and strangers' text is made safe before it gets in here.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// A stable word for scripts, such as `secret-key-refused`.
    pub id: Id,
    /// The result of a check.
    pub verdict: Verdict,
    /// The thing that was checked, in a word or two: `publishable`.
    pub subject: String,
    /// Its value, masked if it is secret.
    pub value: Option<String>,
    /// Its place: `.env:3`, `environment`.
    pub place: Option<String>,
    /// The observation; line breaks are kept.
    pub detail: String,
    /// Advice.
    pub help: Option<String>,
    /// The fault of a key, in a stable word such as `white-space`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<&'static str>,
    /// Its package, if that is not the project's own folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    /// True if it may be otherwise: what was read does not say all.
    #[serde(skip_serializing_if = "is_false")]
    pub guess: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands it so")]
const fn is_false(value: &bool) -> bool {
    !*value
}

impl Finding {
    /// A finding about a subject, without value, place and help.
    pub fn new(
        id: Id,
        verdict: Verdict,
        subject: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            id,
            verdict,
            subject: subject.into(),
            value: None,
            place: None,
            detail: detail.into(),
            help: None,
            fault: None,
            package: None,
            guess: false,
        }
    }

    /// Marks it as a guess.
    #[must_use]
    pub const fn guess(self) -> Self {
        self.guess_if(true)
    }

    /// Marks it as a guess where it is one.
    #[must_use]
    pub const fn guess_if(mut self, is_one: bool) -> Self {
        self.guess = is_one;
        self
    }

    /// Adds the value, masked if it is secret.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }

    /// Adds the place.
    #[must_use]
    pub fn place(mut self, place: impl Into<String>) -> Self {
        self.place = Some(place.into());
        self
    }

    /// Adds advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds the fault of a key.
    #[must_use]
    pub const fn fault(mut self, fault: &'static str) -> Self {
        self.fault = Some(fault);
        self
    }

    /// Adds the package, by its path below the root; the root's own path is empty.
    #[must_use]
    pub fn of(mut self, below: &str) -> Self {
        self.package = (!below.is_empty()).then(|| below.trim_end_matches('/').to_owned());
        self
    }
}
