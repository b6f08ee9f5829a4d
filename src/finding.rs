//! One thing that was looked at, and what came of it.

use std::borrow::Cow;

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
    pub id: Cow<'static, str>,
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
}

impl Finding {
    /// A finding about a subject, without value, place and help.
    pub fn new(
        id: impl Into<Cow<'static, str>>,
        verdict: Verdict,
        subject: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            id: id.into(),
            verdict,
            subject: subject.into(),
            value: None,
            place: None,
            detail: detail.into(),
            help: None,
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
}
