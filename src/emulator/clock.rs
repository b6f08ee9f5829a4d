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
    /// A move as people write it: `+70s`, `-5m`, `2h`, `30d`, `500ms`, `reset`.
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

/// A moment as JavaScript writes it, `2026-05-12T08:00:00.000Z`, or with the distance to UTC at the end (RFC 3339).
pub fn from_rfc3339(text: &str) -> Option<UnixMillis> {
    let (date, time) = text.split_once(['T', 't', ' '])?;
    let zone = time.find(['Z', 'z', '+', '-'])?;
    let (time, zone) = time.split_at(zone);
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let (year, month, day) = three(date, '-')?;
    let (hour, minute, second) = three(time, ':')?;
    let fits = (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60;
    if !fits || second > 60 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let millis: String = fraction.chars().chain("000".chars()).take(3).collect();
    let minutes = hour * 60 + minute - minutes_from_utc(zone)?;
    let seconds = days(year, month, day) * 86_400 + minutes * 60 + second;
    Some(UnixMillis(seconds * 1000 + millis.parse::<i64>().ok()?))
}

fn three(text: &str, mark: char) -> Option<(i64, i64, i64)> {
    let mut parts = text.split(mark).map(|part| part.parse::<u16>().ok());
    let mut next = || parts.next().flatten().map(i64::from);
    let three = (next()?, next()?, next()?);
    parts.next().is_none().then_some(three)
}

/// `Z`, `+02:00`.
fn minutes_from_utc(zone: &str) -> Option<i64> {
    let (sign, rest) = zone.split_at_checked(1)?;
    if sign.eq_ignore_ascii_case("z") {
        return rest.is_empty().then_some(0);
    }
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let away = i64::from(hours) * 60 + i64::from(minutes);
    (hours < 24 && minutes < 60).then_some(if sign == "-" { -away } else { away })
}

/// The days since 1970; a year begins in March here, so that the leap day is its last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leaps + (month * 153 + 2) / 5 + day - 1 - 719_468
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
    fn a_moment_is_read_as_javascript_writes_it() {
        for (text, millis) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2027-01-15T08:00:00.000Z", Some(1_800_000_000_000)),
            ("2024-02-29T23:59:59.5Z", Some(1_709_251_199_500)),
            ("2024-03-01T01:59:59.500+02:00", Some(1_709_251_199_500)),
            ("1969-12-31T22:30:00-01:30", Some(0)),
            ("2024-13-01T00:00:00Z", None),
            ("2024-01-01T24:00:00Z", None),
            ("2024-01-01", None),
            ("2024-01-01T00:00:00", None),
            ("2024-01-01T00:00:00.xZ", None),
            ("2024-01-01T00:00:00é", None),
            ("2024-01-01T00:00:00+é", None),
            ("", None),
        ] {
            assert_eq!(from_rfc3339(text).map(|at| at.0), millis, "{text}");
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
