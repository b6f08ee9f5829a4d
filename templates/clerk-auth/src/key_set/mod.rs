//! Fetches, keeps and renews the keys of an instance (`request-authentication.md` section 4.4, `security.md` rules 6
//! and 14).
//!
//! This file decides when to ask, `load` asks, `cache` remembers. It needs a Tokio runtime with time switched on.

mod cache;
mod error;
mod load;

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::Instant;

pub use self::error::KeySetError;
use crate::fetch::Fetch;
use crate::keys::SecretKey;
use crate::public_key::PublicKey;
use crate::rationed_log::RationedLog;
use crate::time::UnixMillis;
pub(crate) use cache::is_fresh;
use cache::{Cache, Next};

/// The place to fetch a key set from. Nothing inside a token ever changes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySource {
    url: String,
    secret_key: Option<SecretKey>,
}

impl KeySource {
    /// `GET <api_url>/<api_version>/jwks` with the secret key, as the reference does.
    pub fn backend_api(api_url: &str, api_version: &str, secret_key: SecretKey) -> Self {
        let (origin, version) = (api_url.trim_end_matches('/'), api_version.trim_matches('/'));
        Self {
            url: format!("{origin}/{version}/jwks"),
            secret_key: Some(secret_key),
        }
    }

    /// `GET <url>/.well-known/jwks.json`, public: needs no secret key.
    pub fn frontend_api(url: &str) -> Self {
        Self {
            url: format!("{}/.well-known/jwks.json", url.trim_end_matches('/')),
            secret_key: None,
        }
    }

    /// The address of the key set. Without credentials, fit for a log.
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// The outcome of a fetch, for everybody who waits for it.
type Outcome = Result<(), KeySetError>;
/// Empty until the fetch has ended.
type Flight = watch::Receiver<Option<Outcome>>;

enum Answer {
    Now(PublicKey),
    After(Flight),
}

/// The keys of one instance. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct KeySet(Arc<Shared>);

struct Shared {
    fetch: Arc<dyn Fetch>,
    source: KeySource,
    state: RwLock<State>,
    generation: AtomicU64,
    log: RationedLog,
}

#[derive(Default)]
struct State {
    cache: Cache,
    flight: Option<Flight>,
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("KeySet").field(&self.0.source.url).finish()
    }
}

impl KeySet {
    /// Starts without any key. Nothing is fetched before somebody asks for one.
    pub fn new(fetch: Arc<dyn Fetch>, source: KeySource) -> Self {
        Self(Arc::new(Shared {
            fetch,
            source,
            state: RwLock::default(),
            generation: AtomicU64::default(),
            log: RationedLog::default(),
        }))
    }

    /// The place the keys come from.
    pub fn source(&self) -> &KeySource {
        &self.0.source
    }

    /// The key named `kid`; the set is fetched if need be.
    ///
    /// `skip_cache` always fetches. `now` is the caller's clock: lifetimes go by it, waits by Tokio's.
    /// Dropping the future loses nothing: a fetch under way goes on for others who wait and for the next caller.
    ///
    /// # Errors
    /// [`KeySetError`]; ask [`KeySetError::is_unknown`] before treating it as "signed out".
    pub async fn key(
        &self,
        kid: Option<&str>,
        skip_cache: bool,
        now: UnixMillis,
    ) -> Result<PublicKey, KeySetError> {
        match self.held_key(kid, now).filter(|_| !skip_cache) {
            Some(key) => Ok(key),
            None => self.find(kid, skip_cache, now).await,
        }
    }

    /// The key as [`key`](Self::key) would return it, if nobody has to be asked.
    pub fn held_key(&self, kid: Option<&str>, now: UnixMillis) -> Option<PublicKey> {
        self.read(|state| state.cache.fresh(kid, now))
    }

    /// Makes sure that a usable key is held, and fetches the set if there is none yet, unless that failed a moment ago.
    /// For `/readyz`, which is open to everybody.
    ///
    /// # Errors
    /// The reason why the set could not be fetched.
    pub async fn ready(&self, now: UnixMillis) -> Result<(), KeySetError> {
        if self.read(|state| state.cache.is_usable(now)) {
            return Ok(());
        }
        let flight = self.write(|state| match state.cache.pausing(now) {
            Some(error) if !state.is_flying() => Err(error.clone()),
            _ => self.join(state, now),
        })?;
        self.landed(flight, now).await
    }

    /// The names of the keys that are held, to explain why one is not among them.
    #[cfg(feature = "tool")]
    pub fn names(&self) -> Vec<String> {
        self.read(|state| state.cache.names())
    }

    /// The moment the key was last seen in its set.
    pub(crate) fn listed(&self, kid: Option<&str>) -> Option<UnixMillis> {
        self.read(|state| state.cache.listed_at(kid))
    }

    /// Counts up whenever a key disappears or changes. Then everything verified with the old keys must be forgotten.
    pub fn generation(&self) -> u64 {
        self.0.generation.load(Ordering::Acquire)
    }

    async fn find(
        &self,
        kid: Option<&str>,
        skip_cache: bool,
        now: UnixMillis,
    ) -> Result<PublicKey, KeySetError> {
        let answer = self.write(|state| {
            let in_flight = state.is_flying();
            match state.cache.next(kid, skip_cache, in_flight, now) {
                Next::Use(key) => Ok(Answer::Now(key)),
                Next::Refuse(error) => Err(error),
                Next::UseAndRenew(key) => {
                    // Requests that can be served do not wait for a server that gave no answer last time.
                    let _ = self.join(state, now);
                    Ok(Answer::Now(key))
                }
                Next::Fetch => self.join(state, now).map(Answer::After),
            }
        })?;
        let flight = match answer {
            Answer::Now(key) => return Ok(key),
            Answer::After(flight) => flight,
        };
        match self.landed(flight, now).await {
            Ok(()) => self.write(|state| state.cache.listed(kid, now)),
            Err(error) => self.read(|state| state.cache.stale(kid, now)).ok_or(error),
        }
    }

    /// Waits for a fetch. If its runtime ended first, another fetch is started.
    async fn landed(&self, mut flight: Flight, now: UnixMillis) -> Outcome {
        if let Some(outcome) = ended(&mut flight).await {
            return outcome;
        }
        let mut flight = self.write(|state| self.join(state, now))?;
        let cut_short = || Err(KeySetError::unavailable("the fetch was cut short"));
        ended(&mut flight).await.unwrap_or_else(cut_short)
    }

    /// The fetch under way, or a new one on a task of its own: whoever started it may leave while others wait.
    fn join(&self, state: &mut State, now: UnixMillis) -> Result<Flight, KeySetError> {
        if let Some(flight) = state.flight.as_ref().filter(|_| state.is_flying()) {
            return Ok(flight.clone());
        }
        let runtime = Handle::try_current()
            .map_err(|_| KeySetError::unavailable("no Tokio runtime is running here"))?;
        let (sender, flight) = watch::channel(None);
        state.flight = Some(flight.clone());
        let set = self.clone();
        runtime.spawn(async move {
            let started = Instant::now();
            let loaded = load::load(set.0.fetch.as_ref(), &set.0.source).await;
            if let Err(failure) = &loaded
                && let Some(left_out) = set.0.log.line("key-set", now)
            {
                failure.warn(&set.0.source, left_out);
            }
            let outcome = set.write(|state| {
                state.flight = None;
                let applied = state.cache.apply(loaded, now, started.elapsed());
                if applied.key_lost {
                    set.0.generation.fetch_add(1, Ordering::AcqRel);
                }
                applied.outcome
            });
            sender.send_replace(Some(outcome));
        });
        Ok(flight)
    }

    // A panic while the lock is held leaves complete maps behind, so the next caller may use them.

    fn read<T>(&self, read: impl FnOnce(&State) -> T) -> T {
        let state = self.0.state.read();
        read(&state.unwrap_or_else(PoisonError::into_inner))
    }

    fn write<T>(&self, write: impl FnOnce(&mut State) -> T) -> T {
        let state = self.0.state.write();
        write(&mut state.unwrap_or_else(PoisonError::into_inner))
    }
}

impl State {
    /// True if a fetch is under way. One whose task was dropped with its runtime does not count.
    fn is_flying(&self) -> bool {
        let flight = self.flight.as_ref();
        flight.is_some_and(|flight| flight.has_changed().is_ok())
    }
}

/// The outcome of a fetch, or `None` if its task was dropped half-way.
async fn ended(flight: &mut Flight) -> Option<Outcome> {
    let outcome = flight.wait_for(Option::is_some).await.ok()?;
    outcome.clone()
}
