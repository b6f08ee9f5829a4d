//! The moment that `--at` names, and other times on the command line.

use clerk_auth::time::{Clock as _, SystemClock, UnixMillis};

use crate::error::{Explain, Explanation};
use crate::inspect::clock;

/// A text that names no moment, or no span of time.
#[derive(Debug, thiserror::Error)]
pub enum TimeError {
    /// For `--at`.
    #[error("--at does not name a moment")]
    Moment,
    /// For an option with a span.
    #[error("{0} does not name a span of time")]
    Span(&'static str),
}

impl Explain for TimeError {
    fn explain(&self) -> Explanation {
        Explanation::usage("usage").help(match self {
            Self::Moment => {
                "write Unix seconds, 2026-03-03T12:34:56Z, or a span from now on such as -5m"
            }
            Self::Span(_) => {
                "write a number with ms, s, m, h or d behind it; alone it counts seconds"
            }
        })
    }
}

/// That moment; without one, now.
pub fn of(text: Option<&str>) -> Result<UnixMillis, TimeError> {
    let now = SystemClock.now();
    match text {
        None => Ok(now),
        Some(text) => clock::moment(text, now).ok_or(TimeError::Moment),
    }
}

/// A span in milliseconds, of the option `flag`.
pub fn span(text: &str, flag: &'static str) -> Result<i64, TimeError> {
    clock::span_millis(text).ok_or(TimeError::Span(flag))
}
