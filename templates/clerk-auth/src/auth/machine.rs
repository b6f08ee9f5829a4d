//! The machine, app or user behind an accepted machine token, read from the Backend API's answer or from a verified
//! JWT.

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::claims::text;
use crate::time::UnixMillis;
use crate::token_type::TokenType;
use crate::verify::Verified;

/// A machine with an accepted token. A clone shares its data.
#[derive(Clone)]
pub struct Machine {
    inner: Arc<Inner>,
}

struct Inner {
    token_type: TokenType,
    id: String,
    subject: String,
    scopes: Vec<String>,
    name: Option<String>,
    client_id: Option<String>,
    claims: Option<Map<String, Value>>,
    deadline: Option<UnixMillis>,
}

impl Machine {
    /// From the answer to a verification call (section 9.3). Members that are missing count as empty.
    pub fn from_answer(token_type: TokenType, answer: &Map<String, Value>) -> Self {
        let deadline = answer
            .get("expiration")
            .and_then(Value::as_i64)
            .map(UnixMillis);
        Self::new(Inner {
            token_type,
            id: text(answer, "id").unwrap_or_default(),
            subject: text(answer, "subject").unwrap_or_default(),
            scopes: answer.get("scopes").and_then(list).unwrap_or_default(),
            name: text(answer, "name"),
            client_id: text(answer, "client_id"),
            claims: answer.get("claims").and_then(Value::as_object).cloned(),
            deadline,
        })
    }

    /// The reason to refuse a token although the call that checks it succeeded (`security.md` rule 10): `revoked`,
    /// `expired` or `inactive`.
    pub fn withdrawn(answer: &Map<String, Value>, now: UnixMillis) -> Option<&'static str> {
        let is = |name: &str, value: bool| answer.get(name) == Some(&Value::Bool(value));
        let expiration = answer.get("expiration").and_then(Value::as_i64);
        if is("revoked", true) {
            Some("revoked")
        } else if is("expired", true) || expiration.is_some_and(|at| at <= now.0) {
            Some("expired")
        } else if is("active", false) {
            Some("inactive")
        } else {
            None
        }
    }

    /// From a verified machine-to-machine JWT (section 9.4).
    pub fn from_m2m_jwt(verified: &Verified) -> Self {
        let claims = verified.claims();
        let mut own = claims.clone();
        own.retain(|name, _| {
            !matches!(name.as_str(), "iss" | "sub" | "exp" | "nbf" | "iat" | "jti")
        });
        let scopes = text(claims, "scopes").map(|scopes| words(&scopes));
        let audience = || claims.get("aud").and_then(one_or_list);
        Self::new(Inner {
            token_type: TokenType::M2m,
            id: text(claims, "jti").unwrap_or_default(),
            subject: text(claims, "sub").unwrap_or_default(),
            scopes: scopes.or_else(audience).unwrap_or_default(),
            name: None,
            client_id: None,
            claims: Some(own).filter(|own| !own.is_empty()),
            deadline: verified.expires(),
        })
    }

    /// From a verified OAuth access token in JWT form (section 9.4).
    pub fn from_oauth_jwt(verified: &Verified) -> Self {
        let claims = verified.claims();
        let scope = || text(claims, "scope").map(|scope| words(&scope));
        Self::new(Inner {
            token_type: TokenType::OAuth,
            id: text(claims, "jti").unwrap_or_default(),
            subject: text(claims, "sub").unwrap_or_default(),
            scopes: claims
                .get("scp")
                .and_then(list)
                .or_else(scope)
                .unwrap_or_default(),
            name: None,
            client_id: Some(text(claims, "client_id").unwrap_or_default()),
            claims: None,
            deadline: verified.expires(),
        })
    }

    fn new(inner: Inner) -> Self {
        Self {
            inner: Arc::new(inner),
        }
    }

    /// The kind of token.
    pub fn token_type(&self) -> TokenType {
        self.inner.token_type
    }

    /// The id of the token, which is not the token itself.
    pub fn id(&self) -> &str {
        &self.inner.id
    }

    /// The user, organization or machine that the token stands for.
    pub fn subject(&self) -> &str {
        &self.inner.subject
    }

    /// The uses the token was made for.
    pub fn scopes(&self) -> &[String] {
        &self.inner.scopes
    }

    /// True if an API key or OAuth token was made for this use. What machine-to-machine tokens have as scopes are machines.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.token_type() != TokenType::M2m && self.scopes().iter().any(|own| own == scope)
    }

    /// The name its owner gave an API key.
    pub fn name(&self) -> Option<&str> {
        self.inner.name.as_deref()
    }

    /// The application that got the OAuth token.
    pub fn client_id(&self) -> Option<&str> {
        self.inner.client_id.as_deref()
    }

    /// Claims that the app itself put into an API key or a machine-to-machine token.
    pub fn claims(&self) -> Option<&Map<String, Value>> {
        self.inner.claims.as_ref()
    }

    /// The user an API key or OAuth token acts for.
    pub fn user_id(&self) -> Option<&str> {
        match self.token_type() {
            TokenType::ApiKey => {
                Some(self.subject()).filter(|subject| subject.starts_with("user_"))
            }
            TokenType::OAuth => Some(self.subject()),
            TokenType::M2m | TokenType::Session => None,
        }
    }

    /// The organization an API key belongs to.
    pub fn org_id(&self) -> Option<&str> {
        let is_key = self.token_type() == TokenType::ApiKey;
        Some(self.subject()).filter(|subject| is_key && subject.starts_with("org_"))
    }

    /// The machine behind a machine-to-machine token.
    pub fn machine_id(&self) -> Option<&str> {
        (self.token_type() == TokenType::M2m).then(|| self.subject())
    }

    /// When the token expires, if it does.
    pub fn deadline(&self) -> Option<UnixMillis> {
        self.inner.deadline
    }
}

fn list(value: &Value) -> Option<Vec<String>> {
    let items = value.as_array()?.iter();
    Some(items.filter_map(Value::as_str).map(str::to_owned).collect())
}

fn one_or_list(value: &Value) -> Option<Vec<String>> {
    value
        .as_str()
        .map(|one| vec![one.to_owned()])
        .or_else(|| list(value))
}

fn words(text: &str) -> Vec<String> {
    text.split(' ')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

impl fmt::Debug for Machine {
    /// Names the token by its id and leaves out its claims.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Machine")
            .field("token_type", &self.token_type())
            .field("id", &self.id())
            .field("subject", &self.subject())
            .finish_non_exhaustive()
    }
}
