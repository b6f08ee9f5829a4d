//! The emulator's events, as they happen. One event for each request: what a log line and the list of last requests are
//! made of. It holds no query, no body and no credential; the one secret in it is the code of a mail, which is there to be
//! read.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;

use super::face::Face;
use super::instance::Mail;

const KEPT: usize = 500;
/// In characters; longer than any method or path that means something.
const MAX_TEXT: usize = 200;

/// A request and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// When it was answered, in milliseconds since the epoch.
    pub at: i64,
    /// The address that was asked.
    pub face: Face,
    /// The method meant, which need not be the one that travelled.
    pub method: String,
    /// The path without query, `/__clerk` taken off, cut when it is long beyond reason.
    pub path: String,
    /// The status of the answer.
    pub status: u16,
    /// The user in whose name it was asked, by address if there is one, or `server`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// Something a person should know about it: a code that was "sent", a route that is not emulated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The time that the answer took. Two runs with one seed differ in it, so it is not among what they answer.
    #[serde(skip)]
    pub took: Duration,
}

/// The end of a try to deliver a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Delivery {
    /// In milliseconds since the epoch.
    pub at: i64,
    /// The kind of event, as `user.created`.
    pub event: &'static str,
    /// `msg_…`
    pub id: String,
    pub url: String,
    /// Of the app's answer.
    pub status: Option<u16>,
    /// The reason why there was no answer.
    pub problem: Option<&'static str>,
    pub attempts: usize,
    /// When it comes again; absent when it does not.
    pub next: Option<i64>,
}

impl Delivery {
    /// True if the app took it.
    pub fn arrived(&self) -> bool {
        matches!(self.status, Some(200..=299))
    }
}

/// Something that happened.
#[derive(Clone, Copy, Debug)]
pub enum Told<'a> {
    /// A request was answered.
    Request(&'a Event),
    /// A real instance would have sent this.
    Mail(&'a Mail),
    /// The clock was moved: so far by so many milliseconds.
    Clock { moved_by: i64 },
    /// Everybody was forgotten.
    Reset,
    /// Something happened that Clerk's webhooks tell: its kind, and the id of what it happened to.
    News {
        at: i64,
        kind: &'static str,
        id: Option<&'a str>,
    },
    /// A try to deliver a webhook has ended.
    Delivery(&'a Delivery),
}

/// Called with all that happens, while nothing is locked. Of other worlds than the first one it is told the id.
pub type EventSink = Arc<dyn Fn(Option<&str>, Told<'_>) + Send + Sync>;

/// The last events, and who wants to know.
pub(super) struct Events {
    kept: Mutex<VecDeque<Event>>,
    sink: Option<EventSink>,
}

/// A remark of a handler for the event of its request.
#[derive(Clone)]
pub(super) struct Note(pub String);

/// What a request says, for an event: strangers choose how long it is.
pub(super) fn short(text: &str) -> String {
    let end = text.char_indices().nth(MAX_TEXT);
    text[..end.map_or(text.len(), |(end, _)| end)].to_owned()
}

impl Events {
    pub fn new(sink: Option<EventSink>) -> Self {
        Self {
            kept: Mutex::default(),
            sink,
        }
    }

    /// Tells whoever wants to know.
    pub fn tell(&self, told: Told<'_>) {
        if let Some(sink) = &self.sink {
            sink(None, told);
        }
    }

    /// Tells a request, and keeps it for a while.
    pub fn record(&self, event: Event) {
        self.tell(Told::Request(&event));
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(event);
    }

    pub fn all(&self) -> Vec<Event> {
        self.kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .cloned()
            .collect()
    }
}
