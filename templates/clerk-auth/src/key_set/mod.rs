//! Fetches, keeps and renews the keys of an instance (`request-authentication.md` section 4.4, `security.md` rules 6
//! and 14).
//!
//! One [`KeySets`] serves a whole process. Every source has a cache of its own, so keys of two instances never meet.
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
use crate::seldom::Seldom;
use crate::time::UnixMillis;
pub(crate) use cache::is_fresh;
use cache::{Cache, Next};

/// The place to fetch a key set from. Nothing inside a token ever changes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// `GET <api_url>/<api_version>/jwks` with the secret key, as the reference does.
    BackendApi {
        /// Origin of the Backend API, such as `https://api.clerk.com`.
        api_url: String,
        /// Version segment of the path, such as `v1`.
        api_version: String,
        /// The instance's secret key.
        secret_key: SecretKey,
    },
    /// `GET <url>/.well-known/jwks.json`, public: needs no secret key.
    FrontendApi {
        /// Origin of the Frontend API, such as `https://clerk.example.com`.
        url: String,
    },
}

/// The outcome of a fetch, for everybody who waits for it.
type Outcome = Result<(), KeySetError>;
/// Empty until the fetch has ended.
type Flight = watch::Receiver<Option<Outcome>>;

enum Answer {
    Now(PublicKey),
    After(Flight),
}

/// The key sets of a process, by source. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct KeySets {
    fetch: Arc<dyn Fetch>,
    /// There are as many as the configuration names, so a list is the fastest map.
    sets: Arc<RwLock<Vec<Arc<KeySet>>>>,
    generation: Arc<AtomicU64>,
    seldom: Arc<Seldom>,
}

struct KeySet {
    source: KeySource,
    state: RwLock<State>,
}

#[derive(Default)]
struct State {
    cache: Cache,
    flight: Option<Flight>,
}

impl fmt::Debug for KeySets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeySets").finish_non_exhaustive()
    }
}

impl KeySets {
    /// Starts without any key set. Nothing is fetched before somebody asks for a key.
    pub fn new(fetch: Arc<dyn Fetch>) -> Self {
        Self {
            fetch,
            sets: Arc::default(),
            generation: Arc::default(),
            seldom: Arc::default(),
        }
    }

    /// The key named `kid` in the set of `source`, which is fetched if need be.
    ///
    /// `skip_cache` always fetches. `now` is the caller's clock: lifetimes go by it, waits by Tokio's.
    /// Dropping the future loses nothing: a fetch under way goes on for others who wait and for the next caller.
    ///
    /// # Errors
    /// [`KeySetError`]; ask [`KeySetError::is_unknown`] before treating it as "signed out".
    pub async fn key(
        &self,
        source: &KeySource,
        kid: Option<&str>,
        skip_cache: bool,
        now: UnixMillis,
    ) -> Result<PublicKey, KeySetError> {
        let set = self.set(source);
        if !skip_cache && let Some(key) = set.read(|state| state.cache.fresh(kid, now)) {
            return Ok(key);
        }
        self.find(&set, kid, skip_cache, now).await
    }

    /// The key as [`key`](Self::key) would return it, if nobody has to be asked.
    pub fn held_key(
        &self,
        source: &KeySource,
        kid: Option<&str>,
        now: UnixMillis,
    ) -> Option<PublicKey> {
        self.set(source).read(|state| state.cache.fresh(kid, now))
    }

    /// Makes sure that a usable key set of `source` is held, and fetches it if there is none yet, unless that failed a
    /// moment ago. For `/readyz`, which is open to everybody.
    ///
    /// # Errors
    /// The reason why no key set could be fetched.
    pub async fn ready(&self, source: &KeySource, now: UnixMillis) -> Result<(), KeySetError> {
        let set = self.set(source);
        if set.read(|state| state.cache.is_usable(now)) {
            return Ok(());
        }
        let flight = set.write(|state| match state.cache.pausing(now) {
            Some(error) if !state.is_flying() => Err(error.clone()),
            _ => self.join(&set, state, now),
        })?;
        self.landed(&set, flight, now).await
    }

    /// The names of the keys that are held, to explain why one is not among them.
    pub fn names(&self, source: &KeySource) -> Vec<String> {
        self.set(source).read(|state| state.cache.names())
    }

    /// The moment the key was last seen in its set.
    pub(crate) fn listed(&self, source: &KeySource, kid: Option<&str>) -> Option<UnixMillis> {
        self.set(source).read(|state| state.cache.listed_at(kid))
    }

    /// Counts up whenever a key disappears or changes. Then everything verified with the old keys must be forgotten.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    async fn find(
        &self,
        set: &Arc<KeySet>,
        kid: Option<&str>,
        skip_cache: bool,
        now: UnixMillis,
    ) -> Result<PublicKey, KeySetError> {
        let answer = set.write(|state| {
            let in_flight = state.is_flying();
            match state.cache.next(kid, skip_cache, in_flight, now) {
                Next::Use(key) => Ok(Answer::Now(key)),
                Next::Refuse(error) => Err(error),
                Next::UseAndRenew(key) => {
                    // Requests that can be served do not wait for a server that gave no answer last time.
                    let _ = self.join(set, state, now);
                    Ok(Answer::Now(key))
                }
                Next::Fetch => self.join(set, state, now).map(Answer::After),
            }
        })?;
        let flight = match answer {
            Answer::Now(key) => return Ok(key),
            Answer::After(flight) => flight,
        };
        match self.landed(set, flight, now).await {
            Ok(()) => set.write(|state| state.cache.listed(kid, now)),
            Err(error) => set.read(|state| state.cache.stale(kid, now)).ok_or(error),
        }
    }

    /// Waits for a fetch. If its runtime ended first, another fetch is started.
    async fn landed(&self, set: &Arc<KeySet>, mut flight: Flight, now: UnixMillis) -> Outcome {
        if let Some(outcome) = ended(&mut flight).await {
            return outcome;
        }
        let mut flight = set.write(|state| self.join(set, state, now))?;
        ended(&mut flight)
            .await
            .unwrap_or_else(|| Err(KeySetError::interrupted()))
    }

    /// The fetch under way, or a new one on a task of its own: whoever started it may leave while others wait.
    fn join(
        &self,
        set: &Arc<KeySet>,
        state: &mut State,
        now: UnixMillis,
    ) -> Result<Flight, KeySetError> {
        if let Some(flight) = state.flight.as_ref().filter(|_| state.is_flying()) {
            return Ok(flight.clone());
        }
        let runtime = Handle::try_current().map_err(|_| KeySetError::without_runtime())?;
        let (sender, flight) = watch::channel(None);
        state.flight = Some(flight.clone());
        let (sets, set) = (self.clone(), Arc::clone(set));
        runtime.spawn(async move {
            let started = Instant::now();
            let loaded = load::load(sets.fetch.as_ref(), &set.source).await;
            if let Err(failure) = &loaded
                && let Some(line) = sets.seldom.line("key-set", now)
            {
                load::warn(&set.source, failure, line);
            }
            let outcome = set.write(|state| {
                state.flight = None;
                let applied = state.cache.apply(loaded, now, started.elapsed());
                if applied.key_lost {
                    sets.generation.fetch_add(1, Ordering::AcqRel);
                }
                applied.outcome
            });
            sender.send_replace(Some(outcome));
        });
        Ok(flight)
    }

    fn set(&self, source: &KeySource) -> Arc<KeySet> {
        let known = |sets: &[Arc<KeySet>]| sets.iter().find(|set| set.source == *source).cloned();
        let sets = self.sets.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(set) = known(&sets) {
            return set;
        }
        drop(sets);
        let mut sets = self.sets.write().unwrap_or_else(PoisonError::into_inner);
        known(&sets).unwrap_or_else(|| {
            let set = Arc::new(KeySet {
                source: source.clone(),
                state: RwLock::default(),
            });
            sets.push(Arc::clone(&set));
            set
        })
    }
}

impl State {
    /// True if a fetch is under way. One whose task was dropped with its runtime does not count.
    fn is_flying(&self) -> bool {
        let flight = self.flight.as_ref();
        flight.is_some_and(|flight| flight.has_changed().is_ok())
    }
}

impl KeySet {
    // A panic while the lock is held leaves complete maps behind, so the next caller may use them.

    fn read<T>(&self, read: impl FnOnce(&State) -> T) -> T {
        read(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write<T>(&self, write: impl FnOnce(&mut State) -> T) -> T {
        write(&mut self.state.write().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The outcome of a fetch, or `None` if its task was dropped half-way.
async fn ended(flight: &mut Flight) -> Option<Outcome> {
    let outcome = flight.wait_for(Option::is_some).await.ok()?;
    outcome.clone()
}
