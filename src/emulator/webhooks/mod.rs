//! Webhooks: the app is told what happened, signed as Svix does it for Clerk (`backend-api.md` section 9). No request
//! waits for that.

mod book;
mod courier;
mod endpoint;
mod mail;
mod news;
mod post;
mod requester;
mod scene;
pub mod signed;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use clerk_auth::time::UnixMillis;
use clerk_auth::webhooks::WebhookSecret;
use serde_json::{Value, json};
use tokio::sync::watch;

pub use endpoint::{Target, TargetError, kind};
pub use mail::told as told_mail;
pub use news::KINDS;
pub use requester::Requester;
pub use scene::Scene;

use super::clock::MovedClock;
use super::event::{EventSink, Told};
use super::instance::happened::Happened;
use super::instance::{Instance, Mail, Random, random};
use book::{Book, Job, Message, Outcome};
use endpoint::Endpoint;
use news::{News, Reporter};

/// Addresses that are told.
pub const MAX_ENDPOINTS: usize = 10;

/// An endpoint that is asked for.
pub struct NewEndpoint {
    pub target: Target,
    /// All if none is named.
    pub kinds: Vec<&'static str>,
    /// Absent: the instance's.
    pub secret: Option<WebhookSecret>,
}

/// The instance, as messages name it.
pub struct Sender {
    pub instance_id: String,
    pub application: String,
    pub random: Arc<dyn Random>,
    /// Signs for endpoints that have no secret of their own.
    pub secret: WebhookSecret,
    /// Told of each try to deliver something.
    pub sink: Option<EventSink>,
}

pub struct Webhooks {
    sender: Sender,
    clock: Arc<MovedClock>,
    book: Mutex<Book>,
    /// What is needed to tell of the next thing; absent while nobody wants to know.
    reporter: Mutex<Option<Reporter>>,
    is_on: AtomicBool,
    /// True if others want to know as well, whether or not there is an endpoint.
    tells_news: AtomicBool,
    /// Rings when there may be something to do. With it the couriers end.
    bell: watch::Sender<()>,
}

impl Webhooks {
    pub fn new(sender: Sender, clock: Arc<MovedClock>) -> Self {
        Self {
            sender,
            clock,
            book: Mutex::default(),
            reporter: Mutex::default(),
            is_on: AtomicBool::new(false),
            tells_news: AtomicBool::new(false),
            bell: watch::Sender::default(),
        }
    }

    /// True if somebody wants to know what happens.
    pub fn is_on(&self) -> bool {
        self.is_on.load(Ordering::Relaxed)
    }

    /// Tells an endpoint from now on, and answers its id; none if there are too many.
    pub fn add(self: &Arc<Self>, new: NewEndpoint, instance: &mut Instance) -> Option<String> {
        let mut reporter = self.reporter();
        let mut book = self.book();
        if book.endpoints.len() >= MAX_ENDPOINTS {
            return None;
        }
        let id = random::id(&*self.sender.random, "ep");
        book.endpoints.push(Endpoint {
            id: id.clone(),
            target: new.target,
            kinds: new.kinds,
            secret: new.secret.unwrap_or_else(|| self.sender.secret.clone()),
        });
        self.listen(&mut reporter, instance);
        courier::start(self, id.clone());
        Some(id)
    }

    /// True if all these can be told as well. One of an address that is told already needs no room.
    pub fn has_room_for(&self, all: &[NewEndpoint]) -> bool {
        let mut book = self.book();
        let mut is_told = |new: &NewEndpoint| book.endpoint_at(&new.target).is_some();
        let told = all.iter().filter(|new| is_told(new)).count();
        let more = all.len() - told;
        book.endpoints.len() + more <= MAX_ENDPOINTS
    }

    /// Tells these endpoints from now on, each in place of the one that has the same address.
    pub fn put(self: &Arc<Self>, all: Vec<NewEndpoint>, instance: &mut Instance) {
        for new in all {
            let mut book = self.book();
            if let Some(known) = book.endpoint_at(&new.target) {
                known.kinds = new.kinds;
                known.secret = new.secret.unwrap_or_else(|| self.sender.secret.clone());
                continue;
            }
            drop(book);
            self.add(new, instance);
        }
    }

    /// From now on [`Webhooks::tell`] answers what happened.
    pub fn tell_news(&self, instance: &mut Instance) {
        self.tells_news.store(true, Ordering::Relaxed);
        self.listen(&mut self.reporter(), instance);
    }

    fn listen(&self, reporter: &mut Option<Reporter>, instance: &mut Instance) {
        if reporter.is_none() {
            instance.watch(true);
            *reporter = Some(Reporter::new(&self.scene(&Happened::default(), instance)));
            self.is_on.store(true, Ordering::Relaxed);
        }
    }

    /// Tells an endpoint nothing more; false if there is none such.
    pub fn remove(&self, id: &str, instance: &mut Instance) -> bool {
        let mut reporter = self.reporter();
        let mut book = self.book();
        let was_there = book.remove_endpoint(id);
        if book.endpoints.is_empty() && !self.tells_news.load(Ordering::Relaxed) {
            instance.watch(false);
            *reporter = None;
            self.is_on.store(false, Ordering::Relaxed);
        }
        self.ring();
        was_there
    }

    /// Tells all endpoints that want to know what has happened since the last time, and answers it if others want to
    /// know as well: the kinds, and the ids of what it happened to.
    pub fn tell(
        &self,
        instance: &mut Instance,
        mails: Vec<Mail>,
        requester: Option<&Requester>,
    ) -> Vec<(&'static str, Option<String>)> {
        let happened = instance.take_happened(mails);
        let mut reporter = self.reporter();
        let Some(reporter) = reporter.as_mut().filter(|_| !happened.is_empty()) else {
            return Vec::new();
        };
        let scene = self.scene(&happened, instance);
        let now = scene.now;
        let news = reporter.report(&scene);
        let told = self.told(&news);
        let messages = news.into_iter();
        let mut messages = messages
            .map(|news| self.message(news, requester, now))
            .peekable();
        if messages.peek().is_some() {
            let mut book = self.book();
            messages.for_each(|message| book.add(message));
            self.ring();
        }
        told
    }

    fn told(&self, news: &[News]) -> Vec<(&'static str, Option<String>)> {
        if !self.tells_news.load(Ordering::Relaxed) {
            return Vec::new();
        }
        let id = |news: &News| news.data["id"].as_str().map(str::to_owned);
        news.iter().map(|news| (news.kind, id(news))).collect()
    }

    /// Notes how a try went, and tells it.
    fn note(&self, job: &Job, outcome: Outcome) {
        let noted = self.book().note(job, outcome, self.clock.now());
        if let (Some(delivery), Some(sink)) = (noted, &self.sender.sink) {
            sink(None, Told::Delivery(&delivery));
        }
    }

    /// Tries at once all that waits for its time: the app is another one now.
    pub fn hurry(&self) {
        self.book().hurry();
        self.ring();
    }

    /// To be called when the time has changed.
    pub fn ring(&self) {
        self.bell.send_replace(());
    }

    /// The endpoints, without their secrets.
    pub fn endpoints(&self) -> Value {
        let book = self.book();
        let shown = book.endpoints.iter().map(|endpoint| {
            json!({
                "id": endpoint.id,
                "url": endpoint.target.as_str(),
                "events": endpoint.kinds,
            })
        });
        shown.collect()
    }

    pub fn deliveries(&self) -> Value {
        self.book().list()
    }

    /// Delivers a message once more; false if there is none such.
    pub fn replay(&self, message: &str) -> bool {
        let is_there = self.book().replay(message);
        self.ring();
        is_there
    }

    fn scene<'a>(&'a self, happened: &'a Happened, instance: &'a Instance) -> Scene<'a> {
        Scene {
            happened,
            instance,
            application: &self.sender.application,
            random: &*self.sender.random,
            now: self.clock.now(),
        }
    }

    fn message(&self, news: News, requester: Option<&Requester>, now: UnixMillis) -> Message {
        let mut body = event(news.kind, &news.data, &self.sender.instance_id, now);
        if let Some(requester) = requester {
            body["event_attributes"] = requester.attributes();
        }
        Message {
            id: random::id(&*self.sender.random, "msg"),
            kind: news.kind,
            at: now,
            body: body.to_string().into(),
        }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reporter(&self) -> MutexGuard<'_, Option<Reporter>> {
        self.reporter.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The body of a message, without who asked for what it tells.
pub fn event(kind: &str, data: &Value, instance_id: &str, now: UnixMillis) -> Value {
    json!({
        "data": data,
        "object": "event",
        "type": kind,
        "timestamp": now.0,
        "instance_id": instance_id,
    })
}
