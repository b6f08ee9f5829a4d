//! The gate's own answers. The app decides what a page looks like; it gets the words.

use std::borrow::Cow;

use http::StatusCode;
use http::header::{
    CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER,
    WWW_AUTHENTICATE,
};
use url::Url;

use super::paths::closed;
use super::{Scene, Visitor};
use crate::auth::Auth;
use crate::authenticate::{HardError, RESULTS, Unknown, Why};
use crate::cookies::Cookies;
#[cfg(feature = "diagnosis")]
use crate::diagnosis::Diagnosis;
use crate::error::Reason;
use crate::protect::{Refused, RequestKind, oauth_challenge};
use crate::public_url::PublicUrl;
use crate::random;
use crate::redirect::{Redirects, ReturnTo, htmx_page};
use crate::token_type::TokenType;

const HX_REDIRECT: HeaderName = HeaderName::from_static("hx-redirect");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// An answer for an adapter to send as it is.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers; several may have one name.
    pub headers: HeaderMap,
    /// The body.
    pub body: AnswerBody,
}

/// The body of an answer.
#[derive(Clone, Debug)]
pub enum AnswerBody {
    /// Nothing.
    Empty,
    /// This JSON; its content type is among the headers.
    Json(Cow<'static, str>),
    /// This page as it stands; its content type is among the headers.
    Html(String),
    /// A page with these words, which the app renders in its own layout.
    Page(Problem),
}

/// The words of an error page. Some come from the request: they must be escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The event in a few words.
    pub title: &'static str,
    /// Its meaning in a sentence.
    pub message: String,
    /// Headed paragraphs: in development cause and way out, in production a reference id. The log has it too, or the
    /// number of those that it left out.
    pub details: Vec<(&'static str, String)>,
}

impl Scene<'_> {
    /// Section 10.3 with rules 14 and 16 of `security.md`.
    pub(super) fn refuse(&self, visitor: &Visitor, refused: Refused<'_>) -> Answer {
        let signed_out = Why::default();
        let why = visitor.why.as_deref().unwrap_or(&signed_out);
        match refused {
            _ if let Some(unknown) = &why.unknown => self.try_again(why, unknown),
            Refused::SignedOut(url) => self.sign_in_first(visitor, why, url),
            Refused::Token(kind) => self.unauthorized(kind),
            Refused::Elsewhere(url) => redirect(url).unwrap_or_else(|| self.not_found()),
            Refused::Stale(wanted) => {
                let body = wanted.error_body().to_string();
                json(StatusCode::FORBIDDEN, body)
            }
            Refused::NotFound => self.not_found(),
        }
    }

    fn sign_in_first(&self, visitor: &Visitor, why: &Why, url: Option<&str>) -> Answer {
        match (self.kind(), url.and_then(redirect)) {
            (RequestKind::Page, Some(redirect)) => redirect,
            (RequestKind::Page, None) => self.page(visitor, why),
            (RequestKind::Htmx, _) => {
                self.note(Some(why));
                self.reload(&visitor.auth)
            }
            (RequestKind::Data, _) => {
                self.note(Some(why));
                self.unauthorized(Some(TokenType::Session))
            }
        }
    }

    fn page(&self, visitor: &Visitor, why: &Why) -> Answer {
        if self.is_for_good(why) {
            let problem = self.problem("Sign-in does not complete", why);
            return page(StatusCode::INTERNAL_SERVER_ERROR, problem);
        }
        if let Some(answer) = self.repair(why) {
            return answer;
        }
        self.note(Some(why));
        self.sign_in(&visitor.auth)
            .unwrap_or_else(|| self.unauthorized(Some(TokenType::Session)))
    }

    fn sign_in(&self, auth: &Auth) -> Option<Answer> {
        let url = self.gate.public_url(self.head, self.connection)?;
        // A used-up handshake in the way back would end signed out again, and the sign-in page, where somebody is
        // signed in, would send them there for ever.
        let is_handshake = RESULTS.iter().any(|name| url.query(name).is_some());
        let cleaned = is_handshake.then(|| url.without(&RESULTS));
        let back = cleaned.as_ref().unwrap_or(url.as_url());
        let target = self.sign_in_page(auth, &url, back)?;
        if target.origin() == url.as_url().origin() && !self.gate.paths.is_open(target.path()) {
            let text = closed("CLERK_SIGN_IN_URL", target.path());
            let problem = self.told("This app is not set up correctly", &text);
            return Some(self.server_error(problem));
        }
        redirect(&url.relative(&target))
    }

    fn sign_in_page(&self, auth: &Auth, url: &PublicUrl, back: &Url) -> Option<Url> {
        let config = self.gate.clerk().config();
        let in_query = url
            .query("__clerk_db_jwt")
            .filter(|token| !token.is_empty());
        let in_cookie = || {
            let cookies = Cookies::of(self.head);
            cookies
                .non_empty("__clerk_db_jwt")
                .map(std::borrow::Cow::into_owned)
        };
        let dev_browser = in_query.or_else(in_cookie);
        let redirects = Redirects {
            publishable_key: config.publishable_key.as_ref()?,
            sign_in_url: config.sign_in_url.as_deref(),
            sign_up_url: config.sign_up_url.as_deref(),
            is_satellite: config.is_satellite,
            public_url: Some(url.as_url()),
            dev_browser: dev_browser.as_deref(),
            is_pending: matches!(auth, Auth::Pending(_)),
        };
        redirects.to_sign_in(ReturnTo::Url(back.as_str())).ok()
    }

    /// 401 as data. For an OAuth token it says where to get one.
    fn unauthorized(&self, kind: Option<TokenType>) -> Answer {
        let mut answer = json(StatusCode::UNAUTHORIZED, r#"{"error":"Unauthorized"}"#);
        let is_oauth = kind == Some(TokenType::OAuth);
        let frontend_api = self.gate.clerk().config().frontend_api();
        let challenge = HeaderValue::try_from(oauth_challenge(&frontend_api)).ok();
        if let Some(challenge) = challenge.filter(|_| is_oauth) {
            answer.headers.insert(WWW_AUTHENTICATE, challenge);
        }
        answer
    }

    /// HTMX cannot follow a handshake, but a navigation can, so HTMX is told to make one (`security.md` rule 16).
    fn reload(&self, auth: &Auth) -> Answer {
        let mut answer = self.unauthorized(Some(TokenType::Session));
        if let Some(target) = self.htmx_target(auth) {
            answer.headers.insert(HX_REDIRECT, target);
        }
        answer
    }

    /// Back to the page that asked, if it is a protected one. A public page would open for the stranger and ask again,
    /// for ever: from there to sign-in and back, and from the sign-in page nowhere.
    fn htmx_target(&self, auth: &Auth) -> Option<HeaderValue> {
        let url = self.gate.public_url(self.head, self.connection)?;
        let current = htmx_page(self.head, url.as_url());
        if !self.gate.is_public(current.path()) {
            return location(&url, &current);
        }
        let page = self.sign_in_page(auth, &url, &current)?;
        let is_there = page.origin() == current.origin() && page.path() == current.path();
        (!is_there).then(|| location(&url, &page)).flatten()
    }

    /// Not knowing is not "signed out" (`security.md` rule 14).
    fn try_again(&self, why: &Why, unknown: &Unknown) -> Answer {
        const STATUS: StatusCode = StatusCode::SERVICE_UNAVAILABLE;
        let problem = self.problem("Try again in a moment", why);
        let mut answer = if self.is_page() {
            page(STATUS, problem)
        } else {
            json(STATUS, r#"{"error":"Service Unavailable"}"#)
        };
        answer
            .headers
            .insert(RETRY_AFTER, HeaderValue::from(unknown.retry_after));
        answer
    }

    pub(super) fn misconfigured(&self, error: &HardError) -> Answer {
        let text = error.to_string();
        #[cfg(feature = "diagnosis")]
        if let HardError::Handshake(_) = error {
            let diagnosis = Diagnosis::of_handshake(&text);
            let title = "The handshake with Clerk failed";
            return self.server_error(self.explained(title, None, &diagnosis));
        }
        let problem = self.told("This app is not set up correctly", &text);
        self.server_error(problem)
    }

    pub(super) fn no_auth_ran(&self) -> Answer {
        let text = "A handler asks who is signed in, but no auth ran for its path: it is listed as \
         one without auth, or was added outside of the auth layer.";
        let problem = self.told("This app is not set up correctly", text);
        self.server_error(problem)
    }

    fn server_error(&self, problem: Problem) -> Answer {
        const STATUS: StatusCode = StatusCode::INTERNAL_SERVER_ERROR;
        if self.is_page() {
            page(STATUS, problem)
        } else {
            json(STATUS, r#"{"error":"Internal Server Error"}"#)
        }
    }

    pub(super) fn bad_request(&self, message: &str) -> Answer {
        const STATUS: StatusCode = StatusCode::BAD_REQUEST;
        if !self.is_page() {
            return json(STATUS, r#"{"error":"Bad Request"}"#);
        }
        page(STATUS, plain("Bad request", message))
    }

    pub(super) fn not_found(&self) -> Answer {
        const STATUS: StatusCode = StatusCode::NOT_FOUND;
        if !self.is_page() {
            return json(STATUS, r#"{"error":"Not Found"}"#);
        }
        page(
            STATUS,
            plain("Not found", "There is no page at this address."),
        )
    }

    #[cfg(not(feature = "diagnosis"))]
    fn problem(&self, title: &'static str, why: &Why) -> Problem {
        self.told(title, &format!("{}: {}", why.reason, why.message))
    }

    #[cfg(feature = "diagnosis")]
    fn problem(&self, title: &'static str, why: &Why) -> Problem {
        let diagnosis = Diagnosis::of(why, self.gate.clerk(), self.head, self.connection);
        self.explained(title, Some(&why.reason), &diagnosis)
    }

    /// In development the page says everything; in production it has an id, and the log says everything under that id.
    #[cfg(feature = "diagnosis")]
    fn explained(
        &self,
        title: &'static str,
        reason: Option<&str>,
        diagnosis: &Diagnosis,
    ) -> Problem {
        let reference = reference();
        if let Some(line) = self.gate.clerk().log_line(diagnosis.cause) {
            let left_out = line.left_out;
            tracing::warn!(reference, reason, left_out, "{diagnosis}");
        }
        if !self.gate.clerk().config().is_development() {
            return hidden(title, reference);
        }
        let reason = reason.map(|reason| ("Reason", reason.to_owned()));
        let mut details: Vec<_> = reason.into_iter().collect();
        details.push(("What was measured", diagnosis.evidence.clone()));
        details.push(("What to do", diagnosis.remedy.to_owned()));
        Problem {
            title,
            message: diagnosis.cause.to_owned(),
            details,
        }
    }

    fn told(&self, title: &'static str, text: &str) -> Problem {
        let reference = reference();
        if let Some(line) = self.gate.clerk().log_line(title) {
            let left_out = line.left_out;
            tracing::error!(reference, left_out, "{text}");
        }
        if !self.gate.clerk().config().is_development() {
            return hidden(title, reference);
        }
        Problem {
            title,
            message: text.to_owned(),
            details: Vec::new(),
        }
    }

    /// Writes a line to the log if no page says it: redirects were ended, or a token was refused for a reason that
    /// signing in again does not cure.
    pub(super) fn note(&self, why: Option<&Why>) {
        let Some(why) = why else { return };
        let error = why.error.as_ref().map(|error| error.reason);
        let kind = match error.filter(|reason| is_set_up(*reason)) {
            Some(reason) => reason.as_str(),
            None if why.loop_ended => "loop",
            None => return,
        };
        if let Some(line) = self.gate.clerk().log_line(kind) {
            let left_out = line.left_out;
            #[cfg(feature = "diagnosis")]
            let told = Diagnosis::of(why, self.gate.clerk(), self.head, self.connection);
            #[cfg(not(feature = "diagnosis"))]
            let told = &why.message;
            tracing::info!(reason = &*why.reason, left_out, "{told}");
        }
    }
}

/// True for reasons that blame the app's set-up and not a visitor's old or broken token.
pub(super) const fn is_set_up(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::TokenInvalidSignature
            | Reason::TokenInvalidAuthorizedParties
            | Reason::TokenInvalidIssuer
            | Reason::TokenNotActiveYet
            | Reason::TokenIatInTheFuture
            | Reason::TokenVerificationFailed
            | Reason::JwkKidMismatch
            | Reason::JwkFailedToResolve
    )
}

fn hidden(title: &'static str, reference: String) -> Problem {
    Problem {
        title,
        message: "Please try again. If it happens again, tell us the reference below.".to_owned(),
        details: vec![("Reference", reference)],
    }
}

fn plain(title: &'static str, message: &str) -> Problem {
    Problem {
        title,
        message: message.to_owned(),
        details: Vec::new(),
    }
}

/// An id that stands on a page and in the log.
pub(crate) fn reference() -> String {
    random::nonce().chars().take(8).collect()
}

/// The value of a `Location` header; a path if possible.
fn location(here: &PublicUrl, target: &Url) -> Option<HeaderValue> {
    HeaderValue::from_str(&here.relative(target)).ok()
}

/// A redirect to an address from the app's own configuration, as it stands there.
fn redirect(url: &str) -> Option<Answer> {
    let mut headers = HeaderMap::new();
    headers.insert(LOCATION, HeaderValue::from_str(url).ok()?);
    headers.insert(CACHE_CONTROL, NO_STORE);
    Some(Answer {
        status: StatusCode::TEMPORARY_REDIRECT,
        headers,
        body: AnswerBody::Empty,
    })
}

fn json(status: StatusCode, body: impl Into<Cow<'static, str>>) -> Answer {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, NO_STORE);
    Answer {
        status,
        headers,
        body: AnswerBody::Json(body.into()),
    }
}

fn page(status: StatusCode, problem: Problem) -> Answer {
    let mut headers = HeaderMap::new();
    headers.insert(CACHE_CONTROL, NO_STORE);
    Answer {
        status,
        headers,
        body: AnswerBody::Page(problem),
    }
}
