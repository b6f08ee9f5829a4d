//! Times as people say them: without script a page does not know the reader's time zone.

use clerk_auth::time::UnixMillis;

/// So long in the unit that fits, on one line.
pub(super) fn length(seconds: i64) -> String {
    match seconds {
        ..60 => format!("{seconds}\u{a0}s"),
        60..3600 => format!("{}\u{a0}min", seconds / 60),
        3600..172_800 => format!("{}\u{a0}h", seconds / 3600),
        _ => format!("{}\u{a0}days", seconds / 86_400),
    }
}

/// The time since then.
pub(super) fn ago(at: UnixMillis, now: UnixMillis) -> String {
    match (now.0 - at.0).max(0) / 1000 {
        0 => "now".to_owned(),
        seconds => format!("{}\u{a0}ago", length(seconds)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_in_the_unit_that_fits() {
        for (seconds, words) in [
            (-5, "now"),
            (0, "now"),
            (59, "59\u{a0}s\u{a0}ago"),
            (60, "1\u{a0}min\u{a0}ago"),
            (3600, "1\u{a0}h\u{a0}ago"),
            (172_800, "2\u{a0}days\u{a0}ago"),
        ] {
            assert_eq!(ago(UnixMillis(0), UnixMillis(seconds * 1000)), words);
        }
    }
}
