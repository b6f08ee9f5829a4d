//! The gate's own answers. The app decides what a page looks like; it gets the words.

use http::StatusCode;
use http::header::{
    CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER,
};
use url::Url;

use super::paths::closed;
use super::{Admission, Request, Visitor};
use crate::auth::Auth;
use crate::authenticate::{HardError, NotSignedIn, RESULTS};
use crate::cookies::Cookies;
#[cfg(feature = "diagnosis")]
use crate::diagnosis::Diagnosis;
use crate::error::Reason;
#[cfg(feature = "machines")]
use crate::protect::oauth_challenge;
use crate::protect::{Refused, RequestKind};
use crate::public_url::PublicUrl;
use crate::random;
use crate::redirect::{Redirects, htmx_page};
#[cfg(feature = "machines")]
use crate::token_type::TokenType;

const HX_REDIRECT: HeaderName = HeaderName::from_static("hx-redirect");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
pub(super) const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const NOT_SET_UP: &str = "This app is not set up correctly";

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
    Json(String),
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
    /// For the script of the page: the body by which code is told to ask for a proof. Then the address opens.
    pub proof: Option<String>,
}

impl Request<'_> {
    /// Section 10.3 with rules 14 and 16 of `security.md`.
    pub(super) fn refuse(&self, visitor: &Visitor, refused: Refused<'_>) -> Answer {
        let signed_out = NotSignedIn::default();
        let why = visitor.why.as_deref().unwrap_or(&signed_out);
        if let Some(unknown) = &why.unknown {
            // Not knowing is not "signed out" (`security.md` rule 14).
            let problem = self.problem("Try again in a moment", why);
            let mut answer = error(self.is_page(), StatusCode::SERVICE_UNAVAILABLE, problem);
            let wait = HeaderValue::from(unknown.retry_after);
            answer.headers.insert(RETRY_AFTER, wait);
            return answer;
        }
        match refused {
            Refused::SignedOut(url) => self.sign_in_first(visitor, why, url),
            #[cfg(feature = "machines")]
            Refused::Token(Some(TokenType::OAuth)) => self.ask_for_oauth(),
            #[cfg(feature = "machines")]
            Refused::Token(_) => data(StatusCode::UNAUTHORIZED),
            Refused::Elsewhere(url) => redirect(url).unwrap_or_else(|| not_found(self.is_page())),
            Refused::Stale(wanted) => self.ask_for_proof(wanted.error_body().to_string()),
            Refused::NotFound => not_found(self.is_page()),
        }
    }

    /// Code is told in the words on which Clerk's components ask; a page asks by its own script.
    fn ask_for_proof(&self, body: String) -> Answer {
        #[cfg(feature = "site")]
        if self.is_page() {
            let mut problem = plain("Confirm that it is you", "This page wants a fresh proof.");
            problem.proof = Some(body);
            return error(true, StatusCode::FORBIDDEN, problem);
        }
        json(StatusCode::FORBIDDEN, body)
    }

    fn sign_in_first(&self, visitor: &Visitor, why: &NotSignedIn, url: Option<&str>) -> Answer {
        match (self.kind(), url.and_then(redirect)) {
            (RequestKind::Page, Some(redirect)) => redirect,
            (RequestKind::Page, None) => self.page(visitor, why),
            (kind, _) => {
                self.note(Some(why));
                let mut answer = data(StatusCode::UNAUTHORIZED);
                // HTMX cannot follow a handshake, but a navigation can, so HTMX is told to make one (rule 16).
                let target = (kind == RequestKind::Htmx).then(|| self.htmx_target(&visitor.auth));
                if let Some(target) = target.flatten() {
                    answer.headers.insert(HX_REDIRECT, target);
                }
                answer
            }
        }
    }

    fn page(&self, visitor: &Visitor, why: &NotSignedIn) -> Answer {
        if self.is_for_good(why) {
            return self.server_error(self.problem("Sign-in does not complete", why));
        }
        if let Some(answer) = self.repair(why) {
            return answer;
        }
        self.note(Some(why));
        let answer = self.sign_in(&visitor.auth);
        answer.unwrap_or_else(|| data(StatusCode::UNAUTHORIZED))
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
            return Some(self.not_set_up(&text));
        }
        redirect(&url.relative(&target))
    }

    fn sign_in_page(&self, auth: &Auth, url: &PublicUrl, back: &Url) -> Option<Url> {
        let config = self.gate.clerk().config();
        const NAME: &str = "__clerk_db_jwt";
        let in_query = url.query(NAME).filter(|token| !token.is_empty());
        let in_cookie = || Some(Cookies::of(self.head).non_empty(NAME)?.into_owned());
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
        redirects.to_sign_in(Some(back.as_str()))
    }

    /// 401 that says where to get a token.
    #[cfg(feature = "machines")]
    fn ask_for_oauth(&self) -> Answer {
        let mut answer = data(StatusCode::UNAUTHORIZED);
        let mut address = self.gate.clerk().config().frontend_api();
        if address.starts_with('/') {
            let Some(origin) = self.gate.own_origin(self.head, self.connection) else {
                return answer;
            };
            address = format!("{origin}{address}").into();
        }
        if let Ok(challenge) = HeaderValue::try_from(oauth_challenge(&address)) {
            answer
                .headers
                .insert(http::header::WWW_AUTHENTICATE, challenge);
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

    pub(super) fn misconfigured(&self, error: &HardError) -> Answer {
        let text = error.to_string();
        #[cfg(feature = "diagnosis")]
        if let HardError::Handshake(_) = error {
            let diagnosis = Diagnosis::of_handshake(&text);
            let title = "The handshake with Clerk failed";
            return self.server_error(self.explained(title, None, &diagnosis));
        }
        self.not_set_up(&text)
    }

    pub(super) fn no_auth_ran(&self) -> Answer {
        self.not_set_up(
            "A handler asks who is signed in, but no auth ran for its path: it is listed as one without auth, or was \
             added outside of the auth layer.",
        )
    }

    fn not_set_up(&self, text: &str) -> Answer {
        let reference = reference();
        if let Some(left_out) = self.gate.clerk().log_line(NOT_SET_UP) {
            tracing::error!(reference, left_out, "{text}");
        }
        self.server_error(self.shown(reference, plain(NOT_SET_UP, text)))
    }

    fn server_error(&self, problem: Problem) -> Answer {
        error(self.is_page(), StatusCode::INTERNAL_SERVER_ERROR, problem)
    }

    pub(super) fn bad_request(&self, message: &str) -> Admission {
        let problem = plain("Bad request", message);
        error(self.is_page(), StatusCode::BAD_REQUEST, problem).into()
    }

    #[cfg(not(feature = "diagnosis"))]
    fn problem(&self, title: &'static str, why: &NotSignedIn) -> Problem {
        let reference = reference();
        let text = format!("{}: {}", why.reason, why.message);
        if let Some(left_out) = self.gate.clerk().log_line(title) {
            tracing::error!(reference, left_out, "{text}");
        }
        self.shown(reference, plain(title, &text))
    }

    #[cfg(feature = "diagnosis")]
    fn problem(&self, title: &'static str, why: &NotSignedIn) -> Problem {
        let diagnosis = Diagnosis::of(why, self.gate.clerk(), self.head, self.connection);
        self.explained(title, Some(&why.reason), &diagnosis)
    }

    #[cfg(feature = "diagnosis")]
    fn explained(
        &self,
        title: &'static str,
        reason: Option<&str>,
        diagnosis: &Diagnosis,
    ) -> Problem {
        let reference = reference();
        if let Some(left_out) = self.gate.clerk().log_line(diagnosis.cause) {
            tracing::warn!(reference, reason, left_out, "{diagnosis}");
        }
        let reason = reason.map(|reason| ("Reason", reason.to_owned()));
        let details = [
            reason,
            Some(("What was measured", diagnosis.evidence.clone())),
            Some(("What to do", diagnosis.remedy.to_owned())),
        ];
        let problem = Problem {
            details: details.into_iter().flatten().collect(),
            ..plain(title, diagnosis.cause)
        };
        self.shown(reference, problem)
    }

    /// In development the page says everything; in production it has an id, and the log says everything under that id.
    fn shown(&self, reference: String, problem: Problem) -> Problem {
        if self.gate.clerk().config().is_development() {
            return problem;
        }
        let text = "Please try again. If it happens again, tell us the reference below.";
        Problem {
            details: vec![("Reference", reference)],
            ..plain(problem.title, text)
        }
    }

    /// Writes a line to the log if no page says it: redirects were ended, or a token was refused for a reason that
    /// signing in again does not cure.
    pub(super) fn note(&self, why: Option<&NotSignedIn>) {
        let Some(why) = why else { return };
        let error = why.error.as_ref().map(|error| error.reason);
        let kind = match error.filter(|reason| is_set_up(*reason)) {
            Some(reason) => reason.as_str(),
            None if why.loop_ended => "loop",
            None => return,
        };
        if let Some(left_out) = self.gate.clerk().log_line(kind) {
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

/// A problem without details.
pub(crate) fn plain(title: &'static str, message: &str) -> Problem {
    Problem {
        title,
        message: message.to_owned(),
        details: Vec::new(),
        proof: None,
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
    let url = HeaderValue::from_str(url).ok()?;
    let headers = [(LOCATION, url), (CACHE_CONTROL, NO_STORE)];
    Some(follow(HeaderMap::from_iter(headers)))
}

/// A redirect with these headers.
pub(super) const fn follow(headers: HeaderMap) -> Answer {
    Answer {
        status: StatusCode::TEMPORARY_REDIRECT,
        headers,
        body: AnswerBody::Empty,
    }
}

/// The answer for an address without a page.
pub(super) fn not_found(is_page: bool) -> Answer {
    let problem = plain("Not found", "There is no page at this address.");
    error(is_page, StatusCode::NOT_FOUND, problem)
}

/// A page with these words, or else the name of the status as data.
fn error(is_page: bool, status: StatusCode, problem: Problem) -> Answer {
    if !is_page {
        return data(status);
    }
    Answer {
        status,
        headers: HeaderMap::from_iter([(CACHE_CONTROL, NO_STORE)]),
        body: AnswerBody::Page(problem),
    }
}

/// The name of the status as data.
pub(super) fn data(status: StatusCode) -> Answer {
    let name = status.canonical_reason().unwrap_or_default();
    json(status, format!(r#"{{"error":"{name}"}}"#))
}

fn json(status: StatusCode, body: String) -> Answer {
    Answer {
        status,
        headers: HeaderMap::from_iter([(CONTENT_TYPE, JSON), (CACHE_CONTROL, NO_STORE)]),
        body: AnswerBody::Json(body),
    }
}
