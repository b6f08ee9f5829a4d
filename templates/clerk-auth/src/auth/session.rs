//! The session of somebody whose token was verified.

use std::fmt;
use std::sync::{Arc, OnceLock};

use serde_core::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::claims::{ClaimsError, SessionClaims};
use crate::time::UnixMillis;
use crate::verify::Verified;

/// A session with a verified token. A clone shares its data.
#[derive(Clone)]
pub struct Session {
    inner: Arc<Inner>,
}

struct Inner {
    verified: Verified,
    fields: OnceLock<SessionClaims>,
}

impl Session {
    /// The session that a verified session token stands for.
    ///
    /// # Errors
    /// [`ClaimsError`] when its claims cannot be read; such a token is refused with `unexpected-error`.
    pub fn new(verified: Verified) -> Result<Self, ClaimsError> {
        let fields = OnceLock::new();
        // Only a packed organization can be unreadable. The other claims are read when somebody asks for them.
        if verified.has_claim("o") {
            let _ = fields.set(SessionClaims::read(verified.claims())?);
        }
        Ok(Self {
            inner: Arc::new(Inner { verified, fields }),
        })
    }

    /// True if the session still has a task to do and so does not count as signed in.
    pub fn is_pending(&self) -> bool {
        self.status() == Some("pending")
    }

    /// Everything the token says about the session.
    pub fn fields(&self) -> &SessionClaims {
        let read = || SessionClaims::read(self.claims()).unwrap_or_default();
        self.inner.fields.get_or_init(read)
    }

    /// The user's id.
    pub fn user_id(&self) -> Option<&str> {
        self.inner.verified.claim_str("sub")
    }

    /// The session's id.
    pub fn session_id(&self) -> Option<&str> {
        self.inner.verified.claim_str("sid")
    }

    /// `active` or `pending`.
    pub fn status(&self) -> Option<&str> {
        self.inner.verified.claim_str("sts")
    }

    /// The active organization's id.
    pub fn org_id(&self) -> Option<&str> {
        self.fields().org_id.as_deref()
    }

    /// The active organization's slug.
    pub fn org_slug(&self) -> Option<&str> {
        self.fields().org_slug.as_deref()
    }

    /// The role in the active organization, such as `org:admin`.
    pub fn org_role(&self) -> Option<&str> {
        self.fields().org_role.as_deref()
    }

    /// The permissions in the active organization; `None` if there is no organization.
    pub fn org_permissions(&self) -> Option<&[String]> {
        self.fields().org_permissions.as_deref()
    }

    /// The one who really acts, if somebody is impersonated.
    pub fn actor(&self) -> Option<&Value> {
        self.fields().actor.as_ref()
    }

    /// Every claim of the token.
    pub fn claims(&self) -> &Map<String, Value> {
        self.inner.verified.claims()
    }

    /// The claims as a type of your own.
    ///
    /// # Errors
    /// When the claims do not have the type's shape.
    pub fn claims_as<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        self.inner.verified.claims_as()
    }

    /// The token itself, a credential: for calls in the user's name, never for logs.
    pub fn token(&self) -> &str {
        self.inner.verified.raw()
    }

    /// `exp`: when the token stops being valid. Fractions of a second are cut, as when it was verified.
    pub fn deadline(&self) -> Option<UnixMillis> {
        self.inner.verified.expires()
    }
}

impl fmt::Debug for Session {
    /// Names the session and leaves out the token and all claims an app may have put into it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("user_id", &self.user_id())
            .field("session_id", &self.session_id())
            .field("org_id", &self.org_id())
            .finish_non_exhaustive()
    }
}
