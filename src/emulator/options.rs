//! What an emulator is told before it starts.

use std::path::PathBuf;
use std::sync::Arc;

use clerk_auth::keys::{PublishableKey, SecretKey};
use clerk_auth::time::{Clock, SystemClock, UnixMillis};
use clerk_auth::webhooks::WebhookSecret;

use super::bundles::Bundles;
use super::event::EventSink;
use super::instance::Random;
use super::instance::random::{SeededRandom, SystemRandom, alphanumeric};
use super::keys::InstanceKeys;
use super::mint::KeyError;
use super::seed::Seed;

/// The moment at which a deterministic emulator starts, the first of 2030: tokens of then are not over in a browser whose
/// clock is right.
const STILL: i64 = 1_893_456_000;

/// The options of an emulator.
pub struct Options {
    /// The project's publishable key; its host is the issuer of the tokens.
    pub publishable_key: PublishableKey,
    /// The project's secret key: the one credential that the Backend API takes.
    pub secret_key: SecretKey,
    /// Instance id and signing key.
    pub keys: InstanceKeys,
    /// Of the Frontend API; 0 takes a free one.
    pub port: u16,
    /// Of the Backend API; 0 takes a free one.
    pub backend_port: u16,
    /// True if it listens on all addresses of this machine, and not on loopback alone.
    pub on_all_interfaces: bool,
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
    /// True if it is told of all that webhooks tell as well.
    pub tells_news: bool,
    /// Where users and sessions outlive the process; without it they end with it.
    pub state: Option<State>,
    /// Things that the instance is to have besides those it remembers.
    pub seed: Option<Seed>,
    /// The file that tells other programs where it is.
    pub address_file: Option<PathBuf>,
    /// True if nothing is left to chance: the clock stands still, and other worlds sign with the key of
    /// [`InstanceKeys::fixed`], which everybody knows.
    pub is_deterministic: bool,
    /// The app's address for webhooks.
    pub webhooks: Option<String>,
    /// Signs webhooks where no other secret is named; absent: that of the keys.
    pub webhook_secret: Option<WebhookSecret>,
}

/// A file for what the instance knows.
#[derive(Clone, Debug)]
pub struct State {
    pub file: PathBuf,
    /// True if what is in it is forgotten.
    pub fresh: bool,
}

/// The things that came back from the file.
#[derive(Clone, Copy, Debug)]
pub struct Restored {
    pub users: usize,
    /// The last change was cut off in writing, before it was answered, and is lost.
    pub torn: bool,
}

impl Options {
    /// Free ports, the system's clock and randomness, no bundles.
    pub fn new(publishable_key: PublishableKey, secret_key: SecretKey, keys: InstanceKeys) -> Self {
        Self {
            publishable_key,
            secret_key,
            keys,
            port: 0,
            backend_port: 0,
            on_all_interfaces: false,
            application_name: "Clerk emulator".to_owned(),
            bundles: Bundles::none(),
            allowed_origins: Vec::new(),
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            on_event: None,
            tells_news: false,
            state: None,
            seed: None,
            address_file: None,
            is_deterministic: false,
            webhooks: None,
            webhook_secret: None,
        }
    }

    /// An instance of its own, whose keys are made of `random`; with `is_deterministic` it has the signing key that everybody
    /// knows.
    ///
    /// # Errors
    /// [`KeyError`] when the crypto library makes no key.
    pub fn with_new_keys(
        random: Arc<dyn Random>,
        is_deterministic: bool,
    ) -> Result<Self, KeyError> {
        let keys = if is_deterministic {
            InstanceKeys::fixed(&*random)?
        } else {
            InstanceKeys::generate(&*random)?
        };
        let mut id = [0; 4];
        random.fill(&mut id);
        let publishable_key = PublishableKey::parse(&PublishableKey::of_local_emulator(id));
        let secret_key = format!("sk_test_{}", alphanumeric(&*random, 40));
        let secret_key = SecretKey::new(secret_key).map_err(|_| KeyError)?;
        Ok(Self {
            random,
            is_deterministic,
            ..Self::new(publishable_key.map_err(|_| KeyError)?, secret_key, keys)
        })
    }

    /// An emulator that answers the same calls in the same way in each run: ids, codes and salts come from the seed,
    /// the time stands still until it is moved, and the signing key is [`InstanceKeys::fixed`].
    ///
    /// # Errors
    /// [`KeyError`], as for these keys.
    pub fn deterministic(
        publishable_key: PublishableKey,
        secret_key: SecretKey,
        seed: u64,
    ) -> Result<Self, KeyError> {
        let random = Arc::new(SeededRandom::new(seed));
        let keys = InstanceKeys::fixed(&*random)?;
        Ok(Self {
            clock: Arc::new(|| UnixMillis::from_seconds(STILL)),
            random,
            is_deterministic: true,
            ..Self::new(publishable_key, secret_key, keys)
        })
    }
}
