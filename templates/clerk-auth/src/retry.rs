//! The wait before asking again: as long as the server wants, else longer each time and spread.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use http::HeaderMap;
use http::header::RETRY_AFTER;

/// The longest wait a server can ask of us; a longer one is cut to it.
pub(crate) const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(300);

/// The `Retry-After` of an answer, as Clerk sends it: whole seconds (`backend-api.md` section 6.3).
///
/// Anything else, dates included, counts as absent.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Only a number that 64 bits cannot hold fails here, and large ones are cut anyway.
    let seconds = text.parse().unwrap_or(u64::MAX);
    Some(Duration::from_secs(seconds).min(LONGEST_RETRY_AFTER))
}

/// The wait after try `failed_tries`: 125 ms doubled each time, times a random factor from 1 to 2.
///
/// The factor keeps many processes that saw the same failure from asking again at the same instant.
pub(crate) fn backoff(failed_tries: u32) -> Duration {
    let base = Duration::from_millis(125 << failed_tries.saturating_sub(1).min(10));
    // The seed of a hash map is random enough for this: it spreads waits and guards nothing.
    let random = RandomState::new().hash_one(failed_tries) % 1024;
    let part = u32::try_from(random).unwrap_or_default();
    base + base * part / 1024
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use http::HeaderValue;

    use super::*;

    fn parsed(text: &[u8]) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_bytes(text).unwrap());
        retry_after(&headers)
    }

    #[test]
    fn whole_seconds_count_and_nothing_else() {
        assert_eq!(parsed(b"7"), Some(Duration::from_secs(7)));
        assert_eq!(parsed(b" 0 "), Some(Duration::ZERO));
        assert_eq!(
            parsed(b"99999999999999999999999"),
            Some(LONGEST_RETRY_AFTER)
        );
        for odd in [
            "",
            "-1",
            "+1",
            "1.5",
            "1 2",
            "0x10",
            "Tue, 03 Mar 2026 12:34:56 GMT",
        ] {
            assert_eq!(parsed(odd.as_bytes()), None, "{odd:?}");
        }
        assert_eq!(parsed(b"\xff1"), None);
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }

    #[test]
    fn waits_double_and_stay_within_twice_their_base() {
        for (tries, base) in [(1, 125), (2, 250), (3, 500), (4, 1000)] {
            let wait = backoff(tries).as_millis();
            assert!((base..=2 * base).contains(&wait), "{tries}: {wait}");
        }
    }

    #[test]
    fn no_header_waits_too_long() {
        for first in 0..=u8::MAX {
            for second in 0..=u8::MAX {
                let mut headers = HeaderMap::new();
                if let Ok(value) = HeaderValue::from_bytes(&[first, b'9', second, b'9']) {
                    headers.insert(RETRY_AFTER, value);
                }
                assert!(retry_after(&headers).unwrap_or_default() <= LONGEST_RETRY_AFTER);
            }
        }
    }

    #[test]
    fn no_number_of_tries_overflows() {
        for tries in (0..100).chain([u32::MAX - 1, u32::MAX]) {
            assert!(backoff(tries) <= Duration::from_secs(300));
        }
    }
}
