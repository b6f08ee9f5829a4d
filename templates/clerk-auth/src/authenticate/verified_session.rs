//! Verified session tokens: the memory of them, and the way a new token gets in.

use super::Inner;
use super::state::NotSignedIn;
use crate::auth::{Auth, Session};
use crate::cookies::Peek;
use crate::key_set::{KeySet, KeySource, is_fresh};
use crate::public_key::PublicKey;
use crate::time::UnixMillis;
use crate::token::{Unverified, decode};
use crate::verify::{Policy, Verified, check_category, no_key, verify};

/// A verified session token with everything that later requests need, so that nothing is read twice. A clone shares the
/// session.
#[derive(Clone)]
pub(super) struct VerifiedSession {
    pub(super) session: Session,
    pub(super) is_pending: bool,
    /// `iat` in seconds.
    pub(super) issued: Option<i64>,
    pub(super) peek: Peek,
    /// The moment the key was last seen in its set; `None` for a local key, which no set can withdraw.
    key_listed: Option<UnixMillis>,
}

/// A token that was let in, or the reason why it was not.
pub(super) type Verdict = Result<VerifiedSession, Box<NotSignedIn>>;

impl VerifiedSession {
    pub(super) fn auth(self) -> Auth {
        if self.is_pending {
            Auth::Pending(self.session)
        } else {
            Auth::SignedIn(self.session)
        }
    }
}

impl Inner {
    /// The place to fetch keys from, unless there is a local one.
    pub(super) fn key_source(config: &super::Config) -> Option<KeySource> {
        if config.jwt_key.is_some() {
            return None;
        }
        if let Some(key) = config.secret_key.clone() {
            let (url, version) = (&config.api_url, &config.api_version);
            return Some(KeySource::backend_api(url, version, key));
        }
        let key = config.publishable_key.as_ref();
        let key = key.filter(|_| config.secret_key_optional)?;
        let public = || format!("https://{}", key.frontend_api_host());
        let url = config.frontend_api_url.clone().unwrap_or_else(public);
        Some(KeySource::frontend_api(&url))
    }

    fn generation(&self) -> u64 {
        self.key_set.as_ref().map_or(0, KeySet::generation)
    }

    /// A session token that was verified before with the same keys and still holds. A key counts only as long as it
    /// would without fetching its set again: otherwise a withdrawn one, say a stolen one, would count as long as one of
    /// its tokens is remembered.
    pub(super) fn known(&self, token: &[u8], now: UnixMillis) -> Option<VerifiedSession> {
        let known = self.verified.get(token, self.generation(), now)?;
        let listed = known.key_listed;
        listed.is_none_or(|at| is_fresh(at, now)).then_some(known)
    }

    /// Verifies the text of a session token by all options.
    pub(super) async fn verify_text(&self, token: &str, now: UnixMillis) -> Verdict {
        match self.known(token.as_bytes(), now) {
            Some(known) => Ok(known),
            None => self.verify(&decode(token)?, now).await,
        }
    }

    /// Verifies a session token by all options, and remembers it when it comes a second time.
    pub(super) async fn verify(&self, token: &Unverified, now: UnixMillis) -> Verdict {
        check_category(token)?;
        let (key, generation) = self.key(token.kid(), now).await?;
        self.verify_with(token, &key, generation, now)
    }

    /// The same without waiting; `None` if the key must be fetched first.
    pub(super) fn verify_at_once(&self, token: &Unverified, now: UnixMillis) -> Option<Verdict> {
        let generation = self.generation();
        let key = match (&self.config.jwt_key, &self.key_set) {
            (Some(key), _) => key.clone(),
            (None, Some(set)) if !self.config.skip_key_set_cache => {
                set.held_key(token.kid(), now)?
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
    ) -> Verdict {
        let verified = verify(token, key, &self.policy, now)?;
        // If the key is gone already, the time of its listing does not count.
        let listed = |set: &KeySet| set.listed(token.kid()).unwrap_or(UnixMillis(i64::MIN));
        let known = self.read(verified.clone(), self.key_set.as_ref().map(listed), now)?;
        // Tokens of other classes do not get here anyway, but the memory must not depend on that.
        if token.is_of_session() && self.verified.came_before(token.raw()) {
            self.verified.insert(verified, generation, known.clone());
        }
        Ok(known)
    }

    /// Verifies with another clock skew and remembers nothing.
    pub(super) async fn verify_with_skew(
        &self,
        token: &str,
        clock_skew_ms: i64,
        now: UnixMillis,
    ) -> Verdict {
        let token = decode(token)?;
        check_category(&token)?;
        let (key, _) = self.key(token.kid(), now).await?;
        let policy = Policy {
            clock_skew_ms,
            ..self.policy.clone()
        };
        self.read(verify(&token, &key, &policy, now)?, None, now)
    }

    fn read(&self, verified: Verified, key_listed: Option<UnixMillis>, now: UnixMillis) -> Verdict {
        let issued = verified.issued().map(UnixMillis::seconds);
        let peek = Peek::of(verified.token(), &self.issuer_host);
        let session = Session::new(verified).map_err(|error| {
            if let Some(left_out) = self.log.line("claims", now) {
                let told = "a verified token was refused, its claims cannot be read";
                tracing::warn!(left_out, "{told}: {error}");
            }
            Box::new(NotSignedIn::new("unexpected-error"))
        })?;
        Ok(VerifiedSession {
            is_pending: session.is_pending(),
            issued,
            peek,
            key_listed,
            session,
        })
    }

    /// The key a token names, and its generation: the local key, or else one from the key set.
    pub(super) async fn key(
        &self,
        kid: Option<&str>,
        now: UnixMillis,
    ) -> Result<(PublicKey, u64), Box<NotSignedIn>> {
        // Read before the key, so that a token verified with an old key never counts for a new generation.
        let generation = self.generation();
        if let Some(key) = &self.config.jwt_key {
            return Ok((key.clone(), generation));
        }
        let Some(set) = &self.key_set else {
            return Err(no_key().into());
        };
        let skip = self.config.skip_key_set_cache;
        Ok((set.key(kid, skip, now).await?, generation))
    }
}
