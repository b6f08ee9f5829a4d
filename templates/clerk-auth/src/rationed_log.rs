//! Lines of the log that a stranger can cause by repeating a request. One of a kind now and then is enough, with the
//! number of those left out.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::time::UnixMillis;

/// The time for which a kind of line is not repeated.
const PAUSE_MS: u64 = 10_000;

/// The state of each kind of line. Kinds are names in this crate, so there are few.
#[derive(Debug, Default)]
pub(crate) struct RationedLog(Mutex<HashMap<&'static str, Written>>);

#[derive(Debug)]
struct Written {
    at: UnixMillis,
    left_out: u64,
}

/// The number of lines left out since the last one of the kind, if any: a field of the line.
pub(crate) type LeftOut = Option<u64>;

impl RationedLog {
    /// Permission to write a line of this kind. `None` if one was a moment ago, and this one is only counted.
    pub(crate) fn line(&self, kind: &'static str, now: UnixMillis) -> Option<LeftOut> {
        let mut kinds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut left_out = 0;
        if let Some(last) = kinds.get_mut(kind) {
            // Without a sign, because a clock that was set back must not silence the log.
            if now.0.abs_diff(last.at.0) < PAUSE_MS {
                last.left_out = last.left_out.saturating_add(1);
                return None;
            }
            left_out = last.left_out;
        }
        let written = Written {
            at: now,
            left_out: 0,
        };
        kinds.insert(kind, written);
        Some((left_out > 0).then_some(left_out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRITTEN: Option<LeftOut> = Some(None);

    #[test]
    fn a_stranger_who_repeats_a_bad_token_does_not_fill_the_log() {
        let log = RationedLog::default();
        let line = |kind, ms| log.line(kind, UnixMillis(ms));
        assert_eq!((line("a", 0), line("b", 1)), (WRITTEN, WRITTEN));
        assert!((0..10_000).all(|ms| line("a", ms).is_none()));
        let later = line("a", 10_000);
        assert_eq!(later.flatten(), Some(10_000));
        assert_eq!(
            line("b", 10_001),
            WRITTEN,
            "each kind has a count of its own"
        );
        assert_eq!(
            line("a", 20_000),
            WRITTEN,
            "what was told is not told again"
        );
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_silence_the_log() {
        let log = RationedLog::default();
        let line = |ms| log.line("a", UnixMillis(ms));
        assert_eq!(line(i64::MAX), WRITTEN);
        assert_eq!(line(0), WRITTEN);
        assert_eq!(line(i64::MIN), WRITTEN);
    }
}
