//! API keys, machine-to-machine and OAuth tokens (`request-authentication.md` section 9.3). Their failures never start
//! a handshake.

use http::header::HeaderMap;
use serde_json::{Map, Value};

use super::request::Request;
use super::state::{HardError, MachineToken, NotSignedIn, RequestState, Unknown};
use super::{Begun, Clerk, Waiting};
use crate::auth::{Auth, Machine};
use crate::backend::BackendError;
use crate::head::Head;
use crate::public_url::Connection;
use crate::token::{decode, has_jwt_shape};
use crate::token_type::{Accepts, TokenType};
use crate::verify::{MachineJwt, non_empty, oauth_audience_mismatch, verify_machine};

/// The reason why a machine token was refused: the reason word, a message, and the status of the answer, if there was
/// one.
struct Refusal {
    code: &'static str,
    message: String,
    status: Option<u16>,
    unknown: Option<Unknown>,
}

impl Refusal {
    fn new(code: &'static str, message: impl Into<String>, status: Option<u16>) -> Self {
        Self {
            code,
            message: message.into(),
            status,
            unknown: None,
        }
    }

    fn into_why(self) -> NotSignedIn {
        let status = self
            .status
            .map_or_else(|| "n/a".to_owned(), |status| status.to_string());
        let message = format!("{} (code={}, status={status})", self.message, self.code);
        NotSignedIn {
            unknown: self.unknown,
            ..NotSignedIn::new(self.code).with_message(message)
        }
    }
}

impl Clerk {
    /// [`authenticate`](Self::authenticate) for a route that accepts other kinds of tokens than the configuration says.
    ///
    /// # Errors
    /// The same errors, and another if the configuration lacks a key for those kinds.
    pub async fn authenticate_accepting(
        &self,
        head: &dyn Head,
        connection: Connection<'_>,
        accepts: &Accepts,
    ) -> Result<RequestState, HardError> {
        self.inner.config.check_accepting(accepts)?;
        let request = Request::new(&self.inner, head, connection);
        request.accepting(accepts).decide().await
    }
}

impl Request<'_> {
    /// The outcome of a token in the header, if machines may come. `None` if the rules for sessions are to decide.
    pub(super) fn machine_rules(&self) -> Option<Begun> {
        // The usual case needs no look at the kind: the session's own step turns machines away.
        if let (Accepts::One(TokenType::Session), Some(_)) = (self.accepts, self.raw_token) {
            return None;
        }
        let found = self.header_token();
        let kind = found.map_or(TokenType::Session, TokenType::of);
        if let Accepts::Listed(_) = self.accepts
            && !self.accepts.includes(kind)
        {
            return Some(mismatch(Auth::InvalidToken));
        }
        match (self.accepts, found) {
            (Accepts::One(wanted), None) if wanted.is_machine() => {
                let why = NotSignedIn::new("No token in header");
                let auth = Auth::unauthenticated(*wanted);
                Some(RequestState::signed_out(why, auth, HeaderMap::new()).into())
            }
            (Accepts::One(wanted), Some(_)) if *wanted != kind => {
                Some(mismatch(Auth::unauthenticated(*wanted)))
            }
            (_, Some(_)) if kind.is_machine() => Some(Begun::Waiting(Waiting::Machine(kind))),
            _ => None,
        }
    }

    pub(super) async fn verify_machine(&self, kind: TokenType) -> RequestState {
        let token = self.header_token().unwrap_or_default();
        // The shape is looked at before the prefix, as in the reference.
        let verified = match kind {
            TokenType::M2m if has_jwt_shape(token) => {
                self.machine_jwt(token, MachineJwt::M2m).await
            }
            TokenType::OAuth if has_jwt_shape(token) => {
                self.machine_jwt(token, MachineJwt::OAuth).await
            }
            _ => self.machine_opaque(token, kind).await,
        };
        match verified {
            Ok(machine) => RequestState {
                machine_token: Some(MachineToken::new(token)),
                ..RequestState::signed_in(Auth::Machine(machine), HeaderMap::new())
            },
            Err(refusal) => {
                let auth = Auth::unauthenticated(kind);
                RequestState::signed_out(refusal.into_why(), auth, HeaderMap::new())
            }
        }
    }

    async fn machine_jwt(&self, token: &str, kind: MachineJwt) -> Result<Machine, Refusal> {
        let decoded =
            decode(token).map_err(|error| Refusal::new("token-invalid", error.message, None))?;
        let key = self.clerk.key(decoded.kid(), self.now).await;
        let (key, _) = key.map_err(|why| no_key(*why))?;
        let verified = verify_machine(&decoded, &key, kind, &self.clerk.policy, self.now)
            .map_err(|error| Refusal::new(error.reason.as_str(), error.message, None))?;
        Ok(match kind {
            MachineJwt::M2m => Machine::from_m2m_jwt(&verified),
            MachineJwt::OAuth => Machine::from_oauth_jwt(&verified),
        })
    }

    async fn machine_opaque(&self, token: &str, kind: TokenType) -> Result<Machine, Refusal> {
        if !could_be_opaque(token) {
            let message = format!("{} not found", noun(kind));
            return Err(Refusal::new("token-invalid", message, None));
        }
        let backend = &self.clerk.tokens;
        let answer = match kind {
            TokenType::ApiKey => backend.verify_api_key(token).await,
            TokenType::M2m => backend.verify_m2m_token(token).await,
            _ => backend.verify_oauth_token(token).await,
        };
        let answer = answer.map_err(|error| refused_by_api(kind, &error))?;
        let Some(answer) = answer.as_object() else {
            return Err(refused_by_api(kind, &BackendError::Shape("a token")));
        };
        self.check_answer(answer, kind)?;
        Ok(Machine::from_answer(kind, answer))
    }

    /// Clerk answers 200 for a revoked or expired token, too (`security.md` rule 10).
    fn check_answer(&self, answer: &Map<String, Value>, kind: TokenType) -> Result<(), Refusal> {
        if Machine::withdrawn(answer, self.now).is_some() {
            let message = format!("{} revoked or expired", noun(kind));
            return Err(Refusal::new("token-invalid", message, Some(200)));
        }
        let wanted = non_empty(&self.clerk.policy.audience);
        if kind == TokenType::OAuth
            && !wanted.is_empty()
            && let Some(message) = oauth_audience_mismatch(answer.get("aud"), &wanted)
        {
            return Err(Refusal::new("token-verification-failed", message, None));
        }
        Ok(())
    }
}

/// True if Clerk could have made the token. Nobody is asked about other texts.
fn could_be_opaque(token: &str) -> bool {
    const MOST_BYTES: usize = 512;
    token.len() <= MOST_BYTES && token.bytes().all(|byte| byte.is_ascii_graphic())
}

fn mismatch(auth: Auth) -> Begun {
    let why = NotSignedIn::new("token-type-mismatch");
    RequestState::signed_out(why, auth, HeaderMap::new()).into()
}

fn no_key(why: NotSignedIn) -> Refusal {
    const CODE: &str = "token-verification-failed";
    let refusal = match why.error {
        Some(error) => Refusal::new(CODE, error.message, None),
        None => Refusal::new("unexpected-error", "Unexpected error", None),
    };
    Refusal {
        unknown: why.unknown,
        ..refusal
    }
}

fn refused_by_api(kind: TokenType, error: &BackendError) -> Refusal {
    let status = error.status();
    let refusal = match status {
        Some(401) => {
            let message = error.first().map(|entry| entry.message.clone());
            let message = message.filter(|text| !text.is_empty());
            Refusal::new(
                "secret-key-invalid",
                message.unwrap_or_else(|| "Invalid secret key".to_owned()),
                status,
            )
        }
        Some(404) => Refusal::new("token-invalid", format!("{} not found", noun(kind)), status),
        _ => Refusal::new("unexpected-error", "Unexpected error", status),
    };
    Refusal {
        unknown: error.is_unknown().then(|| Unknown::of_backend(error)),
        ..refusal
    }
}

fn noun(kind: TokenType) -> &'static str {
    match kind {
        TokenType::ApiKey => "API key",
        TokenType::OAuth => "OAuth token",
        TokenType::M2m | TokenType::Session => "Machine token",
    }
}
