//! Everything an app can say about how requests are authenticated (`request-authentication.md` section 1.4, and what
//! `security.md` adds). [`Config::from_variables`] reads it from environment variables and reports all problems at
//! once.

mod addresses;
mod check;
mod destinations;
mod entries;
#[cfg(feature = "tool")]
mod explain;
mod host;
mod keys;
mod listen;
mod names;
mod placeholder;
mod problem;
mod source;
mod variables;

use std::borrow::Cow;

#[cfg(feature = "proxy")]
pub(crate) use addresses::proxy_place;
pub use destinations::{Destination, Destinations};
pub use entries::check_origin_entry;
#[cfg(feature = "tool")]
pub use explain::{check_issuer_entry, explain, is_placeholder};
pub use host::is_loopback;
#[cfg(feature = "machines")]
pub use keys::read_machine_secret_key;
pub use keys::{read_jwt_key, read_publishable_key, read_secret_key};
pub use listen::Listen;
pub use names::PUBLISHABLE_KEY_NAMES;
#[cfg(feature = "tool")]
pub use names::VARIABLES;
pub use problem::{ConfigError, ProblemKind, Refusal, may_be_shown, shown};
pub use source::Source;
pub use variables::{is_on, is_switch};

use crate::backend::{DEFAULT_API_URL, DEFAULT_API_VERSION};
#[cfg(feature = "machines")]
use crate::keys::MachineSecretKey;
use crate::keys::{PublishableKey, SecretKey};
use crate::public_key::PublicKey;
#[cfg(feature = "machines")]
use crate::token_type::Accepts;
use crate::verify::Policy;

/// The options of one [`Clerk`](crate::authenticate::Clerk).
#[derive(Clone, Debug)]
pub struct Config {
    /// Names the instance, its Frontend API and its cookies. Needed unless only API keys or machine tokens are
    /// accepted.
    pub publishable_key: Option<PublishableKey>,
    /// The credential of the Backend API.
    pub secret_key: Option<SecretKey>,
    /// Lets an app that never calls the Backend API run without a secret key. The signing key is then `jwt_key`, or
    /// comes from the public key set of the Frontend API. Handshakes and refreshes need the secret key.
    pub secret_key_optional: bool,
    /// The credential for checking machine-to-machine tokens, if it is not the secret key.
    #[cfg(feature = "machines")]
    pub machine_secret_key: Option<MachineSecretKey>,
    /// The machine that this app is (`mch_...`): on paths for machines, machine-to-machine tokens must be made for it.
    #[cfg(feature = "machines")]
    pub machine_id: Option<String>,
    /// The signing secrets of the app's webhook endpoint; two during a rotation.
    #[cfg(feature = "webhooks")]
    pub webhook_secrets: Vec<crate::webhooks::WebhookSecret>,
    /// The instance's signing key; with it no key set is ever fetched.
    pub jwt_key: Option<PublicKey>,
    /// The address of the Backend API, without its version.
    pub api_url: String,
    /// Path segment of the Backend API.
    pub api_version: String,
    /// The address at which this server reaches the Frontend API, if the host in the key does not lead there
    /// (emulator).
    pub frontend_api_url: Option<String>,
    /// A token with an `aud` must name one of these.
    pub audience: Vec<String>,
    /// The token must have been made for one of these origins (`azp`). Empty: not compared.
    pub authorized_parties: Vec<String>,
    /// Lets a token without `azp` pass although `authorized_parties` is set; a wrong `azp` never passes.
    pub accept_absent_azp: bool,
    /// One of these must have issued the token. Empty: not compared.
    pub issuers: Vec<String>,
    /// The most that the clocks of Clerk and this machine may differ, in milliseconds.
    pub clock_skew_ms: i64,
    /// The kinds of tokens that are let in.
    #[cfg(feature = "machines")]
    pub accepts: Accepts,
    /// True if this app is a satellite of another domain.
    pub is_satellite: bool,
    /// The satellite's domain.
    pub domain: Option<String>,
    /// Lets a satellite ask its primary about every unknown visitor.
    pub satellite_auto_sync: bool,
    /// The address of the Frontend API's proxy; a URL, or a path on the public origin.
    pub proxy_url: Option<String>,
    /// The sign-in page; a URL, or a path on the public origin.
    pub sign_in_url: Option<String>,
    /// The sign-up page; a URL, or a path on the public origin.
    pub sign_up_url: Option<String>,
    /// Where people are led after signing in, up or out.
    pub destinations: Destinations,
    /// Paths that name the organization to activate, with a parameter `:id` or `:slug` (section 8).
    #[cfg(feature = "organizations")]
    pub organization_patterns: Vec<String>,
    /// Paths on which no organization is active.
    #[cfg(feature = "organizations")]
    pub personal_account_patterns: Vec<String>,
    /// Foreign origins that people may be led to: by `destinations`, and by a development primary back to its satellites.
    pub allowed_redirect_origins: Vec<String>,
    /// Says that a proxy in front overwrites `X-Forwarded-Host` and `X-Forwarded-Proto`, and adds to `X-Forwarded-For`.
    pub trust_proxy_headers: bool,
    /// Always fetch keys; for debugging.
    pub skip_key_set_cache: bool,
    /// The number of verified tokens to remember; 0 remembers none.
    pub verified_cache_capacity: usize,
}

impl Config {
    /// The defaults for one instance; a secret key must be added unless it is made optional.
    pub fn new(publishable_key: PublishableKey) -> Self {
        Self {
            publishable_key: Some(publishable_key),
            ..Self::empty()
        }
    }

    /// The defaults without any key.
    pub fn empty() -> Self {
        Self {
            publishable_key: None,
            secret_key: None,
            secret_key_optional: false,
            #[cfg(feature = "machines")]
            machine_secret_key: None,
            #[cfg(feature = "machines")]
            machine_id: None,
            #[cfg(feature = "webhooks")]
            webhook_secrets: Vec::new(),
            jwt_key: None,
            api_url: DEFAULT_API_URL.to_owned(),
            api_version: DEFAULT_API_VERSION.to_owned(),
            frontend_api_url: None,
            audience: Vec::new(),
            authorized_parties: Vec::new(),
            accept_absent_azp: false,
            issuers: Vec::new(),
            clock_skew_ms: Policy::default().clock_skew_ms,
            #[cfg(feature = "machines")]
            accepts: Accepts::default(),
            is_satellite: false,
            domain: None,
            satellite_auto_sync: false,
            proxy_url: None,
            sign_in_url: None,
            sign_up_url: None,
            destinations: Destinations::default(),
            #[cfg(feature = "organizations")]
            organization_patterns: Vec::new(),
            #[cfg(feature = "organizations")]
            personal_account_patterns: Vec::new(),
            allowed_redirect_origins: Vec::new(),
            trust_proxy_headers: false,
            skip_key_set_cache: false,
            verified_cache_capacity: 10_000,
        }
    }

    /// True for a development instance; the publishable key's prefix alone decides.
    pub fn is_development(&self) -> bool {
        let key = self.publishable_key.as_ref();
        key.is_some_and(PublishableKey::is_development)
    }

    /// True for the keys of a local emulator, which no real Clerk instance answers for.
    pub fn has_local_keys(&self) -> bool {
        let key = self.publishable_key.as_ref();
        key.is_some_and(PublishableKey::is_local_emulator)
    }

    /// The host that tokens name in `iss`, whatever the proxy (section 3.3 rule 2).
    pub fn issuer_host(&self) -> Cow<'_, str> {
        let key = self.publishable_key.as_ref();
        key.map_or(Cow::Borrowed(""), |key| {
            key.frontend_api(None, self.domain.as_deref(), self.is_satellite)
        })
    }

    /// The Frontend API as browsers reach it: host, or URL of the proxy (section 1.1).
    pub fn frontend_api(&self) -> Cow<'_, str> {
        let key = self.publishable_key.as_ref();
        key.map_or(Cow::Borrowed(""), |key| {
            key.frontend_api(
                self.proxy_url.as_deref(),
                self.domain.as_deref(),
                self.is_satellite,
            )
        })
    }

    /// The demands on a token beyond its signature.
    pub fn policy(&self) -> Policy {
        Policy {
            audience: self.audience.clone(),
            authorized_parties: self.authorized_parties.clone(),
            issuers: self.issuers.clone(),
            clock_skew_ms: self.clock_skew_ms,
            accept_absent_azp: self.accept_absent_azp,
        }
    }

    /// The number of verified tokens to remember; none if every token must be checked with a freshly fetched key.
    pub(crate) const fn remembered_tokens(&self) -> usize {
        if self.skip_key_set_cache {
            0
        } else {
            self.verified_cache_capacity
        }
    }

    /// Settings that work but are worth a line in the log at start.
    pub fn warnings(&self) -> Vec<&'static str> {
        let key = self.publishable_key.as_ref();
        let mut warnings = Vec::new();
        if key.is_some_and(PublishableKey::has_padding_or_white_space) {
            warnings.push(
                "CLERK_PUBLISHABLE_KEY has padding or white space; the front end must use the very \
                 same text, or the cookie names differ",
            );
        }
        if key.is_some_and(|key| !key.is_development()) && self.authorized_parties.is_empty() {
            warnings.push(
                "CLERK_AUTHORIZED_PARTIES is not set: tokens made for sibling domains of this \
                 instance are accepted too; set it to this app's origin, and \
                 CLERK_ACCEPT_ABSENT_AZP=true beside it if browsers reach Clerk through this app",
            );
            if self
                .proxy_url
                .as_deref()
                .is_some_and(|url| url.starts_with('/'))
            {
                warnings.push(
                    "CLERK_PROXY_URL is a path, so the Host of each request names this app to \
                     Clerk; write the whole address, or set CLERK_AUTHORIZED_PARTIES",
                );
            }
        }
        warnings
    }
}
