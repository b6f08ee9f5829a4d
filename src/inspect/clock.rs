//! Moments and spans of time in words, and words as moments and spans.

use clerk_auth::time::UnixMillis;
use clerk_auth::verify::civil;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;

/// The last second that has a date, before and after the epoch. The core refuses anything beyond.
const LAST_SECOND: i64 = 8_640_000_000_000;

/// As seconds these are years away, as milliseconds they are of our time.
const MILLISECONDS: std::ops::Range<i64> = 100_000_000_000..100_000_000_000_000;

/// True if a number of seconds looks like milliseconds.
pub fn is_in_milliseconds(seconds: i64) -> bool {
    MILLISECONDS.contains(&seconds)
}

/// A span of seconds, in its two largest units: `3 min 12 s`. The sign is dropped.
pub fn span(seconds: i64) -> String {
    let mut text = String::with_capacity(32);
    push_span(&mut text, seconds);
    text
}

/// A moment as seen from another: `in 42 s`, `3 min 12 s ago`, `now`.
pub fn relative(seconds: i64, now: UnixMillis) -> String {
    let away = seconds.saturating_sub(now.seconds());
    let mut text = String::with_capacity(32);
    if away > 0 {
        text.push_str("in ");
    }
    match away {
        0 => text.push_str("now"),
        _ => push_span(&mut text, away),
    }
    if away < 0 {
        text.push_str(" ago");
    }
    text
}

fn push_span(text: &mut String, seconds: i64) {
    let seconds = seconds.saturating_abs();
    let (large, large_name, small, small_name) = match seconds {
        ..MINUTE => (1, " s", 1, ""),
        MINUTE..HOUR => (MINUTE, " min", 1, " s"),
        HOUR..DAY => (HOUR, " h", MINUTE, " min"),
        DAY..YEAR => (DAY, " d", HOUR, " h"),
        _ => (YEAR, " y", DAY, " d"),
    };
    push_number(text, seconds / large);
    text.push_str(large_name);
    let rest = seconds % large / small;
    if rest > 0 {
        text.push(' ');
        push_number(text, rest);
        text.push_str(small_name);
    }
}

fn push_number(text: &mut String, number: i64) {
    if number < 100 {
        if number >= 10 {
            push_digit(text, number / 10);
        }
        push_digit(text, number % 10);
    } else {
        text.push_str(&number.to_string());
    }
}

fn push_digit(text: &mut String, digit: i64) {
    let digit = u32::try_from(digit)
        .ok()
        .and_then(|digit| char::from_digit(digit, 10));
    text.push(digit.unwrap_or('0'));
}

/// The date and time, such as `2026-11-23 06:12:44 UTC`; `None` if no date is that far away.
pub fn utc(seconds: i64) -> Option<String> {
    date_and_time(seconds, " ", " UTC")
}

/// The same for programs: `2026-11-23T06:12:44Z`.
pub fn iso(seconds: i64) -> Option<String> {
    date_and_time(seconds, "T", "Z")
}

fn date_and_time(seconds: i64, between: &str, behind: &str) -> Option<String> {
    if !(-LAST_SECOND..=LAST_SECOND).contains(&seconds) {
        return None;
    }
    let (year, month, day) = civil(seconds.div_euclid(DAY));
    let second = seconds.rem_euclid(DAY);
    let mut text = String::with_capacity(32);
    if (0..10_000).contains(&year) {
        two_places(&mut text, "", year / 100);
        two_places(&mut text, "", year % 100);
    } else {
        text.push_str(&year.to_string());
    }
    two_places(&mut text, "-", month);
    two_places(&mut text, "-", day);
    two_places(&mut text, between, second / HOUR);
    two_places(&mut text, ":", second % HOUR / MINUTE);
    two_places(&mut text, ":", second % MINUTE);
    text.push_str(behind);
    Some(text)
}

/// A number below 100 with two digits.
fn two_places(text: &mut String, before: &str, number: i64) {
    text.push_str(before);
    push_digit(text, number / 10);
    push_digit(text, number % 10);
}

/// A moment as people write it: seconds since the epoch, a date with or without a time (in UTC unless an offset
/// says otherwise), or a span from `now` on, such as `-5m` or `+1h`.
pub fn moment(text: &str, now: UnixMillis) -> Option<UnixMillis> {
    let text = text.trim();
    if text == "now" {
        return Some(now);
    }
    let is_number = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    if is_number(text) {
        return span_millis(text).map(UnixMillis);
    }
    if text.starts_with(['+', '-']) {
        return span_millis(text).map(|span| UnixMillis(now.0.saturating_add(span)));
    }
    dated(text)
}

/// A span in milliseconds: a number followed by `ms`, `s`, `m`, `h` or `d`; alone it counts seconds.
pub fn span_millis(text: &str) -> Option<i64> {
    let text = text.trim();
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.');
    let (number, unit) = text.split_at(digits.unwrap_or(text.len()));
    let unit = match unit.trim() {
        "ms" => 1,
        "" | "s" | "sec" => 1000,
        "m" | "min" => 1000 * MINUTE,
        "h" => 1000 * HOUR,
        "d" => 1000 * DAY,
        _ => return None,
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let whole: i64 = whole.parse().ok()?;
    let thousandths: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    let millis = whole
        .checked_mul(unit)?
        .checked_add(thousandths * unit / 1000)?;
    Some(sign * millis)
}

/// `2026-11-23`, `2026-11-23 06:12:44.5 UTC`, `2026-11-23T06:12:44+01:00`.
fn dated(text: &str) -> Option<UnixMillis> {
    let date = text.get(..10)?;
    let mut pieces = date.split('-');
    let mut piece = |length: usize| {
        let piece = pieces.next().filter(|piece| piece.len() == length)?;
        piece
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| piece.parse::<i64>().ok())?
    };
    let (year, month, day) = (piece(4)?, piece(2)?, piece(2)?);
    let days = days_of(year, month, day);
    // A day that the month does not have comes back as another one.
    if civil(days) != (year, month, day) {
        return None;
    }
    let rest = text.get(10..)?.trim_end_matches("UTC").trim_end();
    let rest = rest.strip_prefix(['T', 't', ' ']).unwrap_or(rest);
    let (time, offset) = time_and_offset(rest)?;
    Some(UnixMillis(days * DAY * 1000 + time - offset))
}

/// Milliseconds of the day, and the offset from UTC.
fn time_and_offset(text: &str) -> Option<(i64, i64)> {
    if text.is_empty() {
        return Some((0, 0));
    }
    let (time, offset) = match text.find(['Z', 'z', '+', '-']) {
        None => (text, 0),
        Some(at) if matches!(text.as_bytes()[at], b'Z' | b'z') => {
            (text.strip_suffix(['Z', 'z'])?, 0)
        }
        Some(at) => {
            let (hours, minutes) = text[at + 1..].split_once(':')?;
            let minutes = two_digits(hours, 23)? * 60 + two_digits(minutes, 59)?;
            let sign = if text.as_bytes()[at] == b'-' { -1 } else { 1 };
            (&text[..at], sign * minutes * MINUTE * 1000)
        }
    };
    let mut pieces = time.trim_end().split(':');
    let (hours, minutes) = (
        two_digits(pieces.next()?, 23)?,
        two_digits(pieces.next()?, 59)?,
    );
    let seconds = pieces.next().unwrap_or("00");
    two_digits(seconds.split('.').next()?, 59)?;
    let seconds = span_millis(seconds)?;
    let millis = (hours * HOUR + minutes * MINUTE) * 1000 + seconds;
    pieces.next().is_none().then_some((millis, offset))
}

fn two_digits(text: &str, most: i64) -> Option<i64> {
    let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse()
        .ok()
        .filter(|number| is_number && *number <= most)
}

/// Days from 1970-01-01 to a date of the Gregorian calendar: the inverse of the core's `civil`.
fn days_of(year: i64, month: i64, day: i64) -> i64 {
    // Years are counted from March, so that the leap day is the last of its year.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (153 * month + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn spans_have_two_units() {
        for (seconds, words) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (192, "3 min 12 s"),
            (-7500, "2 h 5 min"),
            (86_400, "1 d"),
            (90_000, "1 d 1 h"),
            (400 * DAY, "1 y 35 d"),
            (i64::MIN, "292471208677 y 195 d"),
        ] {
            assert_eq!(span(seconds), words);
        }
    }

    #[test]
    fn moments_are_near_or_far() {
        let now = UnixMillis(1_772_541_296_999);
        assert_eq!(relative(1_772_541_296, now), "now");
        assert_eq!(relative(1_772_541_338, now), "in 42 s");
        assert_eq!(relative(1_772_541_104, now), "3 min 12 s ago");
        assert_eq!(relative(i64::MAX, now), "in 292471208621 y 120 d");
    }

    #[test]
    fn dates_are_written_and_read_back() {
        assert_eq!(utc(1_772_541_296).unwrap(), "2026-03-03 12:34:56 UTC");
        assert_eq!(iso(-1).unwrap(), "1969-12-31T23:59:59Z");
        assert_eq!(utc(i64::MAX), None);
        let now = UnixMillis(0);
        for day in (-719_000..200_000).step_by(13) {
            let seconds = day * DAY + 3601;
            let written = iso(seconds).unwrap();
            assert_eq!(
                moment(&written, now),
                Some(UnixMillis(seconds * 1000)),
                "{written}"
            );
        }
    }

    #[test]
    fn moments_are_read_in_every_usual_form() {
        let now = UnixMillis(1_000_000);
        let read = |text| moment(text, now).map(|moment| moment.0);
        for text in [
            "1772541296",
            "2026-03-03T12:34:56Z",
            "2026-03-03 12:34:56",
            "2026-03-03 12:34:56 UTC",
            " 2026-03-03T13:34:56+01:00 ",
            "2026-03-03T11:04:56.000-01:30",
        ] {
            assert_eq!(read(text), Some(1_772_541_296_000), "{text}");
        }
        assert_eq!(read("1772541295.999"), Some(1_772_541_295_999));
        assert_eq!(read("2026-03-03T12:34:55.999Z"), Some(1_772_541_295_999));
        assert_eq!(read("2026-03-03 12:34"), Some(1_772_541_240_000));
        assert_eq!(read("2026-03-03"), Some(1_772_496_000_000));
        assert_eq!(read("now"), Some(1_000_000));
        assert_eq!(read("-5m"), Some(700_000));
        assert_eq!(read("+1h"), Some(4_600_000));
        for text in [
            "",
            "x",
            ".",
            "yesterday",
            "2026-02-30",
            "2026-3-3",
            "2026-13-01",
            "2026-03-03T25:00",
            "2026-03-03T12:60",
            "2026-03-03T12:34:56+1",
            "2026-03-03T1:2",
            "99999999999999999999",
            "+-3",
            "2026-03-03X",
            "20\u{e9}6-03-03",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn spans_are_read_with_and_without_a_unit() {
        for (text, millis) in [
            ("5", 5000),
            ("5s", 5000),
            ("1.5s", 1500),
            ("500ms", 500),
            ("2 min", 120_000),
            ("1h", 3_600_000),
            ("0", 0),
            ("-10", -10_000),
            ("2d", 172_800_000),
        ] {
            assert_eq!(span_millis(text), Some(millis), "{text}");
        }
        for text in [
            "",
            "s",
            "-",
            "5 weeks",
            "1.2.3",
            "9223372036854775807",
            "--5",
        ] {
            assert_eq!(span_millis(text), None, "{text}");
        }
    }
}
