//! Asks, all at once: the Backend API with the secret key, and the key server of the publishable key without it.

use std::sync::Arc;
use std::time::Duration;

use clerk_auth::keys::PublishableKey;
use clerk_auth::public_key::JwkSet;
use serde_json::Value;

use super::address::{self, ApiAddress};
use super::offline::Keys;
use super::proof;
use super::sources::Sources;
use crate::backend::{Api, CallError, Network, get_public, is_loopback};
use crate::finding::{Finding, Verdict};

/// The most bytes of one answer. Clerk's key sets have one.
pub const BODY_LIMIT: usize = 256 * 1024;

/// How to ask.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// How long all of it may take.
    pub limit: Duration,
    /// Whether only this machine may be asked.
    pub is_offline: bool,
}

/// What was asked and what came back; `None` where there was nothing to ask with.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// The Backend API's host.
    pub api_host: String,
    /// The key server's.
    pub key_server_host: String,
    /// The key set that the secret key gets.
    pub own_keys: Option<Result<JwkSet, CallError>>,
    /// The key set of the publishable key's host.
    pub public_keys: Option<Result<JwkSet, CallError>>,
    /// The instance.
    pub instance: Option<Value>,
    /// Its domains.
    pub domains: Option<Value>,
}

/// Whether there is anything to ask with.
pub fn has_questions(keys: &Keys) -> bool {
    keys.secret.is_some() || keys.publishable.is_some()
}

/// Asks, and changes and adds to the findings.
pub async fn check(sources: &Sources, keys: &Keys, manner: Manner, findings: &mut Vec<Finding>) {
    let network = Arc::new(Network::new(BODY_LIMIT));
    let mut answers = Answers::default();
    let mut obstacles = Vec::new();
    let api = api(sources, keys, manner, &network, &mut obstacles);
    let key_server = key_server(sources, keys.publishable.as_ref(), manner, &mut obstacles);
    let limit = manner.limit;
    let (own, instance, domains, public) = tokio::join!(
        optional(api.as_ref().map(|api| api.get(&["jwks"]))),
        optional(api.as_ref().map(|api| api.get(&["instance"]))),
        optional(api.as_ref().map(|api| api.get(&["domains"]))),
        optional(
            key_server
                .as_ref()
                .map(|url| get_public(&network, url.as_str(), limit))
        ),
    );
    answers.api_host = api
        .as_ref()
        .map(|api| address::host(&api.url))
        .unwrap_or_default();
    answers.key_server_host = key_server.as_ref().map(address::host).unwrap_or_default();
    answers.own_keys = own.map(key_set);
    answers.public_keys = public.map(key_set);
    answers.instance = instance.and_then(Result::ok);
    answers.domains = domains.and_then(Result::ok);
    proof::tell(&answers, obstacles, sources, keys, findings);
}

async fn optional<T>(asked: Option<impl Future<Output = T>>) -> Option<T> {
    match asked {
        Some(asked) => Some(asked.await),
        None => None,
    }
}

fn key_set(answer: Result<Value, CallError>) -> Result<JwkSet, CallError> {
    let answer = answer?;
    match answer["keys"].as_array() {
        Some(keys) if !keys.is_empty() => Ok(JwkSet::from_value(&answer)),
        Some(_) => Err(CallError::Shape("a key set with a key in it")),
        None => Err(CallError::Shape("a key set")),
    }
}

/// The Backend API, if there is a key for it and it may have it.
fn api(
    sources: &Sources,
    keys: &Keys,
    manner: Manner,
    network: &Arc<Network>,
    findings: &mut Vec<Finding>,
) -> Option<Api> {
    let (secret, candidate) = (keys.secret.clone()?, sources.secret.as_ref()?);
    let found = ApiAddress::of(sources, keys.publishable.as_ref(), candidate.is_from_file());
    let address = match found {
        Ok(address) => address,
        Err(finding) => {
            findings.push(*finding);
            return None;
        }
    };
    if is_out_of_reach(&address.url, manner) {
        findings.push(not_asked(&address.host()));
        return None;
    }
    Some(Api {
        network: Arc::clone(network),
        url: address.url,
        version: address.version,
        secret: Some(secret),
        machine: None,
        limit: manner.limit,
    })
}

fn key_server(
    sources: &Sources,
    key: Option<&PublishableKey>,
    manner: Manner,
    findings: &mut Vec<Finding>,
) -> Option<url::Url> {
    match address::key_server(sources, key?) {
        Ok(url) if is_out_of_reach(&url, manner) => {
            findings.push(not_asked(&address::host(&url)));
            None
        }
        Ok(url) => Some(url),
        Err(finding) => {
            findings.push(*finding);
            None
        }
    }
}

fn is_out_of_reach(url: &url::Url, manner: Manner) -> bool {
    manner.is_offline && !is_loopback(url.host_str().unwrap_or_default())
}

fn not_asked(host: &str) -> Finding {
    let detail = format!("{host} was not asked (--offline)");
    Finding::new("not-asked", Verdict::Skipped, "online", detail)
}
