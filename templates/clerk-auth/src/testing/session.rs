//! The claims of a session token, as Clerk writes them.

use serde_json::{Map, Value, json};

use crate::token::category;

/// Seconds that a token is valid before it was made, because clocks differ.
const NOT_BEFORE: i64 = 10;

/// A session to make a token of. The local emulator, `clerk-rs token mint` and tests all sign what is made here, so
/// that their tokens look the same.
#[derive(Clone, Copy, Debug)]
pub struct NewSession<'a> {
    /// `sub`
    pub user: &'a str,
    /// `sid`
    pub session: &'a str,
    /// `sts`, of version 2.
    pub status: &'a str,
    /// Version 2 of the claims, otherwise version 1.
    pub is_version_2: bool,
    /// `jti`
    pub id: Option<&'a str>,
    /// `iss`
    pub issuer: Option<&'a str>,
    /// `azp`
    pub authorized_party: Option<&'a str>,
    /// The first of `fva`, in minutes; the second factor was never used.
    pub first_factor_age: i64,
    /// `iat`, in seconds.
    pub issued_at: i64,
    /// Lifetime in seconds.
    pub life: i64,
}

impl NewSession<'_> {
    /// The claims, without those of an organization.
    pub fn claims(&self) -> Map<String, Value> {
        let mut claims = Map::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                claims.insert(name.to_owned(), value);
            }
        };
        let of_version_2 = |value: Value| self.is_version_2.then_some(value);
        put("azp", self.authorized_party.map(Value::from));
        put("exp", Some(self.issued_at.saturating_add(self.life).into()));
        put("fva", Some(json!([self.first_factor_age, -1])));
        put("iat", Some(self.issued_at.into()));
        put("iss", self.issuer.map(Value::from));
        put("jti", self.id.map(Value::from));
        put(
            "nbf",
            Some(self.issued_at.saturating_sub(NOT_BEFORE).into()),
        );
        put("sid", Some(self.session.into()));
        put("sts", of_version_2(self.status.into()));
        put("sub", Some(self.user.into()));
        put("v", of_version_2(2.into()));
        claims
    }
}

/// The header of such a token, signed with the key of this name.
pub fn session_header(kid: Option<&str>) -> Value {
    let mut header = json!({ "alg": "RS256", "cat": category::SESSION, "typ": "JWT" });
    if let Some(kid) = kid {
        header["kid"] = kid.into();
    }
    header
}
