//! One thing that was looked at, and what came of it.

mod id;

pub use id::Id;

use serde::Serialize;

/// What came of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Right.
    Ok,
    /// Wrong.
    No,
    /// Works, but should be looked at.
    Warn,
    /// Not looked at.
    Skipped,
    /// Looked at, and could not be found out.
    Unknown,
}

/// One thing that was looked at. Secrets are masked and text of strangers is made visible before it gets in here.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// A stable word for scripts, such as `secret-key-refused`.
    pub id: Id,
    /// What came of it.
    pub verdict: Verdict,
    /// What was looked at, in a word or two: `publishable`.
    pub subject: String,
    /// Its value, masked where it is secret.
    pub value: Option<String>,
    /// Where it stands: `.env:3`, `environment`.
    pub place: Option<String>,
    /// What was seen; lines are kept.
    pub detail: String,
    /// What to do.
    pub help: Option<String>,
    /// How a key is spoilt, in a stable word such as `white-space`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<&'static str>,
    /// The package that it is about, where that is not the project's own folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
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
        }
    }

    /// With the value, masked where it is secret.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }

    /// With its place.
    #[must_use]
    pub fn place(mut self, place: impl Into<String>) -> Self {
        self.place = Some(place.into());
        self
    }

    /// With what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With how the key is spoilt.
    #[must_use]
    pub const fn fault(mut self, fault: &'static str) -> Self {
        self.fault = Some(fault);
        self
    }

    /// With the package that it is about, by its path below the root; that of the root itself is empty.
    #[must_use]
    pub fn of(mut self, below: &str) -> Self {
        self.package = (!below.is_empty()).then(|| below.trim_end_matches('/').to_owned());
        self
    }
}
