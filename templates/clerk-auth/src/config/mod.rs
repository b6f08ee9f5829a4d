//! Everything an app can say about how requests are authenticated (`request-authentication.md` section 1.4, and what
//! `security.md` adds). [`Config::from_variables`] reads it from environment variables and reports all problems at
//! once.

mod addresses;
mod destinations;
mod entries;
mod host;
mod instead;
mod keys;
mod listen;
mod names;
mod placeholder;
mod problem;
mod source;
mod variables;

use std::borrow::Cow;

#[cfg(feature = "satellites")]
use url::Url;

#[cfg(feature = "proxy")]
pub(crate) use addresses::proxy_place;
pub use destinations::{Destination, Destinations};
#[cfg(feature = "tool")]
pub use entries::check_issuer_entry;
pub use entries::check_origin_entry;
pub use host::is_loopback;
pub use keys::{
    check_webhook_secret, read_jwt_key, read_machine_secret_key, read_publishable_key,
    read_secret_key,
};
pub use listen::Listen;
pub use names::{PUBLISHABLE_KEY_NAMES, VARIABLES};
pub use placeholder::is_placeholder;
pub use problem::{ConfigProblem, ProblemKind, Refusal};
pub use source::Source;
pub use variables::{is_on, is_switch};

#[cfg(feature = "machines")]
use crate::keys::MachineSecretKey;
use crate::keys::{PublishableKey, SecretKey};
use crate::public_key::PublicKey;
#[cfg(feature = "machines")]
use crate::token_type::{Accepts, TokenType};
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
    /// Paths that name the organisation to activate, with a parameter `:id` or `:slug` (section 8).
    #[cfg(feature = "organizations")]
    pub organization_patterns: Vec<String>,
    /// Paths on which no organisation is active.
    #[cfg(feature = "organizations")]
    pub personal_account_patterns: Vec<String>,
    /// Foreign origins that a development primary may send a satellite's visitor back to.
    pub allowed_redirect_origins: Vec<String>,
    /// Says that a proxy in front overwrites `X-Forwarded-Host` and `X-Forwarded-Proto`, and adds to `X-Forwarded-For`.
    pub trust_proxy_headers: bool,
    /// Always fetch keys; for debugging.
    pub skip_key_set_cache: bool,
    /// The number of verified tokens to remember; 0 remembers none.
    pub verified_cache_capacity: usize,
}

/// The configuration contradicts itself or lacks something. The texts are the reference's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// No publishable key.
    #[error("Publishable key is missing.")]
    MissingPublishableKey,
    /// No secret key.
    #[error(
        "Missing Clerk Secret Key. Go to https://dashboard.clerk.com and get your key for your \
         instance."
    )]
    MissingSecretKey,
    /// No credential for machine tokens.
    #[cfg(feature = "machines")]
    #[error(
        "Machine token authentication requires either a Machine secret key or a Clerk secret key. \
         Ensure a Clerk secret key or Machine secret key is set."
    )]
    MissingMachineSecretKey,
    /// The app is a satellite, and was built without them.
    #[cfg(not(feature = "satellites"))]
    #[error("clerk-auth was built without its feature satellites, which this app needs")]
    NoSatellites,
    /// A satellite in development does not know its primary.
    #[cfg(feature = "satellites")]
    #[error("Missing signInUrl. Pass a signInUrl for dev instances if an app is satellite")]
    MissingSignInUrl,
    /// A satellite's sign-in page is a path.
    #[cfg(feature = "satellites")]
    #[error("The signInUrl needs to have a absolute url format.")]
    RelativeSignInUrl,
    /// A satellite's sign-in page is its own.
    #[cfg(feature = "satellites")]
    #[error("The signInUrl needs to be on a different origin than your satellite application.")]
    SignInUrlOnSatellite,
    /// A satellite does not know its own domain.
    #[cfg(feature = "satellites")]
    #[error(
        "Missing domain and proxyUrl. A satellite application needs to specify a domain or a \
         proxyUrl"
    )]
    MissingDomain,
    /// A path pattern cannot be read.
    #[cfg(feature = "organizations")]
    #[error("Invalid pattern \"{pattern}\": {problem}")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        problem: String,
    },
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
            #[cfg(feature = "webhooks")]
            webhook_secrets: Vec::new(),
            jwt_key: None,
            api_url: "https://api.clerk.com".to_owned(),
            api_version: "v1".to_owned(),
            frontend_api_url: None,
            audience: Vec::new(),
            authorized_parties: Vec::new(),
            accept_absent_azp: false,
            issuers: Vec::new(),
            clock_skew_ms: 5_000,
            #[cfg(feature = "machines")]
            accepts: Accepts::One(TokenType::Session),
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

    /// Makes the checks that need no request, in the order of section 1.4.
    ///
    /// # Errors
    /// The first one that fails.
    pub fn check(&self) -> Result<(), ConfigError> {
        if self.publishable_key.is_none() {
            return Err(ConfigError::MissingPublishableKey);
        }
        self.check_secret_key()?;
        self.check_satellite()
    }

    /// The same for a route that accepts these kinds of tokens.
    ///
    /// # Errors
    /// The first check that fails.
    #[cfg(feature = "machines")]
    pub fn check_accepting(&self, accepts: &Accepts) -> Result<(), ConfigError> {
        let has_credential = self.machine_secret_key.is_some() || self.secret_key.is_some();
        match accepts {
            Accepts::One(TokenType::M2m) if has_credential => Ok(()),
            Accepts::One(TokenType::M2m) => Err(ConfigError::MissingMachineSecretKey),
            Accepts::One(TokenType::ApiKey) => {
                self.check_secret_key()?;
                #[cfg(feature = "satellites")]
                self.check_satellite()
            }
            _ => self.check(),
        }
    }

    fn check_secret_key(&self) -> Result<(), ConfigError> {
        if self.secret_key.is_none() && !self.secret_key_optional {
            return Err(ConfigError::MissingSecretKey);
        }
        Ok(())
    }

    #[cfg(not(feature = "satellites"))]
    fn check_satellite(&self) -> Result<(), ConfigError> {
        match self.is_satellite {
            true => Err(ConfigError::NoSatellites),
            false => Ok(()),
        }
    }

    #[cfg(feature = "satellites")]
    fn check_satellite(&self) -> Result<(), ConfigError> {
        if !self.is_satellite {
            return Ok(());
        }
        let development = self
            .secret_key
            .as_ref()
            .is_some_and(SecretKey::is_development);
        if development && self.sign_in_url.is_none() {
            return Err(ConfigError::MissingSignInUrl);
        }
        if self.domain.is_none() && self.proxy_url.is_none() {
            return Err(ConfigError::MissingDomain);
        }
        Ok(())
    }

    /// Makes the one check of section 1.4 that needs the request: a satellite's sign-in page must not be its own.
    ///
    /// # Errors
    /// If the sign-in URL is not absolute, or has the origin that the browser names.
    #[cfg(feature = "satellites")]
    pub fn check_origin(&self, origin_header: Option<&str>) -> Result<(), ConfigError> {
        let (true, Some(sign_in_url), Some(origin)) =
            (self.is_satellite, &self.sign_in_url, origin_header)
        else {
            return Ok(());
        };
        let url = Url::parse(sign_in_url).map_err(|_| ConfigError::RelativeSignInUrl)?;
        if url.origin().ascii_serialization() == origin {
            return Err(ConfigError::SignInUrlOnSatellite);
        }
        Ok(())
    }

    /// True for a development instance; the publishable key's prefix alone decides.
    pub fn is_development(&self) -> bool {
        let key = self.publishable_key.as_ref();
        key.is_some_and(PublishableKey::is_development)
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
