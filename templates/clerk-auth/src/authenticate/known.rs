//! Verified tokens: the memory of them, and the way a new token gets in.

use std::sync::Arc;

use super::Inner;
use super::failure::Failure;
use crate::auth::{Auth, Session};
use crate::cookies::Peek;
use crate::error::{Reason, TokenError};
use crate::key_set::{KeySource, is_fresh};
use crate::public_key::PublicKey;
use crate::time::UnixMillis;
use crate::token::{Unverified, decode};
use crate::token_type::TokenType;
use crate::verify::{Policy, Verified, check_category, verify};

/// A verified session token with everything that later requests need, so that nothing is read twice.
pub(super) struct Known {
    session: Session,
    is_pending: bool,
    /// `iat` in seconds.
    issued: Option<i64>,
    peek: Peek,
    /// The moment the key was last seen in its set; `None` for a local key, which no set can withdraw.
    key_listed: Option<UnixMillis>,
}

impl Known {
    pub(super) fn auth(&self) -> Auth {
        if self.is_pending {
            Auth::Pending(self.session.clone())
        } else {
            Auth::SignedIn(self.session.clone())
        }
    }

    pub(super) fn session(&self) -> &Session {
        &self.session
    }

    #[cfg(feature = "organizations")]
    pub(super) fn is_pending(&self) -> bool {
        self.is_pending
    }

    pub(super) fn peek(&self) -> Peek {
        self.peek
    }

    /// True if the key still counts without fetching its set again. Otherwise a withdrawn key, say a stolen one, would
    /// count as long as one of its tokens is remembered.
    fn key_is_fresh(&self, now: UnixMillis) -> bool {
        self.key_listed.is_none_or(|listed| is_fresh(listed, now))
    }

    /// True if the user signed in or out after the token was made.
    pub(super) fn is_older_than(&self, client_uat: i64) -> bool {
        self.issued.is_some_and(|issued| issued < client_uat)
    }
}

impl Inner {
    /// A session token that was verified before with the same keys and still holds.
    pub(super) fn known(&self, token: &[u8], now: UnixMillis) -> Option<Arc<Known>> {
        let known = self.verified.get(token, self.key_sets.generation(), now)?;
        known.key_is_fresh(now).then_some(known)
    }

    /// Verifies the text of a session token by all options.
    pub(super) async fn verify_text(
        &self,
        token: &str,
        now: UnixMillis,
    ) -> Result<Arc<Known>, Failure> {
        match self.known(token.as_bytes(), now) {
            Some(known) => Ok(known),
            None => self.verify(&decode(token)?, now).await,
        }
    }

    /// Verifies a session token by all options, and remembers it when it comes a second time.
    pub(super) async fn verify(
        &self,
        token: &Unverified,
        now: UnixMillis,
    ) -> Result<Arc<Known>, Failure> {
        check_category(token)?;
        let (key, generation) = self.key(token.kid(), now).await?;
        self.verify_with(token, &key, generation, now)
    }

    /// The same without waiting; `None` if the key must be fetched first.
    pub(super) fn verify_at_once(
        &self,
        token: &Unverified,
        now: UnixMillis,
    ) -> Option<Result<Arc<Known>, Failure>> {
        let generation = self.key_sets.generation();
        let key = match (&self.config.jwt_key, &self.key_source) {
            (Some(key), _) => key.clone(),
            (None, Some(source)) if !self.config.skip_key_set_cache => {
                self.key_sets.held_key(source, token.kid(), now)?
            }
            _ => return None,
        };
        Some(self.verify_with(token, &key, generation, now))
    }

    fn verify_with(
        &self,
        token: &Unverified,
        key: &PublicKey,
        generation: u64,
        now: UnixMillis,
    ) -> Result<Arc<Known>, Failure> {
        let verified = verify(token, key, &self.policy, now)?;
        let known = self.read(verified.clone(), self.key_listed(token.kid()), now)?;
        // Machine tokens and other categories do not get here anyway, but the memory must not depend on that.
        let is_session =
            !token.has_non_session_category() && TokenType::of_machine_jwt(token).is_none();
        if is_session && self.verified.came_before(token.raw()) {
            self.verified
                .insert(verified, generation, Arc::clone(&known));
        }
        Ok(known)
    }

    /// Verifies with another clock skew and remembers nothing.
    pub(super) async fn verify_with_skew(
        &self,
        token: &str,
        clock_skew_ms: i64,
        now: UnixMillis,
    ) -> Result<Arc<Known>, Failure> {
        let token = decode(token)?;
        check_category(&token)?;
        let (key, _) = self.key(token.kid(), now).await?;
        let policy = Policy {
            clock_skew_ms,
            ..self.policy.clone()
        };
        self.read(verify(&token, &key, &policy, now)?, None, now)
    }

    fn key_listed(&self, kid: Option<&str>) -> Option<UnixMillis> {
        let source = self.key_source.as_ref();
        let source = source.filter(|_| self.config.jwt_key.is_none())?;
        // If the key is gone already, the time of its listing does not count.
        let listed = self.key_sets.listed(source, kid);
        Some(listed.unwrap_or(UnixMillis(i64::MIN)))
    }

    fn read(
        &self,
        verified: Verified,
        key_listed: Option<UnixMillis>,
        now: UnixMillis,
    ) -> Result<Arc<Known>, Failure> {
        let issued = verified.issued().map(UnixMillis::seconds);
        let peek = Peek::of(verified.token(), &self.issuer_host);
        let session = Session::new(verified)
            .map_err(|error| Failure::unreadable(&error, self.seldom.line("claims", now)))?;
        Ok(Arc::new(Known {
            is_pending: session.is_pending(),
            issued,
            peek,
            key_listed,
            session,
        }))
    }

    /// The key a token names, and its generation: the local key, or else one from the key set.
    pub(super) async fn key(
        &self,
        kid: Option<&str>,
        now: UnixMillis,
    ) -> Result<(PublicKey, u64), Failure> {
        // Read before the key, so that a token verified with an old key never counts for a new generation.
        let generation = self.key_sets.generation();
        if let Some(key) = &self.config.jwt_key {
            return Ok((key.clone(), generation));
        }
        let Some(source) = &self.key_source else {
            let message = "Failed to resolve JWK during verification.";
            let error = TokenError::new(Reason::JwkFailedToResolve, message)
                .with_action("Set the CLERK_JWT_KEY environment variable.");
            return Err(error.into());
        };
        let skip = self.config.skip_key_set_cache;
        let key = self.key_sets.key(source, kid, skip, now).await?;
        Ok((key, generation))
    }

    /// The place to fetch keys from, unless there is a local one.
    pub(super) fn key_source(config: &super::Config) -> Option<KeySource> {
        if let Some(secret_key) = &config.secret_key {
            return Some(KeySource::BackendApi {
                api_url: config.api_url.clone(),
                api_version: config.api_version.clone(),
                secret_key: secret_key.clone(),
            });
        }
        if !config.secret_key_optional {
            return None;
        }
        let key = config.publishable_key.as_ref()?;
        let public = || format!("https://{}", key.frontend_api_host());
        Some(KeySource::FrontendApi {
            url: config.frontend_api_url.clone().unwrap_or_else(public),
        })
    }
}
