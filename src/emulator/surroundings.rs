//! The things that all worlds of an emulator have in common, and the making of another one.

use std::sync::Arc;

use clerk_auth::keys::PublishableKey;
use clerk_auth::time::Clock;
use clerk_auth::webhooks::WebhookSecret;

use super::StartError;
use super::app::App;
use super::bundles::Bundles;
use super::event::EventSink;
use super::instance::Random;
use super::options::Options;

/// The part of the options that is not about one instance.
pub(super) struct Surroundings {
    ports: (u16, u16),
    application_name: String,
    bundles: Bundles,
    allowed_origins: Vec<String>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    on_event: Option<EventSink>,
    tells_news: bool,
    webhook_secret: Option<WebhookSecret>,
    is_deterministic: bool,
}

impl Surroundings {
    pub fn of(options: &Options, ports: (u16, u16)) -> Self {
        Self {
            ports,
            application_name: options.application_name.clone(),
            bundles: options.bundles.clone(),
            allowed_origins: options.allowed_origins.clone(),
            clock: Arc::clone(&options.clock),
            random: Arc::clone(&options.random),
            on_event: options.on_event.clone(),
            tells_news: options.tells_news,
            webhook_secret: options.webhook_secret.clone(),
            is_deterministic: options.is_deterministic,
        }
    }

    /// Another instance at the same addresses. Its keys are its own, nobody is in it, nothing of it is kept, and its clock
    /// is moved alone.
    pub fn another(&self, number: u64) -> Result<App, StartError> {
        let random = self.random.for_another(number);
        let options = Options::with_new_keys(random, self.is_deterministic)?;
        let options = Options {
            on_event: self.named(options.keys.instance_id()),
            application_name: self.application_name.clone(),
            bundles: self.bundles.clone(),
            allowed_origins: self.allowed_origins.clone(),
            clock: Arc::clone(&self.clock),
            webhook_secret: self.webhook_secret.clone(),
            ..options
        };
        let host = own_host(&options.publishable_key);
        let app = App::new(options, &host, self.ports)?;
        if self.tells_news {
            app.tell_news();
        }
        Ok(app)
    }

    /// Whoever listens, told that it is of this world.
    fn named(&self, world: &str) -> Option<EventSink> {
        let (sink, world) = (self.on_event.clone()?, world.to_owned());
        Some(Arc::new(move |_, told| sink(Some(&world), told)))
    }
}

/// The name under which a browser reaches one world alone. Browsers take every name below `localhost` for this machine.
pub(super) fn own_host(key: &PublishableKey) -> String {
    let host = key.frontend_api_host();
    let name = host.split('.').next().unwrap_or_default();
    format!("{name}.localhost")
}
