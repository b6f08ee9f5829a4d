//! The decision about a request: signed in, signed out, or sent to the handshake (`request-authentication.md`
//! section 6.1).

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use http::header::{HeaderMap, HeaderName, HeaderValue, LOCATION};

use crate::auth::Auth;
use crate::config::ConfigError;
use crate::error::{TokenCarrier, TokenError};
use crate::token::Unverified;
use crate::token_type::TokenType;

const AUTH_STATUS: HeaderName = HeaderName::from_static("x-clerk-auth-status");
const AUTH_REASON: HeaderName = HeaderName::from_static("x-clerk-auth-reason");
const AUTH_MESSAGE: HeaderName = HeaderName::from_static("x-clerk-auth-message");

/// Everything known about the sender of a request. [`Gate`](crate::gate::Gate) says what to do with it.
#[derive(Clone, Debug)]
pub enum RequestState {
    /// A token was verified.
    SignedIn(SignedInState),
    /// Nobody is known to be signed in.
    SignedOut(SignedOutState),
    /// The browser should ask the Frontend API for a fresh token first.
    Handshake(HandshakeState),
}

/// A verified request. A pending session counts as verified, although its [`Auth`] is signed out.
#[derive(Clone, Debug)]
pub struct SignedInState {
    /// The identity.
    pub auth: Auth,
    /// Headers for the answer: cookies of a handshake or refresh, in development with a `Location`.
    pub headers: HeaderMap,
    /// The machine's token, if it is a machine.
    #[cfg(feature = "machines")]
    pub machine_token: Option<MachineToken>,
}

/// A request without a usable token.
#[derive(Clone, Debug)]
pub struct SignedOutState {
    /// The reason.
    pub why: Arc<Why>,
    /// The kind of token that was wanted or found; `None` if one was found that is not accepted at all.
    pub token_type: Option<TokenType>,
    /// Headers for the answer.
    pub headers: HeaderMap,
}

/// A request that is answered with a redirect to the Frontend API.
#[derive(Clone, Debug)]
pub struct HandshakeState {
    /// The reason.
    pub why: Arc<Why>,
    /// Headers for the answer, with the `Location`.
    pub headers: HeaderMap,
}

/// The reason why a request is not signed in: words for people and headers, and facts for a diagnosis.
#[derive(Clone, Debug, Default)]
pub struct Why {
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
impl fmt::Debug for MachineToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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

impl Why {
    pub(crate) fn new(reason: impl Into<Cow<'static, str>>) -> Self {
        Self {
            reason: reason.into(),
            ..Self::default()
        }
    }

    /// The headers of a signed-out answer for this reason (section 6.1).
    pub fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        add_status(&mut headers, "signed-out", self);
        headers
    }

    pub(crate) fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }
}

impl RequestState {
    pub(crate) fn signed_in(identity: Auth, headers: HeaderMap) -> Self {
        Self::SignedIn(SignedInState {
            auth: identity,
            headers,
            #[cfg(feature = "machines")]
            machine_token: None,
        })
    }

    pub(crate) fn signed_out(
        why: Why,
        token_type: Option<TokenType>,
        mut headers: HeaderMap,
    ) -> Self {
        add_status(&mut headers, "signed-out", &why);
        Self::SignedOut(SignedOutState {
            why: Arc::new(why),
            token_type,
            headers,
        })
    }

    pub(crate) fn handshake(why: Why, mut headers: HeaderMap) -> Self {
        add_status(&mut headers, "handshake", &why);
        Self::Handshake(HandshakeState {
            why: Arc::new(why),
            headers,
        })
    }

    /// The same state, reached after a handshake whose session was refused.
    pub(crate) fn after_refused(mut self, session: Option<RefusedSession>) -> Self {
        let why = match &mut self {
            Self::SignedIn(_) => return self,
            Self::SignedOut(state) => &mut state.why,
            Self::Handshake(state) => &mut state.why,
        };
        Arc::make_mut(why).refused_session = session.map(Arc::new);
        self
    }

    /// `signed-in`, `signed-out` or `handshake`.
    pub const fn status(&self) -> &'static str {
        match self {
            Self::SignedIn(_) => "signed-in",
            Self::SignedOut(_) => "signed-out",
            Self::Handshake(_) => "handshake",
        }
    }

    /// The reason why it is not signed in; `None` if it is.
    pub fn why(&self) -> Option<&Why> {
        match self {
            Self::SignedIn(_) => None,
            Self::SignedOut(state) => Some(&state.why),
            Self::Handshake(state) => Some(&state.why),
        }
    }

    /// The kind of token that was found or wanted.
    pub fn token_type(&self) -> Option<TokenType> {
        match self {
            Self::SignedIn(state) => state.auth.token_type(),
            Self::SignedOut(state) => state.token_type,
            Self::Handshake(_) => Some(TokenType::Session),
        }
    }

    /// Headers for the answer, several `Set-Cookie` in order. With a `Location` among them the answer is 307, whatever
    /// the status: a handshake in development ends signed in with a redirect to the clean address.
    pub fn headers(&self) -> &HeaderMap {
        match self {
            Self::SignedIn(state) => &state.headers,
            Self::SignedOut(state) => &state.headers,
            Self::Handshake(state) => &state.headers,
        }
    }

    /// The address the browser is sent to.
    pub fn location(&self) -> Option<&HeaderValue> {
        self.headers().get(LOCATION)
    }

    /// The token that was verified.
    pub fn token(&self) -> Option<&str> {
        let Self::SignedIn(state) = self else {
            return None;
        };
        match &state.auth {
            Auth::SignedIn(session) | Auth::Pending(session) => Some(session.token()),
            #[cfg(feature = "machines")]
            _ => state.machine_token.as_ref().map(MachineToken::expose),
            #[cfg(not(feature = "machines"))]
            _ => None,
        }
    }

    /// The identity; signed out unless a token was verified.
    pub fn auth(&self) -> Auth {
        match self {
            Self::SignedIn(state) => state.auth.clone(),
            Self::SignedOut(state) => state
                .token_type
                .map_or(Auth::InvalidToken, Auth::unauthenticated),
            Self::Handshake(_) => Auth::SignedOut,
        }
    }
}

/// Section 6.1: a text that cannot stand in a header is only in the state.
fn add_status(headers: &mut HeaderMap, status: &'static str, why: &Why) {
    headers.insert(AUTH_STATUS, HeaderValue::from_static(status));
    if let Some(reason) = latin1(&why.reason) {
        headers.insert(AUTH_REASON, reason);
    }
    if let Some(message) = latin1(&why.message) {
        headers.insert(AUTH_MESSAGE, message);
    }
}

/// Header values are Latin-1 on the wire. `None` if the text is empty or cannot be written in it.
fn latin1(text: &str) -> Option<HeaderValue> {
    if text.is_empty() {
        return None;
    }
    let bytes: Result<Vec<u8>, _> = text.chars().map(u8::try_from).collect();
    HeaderValue::from_bytes(&bytes.ok()?).ok()
}

impl fmt::Display for RequestState {
    /// `signed-out (token-expired)`, for log lines.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.why() {
            None => f.write_str(self.status()),
            Some(why) => write!(f, "{} ({})", self.status(), why.reason),
        }
    }
}
