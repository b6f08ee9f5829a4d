//! What all handlers share.

use std::sync::Arc;

use clerk_auth::config::Source;
use clerk_auth::fetch::Fetch;
use clerk_auth::time::Clock;
use clerk_auth::{Clerk, Config, ConfigProblem, Gate};

use crate::clerk::PATHS;
use crate::settings::StartError;

/// Reads Clerk's part of the settings. Tokens can be checked without the secret key.
pub fn config(variables: &dyn Source) -> Result<Config, Vec<ConfigProblem>> {
    Config::api_from_variables(variables)
}

/// The state of the app. Cloning costs a counter.
pub type App = Arc<Shared>;

/// The parts of [`App`].
pub struct Shared {
    /// Who may pass.
    pub gate: Gate,
}

impl Shared {
    /// Puts the parts together. Network and clock are handed in, so that tests bring their own.
    pub fn new(
        config: Config,
        fetch: Arc<dyn Fetch>,
        clock: Arc<dyn Clock>,
    ) -> Result<App, StartError> {
        let clerk = Clerk::new(config, fetch, clock).map_err(StartError::setup)?;
        let gate = Gate::new(clerk, &PATHS).map_err(StartError::setup)?;
        Ok(Arc::new(Self { gate }))
    }
}
