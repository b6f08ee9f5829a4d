//! The keys to verify tokens with, at hand or still to be fetched.

use std::sync::Arc;

use clerk_auth::error::TokenError;
use clerk_auth::key_set::{KeySet, KeySetError, KeySource};
use clerk_auth::public_key::{JwkSet, PublicKey};
use clerk_auth::time::{Clock as _, SystemClock};
use clerk_auth::verify::no_key;
use tokio::time::timeout;
use url::Url;

use super::address::host;
use super::answer::Call;
use super::material;
use super::problem::Problem;
use super::{BODY_LIMIT, Manner};
use crate::backend::{Network, get_public, is_loopback};

/// Finds a key by name without asking anybody, or says that the set does not hold it.
pub type KeyOf = Arc<dyn Fn(Option<&str>) -> Result<PublicKey, TokenError> + Send + Sync>;

/// The place of keys.
#[derive(Clone, Debug)]
enum Place {
    /// One key, whatever name a token gives.
    Key(PublicKey),
    /// A set of keys by name.
    Set(Vec<(String, PublicKey)>),
    /// A key server of Clerk's kind, and its answers so far.
    Server(KeySet),
    /// A key set at any address.
    Address(Url),
}

/// Keys, at hand or still to be fetched.
#[derive(Clone, Debug)]
pub struct Ring {
    place: Place,
    /// Their origin: `CLERK_JWT_KEY, .env:3`.
    pub origin: String,
}

/// The reason why there is no key of a name.
#[derive(Clone, Debug)]
pub enum Missing {
    /// The set is known, and the key is not in it.
    Refused(TokenError),
    /// Nothing is known.
    Unknown(Problem),
}

impl Ring {
    /// One key, whatever a token calls it.
    pub const fn of_key(key: PublicKey, origin: String) -> Self {
        let place = Place::Key(key);
        Self { place, origin }
    }

    /// The keys of a set that can be used.
    pub fn of_set(set: JwkSet, origin: String) -> Self {
        let place = Place::Set(set.keys);
        Self { place, origin }
    }

    /// A key server of Clerk's kind.
    pub fn of_server(source: KeySource, origin: String) -> Self {
        let set = KeySet::new(Arc::new(Network::new(BODY_LIMIT)), source);
        let place = Place::Server(set);
        Self { place, origin }
    }

    /// A key set at an address.
    pub const fn at(url: Url, origin: String) -> Self {
        let place = Place::Address(url);
        Self { place, origin }
    }

    /// True if somebody on another machine has to be asked.
    pub fn is_abroad(&self) -> bool {
        let url = match &self.place {
            Place::Key(_) | Place::Set(_) => return false,
            Place::Server(set) => Url::parse(set.source().url()).ok(),
            Place::Address(url) => Some(url.clone()),
        };
        !url.is_some_and(|url| url.host_str().is_some_and(is_loopback))
    }

    /// The names of its keys that are known so far.
    pub fn names(&self) -> Vec<String> {
        match &self.place {
            Place::Set(keys) => keys.iter().map(|(name, _)| name.clone()).collect(),
            Place::Server(set) => set.names(),
            Place::Key(_) | Place::Address(_) => Vec::new(),
        }
    }

    /// True if nobody has to be asked at all.
    pub const fn is_at_hand(&self) -> bool {
        matches!(self.place, Place::Key(_) | Place::Set(_))
    }

    /// The key of this name, if it is at hand.
    ///
    /// # Errors
    /// The set does not hold it, or would have to be fetched.
    pub fn held(&self, kid: Option<&str>) -> Result<PublicKey, Missing> {
        match &self.place {
            Place::Key(key) => Ok(key.clone()),
            Place::Set(keys) => in_set(keys, kid),
            Place::Server(_) | Place::Address(_) => Err(Missing::Unknown(Problem::new(
                "offline",
                format!("{} was not asked: --offline", self.origin),
            ))),
        }
    }

    /// The key of this name, asking whoever has it. Needs a runtime.
    ///
    /// # Errors
    /// The set does not hold it, or could not be fetched.
    pub async fn key(&mut self, kid: Option<&str>, manner: Manner) -> Result<PublicKey, Missing> {
        match &self.place {
            Place::Key(_) | Place::Set(_) => self.held(kid),
            // Lifetimes of key sets go by the real clock, whatever moment a token is looked at.
            Place::Server(set) => {
                let key = timeout(manner.limit, set.key(kid, false, SystemClock.now()));
                let key = key.await.unwrap_or_else(|_| Err(too_late()));
                key.map_err(|error| missing(error, &self.origin))
            }
            Place::Address(url) => {
                let set = self.fetched(url, manner).await.map_err(Missing::Unknown)?;
                self.place = Place::Set(set);
                self.held(kid)
            }
        }
    }

    /// All keys as they are now, so that nobody need be asked again. Needs a runtime unless they are at hand.
    ///
    /// # Errors
    /// The reason why they are not there.
    pub async fn all(mut self, manner: Manner) -> Result<KeyOf, Problem> {
        match &self.place {
            Place::Key(_) | Place::Set(_) => {}
            Place::Address(url) => self.place = Place::Set(self.fetched(url, manner).await?),
            Place::Server(set) => {
                let now = SystemClock.now();
                let ready = timeout(manner.limit, set.ready(now)).await;
                let ready = ready.unwrap_or_else(|_| Err(too_late()));
                ready.map_err(|error| match missing(error, &self.origin) {
                    Missing::Unknown(problem) => problem,
                    Missing::Refused(error) => Problem::new(error.reason.as_str(), &error.message),
                })?;
                let set = set.clone();
                return Ok(Arc::new(move |kid| {
                    let key = set.held_key(kid, now);
                    key.ok_or_else(|| not_in_set(kid))
                }));
            }
        }
        Ok(Arc::new(move |kid| {
            self.held(kid).map_err(|missing| match missing {
                Missing::Refused(error) => error,
                Missing::Unknown(_) => no_key(),
            })
        }))
    }

    async fn fetched(
        &self,
        url: &Url,
        manner: Manner,
    ) -> Result<Vec<(String, PublicKey)>, Problem> {
        let answer = get_public(&Network::new(BODY_LIMIT), url.as_str(), manner.limit).await;
        let value = answer.map_err(|error| Problem::of_call(&error, Call::KeySet, &host(url)))?;
        match material::in_set(&value) {
            Ok(set) => Ok(set.keys),
            Err(why) => {
                let problem = Problem::new("not-a-key-set", format!("{}: {}", host(url), why.why));
                Err(match why.help {
                    Some(help) => problem.help(&help),
                    None => problem,
                })
            }
        }
    }
}

fn in_set(keys: &[(String, PublicKey)], kid: Option<&str>) -> Result<PublicKey, Missing> {
    let found = keys.iter().find(|(name, _)| Some(name.as_str()) == kid);
    match found {
        Some((_, key)) => Ok(key.clone()),
        None => Err(Missing::Refused(not_in_set(kid))),
    }
}

fn not_in_set(kid: Option<&str>) -> TokenError {
    let error = KeySetError::kid_mismatch(kid);
    error.token_error().cloned().unwrap_or_else(no_key)
}

fn too_late() -> KeySetError {
    KeySetError::Unavailable {
        cause: "no answer in time".to_owned(),
        retry_after: None,
    }
}

fn missing(error: KeySetError, origin: &str) -> Missing {
    match error.token_error() {
        Some(refusal) if !error.is_unknown() => Missing::Refused(refusal.clone()),
        Some(refusal) => {
            let problem = Problem::new(
                refusal.reason.as_str(),
                format!("{origin}: {}", refusal.message),
            );
            Missing::Unknown(problem.help("`clerk-rs keys check --online` says more"))
        }
        None => {
            let problem = Problem::new("key-set-unavailable", format!("{origin}: {error}"));
            Missing::Unknown(problem.help(
                "nothing was verified; HTTPS_PROXY is honoured, and --jwt-key or --jwks FILE need no network",
            ))
        }
    }
}
