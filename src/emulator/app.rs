//! Shared by all routes: the instance behind its lock, the mint, the clock, the keys.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use clerk_auth::keys::{PublishableKey, SecretKey};
use clerk_auth::time::{Clock, SystemClock, UnixMillis};
use clerk_auth::webhooks::WebhookSecret;
use tokio::sync::watch;

use super::StartError;
use super::address_file::{AddressFile, Time};
use super::bundles::Bundles;
use super::clock::{Move, MovedClock};
use super::event::{EventSink, Events, Told};
use super::faults::Faults;
use super::instance::random::{SeededRandom, SystemRandom, alphanumeric};
use super::instance::{Instance, Mail, Random};
use super::keys::InstanceKeys;
use super::mint::{KeyError, Mint};
use super::origins::Origins;
use super::report::Findings;
use super::seed::{Seed, SeedError, Sowing, Words};
use super::store::Journal;
use super::webhooks::{NewEndpoint, Requester, Sender, Target, Webhooks};

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
    /// Of the Frontend API and of the Backend API.
    pub ports: [u16; 2],
    /// The address at which a browser reaches the emulator itself.
    pub address: String,
    /// The same for a server, without a name to resolve.
    pub frontend_address: String,
    /// The address of the Backend API, for a server.
    pub backend_address: String,
    pub clock: Arc<MovedClock>,
    pub webhooks: Arc<Webhooks>,
    pub faults: Arc<Faults>,
    pub findings: Findings,
    /// True once the emulator ends: who waits on purpose waits no longer.
    pub ending: watch::Sender<bool>,
    /// The moment at which a clock stands that does not go.
    stands_at: Option<i64>,
    /// Where the clock is told.
    pub address_file: OnceLock<Weak<AddressFile>>,
    instance: Mutex<Instance>,
    journal: Mutex<Option<Journal>>,
    /// The things that came back, if there is a file.
    pub restored: Option<Restored>,
    leaves_azp_out: AtomicBool,
    seen_app: Mutex<Option<String>>,
}

impl App {
    /// The one that browsers reach under the name `host`.
    pub fn new(
        mut options: Options,
        host: &str,
        (port, backend_port): (u16, u16),
    ) -> Result<Self, StartError> {
        let mut instance = Instance::new(Arc::clone(&options.random));
        let (mut journal, restored) = open(options.state.take(), &mut instance)?;
        if let Some(journal) = &mut journal {
            journal.sign(port);
        }
        let stands_at = options.is_deterministic.then(|| options.clock.now().0);
        let clock = Arc::new(MovedClock::new(Arc::clone(&options.clock)));
        instance.furnish(clock.now());
        let webhooks = webhooks(&options, [port, backend_port], &clock, &mut instance)?;
        let allowed = options.allowed_origins.iter().map(String::as_str);
        let faults = Arc::new(Faults::default());
        let issuer = options.publishable_key.frontend_api_host();
        let mint = options.keys.mint(issuer)?.with_faults(&faults);
        Ok(Self {
            mint,
            instance_id: options.keys.instance_id().to_owned(),
            origins: Origins::new(allowed),
            events: Events::new(options.on_event),
            instance: Mutex::new(instance),
            journal: Mutex::new(journal),
            restored,
            publishable_key: options.publishable_key,
            secret_key: options.secret_key,
            application_name: options.application_name,
            bundles: options.bundles,
            random: options.random,
            ports: [port, backend_port],
            address: format!("http://{host}:{port}"),
            frontend_address: format!("http://127.0.0.1:{port}"),
            backend_address: format!("http://127.0.0.1:{backend_port}"),
            clock,
            webhooks,
            faults,
            findings: Findings::default(),
            ending: watch::Sender::new(false),
            stands_at,
            address_file: OnceLock::new(),
            leaves_azp_out: AtomicBool::new(false),
            seen_app: Mutex::default(),
        })
    }

    pub fn now(&self) -> UnixMillis {
        self.clock.now()
    }

    /// Moves the clock, and that of the app in development.
    pub fn move_clock(&self, change: Move) {
        self.clock.change(change);
        let file = self.address_file.get().and_then(Weak::upgrade);
        // An app that is not told goes on by its own clock, and its page names the difference.
        let _untold = file.map(|file| file.tell(self.time()));
        let moved_by = self.clock.moved_by();
        self.events.tell(Told::Clock { moved_by });
    }

    pub fn time(&self) -> Time {
        Time {
            moved_by: self.clock.moved_by(),
            stands_at: self.stands_at,
        }
    }

    pub fn has_secret_key(&self, key: &[u8]) -> bool {
        verify_slices_are_equal(key, self.secret_key.expose().as_bytes()).is_ok()
    }

    /// True if session tokens name no authorized party, so that people can try an app with such tokens.
    pub fn leaves_azp_out(&self) -> bool {
        self.leaves_azp_out.load(Ordering::Relaxed)
    }

    pub fn leave_azp_out(&self, out: bool) {
        self.leaves_azp_out.store(out, Ordering::Relaxed);
    }

    /// The origin of the app that last passed a request on.
    pub fn seen_app(&self) -> Option<String> {
        let seen = self.seen_app.lock();
        seen.unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn note_app(&self, origin: &str) {
        let seen = self.seen_app.lock();
        let mut seen = seen.unwrap_or_else(PoisonError::into_inner);
        if seen.as_deref() != Some(origin) {
            *seen = Some(origin.to_owned());
        }
    }

    /// The instance, for one decision. A handler that panicked inside one must not take everybody else's away.
    pub fn instance(&self) -> MutexGuard<'_, Instance> {
        self.instance.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Applies a seed, whole or not at all.
    pub fn sow(&self, seed: &Seed, words: Words) -> Result<Sowing, SeedError> {
        let mut instance = self.instance();
        let webhooks = seed.webhooks(&self.webhooks, self.ports)?;
        let sowing = seed.sow(&mut instance, words, self.now())?;
        self.webhooks.put(webhooks, &mut instance);
        // With a table that is full, the first ones count.
        let _full: Vec<_> = seed.faults().map(|one| self.faults.add(one)).collect();
        Ok(sowing)
    }

    /// Writes down what requests have changed so far, and tells of it and of
    /// these mails. What hangs on a change may not be answered before.
    pub fn keep(&self, mails: &[Mail], requester: Option<&Requester>) -> io::Result<()> {
        // Held until webhooks know, so that their events are in the order of the changes.
        let mut journal = self.journal();
        if let Some(journal) = journal.as_mut() {
            journal.keep(&mut self.instance().tables())?;
        }
        let mut news = Vec::new();
        if self.webhooks.is_on() {
            let mut instance = self.instance();
            news = self.webhooks.tell(&mut instance, mails.to_vec(), requester);
        }
        drop(journal);
        let at = self.now().0;
        for (kind, id) in &news {
            let id = id.as_deref();
            self.events.tell(Told::News { at, kind, id });
        }
        Ok(())
    }

    /// From now on listeners for requests are told of changes as well.
    pub fn tell_news(&self) {
        self.webhooks.tell_news(&mut self.instance());
    }

    /// Ends all waiting that is done on purpose.
    pub fn hurry(&self) {
        self.ending.send_replace(true);
    }

    /// Lets others work with the file.
    pub fn close(&self) {
        *self.journal() = None;
    }

    fn journal(&self) -> MutexGuard<'_, Option<Journal>> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Its webhooks, to the app that the options name.
fn webhooks(
    options: &Options,
    ports: [u16; 2],
    clock: &Arc<MovedClock>,
    instance: &mut Instance,
) -> Result<Arc<Webhooks>, StartError> {
    let own = || WebhookSecret::parse(options.keys.webhook_secret());
    let secret = options.webhook_secret.clone().map_or_else(own, Ok)?;
    let sender = Sender {
        instance_id: options.keys.instance_id().to_owned(),
        application: options.application_name.clone(),
        random: Arc::clone(&options.random),
        secret,
        sink: options.on_event.clone(),
    };
    let webhooks = Arc::new(Webhooks::new(sender, Arc::clone(clock)));
    if let Some(url) = &options.webhooks {
        let target = Target::parse(url, ports).map_err(|error| StartError::Webhooks {
            url: url.clone(),
            error,
        })?;
        let all = NewEndpoint {
            target,
            kinds: Vec::new(),
            secret: None,
        };
        webhooks.add(all, instance);
    }
    Ok(webhooks)
}

fn open(
    state: Option<State>,
    instance: &mut Instance,
) -> Result<(Option<Journal>, Option<Restored>), StartError> {
    let Some(State { file, fresh }) = state else {
        return Ok((None, None));
    };
    let opened = Journal::open(&file, fresh, &mut instance.tables());
    let (journal, found) = opened.map_err(|error| StartError::State { file, error })?;
    let restored = Restored {
        users: instance.users().len(),
        torn: found.torn,
    };
    Ok((Some(journal), Some(restored)))
}
