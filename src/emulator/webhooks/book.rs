//! The deliveries that are to be made and those that were, of a bounded number and size.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use clerk_auth::time::UnixMillis;
use serde_json::{Value, json};

use super::endpoint::{Endpoint, Target};
use crate::emulator::event;

/// As many as a developer looks at.
const MAX_DELIVERIES: usize = 500;
/// In bytes, of all bodies.
const MAX_SIZE: usize = 16 * 1024 * 1024;

/// The times between tries, as Svix documents them: each begins when the try before has failed.
const PAUSES_MS: [i64; 7] = [
    5_000,
    5 * 60_000,
    30 * 60_000,
    2 * 3_600_000,
    5 * 3_600_000,
    10 * 3_600_000,
    10 * 3_600_000,
];

/// A message, to each endpoint the same.
#[derive(Debug)]
pub struct Message {
    /// `msg_…`
    pub id: String,
    pub kind: &'static str,
    pub at: UnixMillis,
    pub body: Bytes,
}

/// The end of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The status of the answer.
    Answered(u16),
    /// No answer came, for this reason.
    Nothing(&'static str),
    /// The answer says that no other try is wanted.
    Unwanted(u16),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Until a moment, or for its turn alone.
    Waiting(Option<UnixMillis>),
    Delivered,
    Failed,
}

/// One message on its way to one endpoint.
#[derive(Debug)]
struct Delivery {
    message: Arc<Message>,
    endpoint: String,
    state: State,
    /// The tries since it was last asked for.
    attempts: usize,
    last: Option<Outcome>,
    /// The number of times that somebody asked for it again. The end of a try from before counts no more.
    round: u32,
}

/// A try to be made now.
#[derive(Debug)]
pub struct Job {
    pub endpoint: Endpoint,
    pub message: Arc<Message>,
    round: u32,
}

/// The next thing to do for an endpoint.
#[derive(Debug)]
pub enum Next {
    Try(Box<Job>),
    /// Nothing until this moment, or until something is told.
    Wait(Option<UnixMillis>),
    /// The endpoint is gone.
    Over,
}

#[derive(Debug, Default)]
pub struct Book {
    pub endpoints: Vec<Endpoint>,
    deliveries: VecDeque<Delivery>,
    size: usize,
    /// The number of those that fell out before they were delivered.
    dropped: u64,
}

impl Book {
    /// A message for all that want it.
    pub fn add(&mut self, message: Message) {
        let message = Arc::new(message);
        for endpoint in &self.endpoints {
            if endpoint.wants(message.kind) {
                self.size += message.body.len();
                self.deliveries.push_back(Delivery {
                    message: Arc::clone(&message),
                    endpoint: endpoint.id.clone(),
                    state: State::Waiting(None),
                    attempts: 0,
                    last: None,
                    round: 0,
                });
            }
        }
        while self.deliveries.len() > MAX_DELIVERIES || self.size > MAX_SIZE {
            self.drop_one();
        }
    }

    /// The oldest that is done with falls out, or else the oldest of all.
    fn drop_one(&mut self) {
        let is_done = |known: &Delivery| !matches!(known.state, State::Waiting(_));
        let done = self.deliveries.iter().position(is_done);
        if let Some(fallen) = self.deliveries.remove(done.unwrap_or(0)) {
            self.size -= fallen.message.body.len();
            self.dropped += u64::from(done.is_none());
        }
    }

    pub fn endpoint_at(&mut self, target: &Target) -> Option<&mut Endpoint> {
        let mut all = self.endpoints.iter_mut();
        all.find(|known| known.target.as_str() == target.as_str())
    }

    /// Forgets an endpoint and what it was to get; false if there is no such one.
    pub fn remove_endpoint(&mut self, id: &str) -> bool {
        let before = self.endpoints.len();
        self.endpoints.retain(|endpoint| endpoint.id != id);
        self.deliveries.retain(|delivery| delivery.endpoint != id);
        let sizes = self.deliveries.iter().map(|known| known.message.body.len());
        self.size = sizes.sum();
        self.endpoints.len() < before
    }

    /// The next thing to do for an endpoint. The first of those whose time has come is the next: what failed does not
    /// hold up what follows it.
    pub fn next(&self, id: &str, now: UnixMillis) -> Next {
        let mut all = self.endpoints.iter();
        let Some(endpoint) = all.find(|endpoint| endpoint.id == id) else {
            return Next::Over;
        };
        let mut earliest: Option<UnixMillis> = None;
        for delivery in self.deliveries.iter().filter(|known| known.endpoint == id) {
            match delivery.state {
                State::Waiting(Some(due)) if due > now => {
                    earliest = Some(earliest.map_or(due, |other| other.min(due)));
                }
                State::Waiting(_) => {
                    return Next::Try(Box::new(Job {
                        endpoint: endpoint.clone(),
                        message: Arc::clone(&delivery.message),
                        round: delivery.round,
                    }));
                }
                State::Delivered | State::Failed => {}
            }
        }
        Next::Wait(earliest)
    }

    /// Notes how a try went, and answers it for whoever is told; nothing if it counts no more.
    pub fn note(
        &mut self,
        job: &Job,
        outcome: Outcome,
        now: UnixMillis,
    ) -> Option<event::Delivery> {
        let is_it = |known: &&mut Delivery| {
            known.endpoint == job.endpoint.id && known.message.id == job.message.id
        };
        let delivery = self.deliveries.iter_mut().find(is_it)?;
        if delivery.round != job.round {
            return None;
        }
        let pause = PAUSES_MS.get(delivery.attempts);
        delivery.attempts += 1;
        delivery.last = Some(outcome);
        delivery.state = match (outcome, pause) {
            (Outcome::Answered(200..=299), _) => State::Delivered,
            (Outcome::Unwanted(_), _) | (_, None) => State::Failed,
            (_, Some(pause)) => State::Waiting(Some(UnixMillis(now.0 + pause))),
        };
        let (status, problem) = outcome.told();
        Some(event::Delivery {
            at: now.0,
            event: delivery.message.kind,
            id: delivery.message.id.clone(),
            url: job.endpoint.target.as_str().to_owned(),
            status,
            problem,
            attempts: delivery.attempts,
            next: delivery.due().map(|at| at.0),
        })
    }

    /// Ends the waiting of messages for their time.
    pub fn hurry(&mut self) {
        for delivery in &mut self.deliveries {
            if delivery.due().is_some() {
                delivery.state = State::Waiting(None);
            }
        }
    }

    /// Begins anew with a message, at all endpoints that were to get it; false if there is none such.
    pub fn replay(&mut self, message: &str) -> bool {
        let all = self.deliveries.iter_mut();
        let again = all.filter(|delivery| delivery.message.id == message);
        let again = again.map(|delivery| {
            delivery.state = State::Waiting(None);
            delivery.attempts = 0;
            delivery.round = delivery.round.wrapping_add(1);
        });
        again.count() > 0
    }

    /// All of them, newest first.
    pub fn list(&self) -> Value {
        let deliveries = self.deliveries.iter().rev().map(Delivery::shown);
        json!({ "deliveries": deliveries.collect::<Vec<_>>(), "dropped": self.dropped })
    }
}

impl Outcome {
    /// The status of the answer, and the reason why there was none.
    fn told(self) -> (Option<u16>, Option<&'static str>) {
        match self {
            Self::Answered(status) | Self::Unwanted(status) => (Some(status), None),
            Self::Nothing(why) => (None, Some(why)),
        }
    }
}

impl Delivery {
    /// The time of the next try, if it is one that waits for its time.
    fn due(&self) -> Option<UnixMillis> {
        match self.state {
            State::Waiting(due) => due,
            State::Delivered | State::Failed => None,
        }
    }

    fn shown(&self) -> Value {
        let status = match self.state {
            State::Waiting(_) => "waiting",
            State::Delivered => "delivered",
            State::Failed => "failed",
        };
        let (answer, problem) = self.last.map_or((None, None), Outcome::told);
        json!({
            "id": self.message.id,
            "type": self.message.kind,
            "at": self.message.at.0,
            "endpoint": self.endpoint,
            "status": status,
            "attempts": self.attempts,
            "answer": answer,
            "problem": problem,
            "next": self.due().map(|at| at.0),
        })
    }
}
