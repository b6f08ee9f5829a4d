//! Paths that take tokens of programs: for whom a token was made, and what those learn who may not enter (RFC 6750
//! section 3, RFC 9728 section 5.1).

use http::StatusCode;
use http::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};

use super::answer::data;
use super::{Answer, Gate, Request, Visitor};
use crate::auth::{Auth, Machine};
use crate::authenticate::{Begun, HardError, MachineToken, NotSignedIn, RequestState};
use crate::callers::Tokens;
use crate::head::Head;
use crate::protect::{Protect, Refused};
use crate::public_url::Connection;
use crate::token::has_jwt_shape;
use crate::token_type::TokenType;

/// The path of what clients may know of a resource; that of the resource follows it (RFC 9728 section 3.1).
pub(crate) const METADATA: &str = "/.well-known/oauth-protected-resource";

impl Gate {
    /// True if tokens of programs count at this path, which is spelled as its pattern is.
    pub(crate) fn is_for_machines(&self, path: &str) -> bool {
        self.paths.is_for_machines(path)
    }

    /// Checks that this visitor sent a token that `tokens` names. Without a visitor no auth ran for this path: that is a
    /// mistake in the app, and nobody gets in.
    ///
    /// # Errors
    /// The answer for everybody else: 401, 403 for a token without the scope, 503 if Clerk could not be asked.
    pub fn check_caller(
        &self,
        tokens: &Tokens,
        head: &dyn Head,
        connection: Connection<'_>,
        visitor: Option<&Visitor>,
    ) -> Result<Machine, Box<Answer>> {
        let request = self.request(head, connection);
        let Some(visitor) = visitor else {
            return Err(Box::new(request.no_auth_ran()));
        };
        let machine = visitor.auth.machine();
        let Some(machine) = machine.filter(|machine| tokens.include(machine)) else {
            request.note_not_listed();
            let mut answer = request.refuse(visitor, Refused::Token(None));
            request.add_challenge(&mut answer);
            return Err(Box::new(answer));
        };
        match tokens.lacking(machine) {
            None => Ok(machine.clone()),
            Some(scope) => Err(Box::new(request.insufficient(scope))),
        }
    }
}

impl Request<'_> {
    pub(super) fn is_for_machines(&self) -> bool {
        self.gate.is_for_machines(self.head.path())
    }

    pub(super) fn begin(&self) -> Result<Begun, HardError> {
        let clerk = self.gate.clerk();
        if self.is_for_machines() {
            return clerk.authenticate_any_at_once(self.head, self.connection);
        }
        clerk.authenticate_at_once(self.head, self.connection)
    }

    /// The conditions of the path, unless it is public.
    pub(super) fn protect(&self) -> &Protect {
        if self.is_for_machines() {
            return &self.gate.any_token;
        }
        &self.gate.protect
    }

    /// A good token proves who made it. Here is decided whether it was made for this app; if not, it counts as none.
    pub(super) fn unless_for_others(&self, state: RequestState) -> RequestState {
        let Auth::Machine(machine) = &state.auth else {
            return state;
        };
        if self.is_for_us(machine, state.machine_token.as_ref()) {
            return state;
        }
        let kind = machine.token_type();
        let why = NotSignedIn::new("token-invalid")
            .with_message(format!("{} was made for another place", kind.as_str()));
        RequestState::signed_out(why, Auth::unauthenticated(kind), state.headers)
    }

    fn is_for_us(&self, machine: &Machine, token: Option<&MachineToken>) -> bool {
        let config = self.gate.clerk().config();
        match machine.token_type() {
            TokenType::M2m => match &config.machine_id {
                Some(own) => machine.scopes().contains(own),
                // With a machine's key Clerk says yes to the tokens for that machine only, and with the instance's key to
                // all. A JWT is checked here, and nobody was asked whom it is for.
                None => {
                    let is_jwt = token.is_none_or(|token| has_jwt_shape(token.expose()));
                    let is_said = config.machine_secret_key.is_some() && !is_jwt;
                    if !is_said {
                        self.note_no_machine();
                    }
                    is_said
                }
            },
            // A machine's own key is for Clerk alone: whoever sends it elsewhere found it, or is careless.
            TokenType::ApiKey => machine.user_id().or(machine.org_id()).is_some(),
            TokenType::OAuth | TokenType::Session => true,
        }
    }

    /// A handler for programs stands where no token of theirs gets in.
    fn note_not_listed(&self) {
        if self.is_for_machines() {
            return;
        }
        if let Some(left_out) = self.gate.clerk().log_line("not listed") {
            tracing::error!(
                left_out,
                "a handler asks for a token of a program, but its path is in none of the patterns in `Paths::machines`"
            );
        }
    }

    fn note_no_machine(&self) {
        if let Some(left_out) = self.gate.clerk().log_line("no machine") {
            tracing::warn!(
                left_out,
                "a machine-to-machine token was refused, because it is not known which machine this app is: set \
                 CLERK_MACHINE_ID; for tokens that are no JWT, CLERK_MACHINE_SECRET_KEY is enough"
            );
        }
    }

    /// Says in a 401 what is wrong, and where a client learns how to get a token.
    pub(super) fn add_challenge(&self, answer: &mut Answer) {
        if answer.status == StatusCode::UNAUTHORIZED {
            // Who sent nothing did nothing wrong (RFC 6750 section 3.1).
            let is_sent = self.head.header(&AUTHORIZATION).is_some();
            let challenge = self.challenge(is_sent.then_some("invalid_token"), None);
            answer.headers.insert(WWW_AUTHENTICATE, challenge);
        }
    }

    fn insufficient(&self, scope: &str) -> Answer {
        let mut answer = data(StatusCode::FORBIDDEN);
        let challenge = self.challenge(Some("insufficient_scope"), Some(scope));
        answer.headers.insert(WWW_AUTHENTICATE, challenge);
        answer
    }

    /// `Bearer error="invalid_token", resource_metadata="https://app.example/.well-known/..."`
    fn challenge(&self, error: Option<&str>, scope: Option<&str>) -> HeaderValue {
        let path = self.head.path();
        let origin = self
            .is_for_machines()
            .then(|| self.gate.own_origin(self.head, self.connection));
        let metadata = origin
            .flatten()
            .map(|origin| format!("{origin}{METADATA}{path}"));
        let said = [
            ("error", error),
            ("scope", scope),
            ("resource_metadata", metadata.as_deref()),
        ];
        let said = said
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        // What a quoted text cannot hold is left out.
        let said = said.filter(|(_, value)| !value.contains(['"', '\\']));
        let said: Vec<_> = said
            .map(|(name, value)| format!("{name}=\"{value}\""))
            .collect();
        let challenge = format!("Bearer {}", said.join(", "));
        HeaderValue::from_str(challenge.trim_end()).unwrap_or(HeaderValue::from_static("Bearer"))
    }
}
