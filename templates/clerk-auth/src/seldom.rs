//! Lines of the log that a stranger can cause by repeating a request: one of a kind now and then is enough.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::time::UnixMillis;

/// How long a kind of line is not repeated.
const PAUSE_MS: i64 = 10_000;

/// When each kind of line was last written. Kinds are names in this crate, so there are few.
#[derive(Debug, Default)]
pub(crate) struct Seldom(Mutex<HashMap<&'static str, UnixMillis>>);

impl Seldom {
    /// Whether a line of this kind may be written now.
    pub(crate) fn allows(&self, kind: &'static str, now: UnixMillis) -> bool {
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = written.get(kind);
        // The distance has no sign: a clock that was set back must not silence the log.
        let allowed = last.is_none_or(|last| now.0.abs_diff(last.0) >= PAUSE_MS.unsigned_abs());
        if allowed {
            written.insert(kind, now);
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stranger_who_repeats_a_bad_token_does_not_fill_the_log() {
        let seldom = Seldom::default();
        let written = |kind, ms| seldom.allows(kind, UnixMillis(ms));
        assert!(written("a", 0) && written("b", 1));
        assert!((0..10_000).all(|ms| !written("a", ms)));
        assert!(
            written("a", 10_000) && written("a", 0),
            "also after the clock was set back"
        );
    }
}
