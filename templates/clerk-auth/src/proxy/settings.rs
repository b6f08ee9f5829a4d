//! The settings of a proxy, checked once.

use std::fmt;

use http::HeaderValue;
use http::uri::{Authority, Scheme};
use url::Url;

use super::{ProxyBody, ProxyLimits};
use crate::config::{is_loopback, proxy_place};
use crate::http_client::Connections;
use crate::keys::SecretKey;
use crate::rationed_log::RationedLog;

/// Clerk's shared edge for proxies.
pub const DEFAULT_UPSTREAM: &str = "https://frontend-api.clerk.dev";

/// The reason why a configuration makes no proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProxyConfigError {
    /// Not the origin of a server.
    #[error(
        "the upstream must be an origin such as https://frontend-api.clerk.dev: http or https, host, port, no path"
    )]
    Upstream,
    /// A live secret key would be readable on the way.
    #[error("a live secret key is not sent over plain http; give the upstream as https")]
    Unencrypted,
    /// Neither a path nor an address.
    #[error(
        "the proxy URL must be a path such as /__clerk, or an http or https address with such a path"
    )]
    ProxyUrl,
    /// It holds characters that a header cannot carry.
    #[error("the secret key holds characters that cannot be sent")]
    SecretKey,
}

pub(super) struct Settings {
    pub(super) upstream: String,
    pub(super) scheme: Scheme,
    pub(super) authority: Authority,
    /// True if the upstream is on this machine: an emulator.
    pub(super) is_local: bool,
    /// `/__clerk`
    pub(super) prefix: String,
    /// The absolute proxy URL without its last slash, if one is configured.
    pub(super) public_url: Option<String>,
    pub(super) secret_key: HeaderValue,
    pub(super) limits: ProxyLimits,
    pub(super) connections: Connections<ProxyBody>,
    pub(super) log: RationedLog,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FapiProxy")
            .field("upstream", &self.upstream)
            .field("prefix", &self.prefix)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl Settings {
    pub(super) fn new(
        upstream: &str,
        proxy_url: &str,
        secret_key: &SecretKey,
        limits: ProxyLimits,
    ) -> Result<Self, ProxyConfigError> {
        let url = Url::parse(upstream).map_err(|_| ProxyConfigError::Upstream)?;
        let scheme = match url.scheme() {
            "https" => Scheme::HTTPS,
            "http" => Scheme::HTTP,
            _ => return Err(ProxyConfigError::Upstream),
        };
        let origin = url.origin().ascii_serialization();
        if url.as_str().trim_end_matches('/') != origin {
            return Err(ProxyConfigError::Upstream);
        }
        let is_local = is_loopback(&url);
        if scheme == Scheme::HTTP && !is_local && secret_key.is_production() {
            return Err(ProxyConfigError::Unencrypted);
        }
        let authority = origin.split_once("://").map(|(_, authority)| authority);
        let authority = authority.and_then(|text| text.parse().ok());
        let (prefix, public_url) = proxy_place(proxy_url).ok_or(ProxyConfigError::ProxyUrl)?;
        let mut secret =
            HeaderValue::from_str(secret_key.expose()).map_err(|_| ProxyConfigError::SecretKey)?;
        secret.set_sensitive(true);
        Ok(Self {
            upstream: origin,
            scheme,
            authority: authority.ok_or(ProxyConfigError::Upstream)?,
            is_local,
            prefix,
            public_url,
            secret_key: secret,
            limits,
            connections: Connections::default(),
            log: RationedLog::default(),
        })
    }
}
