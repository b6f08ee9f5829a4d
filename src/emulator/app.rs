//! Shared by all routes: the instance behind its lock, the mint, the clock, the keys.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use clerk_auth::keys::{PublishableKey, SecretKey};
use clerk_auth::time::{Clock, SystemClock, UnixMillis};

use super::bundles::Bundles;
use super::event::{EventSink, Events};
use super::instance::random::SystemRandom;
use super::instance::{Instance, Random};
use super::keys::InstanceKeys;
use super::mint::{KeyError, Mint};
use super::origins::Origins;

/// The options of an emulator.
pub struct Options {
    /// The project's publishable key; its host is the issuer of the tokens.
    pub publishable_key: PublishableKey,
    /// The project's secret key: the one credential that the Backend API takes.
    pub secret_key: SecretKey,
    /// Instance id and signing key.
    pub keys: InstanceKeys,
    /// 0 takes a free one.
    pub port: u16,
    /// The name on the sign-in card.
    pub application_name: String,
    /// Clerk's browser libraries, if they are at hand.
    pub bundles: Bundles,
    /// Origins outside loopback that are welcome too.
    pub allowed_origins: Vec<String>,
    pub clock: Arc<dyn Clock>,
    /// The source of ids, codes and salts.
    pub random: Arc<dyn Random>,
    /// Told of each request.
    pub on_event: Option<EventSink>,
}

impl Options {
    /// A free port, the system's clock and randomness, no bundles.
    pub fn new(publishable_key: PublishableKey, secret_key: SecretKey, keys: InstanceKeys) -> Self {
        Self {
            publishable_key,
            secret_key,
            keys,
            port: 0,
            application_name: "Clerk emulator".to_owned(),
            bundles: Bundles::none(),
            allowed_origins: Vec::new(),
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            on_event: None,
        }
    }
}

/// The state of a running emulator.
pub(super) struct App {
    pub publishable_key: PublishableKey,
    pub secret_key: SecretKey,
    pub instance_id: String,
    pub application_name: String,
    pub mint: Mint,
    pub origins: Origins,
    pub bundles: Bundles,
    pub events: Events,
    pub random: Arc<dyn Random>,
    /// The address at which a browser reaches the emulator itself.
    pub address: String,
    clock: Arc<dyn Clock>,
    instance: Mutex<Instance>,
    leaves_azp_out: AtomicBool,
}

impl App {
    pub fn new(options: Options, port: u16) -> Result<Self, KeyError> {
        let allowed = options.allowed_origins.iter().map(String::as_str);
        Ok(Self {
            mint: options
                .keys
                .mint(options.publishable_key.frontend_api_host())?,
            instance_id: options.keys.instance_id().to_owned(),
            origins: Origins::new(allowed),
            events: Events::new(options.on_event),
            instance: Mutex::new(Instance::new(Arc::clone(&options.random))),
            publishable_key: options.publishable_key,
            secret_key: options.secret_key,
            application_name: options.application_name,
            bundles: options.bundles,
            random: options.random,
            address: format!("http://localhost:{port}"),
            clock: options.clock,
            leaves_azp_out: AtomicBool::new(false),
        })
    }

    pub fn now(&self) -> UnixMillis {
        self.clock.now()
    }

    /// True if session tokens name no authorized party, so that people can try an app with such tokens.
    pub fn leaves_azp_out(&self) -> bool {
        self.leaves_azp_out.load(Ordering::Relaxed)
    }

    pub fn leave_azp_out(&self, out: bool) {
        self.leaves_azp_out.store(out, Ordering::Relaxed);
    }

    /// The instance, for one decision. A handler that panicked inside one must not take everybody else's away.
    pub fn instance(&self) -> MutexGuard<'_, Instance> {
        self.instance.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
