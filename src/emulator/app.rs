//! Shared by all routes: the instance behind its lock, the mint, the clock, the keys.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use clerk_auth::keys::{PublishableKey, SecretKey};
use clerk_auth::time::UnixMillis;
use clerk_auth::webhooks::WebhookSecret;
use tokio::sync::watch;

use super::StartError;
use super::address_file::{AddressFile, Time};
use super::bundles::Bundles;
use super::clock::{Move, MovedClock};
use super::event::{Events, Told};
use super::faults::Faults;
use super::instance::{Instance, Mail, Random};
use super::mint::Mint;
use super::options::{Options, Restored, State};
use super::origins::Origins;
use super::report::Findings;
use super::seed::{Seed, SeedError, Sowing, Words};
use super::store::Journal;
use super::webhooks::{NewEndpoint, Requester, Sender, Target, Webhooks};

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

    /// Moves the clock, and that of the app in development. Webhooks whose time has come go now.
    pub fn move_clock(&self, change: Move) {
        self.clock.change(change);
        self.webhooks.ring();
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
