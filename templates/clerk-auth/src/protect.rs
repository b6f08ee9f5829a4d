//! What a protected route answers (`request-authentication.md` section 10.3, with rule 16 of `security.md`): let
//! through, send to sign-in, or refuse.

use std::fmt;
use std::sync::Arc;

use http::header::{ACCEPT, HeaderName};

use crate::auth::Auth;
use crate::has::Check;
use crate::head::Head;
use crate::token_type::{Accepts, TokenType};

const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
const HX_REQUEST: HeaderName = HeaderName::from_static("hx-request");

/// The conditions of a protected route. [`Protect::default`] asks for a signed-in person and nothing else.
#[derive(Clone, Debug, Default)]
pub struct Protect {
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

    /// The kinds of token the route takes; session tokens when not said.
    #[must_use]
    pub fn accepts(mut self, accepts: Accepts) -> Self {
        self.accepts = accepts;
        self
    }

    /// Where a page request of nobody is sent instead of to sign-in.
    #[must_use]
    pub fn unauthenticated_url(mut self, url: impl Into<String>) -> Self {
        self.unauthenticated_url = Some(url.into());
        self
    }

    /// Where somebody signed in who may not enter is sent instead of to "not found".
    #[must_use]
    pub fn unauthorized_url(mut self, url: impl Into<String>) -> Self {
        self.unauthorized_url = Some(url.into());
        self
    }

    /// Decides about one request.
    pub fn decide(&self, auth: &Auth, request: RequestKind) -> Decision {
        let auth = auth.narrow(&self.accepts);
        match auth {
            Auth::InvalidToken | Auth::MachineSignedOut(_) => self.refuse(&auth),
            Auth::Pending(_) | Auth::SignedOut => self.ask_to_sign_in(request),
            Auth::SignedIn(ref session) if session.user_id().is_none_or(str::is_empty) => {
                self.ask_to_sign_in(request)
            }
            Auth::SignedIn(_) | Auth::Machine(_) if self.requirement.allows(&auth) => {
                Decision::Allow(auth)
            }
            Auth::SignedIn(_) | Auth::Machine(_) => self.refuse(&auth),
        }
    }

    fn ask_to_sign_in(&self, request: RequestKind) -> Decision {
        match (request, &self.unauthenticated_url) {
            (RequestKind::Page, Some(url)) => Decision::Redirect(url.clone()),
            (RequestKind::Page, None) => Decision::SignIn,
            (RequestKind::Htmx, _) => Decision::Reload,
            (RequestKind::Data, _) => Decision::Unauthorized(Some(TokenType::Session)),
        }
    }

    fn refuse(&self, auth: &Auth) -> Decision {
        let kind = auth.token_type();
        match &self.unauthorized_url {
            _ if kind != Some(TokenType::Session) => Decision::Unauthorized(kind),
            Some(url) => Decision::Redirect(url.clone()),
            None => Decision::NotFound,
        }
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

/// What a protected route does with a request.
#[derive(Clone, Debug)]
pub enum Decision {
    /// The request goes on, with the auth object as the route accepts it.
    Allow(Auth),
    /// 307 to the sign-in page, see [`redirect`](crate::redirect).
    SignIn,
    /// 307 to this address of the app's own configuration.
    Redirect(String),
    /// 401 as data. The kind is that of the token in question, for [`oauth_challenge`]; `None` for one not accepted.
    Unauthorized(Option<TokenType>),
    /// 401 with an `HX-Redirect` to the current page: HTMX cannot follow a handshake, a navigation can. See
    /// [`htmx_page`](crate::redirect::htmx_page).
    Reload,
    /// 404: signed in, and may not know that there is something here.
    NotFound,
}

/// What asks, because only pages can be sent to sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestKind {
    /// A browser that shows what it gets.
    Page,
    /// HTMX, which puts what it gets into a page.
    Htmx,
    /// Code.
    Data,
}

impl RequestKind {
    /// Tells by the headers. Wider than what may start a handshake: `text/html` anywhere in `Accept` is a page.
    pub fn of(head: &dyn Head) -> Self {
        let destination = head.header(&SEC_FETCH_DEST);
        let accepts_html = || {
            let mut is_there = false;
            head.lines(&ACCEPT, &mut |line| {
                is_there |= line.windows(9).any(|part| part == b"text/html");
            });
            is_there
        };
        if head.header(&HX_REQUEST) == Some(b"true") {
            Self::Htmx
        } else if matches!(destination, Some(b"document" | b"iframe")) || accepts_html() {
            Self::Page
        } else {
            Self::Data
        }
    }
}

/// The `WWW-Authenticate` value for a 401 about an OAuth token; `frontend_api` is a host or a proxy's address.
pub fn oauth_challenge(frontend_api: &str) -> String {
    let scheme = if frontend_api.starts_with("http") {
        ""
    } else {
        "https://"
    };
    let base = frontend_api.trim_end_matches('/');
    format!("Bearer resource_metadata=\"{scheme}{base}/.well-known/oauth-protected-resource\"")
}
