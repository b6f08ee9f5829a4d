//! Kinds of tokens, told by their shape alone (`request-authentication.md` section 9.1), and the kinds that a route
//! accepts. Nothing is verified here.

use std::fmt;

use crate::token::{Unverified, decode, has_jwt_shape};

/// The kinds of token Clerk issues for requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenType {
    /// `session_token`: somebody signed in through a browser or an app.
    Session,
    /// `api_key`: an opaque key that belongs to a user or an organization (`ak_…`).
    ApiKey,
    /// `m2m_token`: one machine talking to another (`mt_…`, or a JWT whose subject is a machine).
    M2m,
    /// `oauth_token`: an access token handed to another application (`oat_…`, or an `at+jwt`).
    OAuth,
}

impl TokenType {
    /// The reference's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session_token",
            Self::ApiKey => "api_key",
            Self::M2m => "m2m_token",
            Self::OAuth => "oauth_token",
        }
    }

    /// The kind of a token that came with a request. Whatever has no mark of a machine is taken for a session token.
    pub fn of(token: &str) -> Self {
        let jwt = if has_jwt_shape(token) {
            decode(token).ok()
        } else {
            None
        };
        let signs = [
            jwt.as_ref().and_then(Self::of_machine_jwt),
            Self::by_prefix(token),
        ];
        // A token can have two marks; the reference looks for them in this order.
        [Self::M2m, Self::OAuth, Self::ApiKey]
            .into_iter()
            .find(|kind| signs.contains(&Some(*kind)))
            .unwrap_or(Self::Session)
    }

    /// The kind of machine token a decoded JWT is; `None` if it is of a session.
    pub fn of_machine_jwt(token: &Unverified) -> Option<Self> {
        let kind = if token.is_of_machine() {
            Self::M2m
        } else if token.is_of_oauth() {
            Self::OAuth
        } else {
            return None;
        };
        has_jwt_shape(token.raw()).then_some(kind)
    }

    /// The kind of machine token that a prefix announces: `mt_`, `oat_` or `ak_`, in exactly this spelling.
    pub fn by_prefix(token: &str) -> Option<Self> {
        [
            ("mt_", Self::M2m),
            ("oat_", Self::OAuth),
            ("ak_", Self::ApiKey),
        ]
        .into_iter()
        .find_map(|(prefix, kind)| token.starts_with(prefix).then_some(kind))
    }

    /// True if the token belongs to a machine and not to a person's session.
    pub const fn is_machine(self) -> bool {
        !matches!(self, Self::Session)
    }
}

impl fmt::Display for TokenType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The kinds of token that are accepted (`accepts_token` of the reference): session tokens only, unless said otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accepts {
    /// Every kind.
    Any,
    /// Exactly this kind.
    One(TokenType),
    /// The listed kinds; an empty list refuses everything.
    Listed(Vec<TokenType>),
}

impl Accepts {
    /// True if `kind` is accepted.
    pub fn includes(&self, kind: TokenType) -> bool {
        match self {
            Self::Any => true,
            Self::One(wanted) => *wanted == kind,
            Self::Listed(wanted) => wanted.contains(&kind),
        }
    }
}

impl Default for Accepts {
    fn default() -> Self {
        Self::One(TokenType::Session)
    }
}
