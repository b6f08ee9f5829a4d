//! A token that passed verification.

use std::fmt;

use serde_core::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::time::UnixMillis;
use crate::token::Unverified;

/// A token whose signature and claims were checked; only the functions of this module make one. Cloning is cheap.
#[derive(Clone)]
pub struct Verified {
    token: Unverified,
    dates: Dates,
}

/// The dates of a token that passed, for caches that keep less than the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dates {
    expires: Option<UnixMillis>,
    not_before: Option<UnixMillis>,
    issued: Option<UnixMillis>,
}

impl Dates {
    /// True if they still allow the token, by the same comparisons as in verification.
    pub fn are_current(&self, clock_skew_ms: i64, now: UnixMillis) -> bool {
        let earliest = UnixMillis(now.0.saturating_sub(clock_skew_ms));
        let latest = UnixMillis(now.0.saturating_add(clock_skew_ms));
        self.expires.is_none_or(|exp| exp > earliest)
            && self.not_before.is_none_or(|nbf| nbf <= latest)
            && self.issued.is_none_or(|iat| iat <= latest)
    }
}

impl Verified {
    pub(super) fn new(token: &Unverified) -> Self {
        Self {
            dates: Dates {
                expires: token.claim_moment("exp"),
                not_before: token.claim_moment("nbf"),
                issued: token.claim_moment("iat"),
            },
            token: token.clone(),
        }
    }

    pub(crate) fn token(&self) -> &Unverified {
        &self.token
    }

    /// The token as received: a credential, so not for logs.
    pub fn raw(&self) -> &str {
        self.token.raw()
    }

    /// The claims, built at the first call.
    pub fn claims(&self) -> &Map<String, Value> {
        self.token.claims()
    }

    /// The claims as a type of your own.
    ///
    /// # Errors
    /// When the claims do not have the type's shape.
    pub fn claims_as<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        T::deserialize(self.claims())
    }

    /// A claim, if it is a text.
    pub fn claim_str(&self, name: &str) -> Option<&str> {
        self.token.claim_str(name)
    }

    /// True if there is such a claim, whatever it is.
    pub fn has_claim(&self, name: &str) -> bool {
        self.token.has_claim(name)
    }

    /// `exp`: the end of the token, without any skew.
    pub fn expires(&self) -> Option<UnixMillis> {
        self.dates.expires
    }

    /// `iat`: the moment the token was made.
    pub fn issued(&self) -> Option<UnixMillis> {
        self.dates.issued
    }

    /// All three dates.
    #[cfg(feature = "tool")]
    pub fn dates(&self) -> Dates {
        self.dates
    }

    /// True if the dates still allow the token, by the same comparisons as in verification. For caches.
    pub fn is_current(&self, clock_skew_ms: i64, now: UnixMillis) -> bool {
        self.dates.are_current(clock_skew_ms, now)
    }
}

impl fmt::Debug for Verified {
    /// Shows the subject only: the token is a credential and claims are somebody's data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified")
            .field("sub", &self.claim_str("sub"))
            .finish_non_exhaustive()
    }
}
