//! The memory of one key set, which decides about the next question. No I/O: the time is passed in.

use std::collections::HashMap;
use std::time::Duration;

use super::error::KeySetError;
use super::load::Failure;
use crate::public_key::PublicKey;
use crate::time::UnixMillis;

/// The time for which a fetched key counts.
const LIFETIME_MS: i64 = 300_000;
/// The further time it may serve while nobody answers.
const STALE_MS: i64 = 3_600_000;
/// The time for which a `kid` stays unknown, without asking again, if a fetched set did not list it.
const UNKNOWN_MS: i64 = 30_000;
/// The most unknown `kid`s to remember; the bucket already bounds how many there can be.
const UNKNOWN_MOST: usize = 64;
/// A longer `kid` is not remembered: strangers choose it.
const KID_MOST_BYTES: usize = 256;
/// The wait after a failed fetch. Until then the keys we have must do.
const PAUSE: Duration = Duration::from_secs(10);
/// The same without any key. Every visitor waits for the first one, so an app that started before its key server
/// recovers with it.
const PAUSE_WITHOUT_KEYS: Duration = Duration::from_secs(1);
/// Fetches for unknown `kid`s: this many at once ...
const BUCKET_FULL: u32 = 3;
/// ... and one more after each of these.
const BUCKET_REFILL_MS: i64 = 10_000;

/// The next step for a key.
pub(super) enum Next {
    /// It is here.
    Use(PublicKey),
    /// It is here but old, and the key server did not answer last time: serve it and ask again meanwhile.
    UseAndRenew(PublicKey),
    /// Asking again would tell nothing new, or comes too soon.
    Refuse(KeySetError),
    /// Ask.
    Fetch,
}

/// The changes by a fetch.
pub(super) struct Applied {
    pub(super) outcome: Result<(), KeySetError>,
    /// True if a key that was held is gone or has changed.
    pub(super) key_lost: bool,
}

#[derive(Default)]
pub(super) struct Cache {
    keys: HashMap<String, Held>,
    fetched_at: Option<UnixMillis>,
    unknown: HashMap<String, UnixMillis>,
    bucket: Bucket,
    failed: Option<Failed>,
}

/// Every key has its own time of listing. With one for the whole set, a key taken out of it (because it was stolen,
/// say) could be kept alive by tokens with made-up `kid`s, whose fetches renew the set.
struct Held {
    key: PublicKey,
    listed_at: UnixMillis,
}

struct Failed {
    error: KeySetError,
    /// True if nobody answered, so that old keys may go on serving.
    unanswered: bool,
    ask_again_at: UnixMillis,
}

struct Bucket {
    left: u32,
    refilled_at: UnixMillis,
}

impl Cache {
    /// The key, within its lifetime.
    pub(super) fn fresh(&self, kid: Option<&str>, now: UnixMillis) -> Option<PublicKey> {
        let held = self.keys.get(kid?)?;
        is_fresh(held.listed_at, now).then(|| held.key.clone())
    }

    /// The names, sorted.
    #[cfg(feature = "tool")]
    pub(super) fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = self.keys.keys().cloned().collect();
        names.sort();
        names
    }

    pub(super) fn listed_at(&self, kid: Option<&str>) -> Option<UnixMillis> {
        self.keys.get(kid?).map(|held| held.listed_at)
    }

    /// The key, if it may serve because the last fetch got no answer.
    pub(super) fn stale(&self, kid: Option<&str>, now: UnixMillis) -> Option<PublicKey> {
        let unanswered = self.failed.as_ref().is_some_and(|failed| failed.unanswered);
        let held = self.keys.get(kid?)?;
        let may_serve = unanswered && age(now, held.listed_at) < LIFETIME_MS + STALE_MS;
        may_serve.then(|| held.key.clone())
    }

    /// True if any key can serve now.
    pub(super) fn is_usable(&self, now: UnixMillis) -> bool {
        self.keys
            .keys()
            .any(|kid| self.fresh(Some(kid), now).is_some() || self.stale(Some(kid), now).is_some())
    }

    /// The next step for `kid`. With `in_flight` a fetch is under way, and waiting for it costs nothing.
    pub(super) fn next(
        &mut self,
        kid: Option<&str>,
        skip_cache: bool,
        in_flight: bool,
        now: UnixMillis,
    ) -> Next {
        if !skip_cache {
            if let Some(key) = self.fresh(kid, now) {
                return Next::Use(key);
            }
            if self.is_known_unknown(kid, now) {
                return Next::Refuse(KeySetError::kid_mismatch(kid));
            }
        }
        let stale = self.stale(kid, now);
        if let Some(error) = self.pausing(now) {
            return stale.map_or_else(|| Next::Refuse(error.clone()), Next::Use);
        }
        if let Some(key) = stale {
            return Next::UseAndRenew(key);
        }
        let only_kid_is_new = !skip_cache && !in_flight && self.is_set_fresh(now);
        if only_kid_is_new && !self.bucket.take(now) {
            // Nobody looked, so nothing is known: this token may be the first to name a new key.
            let retry_after = Some(self.bucket.next_drop(now));
            return Next::Refuse(KeySetError::Rationed { retry_after });
        }
        Next::Fetch
    }

    /// The failure of the last fetch, while it is too soon to ask again.
    pub(super) fn pausing(&self, now: UnixMillis) -> Option<&KeySetError> {
        let failed = self.failed.as_ref()?;
        is_before(now, failed.ask_again_at).then_some(&failed.error)
    }

    /// The key after a successful fetch. If it is not there, that is remembered.
    pub(super) fn listed(
        &mut self,
        kid: Option<&str>,
        now: UnixMillis,
    ) -> Result<PublicKey, KeySetError> {
        if let Some(key) = self.fresh(kid, now) {
            return Ok(key);
        }
        if let Some(kid) = kid
            && kid.len() <= KID_MOST_BYTES
        {
            self.unknown.retain(|_, at| age(now, *at) < UNKNOWN_MS);
            if self.unknown.len() < UNKNOWN_MOST {
                self.unknown.insert(kid.to_owned(), now);
            }
        }
        Err(KeySetError::kid_mismatch(kid))
    }

    /// Takes in the outcome of a fetch, with its start and its duration.
    pub(super) fn apply(
        &mut self,
        loaded: Result<Vec<(String, PublicKey)>, Failure>,
        started: UnixMillis,
        took: Duration,
    ) -> Applied {
        match loaded {
            Ok(listed) => Applied {
                outcome: Ok(()),
                key_lost: self.merge(listed, started),
            },
            Err(failure) => {
                let key_lost = !failure.unanswered && self.drop_old(started);
                self.failed = Some(self.failed_fetch(&failure, started, took));
                Applied {
                    outcome: Err(failure.error),
                    key_lost,
                }
            }
        }
    }

    /// Listed keys are added to the held ones or replace them; held ones that are not listed live out their lifetime.
    fn merge(&mut self, listed: Vec<(String, PublicKey)>, started: UnixMillis) -> bool {
        let mut key_lost = false;
        for (kid, key) in listed {
            self.unknown.remove(&kid);
            let held = Held {
                key,
                listed_at: started,
            };
            let key = held.key.clone();
            let old = self.keys.insert(kid, held);
            key_lost |= old.is_some_and(|old| old.key != key);
        }
        key_lost |= self.drop_old(started);
        self.fetched_at = Some(started);
        self.failed = None;
        key_lost
    }

    fn drop_old(&mut self, now: UnixMillis) -> bool {
        let before = self.keys.len();
        self.keys.retain(|_, held| is_fresh(held.listed_at, now));
        self.keys.len() < before
    }

    fn failed_fetch(&self, failure: &Failure, started: UnixMillis, took: Duration) -> Failed {
        let asked = failure.error.retry_after().unwrap_or_default();
        // Asking again does not correct a wrong secret key.
        let pause = if self.keys.is_empty() && !failure.refused {
            PAUSE_WITHOUT_KEYS
        } else {
            PAUSE
        };
        Failed {
            error: failure.error.clone(),
            unanswered: failure.unanswered,
            ask_again_at: later(started, took + asked.max(pause)),
        }
    }

    fn is_set_fresh(&self, now: UnixMillis) -> bool {
        self.fetched_at.is_some_and(|at| is_fresh(at, now))
    }

    fn is_known_unknown(&self, kid: Option<&str>, now: UnixMillis) -> bool {
        match kid {
            // A token without `kid` matches no key of any set.
            None => self.is_set_fresh(now),
            Some(kid) => {
                let learnt_at = self.unknown.get(kid);
                learnt_at.is_some_and(|at| age(now, *at) < UNKNOWN_MS)
            }
        }
    }
}

impl Default for Bucket {
    fn default() -> Self {
        Self {
            left: BUCKET_FULL,
            refilled_at: UnixMillis(i64::MIN),
        }
    }
}

impl Bucket {
    /// The time until there is a drop again, after [`take`](Self::take) found none.
    fn next_drop(&self, now: UnixMillis) -> Duration {
        let left = BUCKET_REFILL_MS.saturating_sub(age(now, self.refilled_at));
        Duration::from_millis(u64::try_from(left).unwrap_or_default())
    }

    fn take(&mut self, now: UnixMillis) -> bool {
        let drops = age(now, self.refilled_at) / BUCKET_REFILL_MS;
        let left = i64::from(self.left).saturating_add(drops);
        if now < self.refilled_at || left >= i64::from(BUCKET_FULL) {
            self.refilled_at = now;
        } else {
            self.refilled_at.0 += drops * BUCKET_REFILL_MS;
        }
        self.left = u32::try_from(left).unwrap_or(u32::MAX).min(BUCKET_FULL);
        let taken = self.left > 0;
        self.left = self.left.saturating_sub(1);
        taken
    }
}

/// True if a key that was listed then still counts without asking again.
pub(crate) fn is_fresh(listed_at: UnixMillis, now: UnixMillis) -> bool {
    age(now, listed_at) < LIFETIME_MS
}

/// The distance of two moments, without a sign: a clock that was set back must not make a key live longer.
fn age(now: UnixMillis, then: UnixMillis) -> i64 {
    now.0.saturating_sub(then.0).saturating_abs()
}

fn later(at: UnixMillis, wait: Duration) -> UnixMillis {
    UnixMillis(at.0.saturating_add(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX)))
}

/// True if a wait is not over yet. One longer than any wait we grant comes from a clock that was set back.
fn is_before(now: UnixMillis, until: UnixMillis) -> bool {
    now < until && age(now, until) < LIFETIME_MS + 60_000
}
