//! A handler's demands on programs: the kinds of token that it takes, and the scope (`request-authentication.md`
//! section 9). The gate has decided before if a token is good, and was made for this app.

use crate::auth::Machine;
use crate::token_type::TokenType;

/// The tokens that a handler takes from programs.
///
/// ```
/// use clerk_auth::Tokens;
/// use clerk_auth::token_type::TokenType;
///
/// const REPORTS: Tokens = Tokens::of(&[TokenType::ApiKey, TokenType::OAuth]).scope("reports:read");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tokens {
    kinds: &'static [TokenType],
    scope: Option<&'static str>,
}

impl Tokens {
    /// API keys, machine-to-machine tokens and OAuth tokens, whatever their scopes.
    pub const fn any() -> Self {
        Self::of(&[TokenType::ApiKey, TokenType::M2m, TokenType::OAuth])
    }

    /// Tokens of these kinds. A session token passes under no rule: `SignedIn` and its like are for those.
    pub const fn of(kinds: &'static [TokenType]) -> Self {
        Self { kinds, scope: None }
    }

    /// Only API keys and OAuth tokens that have this scope. Machine-to-machine tokens have none, so they no longer pass:
    /// what Clerk calls their scopes are the machines that they were made for.
    #[must_use]
    pub const fn scope(self, scope: &'static str) -> Self {
        Self {
            scope: Some(scope),
            ..self
        }
    }

    /// True if the kind of this token is taken.
    pub(crate) fn include(&self, machine: &Machine) -> bool {
        self.kinds.contains(&machine.token_type())
    }

    /// The scope that is asked for, if this token lacks it.
    pub(crate) fn lacking(&self, machine: &Machine) -> Option<&'static str> {
        self.scope.filter(|scope| !machine.has_scope(scope))
    }
}

/// The tokens that a handler takes as a type, for extractors: a handler with it runs for nobody else.
///
/// ```
/// use clerk_auth::{CallerRule, Tokens};
///
/// struct ReadsReports;
///
/// impl CallerRule for ReadsReports {
///     fn tokens() -> Tokens {
///         Tokens::any().scope("reports:read")
///     }
/// }
/// ```
pub trait CallerRule {
    /// The tokens that are taken.
    fn tokens() -> Tokens;
}

/// The rule of handlers that take every token made for this app.
#[derive(Clone, Copy, Debug)]
pub struct AnyToken;

impl CallerRule for AnyToken {
    fn tokens() -> Tokens {
        Tokens::any()
    }
}
