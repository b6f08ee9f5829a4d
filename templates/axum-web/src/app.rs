//! What all handlers share.

use std::sync::Arc;

use clerk_auth::config::Source;
use clerk_auth::fetch::Fetch;
use clerk_auth::proxy::{DEFAULT_UPSTREAM, FapiProxy, ProxyLimits};
use clerk_auth::time::Clock;
use clerk_auth::{Clerk, Config, ConfigProblem, Gate};

use crate::clerk::PATHS;
use crate::settings::StartError;
use crate::site::Site;

/// Reads Clerk's part of the settings; the pages are at the addresses of this app unless others are named.
pub fn config(variables: &dyn Source) -> Result<Config, Vec<ConfigProblem>> {
    let mut config = Config::from_variables(variables)?;
    config
        .sign_in_url
        .get_or_insert_with(|| "/sign-in".to_owned());
    config
        .sign_up_url
        .get_or_insert_with(|| "/sign-up".to_owned());
    Ok(config)
}

/// The state of the app. Cloning costs a counter.
pub type App = Arc<Shared>;

/// The parts of [`App`].
pub struct Shared {
    /// Who may pass.
    pub gate: Gate,
    /// What pages say about Clerk.
    pub site: Site,
    /// Clerk's Frontend API under `/__clerk`, where it is switched on.
    pub proxy: Option<FapiProxy>,
}

impl Shared {
    /// Puts the parts together. Network and clock are handed in, so that tests bring their own.
    pub fn new(
        config: Config,
        fetch: Arc<dyn Fetch>,
        clock: Arc<dyn Clock>,
    ) -> Result<App, StartError> {
        let proxy = match (&config.proxy_url, &config.secret_key) {
            (Some(proxy_url), Some(secret_key)) => {
                let upstream = config
                    .frontend_api_url
                    .as_deref()
                    .unwrap_or(DEFAULT_UPSTREAM);
                let limits = ProxyLimits::default();
                let proxy = FapiProxy::new(upstream, proxy_url, secret_key, limits);
                Some(proxy.map_err(StartError::setup)?)
            }
            _ => None,
        };
        let site = Site::new(&config);
        let clerk = Clerk::new(config, fetch, clock).map_err(StartError::setup)?;
        let gate = Gate::new(clerk, &PATHS).map_err(StartError::setup)?;
        Ok(Arc::new(Self { gate, site, proxy }))
    }
}
