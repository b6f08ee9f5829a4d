//! The result for a line or a token.

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Every check was passed.
    Valid,
    /// Decoded, not verified.
    Unverified,
    /// Refused.
    Invalid,
    /// Nobody can tell here.
    Unknown,
    /// There is no token to judge.
    None,
}

impl Verdict {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Unverified => "unverified",
            Self::Invalid => "invalid",
            Self::Unknown => "unknown",
            Self::None => "none",
        }
    }

    /// True if it is a yes.
    pub const fn is_ok(self) -> bool {
        matches!(self, Self::Valid | Self::Unverified)
    }
}

/// Why there is no token.
pub mod reason {
    /// The line is empty: neither yes nor no.
    pub const EMPTY_LINE: &str = "empty-line";
    /// Something says that there was no token when the line was written: neither yes nor no.
    pub const NO_TOKEN: &str = "no-token";
    /// The line is too long to look at.
    pub const LINE_TOO_LONG: &str = "line-too-long";
    /// The line should be a JSON document and is not.
    pub const LINE_NOT_JSON: &str = "line-not-json";
    /// The document has no such field.
    pub const FIELD_MISSING: &str = "field-missing";
    /// The field does not hold a text.
    pub const FIELD_NOT_TEXT: &str = "field-not-text";
}

/// A verdict with one more word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    pub verdict: Verdict,
    /// The reason of a no, or the kind of a token.
    pub word: &'static str,
}

impl Answer {
    /// An opaque token, or one whose key only Clerk has.
    pub const ONLY_CLERK_KNOWS: Self = Self {
        verdict: Verdict::Unknown,
        word: "only-clerk-knows",
    };

    /// A token whose signature was taken out.
    pub const SIGNATURE_TAKEN_OUT: Self = Self {
        verdict: Verdict::Unknown,
        word: "signature-taken-out",
    };

    /// A token without the claim that was asked for.
    pub const CONDITION_NOT_FOR_THIS: Self = Self {
        verdict: Verdict::Unknown,
        word: "condition-not-applicable",
    };

    /// A valid token of this class.
    pub const fn valid(class: &'static str) -> Self {
        Self {
            verdict: Verdict::Valid,
            word: class,
        }
    }

    /// A token of this kind, not verified.
    pub const fn unverified(kind: &'static str) -> Self {
        Self {
            verdict: Verdict::Unverified,
            word: kind,
        }
    }

    /// A token that is refused.
    pub const fn invalid(reason: &'static str) -> Self {
        Self {
            verdict: Verdict::Invalid,
            word: reason,
        }
    }

    /// True if there is no token and need not be one, so that it is neither yes nor no.
    pub fn is_absence(self) -> bool {
        self.verdict == Verdict::None && matches!(self.word, reason::EMPTY_LINE | reason::NO_TOKEN)
    }

    /// No token.
    pub const fn none(reason: &'static str) -> Self {
        Self {
            verdict: Verdict::None,
            word: reason,
        }
    }
}
