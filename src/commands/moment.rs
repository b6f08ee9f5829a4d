//! The moment that `--at` names, and other times on the command line.

use clerk_auth::time::{Clock as _, SystemClock, UnixMillis};

use crate::error::{Explain, Explanation};
use crate::inspect::clock::{self, is_in_milliseconds};

/// A text that is not a moment, or not a span of time.
#[derive(Debug, thiserror::Error)]
pub enum TimeError {
    /// For `--at`.
    #[error("--at does not name a moment")]
    Moment,
    /// A number for `--at` that looks like milliseconds. Holds it in seconds.
    #[error("--at seems to be milliseconds")]
    Millis(i64),
    /// For an option with a span.
    #[error("{0} does not name a span of time")]
    Span(&'static str),
}

impl Explain for TimeError {
    fn explain(&self) -> Explanation {
        Explanation::usage("usage").help(match self {
            Self::Moment => {
                "write Unix seconds, 2026-03-03T12:34:56Z, or how far from now it is, such as -5m"
                    .to_owned()
            }
            Self::Millis(seconds) => format!("it counts Unix seconds: write {seconds}"),
            Self::Span(_) => {
                "write a number with ms, s, m, h or d behind it; alone it counts seconds".to_owned()
            }
        })
    }
}

/// The named moment, or now.
pub fn of(text: Option<&str>) -> Result<UnixMillis, TimeError> {
    let now = SystemClock.now();
    match text {
        None => Ok(now),
        Some(text) => match text.trim().parse() {
            Ok(number) if is_in_milliseconds(number) => Err(TimeError::Millis(number / 1000)),
            _ => clock::moment(text, now).ok_or(TimeError::Moment),
        },
    }
}

/// How far somebody moved the emulator's clock, in milliseconds, as words.
pub fn moved(by: i64) -> String {
    let span = clock::span(by / 1000);
    match by {
        0 => "as nobody has moved it".to_owned(),
        1.. => format!("{span} ahead"),
        _ => format!("{span} behind"),
    }
}

/// A span in milliseconds, of the option `flag`.
pub fn span(text: &str, flag: &'static str) -> Result<i64, TimeError> {
    clock::span_millis(text).ok_or(TimeError::Span(flag))
}
