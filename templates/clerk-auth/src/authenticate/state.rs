//! The decision about a request: signed in, signed out, or sent to the handshake (`request-authentication.md`
//! section 6.1).

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use http::header::{HeaderMap, HeaderName, HeaderValue, LOCATION};

use crate::auth::Auth;
use crate::backend::{BackendError, TOO_MANY};
use crate::config::ConfigError;
use crate::error::{Reason, TokenCarrier, TokenError};
use crate::key_set::KeySetError;
use crate::token::Unverified;

const AUTH_STATUS: HeaderName = HeaderName::from_static("x-clerk-auth-status");
const AUTH_REASON: HeaderName = HeaderName::from_static("x-clerk-auth-reason");
const AUTH_MESSAGE: HeaderName = HeaderName::from_static("x-clerk-auth-message");
/// The wait in seconds, if nobody named one.
const RETRY_AFTER: u64 = 5;

/// Everything known about the sender of a request. [`Gate`](crate::gate::Gate) says what to do with it.
#[derive(Clone, Debug)]
pub struct RequestState {
    /// The decision.
    pub status: Status,
    /// The identity; signed out unless a token was verified.
    pub auth: Auth,
    /// The reason why nobody is signed in, if nobody is.
    pub why: Option<Arc<NotSignedIn>>,
    /// Headers for the answer, several `Set-Cookie` in order. With a `Location` among them the answer is 307, whatever
    /// the status: a handshake in development ends signed in with a redirect to the clean address.
    pub headers: HeaderMap,
    /// The machine's token, if it is a machine.
    #[cfg(feature = "machines")]
    pub machine_token: Option<MachineToken>,
}

/// The decision about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// A token was verified. A pending session counts as verified, although its [`Auth`] is signed out.
    SignedIn,
    /// Nobody is known to be signed in.
    SignedOut,
    /// The browser should ask the Frontend API for a fresh token first.
    Handshake,
}

/// The reason why a request is not signed in: words for people and headers, and facts for a diagnosis.
#[derive(Clone, Debug, Default)]
pub struct NotSignedIn {
    /// The reason word of section 6.10.
    pub reason: Cow<'static, str>,
    /// The reference's sentence; often empty.
    pub message: String,
    /// The verification error behind it.
    pub error: Option<TokenError>,
    /// Set if it could not be found out (`security.md` rule 14). Then the answer is "try again", never "sign in".
    pub unknown: Option<Unknown>,
    /// True if the loop guard ended a series of redirects here.
    pub loop_ended: bool,
    /// The place the refused token came from.
    pub carrier: Option<TokenCarrier>,
    /// The session that a handshake just brought, if it was refused. Asking for another one does not help.
    pub refused_session: Option<Arc<RefusedSession>>,
}

/// A session that came fresh from Clerk and was refused all the same.
#[derive(Debug)]
pub struct RefusedSession {
    /// The reason.
    pub error: TokenError,
    /// Its token, as far as it can be read.
    pub token: Option<Unverified>,
}

/// Keys, a handshake payload or the answer about a machine token could not be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The failure, for the log. It holds no credential.
    pub cause: String,
    /// Seconds until the next try.
    pub retry_after: u64,
    /// True if Clerk refused our own key; then the log names the secret key.
    pub own_credential_refused: bool,
    /// True if nobody was asked, because strangers had too much asked just before.
    pub rationed: bool,
}

/// A machine token as it came. It is a credential, so its printed form is masked.
#[cfg(feature = "machines")]
#[derive(Clone)]
pub struct MachineToken(String);

#[cfg(feature = "machines")]
impl MachineToken {
    pub(crate) fn new(token: &str) -> Self {
        Self(token.to_owned())
    }

    /// The token itself, for calls in the machine's name.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

#[cfg(feature = "machines")]
impl std::fmt::Debug for MachineToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MachineToken(...)")
    }
}

/// A mistake in the app's set-up, or a request that no server can place. It says nothing about the visitor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HardError {
    /// The configuration lacks what a route needs for the tokens it accepts.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Development only: a handshake token did not verify, so keys of two instances are in use.
    #[error("{0}")]
    Handshake(String),
    /// The request names no host that a URL can hold.
    #[error("the request names no usable host")]
    UnusableHost,
}

impl NotSignedIn {
    pub(crate) fn new(reason: impl Into<Cow<'static, str>>) -> Self {
        Self {
            reason: reason.into(),
            ..Self::default()
        }
    }

    /// The headers of a signed-out answer for this reason (section 6.1).
    pub fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        add_status(&mut headers, Status::SignedOut, self);
        headers
    }

    pub(crate) fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// Says where the refused token came from, which is part of the sentence.
    pub(super) fn carried_by(mut self, carrier: Option<TokenCarrier>) -> Self {
        if let Some(error) = &self.error {
            self.message = error.full_message(carrier);
            self.carrier = carrier;
        }
        self
    }
}

impl From<TokenError> for Box<NotSignedIn> {
    fn from(error: TokenError) -> Self {
        let why = NotSignedIn::new(error.reason.as_str());
        Self::new(NotSignedIn {
            error: Some(error),
            ..why
        })
    }
}

impl From<KeySetError> for Box<NotSignedIn> {
    fn from(error: KeySetError) -> Self {
        let reason = error.token_error().map(|error| error.reason);
        let unknown = error.is_unknown().then(|| Unknown {
            cause: error.to_string(),
            retry_after: seconds(error.retry_after()),
            own_credential_refused: reason == Some(Reason::SecretKeyInvalid),
            rationed: matches!(error, KeySetError::Rationed { .. }),
        });
        Self::new(NotSignedIn {
            unknown,
            error: error.token_error().cloned(),
            ..NotSignedIn::new(reason.map_or("unexpected-error", Reason::as_str))
        })
    }
}

impl Unknown {
    pub(super) fn of_backend(error: &BackendError) -> Self {
        Self {
            cause: error.to_string(),
            retry_after: seconds(error.retry_after()),
            own_credential_refused: matches!(error.status(), Some(401 | 403)),
            rationed: matches!(error, BackendError::NotSent(TOO_MANY)),
        }
    }
}

fn seconds(wait: Option<Duration>) -> u64 {
    wait.map_or(RETRY_AFTER, |wait| wait.as_secs().max(1))
}

impl Status {
    /// `signed-in`, `signed-out` or `handshake`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignedIn => "signed-in",
            Self::SignedOut => "signed-out",
            Self::Handshake => "handshake",
        }
    }
}

impl RequestState {
    pub(super) fn signed_in(auth: Auth, headers: HeaderMap) -> Self {
        Self {
            status: Status::SignedIn,
            auth,
            why: None,
            headers,
            #[cfg(feature = "machines")]
            machine_token: None,
        }
    }

    pub(crate) fn signed_out(why: NotSignedIn, auth: Auth, headers: HeaderMap) -> Self {
        Self::not_signed_in(Status::SignedOut, why, auth, headers)
    }

    pub(super) fn handshake(why: NotSignedIn, headers: HeaderMap) -> Self {
        Self::not_signed_in(Status::Handshake, why, Auth::SignedOut, headers)
    }

    fn not_signed_in(status: Status, why: NotSignedIn, auth: Auth, mut headers: HeaderMap) -> Self {
        add_status(&mut headers, status, &why);
        Self {
            status,
            why: Some(Arc::new(why)),
            ..Self::signed_in(auth, headers)
        }
    }

    /// The same state, reached after a handshake whose session was refused.
    pub(super) fn after_refused(mut self, session: Option<RefusedSession>) -> Self {
        if let Some(why) = &mut self.why {
            Arc::make_mut(why).refused_session = session.map(Arc::new);
        }
        self
    }

    /// The address the browser is sent to.
    pub fn location(&self) -> Option<&HeaderValue> {
        self.headers.get(LOCATION)
    }

    /// The token that was verified.
    pub fn token(&self) -> Option<&str> {
        match &self.auth {
            Auth::SignedIn(session) | Auth::Pending(session) => Some(session.token()),
            #[cfg(feature = "machines")]
            _ => self.machine_token.as_ref().map(MachineToken::expose),
            #[cfg(not(feature = "machines"))]
            _ => None,
        }
    }
}

/// Section 6.1: a text that cannot stand in a header is only in the state.
fn add_status(headers: &mut HeaderMap, status: Status, why: &NotSignedIn) {
    headers.insert(AUTH_STATUS, HeaderValue::from_static(status.as_str()));
    for (name, text) in [(AUTH_REASON, &*why.reason), (AUTH_MESSAGE, &why.message)] {
        if let Some(value) = latin1(text) {
            headers.insert(name, value);
        }
    }
}

/// Header values are Latin-1 on the wire. `None` if the text is empty or cannot be written in it.
fn latin1(text: &str) -> Option<HeaderValue> {
    let bytes: Result<Vec<u8>, _> = text.chars().map(u8::try_from).collect();
    let bytes = bytes.ok().filter(|bytes| !bytes.is_empty())?;
    HeaderValue::from_bytes(&bytes).ok()
}
