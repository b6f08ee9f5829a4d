//! One event for each request: what a log line and the list of last requests are made of. It holds no query, no body
//! and no credential; the one secret in it is the code of a mail, which is there to be read.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use clerk_auth::time::UnixMillis;
use serde::Serialize;

use super::face::Face;

const KEPT: usize = 500;
/// In characters; longer than any path that means something.
const MAX_PATH: usize = 200;

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
    /// Something a person should know about it: a code that was "sent", a route that is not emulated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Called with each event, while nothing is locked.
pub type EventSink = Arc<dyn Fn(&Event) + Send + Sync>;

/// The last events, and who wants to know.
pub(super) struct Events {
    kept: Mutex<VecDeque<Event>>,
    sink: Option<EventSink>,
}

/// A remark of a handler for the event of its request.
#[derive(Clone)]
pub(super) struct Note(pub String);

impl Events {
    pub fn new(sink: Option<EventSink>) -> Self {
        Self {
            kept: Mutex::default(),
            sink,
        }
    }

    pub fn record(
        &self,
        at: UnixMillis,
        face: Face,
        method: String,
        path: &str,
        status: u16,
        note: Option<String>,
    ) {
        let event = Event {
            at: at.0,
            face,
            method,
            path: path.chars().take(MAX_PATH).collect(),
            status,
            note,
        };
        if let Some(sink) = &self.sink {
            sink(&event);
        }
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
