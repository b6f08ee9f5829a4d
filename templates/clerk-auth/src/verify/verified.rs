//! A token that passed.

use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::time::UnixMillis;
use crate::token::{Unverified, whole};

/// A token whose signature and claims were checked; only the functions of this module make one. Cloning is cheap.
#[derive(Clone)]
pub struct Verified(Arc<Inner>);

struct Inner {
    raw: String,
    header: Map<String, Value>,
    claims: Map<String, Value>,
    expires: Option<UnixMillis>,
    not_before: Option<UnixMillis>,
    issued: Option<UnixMillis>,
}

impl Verified {
    pub(super) fn new(token: &Unverified) -> Self {
        let moment = |name| {
            let seconds = token.claims().get(name).and_then(whole)?;
            Some(UnixMillis::from_seconds(seconds))
        };
        Self(Arc::new(Inner {
            expires: moment("exp"),
            not_before: moment("nbf"),
            issued: moment("iat"),
            raw: token.raw().to_owned(),
            header: token.header().clone(),
            claims: token.claims().clone(),
        }))
    }

    /// The token as received: a credential, so not for logs.
    pub fn raw(&self) -> &str {
        &self.0.raw
    }

    /// The header.
    pub fn header(&self) -> &Map<String, Value> {
        &self.0.header
    }

    /// The claims.
    pub fn claims(&self) -> &Map<String, Value> {
        &self.0.claims
    }

    /// The claims as a type of the app's own.
    ///
    /// # Errors
    /// What serde says when the claims have not that shape.
    pub fn claims_as<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        T::deserialize(&self.0.claims)
    }

    /// A claim, when it is a text.
    pub fn claim_str(&self, name: &str) -> Option<&str> {
        self.0.claims.get(name)?.as_str()
    }

    /// `sub`: the user's id. The empty text when the kind of token has none.
    pub fn sub(&self) -> &str {
        self.claim_str("sub").unwrap_or_default()
    }

    /// `sid`: the session's id.
    pub fn sid(&self) -> Option<&str> {
        self.claim_str("sid")
    }

    /// `exp`: when the token ends, without any skew.
    pub fn expires(&self) -> Option<UnixMillis> {
        self.0.expires
    }

    /// `nbf`: when the token starts to count.
    pub fn not_before(&self) -> Option<UnixMillis> {
        self.0.not_before
    }

    /// `iat`: when the token was made.
    pub fn issued(&self) -> Option<UnixMillis> {
        self.0.issued
    }

    /// Whether the dates still allow the token: the same comparisons as in verification. For caches.
    pub fn is_current(&self, clock_skew_ms: i64, now: UnixMillis) -> bool {
        let earliest = UnixMillis(now.0.saturating_sub(clock_skew_ms));
        let latest = UnixMillis(now.0.saturating_add(clock_skew_ms));
        self.0.expires.is_none_or(|exp| exp > earliest)
            && self.0.not_before.is_none_or(|nbf| nbf <= latest)
            && self.0.issued.is_none_or(|iat| iat <= latest)
    }
}

impl fmt::Debug for Verified {
    /// The subject only: the token is a credential and claims are somebody's data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified")
            .field("sub", &self.sub())
            .finish_non_exhaustive()
    }
}
