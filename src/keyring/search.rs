//! Looks for keys to verify tokens with: those that were given, the JWT key, the emulator's key for a project with
//! local keys, then the secret key and the publishable key, with which Clerk is asked.

use std::path::Path;

use clerk_auth::config::{explain, read_jwt_key};
use clerk_auth::key_set::KeySource;
use clerk_auth::keys::{PublishableKey, SecretKey};
use clerk_auth::verify::no_key;
use url::Url;

use super::address::{ApiAddress, host, key_server};
use super::material::{self, Material, NoKey};
use super::problem::{KeyError, Problem};
use super::ring::Ring;
use super::sources::{Candidate, Sources};
use crate::backend::is_loopback;
use crate::emulator::keys::InstanceKeys;

/// Keys given in place of the project's.
#[derive(Debug)]
pub enum Given {
    /// A text with a key in it, and its origin.
    Text {
        text: String,
        origin: String,
        /// True if a set was asked for; a single key is read all the same.
        is_set: bool,
    },
    /// The address of a key set, and the option that names it.
    Address(String, &'static str),
}

/// The result of a search for keys.
#[derive(Debug)]
pub enum Search {
    /// There are keys.
    Found(Ring),
    /// There are none, so nothing that needs one can be found out.
    Nothing(Problem),
}

/// The best keys there are.
///
/// # Errors
/// A key that is there and cannot be used. Finding nothing is no error: other checks can still be made.
pub fn find(given: Option<Given>, sources: &Sources, folder: &Path) -> Result<Search, KeyError> {
    match given {
        Some(Given::Text {
            text,
            origin,
            is_set,
        }) => return in_text(&text, origin, is_set).map(Search::Found),
        Some(Given::Address(text, flag)) => return at_address(&text, flag).map(Search::Found),
        None => {}
    }
    if let Some(jwt) = &sources.jwt {
        return of_variable(jwt).map(Search::Found);
    }
    let publishable = sources.publishable.first();
    let key = publishable.and_then(|candidate| PublishableKey::parse(&candidate.value).ok());
    if let Some(key) = key.as_ref().filter(|key| key.is_local_emulator())
        && let Some(ring) = emulator(key, folder)?
    {
        return Ok(Search::Found(ring));
    }
    Ok(match of_instance(sources, key.as_ref(), folder) {
        Ok(ring) => Search::Found(ring),
        Err(problem) => Search::Nothing(problem),
    })
}

fn origin(candidate: &Candidate) -> String {
    format!("{}, {}", candidate.name, candidate.origin)
}

fn in_text(text: &str, origin: String, is_set: bool) -> Result<Ring, KeyError> {
    match material::read(text) {
        Ok(Material::Key(key)) => Ok(Ring::of_key(key, origin)),
        Ok(Material::Set(set)) => Ok(Ring::of_set(set, origin)),
        Err(why) if is_set => Err(KeyError::Set {
            origin,
            why: why.in_place_of_set(),
        }),
        Err(why) => Err(KeyError::Pem { origin, why }),
    }
}

/// The project's JWT key, in the shapes that the app reads and in no other.
fn of_variable(jwt: &Candidate) -> Result<Ring, KeyError> {
    let origin = origin(jwt);
    match read_jwt_key(&jwt.value) {
        Ok(key) => Ok(Ring::of_key(key, origin)),
        Err(refusal) => {
            let refusal = explain("CLERK_JWT_KEY", &jwt.value, &refusal);
            let why = NoKey {
                why: format!("it {}", refusal.problem),
                help: Some(refusal.remedy),
            };
            Err(KeyError::Pem { origin, why })
        }
    }
}

fn at_address(given: &str, flag: &str) -> Result<Ring, KeyError> {
    let url = Url::parse(given).ok().filter(|url| {
        let host = url.host_str().unwrap_or_default();
        (url.scheme() == "https" || (url.scheme() == "http" && is_loopback(host)))
            && !host.is_empty()
    });
    let url = url.ok_or(KeyError::Address)?;
    let origin = format!("{flag}, {given}");
    if url.path() == "/" && url.query().is_none() {
        return Ok(Ring::of_server(KeySource::frontend_api(given), origin));
    }
    Ok(Ring::at(url, origin))
}

/// The local emulator's keys, if it has been started once in this project.
fn emulator(key: &PublishableKey, folder: &Path) -> Result<Option<Ring>, KeyError> {
    let file = folder.join(".clerk").join("emulator.json");
    let unusable = |why: String| KeyError::Set {
        origin: ".clerk/emulator.json".to_owned(),
        why: NoKey { why, help: None },
    };
    let Some(keys) = InstanceKeys::load(&file).map_err(|error| unusable(error.to_string()))? else {
        return Ok(None);
    };
    let mint = keys
        .mint(key.frontend_api_host())
        .map_err(|error| unusable(error.to_string()))?;
    let origin = "the emulator's key, .clerk/emulator.json".to_owned();
    let set = material::in_set(&mint.key_set()).map_err(|no| unusable(no.why))?;
    Ok(Some(Ring::of_set(set, origin)))
}

/// The key server of the project's instance.
fn of_instance(
    sources: &Sources,
    key: Option<&PublishableKey>,
    folder: &Path,
) -> Result<Ring, Problem> {
    if let Some(secret) = &sources.secret {
        let secret_key = SecretKey::new(secret.value.as_str()).map_err(|error| {
            Problem::new(
                "bad-secret-key",
                format!("{} cannot be used: {error}", origin(secret)),
            )
            .help("`clerk-rs keys check` says more")
        })?;
        let address = ApiAddress::of(sources, key, secret.is_of_file())?;
        let origin = format!("{} ({})", address.host(), origin(secret));
        let source = KeySource::backend_api(address.url.as_str(), &address.version, secret_key);
        return Ok(Ring::of_server(source, origin));
    }
    let Some((candidate, key)) = sources.publishable.first().zip(key) else {
        return Err(match sources.publishable.first() {
            Some(bad) => Problem::new(
                "bad-publishable-key",
                format!("{} is no publishable key", origin(bad)),
            )
            .help("`clerk-rs keys check` says what is wrong with it"),
            None => Problem::new(no_key().reason.as_str(), "there is no key to verify with")
                .help(nothing_is_set(folder)),
        });
    };
    let url = key_server(sources, key)?;
    let base = url.as_str().trim_end_matches("/.well-known/jwks.json");
    let origin = format!("{} ({})", host(&url), origin(candidate));
    Ok(Ring::of_server(KeySource::frontend_api(base), origin))
}

/// Outside a project there are no variables to set.
fn nothing_is_set(folder: &Path) -> &'static str {
    if folder.join("Cargo.toml").is_file() {
        "pass --jwt-key or --jwks, or set CLERK_JWT_KEY, CLERK_SECRET_KEY or CLERK_PUBLISHABLE_KEY"
    } else {
        "this is no project's folder: run it in your app's, where the keys are, or pass --jwt-key or --jwks"
    }
}
