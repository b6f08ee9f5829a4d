//! Why a token is not valid, or why nobody can say.

use crate::finding::Finding;

/// Why it is not valid, or nobody can say.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// A stable word: the reference's, where it has one.
    pub reason: String,
    /// Whether the answer is no, or not known.
    pub is_known: bool,
    /// The evidence.
    pub detail: String,
    /// What to do.
    pub help: Option<String>,
}

impl Refusal {
    pub(super) fn no(reason: &str, detail: impl Into<String>) -> Self {
        Self {
            reason: reason.to_owned(),
            is_known: true,
            detail: detail.into(),
            help: None,
        }
    }

    pub(super) fn unknown(reason: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            is_known: false,
            detail: detail.into(),
            help: None,
        }
    }

    pub(super) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Why the keys could not be used.
    pub(super) fn of_finding(finding: &Finding) -> Self {
        let place = finding.place.as_ref().map(|place| format!(" ({place})"));
        Self {
            reason: finding.id.to_string(),
            is_known: false,
            detail: format!("{}{}", finding.detail, place.unwrap_or_default()),
            help: finding.help.clone(),
        }
    }
}
