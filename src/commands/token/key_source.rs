//! The key that a token is verified with, and where it comes from: what was given, the JWT key, the emulator's key for
//! a project with local keys, the secret key, the publishable key. A token has no say in it: no address in it is used.

use std::path::Path;
use std::sync::Arc;

use clap::Args;
use clerk_auth::error::TokenError;
use clerk_auth::key_set::{KeySetError, KeySets, KeySource};
use clerk_auth::keys::{PublishableKey, SecretKey};
use clerk_auth::public_key::{JwkSet, PublicKey};
use clerk_auth::time::UnixMillis;
use clerk_auth::verify::no_key;
use serde_json::Value;
use url::Url;

use super::input;
use super::key_error::{KeyError, Problem};
use crate::backend::{Network, is_loopback};
use crate::check::keys::address::{ApiAddress, host, key_server};
use crate::check::keys::sources::{Candidate, Given, Sources};
use crate::commands::Context;
use crate::emulator::keys::InstanceKeys;
use crate::error::Error;
use crate::inspect::batch::KeyOf;
use crate::project::variables::Variables;

/// Where the key is, on the command line.
#[derive(Args, Debug)]
pub struct KeyArguments {
    /// Verify with this public key: PEM, @FILE, or `-` for standard input
    #[arg(long, value_name = "PEM", allow_hyphen_values = true)]
    jwt_key: Option<String>,

    /// Verify with this key set: a file, or an https address
    #[arg(long, value_name = "FILE|URL", conflicts_with = "jwt_key")]
    jwks: Option<String>,
}

impl KeyArguments {
    /// Whether the key is what standard input holds.
    pub fn is_from_stdin(&self) -> bool {
        self.jwt_key.as_deref() == Some("-")
    }
}

/// The keys at hand, or where they are to be had.
#[derive(Clone, Debug)]
pub enum Keys {
    /// One, whatever a token calls its key.
    Local(PublicKey),
    /// A set, by name.
    Set(Vec<(String, PublicKey)>),
    /// A key server of Clerk's kind.
    Remote(KeySource),
    /// A key set at any address.
    Address(Url),
}

/// Where keys come from.
#[derive(Clone, Debug)]
pub struct Source {
    /// The keys.
    pub keys: Keys,
    /// In words: `CLERK_JWT_KEY, .env:3`.
    pub origin: String,
}

/// A key was not had.
#[derive(Clone, Debug)]
pub enum Missing {
    /// The set was had, and holds no key of that name.
    Refused(TokenError),
    /// Nothing is known.
    Unknown(Problem),
}

/// The best source there is.
///
/// # Errors
/// A key that is there and cannot be used. Nothing to use at all is no error: other checks can still be made.
pub fn find(
    args: &KeyArguments,
    variables: &Variables<'_>,
    folder: &Path,
    context: &Context<'_>,
) -> Result<Result<Source, Problem>, Error> {
    if let Some(given) = &args.jwt_key {
        let (text, origin) = match given.strip_prefix('@') {
            Some(path) => (input::from_file(path)?, format!("--jwt-key, {path}")),
            None if given == "-" => (
                input::from_stdin(context)?,
                "--jwt-key, standard input".to_owned(),
            ),
            None => (given.clone(), "--jwt-key".to_owned()),
        };
        return Ok(Ok(pem(&text, origin)?));
    }
    if let Some(given) = &args.jwks {
        return Ok(Ok(key_set(given)?));
    }
    let sources = Sources::find(Given::default(), variables);
    if let Some(jwt) = &sources.jwt {
        return Ok(Ok(pem(&jwt.value, origin(jwt))?));
    }
    let publishable = sources.publishable.first();
    let key = publishable.and_then(|candidate| PublishableKey::parse(&candidate.value).ok());
    if let Some(key) = key.as_ref().filter(|key| key.is_local_emulator())
        && let Some(source) = emulator(key, folder)?
    {
        return Ok(Ok(source));
    }
    Ok(of_instance(&sources, key.as_ref()))
}

fn origin(candidate: &Candidate) -> String {
    format!("{}, {}", candidate.name, candidate.origin)
}

fn pem(text: &str, origin: String) -> Result<Source, KeyError> {
    match PublicKey::from_pem(text) {
        Ok(key) => Ok(Source {
            keys: Keys::Local(key),
            origin,
        }),
        Err(error) => Err(KeyError::Pem { origin, error }),
    }
}

/// `--jwks`: an address where there is `://`, else a file.
fn key_set(given: &str) -> Result<Source, Error> {
    let origin = format!("--jwks, {given}");
    if !given.contains("://") {
        let text = input::from_file(given)?;
        let body: Value = serde_json::from_str(&text).map_err(|error| KeyError::Set {
            origin: origin.clone(),
            why: format!("it is not JSON: {error}"),
        })?;
        let keys = named_keys(&body, &origin)?;
        return Ok(Source {
            keys: Keys::Set(keys),
            origin,
        });
    }
    let url = Url::parse(given).ok().filter(|url| {
        let host = url.host_str().unwrap_or_default();
        (url.scheme() == "https" || (url.scheme() == "http" && is_loopback(host)))
            && !host.is_empty()
    });
    let url = url.ok_or(KeyError::Address)?;
    let keys = if url.path() == "/" && url.query().is_none() {
        Keys::Remote(KeySource::FrontendApi {
            url: given.to_owned(),
        })
    } else {
        Keys::Address(url)
    };
    Ok(Source { keys, origin })
}

/// The keys of a set that can be used.
fn named_keys(body: &Value, origin: &str) -> Result<Vec<(String, PublicKey)>, KeyError> {
    let set = JwkSet::from_value(body);
    if !set.keys.is_empty() {
        return Ok(set.keys);
    }
    let why = match set.skipped.first() {
        Some((_, error)) => error.to_string(),
        None => "there is no list `keys` with a key in it".to_owned(),
    };
    Err(KeyError::Set {
        origin: origin.to_owned(),
        why,
    })
}

/// The local emulator's keys, if it has been started once in this project.
fn emulator(key: &PublishableKey, folder: &Path) -> Result<Option<Source>, KeyError> {
    let file = folder.join(".clerk").join("emulator.json");
    let unusable = |why: String| KeyError::Set {
        origin: ".clerk/emulator.json".to_owned(),
        why,
    };
    let Some(keys) = InstanceKeys::load(&file).map_err(|error| unusable(error.to_string()))? else {
        return Ok(None);
    };
    let mint = keys
        .mint(key.frontend_api_host())
        .map_err(|error| unusable(error.to_string()))?;
    let origin = "the emulator's key, .clerk/emulator.json".to_owned();
    let keys = named_keys(&mint.key_set(), &origin)?;
    Ok(Some(Source {
        keys: Keys::Set(keys),
        origin,
    }))
}

/// The key server of the project's instance.
fn of_instance(sources: &Sources, key: Option<&PublishableKey>) -> Result<Source, Problem> {
    if let Some(secret) = &sources.secret {
        let secret_key = SecretKey::new(secret.value.as_str()).map_err(|error| {
            Problem::new(
                "bad-secret-key",
                format!("{} cannot be used: {error}", origin(secret)),
            )
            .help("`clerk-rs keys check` says more")
        })?;
        let address = ApiAddress::of(sources, key, secret.is_from_file())
            .map_err(|finding| Problem::of(&finding))?;
        return Ok(Source {
            origin: format!("{} ({})", address.host(), origin(secret)),
            keys: Keys::Remote(KeySource::BackendApi {
                api_url: address.url.to_string(),
                api_version: address.version,
                secret_key,
            }),
        });
    }
    let Some((candidate, key)) = sources.publishable.first().zip(key) else {
        return Err(match sources.publishable.first() {
            Some(bad) => Problem::new("bad-publishable-key", format!("{} is no publishable key", origin(bad)))
                .help("`clerk-rs keys check` says what is wrong with it"),
            None => Problem::new(no_key().reason.as_str(), "there is no key to verify with").help(
                "pass --jwt-key or --jwks, or set CLERK_JWT_KEY, CLERK_SECRET_KEY or CLERK_PUBLISHABLE_KEY",
            ),
        });
    };
    let url = key_server(sources, key).map_err(|finding| Problem::of(&finding))?;
    let base = url.as_str().trim_end_matches("/.well-known/jwks.json");
    Ok(Source {
        origin: format!("{} ({})", host(&url), origin(candidate)),
        keys: Keys::Remote(KeySource::FrontendApi {
            url: base.to_owned(),
        }),
    })
}

impl Source {
    /// Whether somebody else has to be asked, over a network that is not this machine's own.
    pub fn is_abroad(&self) -> bool {
        let url = match &self.keys {
            Keys::Local(_) | Keys::Set(_) => return false,
            Keys::Remote(KeySource::BackendApi { api_url, .. }) => Url::parse(api_url).ok(),
            Keys::Remote(KeySource::FrontendApi { url }) => Url::parse(url).ok(),
            Keys::Address(url) => Some(url.clone()),
        };
        !url.is_some_and(|url| url.host_str().is_some_and(is_loopback))
    }

    /// Whether nobody has to be asked at all.
    pub const fn is_at_hand(&self) -> bool {
        matches!(self.keys, Keys::Local(_) | Keys::Set(_))
    }

    /// The key of this name, when it is at hand.
    pub fn held(&self, kid: Option<&str>) -> Result<PublicKey, Missing> {
        match &self.keys {
            Keys::Local(key) => Ok(key.clone()),
            Keys::Set(keys) => in_set(keys, kid),
            Keys::Remote(_) | Keys::Address(_) => Err(Missing::Unknown(Problem::new(
                "offline",
                format!("{} was not asked: --offline", self.origin),
            ))),
        }
    }

    /// All its keys, so that nobody need be asked for one any more. Needs a runtime.
    ///
    /// # Errors
    /// Why they were not had.
    pub async fn all(mut self, now: UnixMillis) -> Result<KeyOf, Problem> {
        let network = Arc::new(Network::default());
        match self.keys {
            Keys::Local(_) | Keys::Set(_) => {}
            Keys::Address(ref url) => {
                let body = super::key_error::fetch(&network, url).await?;
                self.keys = Keys::Set(named_keys(&body, &self.origin)?);
            }
            Keys::Remote(source) => {
                let sets = KeySets::new(network);
                let ready = sets.ready(&source, now).await;
                ready.map_err(|error| match missing(error, &self.origin) {
                    Missing::Unknown(problem) => problem,
                    Missing::Refused(error) => Problem::new(error.reason.as_str(), &error.message),
                })?;
                // As they were when they came, however long the batch takes.
                return Ok(Arc::new(move |kid| {
                    let key = sets.held_key(&source, kid, now);
                    key.ok_or_else(|| not_in_set(kid))
                }));
            }
        }
        Ok(self.key_of())
    }

    /// The same, when all keys are at hand.
    pub fn key_of(self) -> KeyOf {
        Arc::new(move |kid| match self.held(kid) {
            Ok(key) => Ok(key),
            Err(Missing::Refused(error)) => Err(error),
            Err(Missing::Unknown(_)) => Err(no_key()),
        })
    }

    /// The same, asking whoever has it. Needs a runtime.
    pub async fn fetched(
        &mut self,
        kid: Option<&str>,
        network: &Arc<Network>,
        sets: &KeySets,
        now: UnixMillis,
    ) -> Result<PublicKey, Missing> {
        match &self.keys {
            Keys::Local(_) | Keys::Set(_) => self.held(kid),
            Keys::Remote(source) => {
                let key = sets.key(source, kid, false, now).await;
                key.map_err(|error| missing(error, &self.origin))
            }
            Keys::Address(url) => {
                let keys = super::key_error::fetch(network, url).await;
                let keys = keys.and_then(|body| Ok(named_keys(&body, &self.origin)?));
                let keys = keys.map_err(Missing::Unknown)?;
                let key = in_set(&keys, kid);
                self.keys = Keys::Set(keys);
                key
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
