//! What the handlers share.

use std::sync::Arc;

use clerk_auth::authenticate::Clerk;
use clerk_auth::config::Config;
use clerk_auth::fetch::Fetch;
use clerk_auth::proxy::FapiProxy;
use clerk_auth::routes::RouteMatcher;
use clerk_auth::time::Clock;

use crate::clerk::PUBLIC_PATHS;
use crate::settings::StartError;
use crate::site::Site;

/// The state of the app. Cloning costs a counter.
#[derive(Clone)]
pub struct App(Arc<Shared>);
