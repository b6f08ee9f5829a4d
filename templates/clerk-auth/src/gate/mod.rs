//! Decides about a request: let it pass, or answer it. Framework adapters ask here and decide nothing themselves.
//!
//! Paths are judged as they came, before any router has touched them (`security.md` rules 7, 14 and 16).

mod answer;
mod handshake;
#[cfg(feature = "machines")]
mod machines;
#[cfg(any(feature = "machines", feature = "proxy"))]
mod own_origin;
mod paths;
mod return_address;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use http::header::{CACHE_CONTROL, HOST, HeaderMap, LOCATION, SET_COOKIE};

pub use answer::{Answer, AnswerBody, Problem};
#[cfg(feature = "kit")]
pub(crate) use answer::{plain, reference};
#[cfg(all(feature = "kit", feature = "machines"))]
pub(crate) use machines::METADATA;
pub use paths::{GateError, Paths};
pub use return_address::ReturnAddress;

use answer::{NO_STORE, follow};
use paths::Matchers;

use crate::auth::{Auth, Session};
use crate::authenticate::{Begun, Clerk, HardError, NotSignedIn, RequestState, Status, Waiting};
use crate::head::Head;
use crate::protect::{Protect, RequestKind};
use crate::public_url::{Connection, PublicUrl, forwarded_for};
#[cfg(feature = "machines")]
use crate::token_type::Accepts;

/// Lets requests pass or answers them. Cheap to clone.
#[derive(Clone)]
pub struct Gate {
    clerk: Clerk,
    paths: Arc<Matchers>,
    /// The conditions for every path that is not public.
    protect: Protect,
    /// The same where tokens of machines count.
    #[cfg(feature = "machines")]
    any_token: Protect,
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate")
            .field("clerk", &self.clerk)
            .finish_non_exhaustive()
    }
}

/// The sender of a request that passed. Adapters keep it with the request.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The identity.
    pub auth: Auth,
    /// The reason why nobody is signed in, if nobody is.
    pub why: Option<Arc<NotSignedIn>>,
}

impl Visitor {
    /// The session, if somebody is signed in.
    pub const fn session(&self) -> Option<&Session> {
        self.auth.session()
    }

    /// The identity as handlers for people see it: a key or token of a program counts as nobody, whoever it acts for.
    pub fn person(&self) -> Auth {
        #[cfg(feature = "machines")]
        return self.auth.narrow(&Accepts::default());
        #[cfg(not(feature = "machines"))]
        self.auth.clone()
    }
}

/// The gate's verdict.
#[derive(Debug)]
pub enum Admission {
    /// Let it pass; no auth ran.
    WithoutAuth,
    /// Let it pass, keep the visitor with the request, and append the headers to the answer.
    Pass {
        /// The identity.
        visitor: Visitor,
        /// Headers for the answer; several may have one name.
        headers: HeaderMap,
    },
    /// Answer it with this.
    Answer(Box<Answer>),
}

impl From<Answer> for Admission {
    fn from(answer: Answer) -> Self {
        Self::Answer(Box::new(answer))
    }
}

/// A request that cannot be judged without waiting, with the work done so far.
pub struct Undecided(Box<Waiting>);

impl fmt::Debug for Undecided {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Undecided(...)")
    }
}

impl Gate {
    /// A gate before an app with these paths.
    ///
    /// # Errors
    /// [`GateError`] for the first pattern that cannot be used, or a sign-in page that is protected itself.
    pub fn new(clerk: Clerk, paths: &Paths<'_>) -> Result<Self, GateError> {
        Self::with_files(clerk, paths, paths.is_file)
    }

    /// The same with static files that `is_file` knows.
    pub(crate) fn with_files(
        clerk: Clerk,
        paths: &Paths<'_>,
        is_file: impl Fn(&str) -> bool + Send + Sync + 'static,
    ) -> Result<Self, GateError> {
        let matchers = Matchers::new(paths, is_file)?;
        matchers.check_pages(clerk.config())?;
        Ok(Self {
            #[cfg(feature = "machines")]
            protect: Protect::default().accepts(clerk.config().accepts.clone()),
            #[cfg(not(feature = "machines"))]
            protect: Protect::default(),
            #[cfg(feature = "machines")]
            any_token: Protect::default().accepts(Accepts::Any),
            clerk,
            paths: Arc::new(matchers),
        })
    }

    /// The instance behind the gate.
    pub const fn clerk(&self) -> &Clerk {
        &self.clerk
    }

    /// The address under which the visitor reached the app.
    pub fn public_url(&self, head: &dyn Head, connection: Connection<'_>) -> Option<PublicUrl> {
        PublicUrl::of(head, connection, self.clerk.config().trust_proxy_headers)
    }

    /// The visitor's IP address; `peer` is the other end of the connection.
    pub fn client_address(&self, head: &dyn Head, peer: Option<IpAddr>) -> Option<IpAddr> {
        let is_proxy = self.clerk.config().trust_proxy_headers;
        is_proxy.then(|| forwarded_for(head)).flatten().or(peer)
    }

    /// Judges a request by its whole path, before routing. It does not wait: a token whose key is at hand is judged at
    /// once.
    ///
    /// # Errors
    /// [`Undecided`] if it needs a key or an answer from Clerk.
    pub fn admit_at_once(
        &self,
        head: &dyn Head,
        connection: Connection<'_>,
    ) -> Result<Admission, Undecided> {
        let request = self.request(head, connection);
        let needs_auth = match has_two_hosts(head) {
            true => Err("The request names two hosts."),
            false => self.paths.needs_auth(head.path()),
        };
        match needs_auth {
            Err(wrong) => return Ok(request.bad_request(wrong)),
            Ok(false) => return Ok(Admission::WithoutAuth),
            Ok(true) => {}
        }
        #[cfg(feature = "machines")]
        let begun = request.begin();
        #[cfg(not(feature = "machines"))]
        let begun = self.clerk.authenticate_at_once(head, connection);
        match begun {
            Ok(Begun::Settled(state)) => Ok(request.judge(state)),
            Ok(Begun::Waiting(waiting)) => Err(Undecided(Box::new(waiting))),
            Err(error) => Ok(request.hard_error(&error)),
        }
    }

    /// Goes on with the request that was left undecided.
    pub async fn admit_later(
        &self,
        undecided: Undecided,
        head: &dyn Head,
        connection: Connection<'_>,
    ) -> Admission {
        let request = self.request(head, connection);
        let state = self
            .clerk
            .authenticate_later(*undecided.0, head, connection);
        match state.await {
            Ok(state) => request.judge(state),
            Err(error) => request.hard_error(&error),
        }
    }

    const fn request<'a>(&'a self, head: &'a dyn Head, connection: Connection<'a>) -> Request<'a> {
        Request {
            gate: self,
            head,
            connection,
        }
    }

    fn is_public(&self, path: &str) -> bool {
        self.paths.is_public(path)
    }

    /// True if everybody gets data there.
    #[cfg(feature = "rocket")]
    pub(crate) fn is_data(&self, path: &str) -> bool {
        self.paths.is_data(path)
    }

    /// True if a browser would show the answer.
    pub fn is_page(&self, head: &dyn Head) -> bool {
        self.request(head, Connection::HTTP).is_page()
    }

    /// The answer for an address without a page, to a browser that would show it or to a program.
    pub fn not_found(&self, is_page: bool) -> Answer {
        answer::not_found(is_page)
    }

    /// Checks that this visitor meets `protect`. Every protected path is judged by this, and so are handlers that ask
    /// for more. Without a visitor no auth ran for this path: that is a mistake in the app, and nobody gets in.
    ///
    /// # Errors
    /// The answer for everybody else.
    pub fn check(
        &self,
        protect: &Protect,
        head: &dyn Head,
        connection: Connection<'_>,
        visitor: Option<&Visitor>,
    ) -> Result<Auth, Box<Answer>> {
        let request = self.request(head, connection);
        let Some(visitor) = visitor else {
            return Err(Box::new(request.no_auth_ran()));
        };
        match protect.decide(&visitor.auth) {
            Ok(auth) => Ok(auth.into_owned()),
            Err(refused) => Err(Box::new(request.refuse(visitor, refused))),
        }
    }
}

/// A proxy in front may have used one of them while the app uses the other (RFC 9112 section 3.2).
fn has_two_hosts(head: &dyn Head) -> bool {
    let mut hosts = 0;
    head.lines(&HOST, &mut |_| hosts += 1);
    hosts > 1
}

/// One request before the gate.
#[derive(Clone, Copy)]
struct Request<'a> {
    gate: &'a Gate,
    head: &'a dyn Head,
    connection: Connection<'a>,
}

impl Request<'_> {
    fn hard_error(&self, error: &HardError) -> Admission {
        match error {
            HardError::UnusableHost => self.bad_request("The request names no usable host."),
            error => self.misconfigured(error).into(),
        }
    }

    fn judge(&self, state: RequestState) -> Admission {
        #[cfg(feature = "machines")]
        let state = self.unless_for_others(state);
        if self.is_redirect(&state) {
            let page = self.arrival(&state);
            return page.unwrap_or_else(|| follow(state.headers)).into();
        }
        let headers = passing_headers(&state);
        let RequestState { auth, why, .. } = state;
        let visitor = Visitor { auth, why };
        #[cfg(feature = "machines")]
        let protect = self.protect();
        #[cfg(not(feature = "machines"))]
        let protect = &self.gate.protect;
        let Err(refused) = protect.decide(&visitor.auth) else {
            return Admission::Pass { visitor, headers };
        };
        if self.is_public() {
            self.note(visitor.why.as_deref());
            return Admission::Pass { visitor, headers };
        }
        let mut answer = self.refuse(&visitor, refused);
        #[cfg(feature = "machines")]
        if self.is_for_machines() {
            self.add_challenge(&mut answer);
        }
        // Cookies of a handshake that ended signed out are sent along, or the next request would start it again.
        for (name, value) in &headers {
            if name == SET_COOKIE {
                answer.headers.append(name, value.clone());
            } else {
                answer.headers.insert(name, value.clone());
            }
        }
        answer.into()
    }

    /// A `Location` means 307 whatever the status (section 6.1), except for requests that cannot follow it: data, HTMX,
    /// and a handshake with an unknown outcome, which must be tried again at this very address.
    fn is_redirect(&self, state: &RequestState) -> bool {
        let why = state.why.as_deref();
        let is_unknown = why.is_some_and(|why| why.unknown.is_some());
        let stays = state.status == Status::Handshake
            && (!self.is_page() || why.is_some_and(|why| self.can_do_without(why)));
        state.location().is_some() && !stays && !is_unknown
    }

    /// A public page needs no dev browser yet: Clerk makes one in the page. So the first visit to the start page works
    /// even while nothing answers for the Frontend API.
    fn can_do_without(&self, why: &NotSignedIn) -> bool {
        why.reason == "dev-browser-missing" && self.is_public()
    }

    fn is_public(&self) -> bool {
        self.gate.is_public(self.head.path())
    }

    /// True if a browser would show the answer.
    fn is_page(&self) -> bool {
        let is_of_page = RequestKind::of(self.head) == RequestKind::Page;
        is_of_page && !self.gate.paths.is_data(self.head.path())
    }

    fn kind(&self) -> RequestKind {
        if self.gate.paths.is_data(self.head.path()) {
            RequestKind::Data
        } else {
            RequestKind::of(self.head)
        }
    }
}

/// Requests that pass without following a redirect pass as signed out.
fn passing_headers(state: &RequestState) -> HeaderMap {
    match &state.why {
        Some(why) if state.status == Status::Handshake => why.headers(),
        _ if state.headers.is_empty() => HeaderMap::new(),
        _ => {
            let mut headers = state.headers.clone();
            headers.remove(LOCATION);
            // A cache that kept an answer with cookies would sign its next reader in as this visitor.
            if headers.contains_key(SET_COOKIE) {
                headers.insert(CACHE_CONTROL, NO_STORE);
            }
            headers
        }
    }
}
