//! The log of requests: a line each, of the app's and of the emulator's. What each page asks by itself, and what is asked
//! again and again, is only counted: `+23` behind the next line. `--verbose` wants it all.

use std::time::Duration;

use clerk_auth::time::{Clock as _, SystemClock, UnixMillis};

use crate::emulator::Face;
use crate::emulator::event::{Delivery, Event};
use crate::escape::is_unseen;
use crate::inspect::clock::span;
use crate::output::{DIM, Talk, Verbosity};
use crate::run::Passed;

/// Every page sends these. They are no GET, but change nothing that people know of.
const READS: [&str; 2] = ["/v1/environment", "/v1/dev_browser"];
/// The same, of a session.
const KEEPS: [&str; 2] = ["/tokens", "/touch"];
/// The app asks the emulator for these by itself.
const OF_APPS: [&str; 3] = ["/v1/jwks", "/v1/clients/handshake_payload", "/v1/instance"];
const HEALTH: [&str; 2] = ["/healthz", "/readyz"];

/// Says the lines.
pub struct RequestLog {
    talk: Talk,
    /// The last line, without its time.
    last: String,
    /// The number of requests since then that got no line.
    counted: usize,
    /// The milliseconds by which the emulator's clock was moved: lines of both are in one order.
    moved_by: i64,
}

/// One request.
struct Line<'a> {
    at: UnixMillis,
    of: &'a str,
    method: &'a str,
    path: &'a str,
    status: u16,
    took: Duration,
    notes: [Option<String>; 2],
    is_usual: bool,
}

impl RequestLog {
    pub fn new(talk: Talk) -> Self {
        Self {
            talk,
            last: String::new(),
            counted: 0,
            moved_by: 0,
        }
    }

    pub fn move_clock(&mut self, moved_by: i64) {
        self.moved_by = moved_by;
    }

    /// The time by which things are told.
    pub fn now(&self) -> UnixMillis {
        UnixMillis(SystemClock.now().0.saturating_add(self.moved_by))
    }

    /// The app answered.
    pub fn passed(&mut self, passed: &Passed) {
        let to = passed.to.as_ref().map(|to| format!("→ {to}"));
        self.say(&Line {
            at: self.now(),
            of: "app     ",
            method: passed.method.as_str(),
            path: &passed.path,
            status: passed.status,
            took: passed.took,
            notes: [to, passed.reason.clone()],
            is_usual: passed.status < 400 && is_usual_of_app(&passed.path),
        });
    }

    /// The emulator answered.
    pub fn answered(&mut self, event: &Event) {
        self.say(&Line {
            at: UnixMillis(event.at),
            of: "emulator",
            method: &event.method,
            path: &event.path,
            status: event.status,
            took: event.took,
            notes: [event.who.clone(), event.note.clone()],
            is_usual: event.status < 400 && event.note.is_none() && is_usual(event),
        });
    }

    /// The emulator told the app something. What arrived, the app's own line tells.
    pub fn delivered(&mut self, delivery: &Delivery) {
        if delivery.arrived() {
            return;
        }
        let status = delivery.status.map(|status| status.to_string());
        let problem = delivery.problem.map(str::to_owned);
        let next = delivery.next.map_or_else(
            || "is not tried again".to_owned(),
            |next| format!("again in {}", span((next - delivery.at) / 1000)),
        );
        let answer = status.or(problem).unwrap_or_default();
        // One line for all that fail in the same way.
        let key = format!("webhook to {} {answer}", delivery.url);
        let text = format!("{key}  {}, {next}", delivery.event);
        self.put(UnixMillis(delivery.at), "emulator", key, text, false);
    }

    fn say(&mut self, line: &Line<'_>) {
        let key = line.key();
        let text = line.text(&key);
        self.put(line.at, line.of, key, text, line.is_usual);
    }

    /// Says a text, or counts it if it is usual, or told already by this key.
    fn put(&mut self, at: UnixMillis, of: &str, key: String, mut text: String, is_usual: bool) {
        if self.talk.verbosity() == Verbosity::Quiet {
            return;
        }
        let is_all_told = self.talk.verbosity() == Verbosity::Verbose;
        if !is_all_told && (is_usual || key == self.last) {
            self.counted += 1;
            return;
        }
        let (time, columns) = (time(at), self.talk.columns());
        if self.counted > 0 {
            text.push_str(&format!("  +{}", self.counted));
        }
        // Two spaces, the time, two spaces, the source, two spaces.
        let room = columns.map_or(usize::MAX, |columns| columns.saturating_sub(23));
        let text = cut(&text, room);
        self.talk
            .line(&format!("  {DIM}{time}  {of}{DIM:#}  {text}"));
        (self.last, self.counted) = (key, 0);
    }
}

impl Line<'_> {
    fn key(&self) -> String {
        let (method, path, status) = (self.method, printable(self.path), self.status);
        format!("{method} {path} {status}")
    }

    fn text(&self, key: &str) -> String {
        let mut text = format!("{key}  {} ms", self.took.as_millis());
        for note in self.notes.iter().flatten() {
            text.push_str("  ");
            text.push_str(&printable(note));
        }
        text
    }
}

/// The time of the day, by UTC: nothing here knows the zone of whoever reads it.
fn time(at: UnixMillis) -> String {
    let seconds = at.seconds().rem_euclid(86_400);
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    format!("{hours:02}:{minutes:02}:{:02}Z", seconds % 60)
}

fn is_usual(event: &Event) -> bool {
    let path = event.path.as_str();
    match event.face {
        Face::Frontend => {
            let keeps = path.starts_with("/v1/client/sessions/")
                && KEEPS.iter().any(|end| path.ends_with(end));
            event.method == "GET" || READS.contains(&path) || keeps
        }
        Face::Backend => event.method == "GET" && OF_APPS.contains(&path),
    }
}

/// Files, what is the emulator's, and whether the app still lives.
fn is_usual_of_app(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.contains('.') || path.starts_with("/__clerk/") || HEALTH.contains(&path)
}

fn cut(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let kept = text.chars().take(room.saturating_sub(1));
    kept.chain(['…']).collect()
}

/// Makes text of a stranger fit for a terminal: nothing in it may move the cursor or turn the direction of reading.
fn printable(text: &str) -> String {
    let shown = |c| match is_unseen(c) {
        true => char::REPLACEMENT_CHARACTER,
        false => c,
    };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_that_of_the_day() {
        assert_eq!(time(UnixMillis(1_800_000_000_999)), "08:00:00Z");
        assert_eq!(time(UnixMillis(86_399_000)), "23:59:59Z");
        assert_eq!(time(UnixMillis(-1000)), "23:59:59Z");
    }

    #[test]
    fn a_line_ends_before_the_screen_does() {
        assert_eq!(cut("GET /é 200", 10), "GET /é 200");
        assert_eq!(cut("GET /é 2000", 10), "GET /é 20…");
        assert_eq!(cut("GET", 0), "…");
    }

    #[test]
    fn nothing_of_a_stranger_is_obeyed_or_hidden() {
        assert_eq!(
            printable("a\u{9b}1m\u{61c}\u{2066}é"),
            "a\u{fffd}1m\u{fffd}\u{fffd}é"
        );
    }
}
