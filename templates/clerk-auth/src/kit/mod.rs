//! Everything that is the same for every framework: the work before and after the app's own handlers, and all answers
//! that are not the app's. An adapter passes requests in and sends the results.
//!
//! ```text
//! enter   Answer   send it
//!         Forward  hand the request with its body to `forward`, send what it gives
//!         Pass     keep the guest with the request, call the handler, hand its headers to `leave`
//! ```
//!
//! The builder learns which paths are public, which pages are the app's own and how errors look. Handlers say with
//! extractors who may call them; the module of each framework shows how.

mod builder;
#[cfg(feature = "connected")]
mod connected;
#[cfg(debug_assertions)]
mod emulator_clock;
mod files;
#[cfg(any(feature = "connected", feature = "rocket", feature = "views"))]
mod foreign;
#[cfg(feature = "rocket")]
mod foreign_form;
#[cfg(feature = "proxy")]
mod forward;
#[cfg(feature = "spa")]
mod front_end;
mod guest;
mod log;
#[cfg(feature = "site")]
mod page;
mod reply;
#[cfg(feature = "machines")]
mod resource;
mod sender;
#[cfg(feature = "site")]
mod site;
mod start;
#[cfg(feature = "pages")]
mod template;
#[cfg(feature = "views")]
mod views;
#[cfg(feature = "webhooks")]
mod webhook;

use std::fmt;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use http::StatusCode;
use http::header::{ALLOW, CONTENT_SECURITY_POLICY, HeaderMap, HeaderValue};

pub use builder::KitBuilder;
#[cfg(feature = "connected")]
pub use connected::{Connected, End};
pub use files::Files;
#[cfg(feature = "spa")]
pub use front_end::FrontEnd;
pub use guest::{Guest, NoUser, me, no_layer};
#[cfg(feature = "site")]
pub use page::Page;
pub use reply::{AnswerHeaders, Reply, Usual, append};
#[cfg(feature = "machines")]
pub use resource::caller;
#[cfg(feature = "machines")]
pub use sender::Caller;
#[cfg(feature = "webhooks")]
pub use sender::Webhook;
pub use sender::{Allowed, Auth, CurrentUser, SignedIn};
#[cfg(feature = "site")]
pub use site::Site;
pub use start::StartError;
#[cfg(feature = "views")]
pub use views::ErrorPage;

use crate::authenticate::Clerk;
use crate::config::Listen;
use crate::gate::{Admission, Answer, AnswerBody, Gate, Problem, Undecided, plain};
use crate::head::Head;
use crate::plain_page;
use crate::public_url::Connection;
use log::Line;

/// Everything an app needs of this crate, built once at start. Cheap to clone.
#[derive(Clone)]
pub struct Kit(Arc<Parts>);

struct Parts {
    gate: Gate,
    listen: Listen,
    files: Files,
    #[cfg(feature = "connected")]
    connections: connected::Connections,
    #[cfg(feature = "spa")]
    front_end: Option<Arc<FrontEnd>>,
    has_health: bool,
    /// True if tokens of machines count anywhere.
    #[cfg(feature = "machines")]
    has_callers: bool,
    #[cfg(feature = "machines")]
    oauth_scopes: &'static [&'static str],
    #[cfg(feature = "site")]
    site: Site,
    #[cfg(feature = "pages")]
    pages: Option<crate::pages::Pages>,
    #[cfg(feature = "views")]
    error_page: Option<ErrorPage>,
    #[cfg(feature = "proxy")]
    proxy_route: forward::ProxyRoute,
}

impl fmt::Debug for Kit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kit")
            .field("gate", &self.0.gate)
            .finish_non_exhaustive()
    }
}

/// The next step for a request.
#[derive(Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "the largest is the usual one, and a box would cost every request"
)]
pub enum Entry {
    /// Send this; no handler runs.
    Answer(Reply),
    /// It is for Clerk: pass it to [`Kit::forward`] with its body.
    #[cfg(feature = "proxy")]
    Forward,
    /// Call the handler, and pass the headers of its answer to [`Kit::leave`].
    Pass(Guest, Stay),
}

/// Kept for the moment when the handler has answered.
#[derive(Debug)]
pub struct Stay {
    /// Headers for the answer; `None` if no auth ran.
    headers: Option<HeaderMap>,
    is_page: bool,
    line: Option<Line>,
}

/// A request that cannot be answered without waiting for Clerk.
#[derive(Debug)]
pub struct Waiting {
    /// What the gate asks; `None` if `/readyz` was asked for.
    undecided: Option<Undecided>,
    line: Option<Line>,
}

impl Kit {
    /// A kit with the defaults: everything is protected, and sign-in is at Clerk's hosted page unless the variables
    /// name another.
    pub fn builder() -> KitBuilder {
        KitBuilder::default()
    }

    /// The gate before the app.
    pub fn gate(&self) -> &Gate {
        &self.0.gate
    }

    /// The Clerk instance.
    pub fn clerk(&self) -> &Clerk {
        self.0.gate.clerk()
    }

    /// The address to listen on.
    pub fn listen(&self) -> &Listen {
        &self.0.listen
    }

    /// True if the keys are of a development instance.
    fn is_development(&self) -> bool {
        self.clerk().config().is_development()
    }

    /// The facts about Clerk for pages.
    #[cfg(feature = "site")]
    pub fn site(&self) -> &Site {
        &self.0.site
    }

    /// The start of a request. It never waits.
    ///
    /// # Errors
    /// [`Waiting`], for [`wait`](Self::wait), if Clerk has to be asked.
    pub fn enter(
        &self,
        head: &dyn Head,
        connection: Connection<'static>,
    ) -> Result<Entry, Waiting> {
        let line = self.line(head);
        match self.gate().admit_at_once(head, connection) {
            Ok(Admission::WithoutAuth) => self.without_auth(head, connection, line),
            Ok(admission) => Ok(self.settle(admission, head, connection, line)),
            Err(undecided) => {
                let undecided = Some(undecided);
                Err(Waiting { undecided, line })
            }
        }
    }

    /// Goes on with the request that had to wait.
    pub async fn wait(
        &self,
        waiting: Waiting,
        head: &dyn Head,
        connection: Connection<'static>,
    ) -> Entry {
        let Waiting { undecided, line } = waiting;
        let Some(undecided) = undecided else {
            return self.answered(Box::pin(self.readiness()).await, line);
        };
        // Boxed so that a request which need not wait does not carry the size of all this.
        let judged = Box::pin(self.gate().admit_later(undecided, head, connection));
        self.settle(judged.await, head, connection, line)
    }

    fn settle(
        &self,
        admission: Admission,
        head: &dyn Head,
        connection: Connection<'static>,
        line: Option<Line>,
    ) -> Entry {
        let (visitor, headers) = match admission {
            Admission::Answer(answer) => return self.answered(self.reply(*answer), line),
            Admission::WithoutAuth => (None, None),
            Admission::Pass { visitor, headers } => (Some(visitor), Some(headers)),
        };
        let stay = Stay {
            headers,
            is_page: self.gate().is_page(head),
            line,
        };
        Entry::Pass(Guest::new(self.clone(), visitor, connection), stay)
    }

    /// The kit's own addresses; all others are the app's.
    fn without_auth(
        &self,
        head: &dyn Head,
        connection: Connection<'static>,
        line: Option<Line>,
    ) -> Result<Entry, Waiting> {
        #[cfg(feature = "proxy")]
        if self.0.proxy_route.is_for(head.path()) {
            return Ok(Entry::Forward);
        }
        #[cfg(feature = "machines")]
        if let Some(reply) = self.metadata(head, connection) {
            return Ok(self.answered(reply, line));
        }
        let is_health = self.0.has_health && matches!(head.path(), "/healthz" | "/readyz");
        let file = self.0.files.reply(head);
        #[cfg(feature = "spa")]
        let file = file.or_else(|| self.front_end(head));
        if (is_health || file.is_some()) && !matches!(head.method(), "GET" | "HEAD") {
            let mut reply = Reply::empty(StatusCode::METHOD_NOT_ALLOWED);
            let methods = HeaderValue::from_static("GET,HEAD");
            reply.headers_mut().insert(ALLOW, methods);
            return Ok(self.answered(reply, line));
        }
        match file {
            Some(file) => Ok(self.answered(file, line)),
            None if is_health && head.path() == "/readyz" => {
                let undecided = None;
                Err(Waiting { undecided, line })
            }
            None if is_health => Ok(self.answered(Reply::text(StatusCode::OK, "ok"), line)),
            None => Ok(self.settle(Admission::WithoutAuth, head, connection, line)),
        }
    }

    async fn readiness(&self) -> Reply {
        const STATUS: StatusCode = StatusCode::SERVICE_UNAVAILABLE;
        match self.clerk().ready().await {
            Ok(()) => Reply::text(StatusCode::OK, "ready"),
            Err(error) => {
                if let Some(left_out) = self.clerk().log_line("not ready") {
                    tracing::warn!(left_out, "not ready: {error}");
                }
                Reply::text(STATUS, "not ready: no key to check tokens with")
            }
        }
    }

    fn answered(&self, mut reply: Reply, line: Option<Line>) -> Entry {
        self.secure(reply.headers_mut());
        self.write(line, reply.status());
        Entry::Answer(reply)
    }

    /// The end of a request: adds the headers for Clerk, browsers and caches to the handler's answer.
    pub fn leave(&self, stay: Stay, status: StatusCode, headers: &mut impl AnswerHeaders) {
        if let Some(more) = stay.headers {
            // The answer depends on the sender, so no cache may keep it, unless the handler says otherwise.
            headers.add_usual(Usual::NoStore);
            append(headers, more);
        }
        self.secure(headers);
        self.write(stay.line, status);
    }

    /// The answer in place of a handler that panicked; pass it to [`leave`](Self::leave) as well.
    pub fn broken(&self, stay: &Stay) -> Reply {
        const STATUS: StatusCode = StatusCode::INTERNAL_SERVER_ERROR;
        if stay.is_page {
            let message = "This is our mistake. Please try again.";
            self.problem(STATUS, &plain("Something went wrong", message))
        } else {
            Reply::error(STATUS)
        }
    }

    /// The answer for an address without a page, where the request is gone by then.
    #[cfg(feature = "poem")]
    pub fn not_found(&self, stay: &Stay) -> Reply {
        self.reply(self.gate().not_found(stay.is_page))
    }

    /// Adds the headers that every answer of this app has, unless it has set them otherwise.
    pub(crate) fn secure(&self, headers: &mut impl AnswerHeaders) {
        headers.add_usual(Usual::NoSniff);
        headers.add_usual(Usual::NoFrame);
        if !self.is_development() {
            headers.add_usual(Usual::OnlyHttps);
        }
    }

    /// The gate's answer, with its page in the app's own look.
    pub(crate) fn reply(&self, answer: Answer) -> Reply {
        let mut reply = match answer.body {
            AnswerBody::Empty => Reply::empty(answer.status),
            AnswerBody::Html(text) => Reply::html(answer.status, text),
            AnswerBody::Json(text) => Reply::json(answer.status, text),
            AnswerBody::Page(problem) => self.problem(answer.status, &problem),
        };
        append(reply.headers_mut(), answer.headers);
        reply
    }

    /// An error page: the app's own `error.html`, or else a plain one.
    pub fn problem(&self, status: StatusCode, problem: &Problem) -> Reply {
        #[cfg(feature = "pages")]
        if let Some(reply) = self.own_problem(status, problem) {
            return reply;
        }
        #[cfg(feature = "views")]
        if let Some(show) = self.0.error_page {
            return self.view_of(status, problem, show);
        }
        let mut reply = Reply::html(status, plain_page::html(problem));
        let policy = HeaderValue::from_static(plain_page::POLICY);
        reply.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
        reply
    }
}

/// A handler's answer, or `None` if it panicked; otherwise the connection would close without a word. The panic's
/// message is on standard error already.
pub async fn unless_panicked<T>(mut handler: Pin<&mut impl Future<Output = T>>) -> Option<T> {
    poll_fn(|context| {
        // The handler's half-done work is dropped with it, and nobody looks at it again.
        let polled = catch_unwind(AssertUnwindSafe(|| handler.as_mut().poll(context)));
        polled.map_or(Poll::Ready(None), |answer| answer.map(Some))
    })
    .await
}
