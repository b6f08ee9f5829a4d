//! Asks about a project's keys, all at once: the Backend API with the secret key, and the key server of the publishable
//! key without it.

use std::sync::Arc;
use std::time::Duration;

use clerk_auth::public_key::JwkSet;
use clerk_auth::time::{Clock as _, SystemClock};
use serde_json::Value;
use url::Url;

use super::address::{self, ApiAddress};
use super::keys::Keys;
use super::problem::Problem;
use super::sources::Sources;
use super::{BODY_LIMIT, Manner};
use crate::backend::{Api, CallError, Network, get_dated};

/// The answers of Clerk; `None` if there was no key to ask with.
#[derive(Debug, Default)]
pub struct Answers {
    /// The Backend API's host.
    pub api_host: String,
    /// The key server's host.
    pub key_server_host: String,
    /// The key set that the secret key gets.
    pub own_keys: Option<Result<JwkSet, CallError>>,
    /// The key set of the publishable key's host.
    pub public_keys: Option<Result<JwkSet, CallError>>,
    /// By how many seconds this machine's clock is ahead of the key server's, if that says what time it is.
    pub clock_ahead: Option<i64>,
    pub instance: Option<Value>,
    pub domains: Option<Value>,
    /// The reasons why somebody was not asked.
    pub obstacles: Vec<Problem>,
}

impl Answers {
    /// True if there is a key to ask with.
    pub const fn can_be_had(keys: &Keys) -> bool {
        keys.secret.is_some() || keys.publishable.is_some()
    }

    /// Asks.
    pub async fn ask(sources: &Sources, keys: &Keys, manner: Manner) -> Self {
        let network = Arc::new(Network::new(BODY_LIMIT));
        let mut obstacles = Vec::new();
        let api = api(sources, keys, manner, &network).and_then(|api| kept(api, &mut obstacles));
        let key_server =
            key_server(sources, keys, manner).and_then(|url| kept(url, &mut obstacles));
        let (own, instance, domains, public) = tokio::join!(
            optional(api.as_ref().map(|api| api.get(&["jwks"]))),
            optional(api.as_ref().map(|api| api.get(&["instance"]))),
            optional(api.as_ref().map(|api| api.get(&["domains"]))),
            optional(
                key_server
                    .as_ref()
                    .map(|url| dated(&network, url, manner.limit))
            ),
        );
        let (public, clock_ahead) = match public {
            Some(Ok((value, ahead))) => (Some(Ok(value)), ahead),
            Some(Err(error)) => (Some(Err(error)), None),
            None => (None, None),
        };
        Self {
            clock_ahead,
            api_host: api
                .as_ref()
                .map(|api| address::host(&api.url))
                .unwrap_or_default(),
            key_server_host: key_server.as_ref().map(address::host).unwrap_or_default(),
            own_keys: own.map(key_set),
            public_keys: public.map(key_set),
            instance: instance.and_then(Result::ok),
            domains: domains.and_then(Result::ok),
            obstacles,
        }
    }
}

/// What the key server answers, and by how much our clock is ahead of its.
async fn dated(
    network: &Network,
    url: &Url,
    limit: Duration,
) -> Result<(Value, Option<i64>), CallError> {
    let (value, date) = get_dated(network, url.as_str(), limit).await?;
    let now = SystemClock.now().seconds();
    let ahead = date.and_then(|date| Some(now - i64::try_from(date).ok()?));
    Ok((value, ahead))
}

fn kept<T>(found: Result<T, Problem>, obstacles: &mut Vec<Problem>) -> Option<T> {
    found.map_err(|problem| obstacles.push(problem)).ok()
}

async fn optional<T>(asked: Option<impl Future<Output = T>>) -> Option<T> {
    match asked {
        Some(asked) => Some(asked.await),
        None => None,
    }
}

/// The key set in an answer.
///
/// # Errors
/// There was no answer, or the answer is another document.
pub fn key_set(answer: Result<Value, CallError>) -> Result<JwkSet, CallError> {
    let answer = answer?;
    match answer["keys"].as_array() {
        Some(keys) if !keys.is_empty() => Ok(JwkSet::from_value(&answer)),
        Some(_) => Err(CallError::Shape("a key set with a key in it")),
        None => Err(CallError::Shape("a key set")),
    }
}

/// The Backend API, if there is a key for it and it may have it.
pub fn api(
    sources: &Sources,
    keys: &Keys,
    manner: Manner,
    network: &Arc<Network>,
) -> Option<Result<Api, Problem>> {
    let (secret, candidate) = (keys.secret.clone()?, sources.secret.as_ref()?);
    let address = ApiAddress::of(sources, keys.publishable.as_ref(), candidate.is_of_file());
    Some(address.and_then(|address| {
        manner.must_reach(&address.url)?;
        Ok(Api {
            network: Arc::clone(network),
            url: address.url,
            version: address.version,
            secret: Some(secret),
            machine: None,
            limit: manner.limit,
        })
    }))
}

fn key_server(sources: &Sources, keys: &Keys, manner: Manner) -> Option<Result<Url, Problem>> {
    let url = address::key_server(sources, keys.publishable.as_ref()?);
    Some(url.and_then(|url| manner.must_reach(&url).map(|()| url)))
}
