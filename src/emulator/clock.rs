//! The emulator's clock: another one, moved by who tries what time does to an app.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use clerk_auth::time::{Clock, UnixMillis};

/// A hundred years to either side: past everything that ends, and far from where dates do.
const FARTHEST: i64 = 100 * 365 * 86_400_000;

/// A change of the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// Forward by so many milliseconds, or back.
    By(i64),
    /// To where it would be if nobody had moved it.
    Reset,
}

impl Move {
    /// What people write: `+61s`, `-5m`, `2h`, `30d`, `500ms`, `reset`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text == "reset" {
            return Some(Self::Reset);
        }
        let unit = text.find(|c: char| c.is_ascii_alphabetic())?;
        let (count, unit) = text.split_at(unit);
        let millis = match unit {
            "ms" => 1,
            "s" => 1000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return None,
        };
        let by = count.parse::<i64>().ok()?.checked_mul(millis)?;
        (-FARTHEST..=FARTHEST).contains(&by).then_some(Self::By(by))
    }
}

/// A clock that can be moved.
pub struct MovedClock {
    of: Arc<dyn Clock>,
    by: AtomicI64,
}

impl MovedClock {
    pub fn new(of: Arc<dyn Clock>) -> Self {
        Self {
            of,
            by: AtomicI64::new(0),
        }
    }

    pub fn now(&self) -> UnixMillis {
        UnixMillis(self.of.now().0.saturating_add(self.moved_by()))
    }

    /// The milliseconds by which it was moved so far.
    pub fn moved_by(&self) -> i64 {
        self.by.load(Ordering::Relaxed)
    }

    /// Moves it, at most to the ends of what makes sense.
    pub fn change(&self, change: Move) {
        let by = match change {
            Move::By(millis) => self.moved_by().saturating_add(millis),
            Move::Reset => 0,
        };
        let by = by.clamp(-FARTHEST, FARTHEST);
        self.by.store(by, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_read_as_people_write_it() {
        for (text, change) in [
            ("+61s", Some(Move::By(61_000))),
            ("61s", Some(Move::By(61_000))),
            ("-5m", Some(Move::By(-300_000))),
            (" 2h ", Some(Move::By(7_200_000))),
            ("30d", Some(Move::By(2_592_000_000))),
            ("500ms", Some(Move::By(500))),
            ("reset", Some(Move::Reset)),
            ("", None),
            ("61", None),
            ("s", None),
            ("1.5s", None),
            ("+-1s", None),
            ("1 s", None),
            ("1y", None),
            ("99999999999999999999d", None),
            ("9223372036854775807d", None),
            ("40000d", None),
        ] {
            assert_eq!(Move::parse(text), change, "{text}");
        }
    }

    #[test]
    fn a_moved_clock_goes_on_and_comes_back() {
        let clock = MovedClock::new(Arc::new(|| UnixMillis(5_000)));
        clock.change(Move::By(61_000));
        clock.change(Move::By(-1_000));
        assert_eq!(
            (clock.now(), clock.moved_by()),
            (UnixMillis(65_000), 60_000)
        );
        for _ in 0..3 {
            clock.change(Move::By(FARTHEST));
        }
        assert_eq!(clock.now(), UnixMillis(5_000 + FARTHEST));
        clock.change(Move::Reset);
        assert_eq!(clock.now(), UnixMillis(5_000));
    }
}
