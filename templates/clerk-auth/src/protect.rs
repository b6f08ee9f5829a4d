//! The decision of a protected route (`request-authentication.md` section 10.3, with rule 16 of `security.md`): let
//! through, send to sign-in, or refuse.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use http::header::{ACCEPT, HeaderName};

use crate::auth::Auth;
use crate::has::{Check, Reverification};
use crate::head::{Head, SEC_FETCH_DEST};
#[cfg(feature = "machines")]
use crate::token_type::{Accepts, TokenType};

const HX_REQUEST: HeaderName = HeaderName::from_static("hx-request");

/// The conditions of a protected route. [`Protect::default`] asks for a signed-in person and nothing else.
#[derive(Clone, Debug, Default)]
pub struct Protect {
    #[cfg(feature = "machines")]
    accepts: Accepts,
    requirement: Requirement,
    unauthenticated_url: Option<String>,
    unauthorized_url: Option<String>,
}

/// A question of the app's own about the request's auth object.
type Predicate = Arc<dyn Fn(&Auth) -> bool + Send + Sync>;

#[derive(Clone, Default)]
enum Requirement {
    #[default]
    Nothing,
    Check(Check),
    Predicate(Predicate),
}

impl Protect {
    /// The route asks for more than a session: `check` must hold. Machines fail every check.
    pub fn check(check: Check) -> Self {
        Self {
            requirement: Requirement::Check(check),
            ..Self::default()
        }
    }

    /// The route asks the app: `allowed` must say yes.
    pub fn predicate(allowed: impl Fn(&Auth) -> bool + Send + Sync + 'static) -> Self {
        Self {
            requirement: Requirement::Predicate(Arc::new(allowed)),
            ..Self::default()
        }
    }

    /// The kinds of token the route takes; session tokens unless you say otherwise.
    #[cfg(feature = "machines")]
    #[must_use]
    pub fn accepts(mut self, accepts: Accepts) -> Self {
        self.accepts = accepts;
        self
    }

    /// Sends page requests without a signed-in user here instead of to sign-in.
    #[must_use]
    pub fn unauthenticated_url(mut self, url: impl Into<String>) -> Self {
        self.unauthenticated_url = Some(url.into());
        self
    }

    /// Sends signed-in users who may not enter here instead of saying "not found".
    #[must_use]
    pub fn unauthorized_url(mut self, url: impl Into<String>) -> Self {
        self.unauthorized_url = Some(url.into());
        self
    }

    /// Decides who may enter, and returns the auth object as the route accepts it. [`Gate::check`](crate::Gate::check)
    /// asks this and answers everybody else.
    pub(crate) fn decide<'a>(&'a self, auth: &'a Auth) -> Result<Cow<'a, Auth>, Refused<'a>> {
        #[cfg(feature = "machines")]
        let auth = auth.narrowed(&self.accepts);
        #[cfg(not(feature = "machines"))]
        let auth = Cow::Borrowed(auth);
        let user = match &*auth {
            #[cfg(feature = "machines")]
            Auth::Machine(_) if self.requirement.allows(&auth) => return Ok(auth),
            #[cfg(feature = "machines")]
            Auth::Machine(_) | Auth::MachineSignedOut(_) | Auth::InvalidToken => {
                return Err(Refused::Token(auth.token_type()));
            }
            Auth::Pending(_) | Auth::SignedOut => None,
            Auth::SignedIn(session) => session.user_id().filter(|id| !id.is_empty()),
        };
        if user.is_none() {
            return Err(Refused::SignedOut(self.unauthenticated_url.as_deref()));
        }
        if self.requirement.allows(&auth) {
            return Ok(auth);
        }
        Err(match &self.unauthorized_url {
            Some(url) => Refused::Elsewhere(url),
            None => match self.requirement.reverification(&auth) {
                Some(wanted) => Refused::Stale(wanted),
                None => Refused::NotFound,
            },
        })
    }
}

impl Requirement {
    fn allows(&self, auth: &Auth) -> bool {
        match self {
            Self::Nothing => true,
            Self::Check(check) => auth
                .session()
                .is_some_and(|session| check.holds_for(session.fields())),
            Self::Predicate(allowed) => allowed(auth),
        }
    }

    /// The fresh verification, if that is all the session lacks.
    fn reverification(&self, auth: &Auth) -> Option<Reverification> {
        match self {
            Self::Check(check) => check.only_stale_for(auth.session()?.fields()),
            Self::Nothing | Self::Predicate(_) => None,
        }
    }
}

impl fmt::Debug for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("Nothing"),
            Self::Check(check) => check.fmt(f),
            Self::Predicate(_) => f.write_str("Predicate"),
        }
    }
}

/// The reason why somebody may not enter.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Refused<'a> {
    /// Nobody is signed in; pages may have an address of their own to go to.
    SignedOut(Option<&'a str>),
    /// The token is not of a kind that the route takes, or is not valid. Holds the kind of that token.
    #[cfg(feature = "machines")]
    Token(Option<TokenType>),
    /// Signed in, but sent to an address from the app's own configuration.
    Elsewhere(&'a str),
    /// Signed in, and allowed after a fresh verification.
    Stale(Reverification),
    /// Signed in, but must not know that there is something here.
    NotFound,
}

/// The condition of a protected route as a type, for extractors: a handler with it runs for nobody else.
///
/// ```
/// use clerk_auth::{Check, Rule};
///
/// struct Admin;
///
/// impl Rule for Admin {
///     fn check() -> Check {
///         Check::role("org:admin")
///     }
/// }
/// ```
pub trait Rule {
    /// The conditions on the session.
    fn check() -> Check;
}

/// The sender of a request, because only pages can be sent to sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestKind {
    /// A browser that shows the answer. One that sends a form does not count: its data would get lost on the way.
    Page,
    /// HTMX, which puts the answer into a page.
    Htmx,
    /// Code.
    Data,
}

impl RequestKind {
    /// Judges by the headers. More counts as a page than may start a handshake: `text/html` anywhere in `Accept` is
    /// enough.
    pub fn of(head: &dyn Head) -> Self {
        let destination = head.header(&SEC_FETCH_DEST);
        let accepts_html = || {
            let mut is_there = false;
            head.lines(&ACCEPT, &mut |line| {
                is_there |= line.windows(9).any(|part| part == b"text/html");
            });
            is_there
        };
        let reads = || matches!(head.method(), "GET" | "HEAD");
        if head.header(&HX_REQUEST) == Some(b"true") {
            Self::Htmx
        } else if reads()
            && (matches!(destination, Some(b"document" | b"iframe")) || accepts_html())
        {
            Self::Page
        } else {
            Self::Data
        }
    }
}

/// The `WWW-Authenticate` value for a 401 about an OAuth token; `frontend_api` is a host or a proxy's whole address.
#[cfg(feature = "machines")]
pub fn oauth_challenge(frontend_api: &str) -> String {
    let scheme = if frontend_api.starts_with("http") {
        ""
    } else {
        "https://"
    };
    let base = frontend_api.trim_end_matches('/');
    format!("Bearer resource_metadata=\"{scheme}{base}/.well-known/oauth-protected-resource\"")
}
