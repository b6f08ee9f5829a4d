//! Tokens of programs for tests: OAuth and machine-to-machine tokens as JWTs, which nobody has to be asked about, and a
//! stand-in for Clerk that knows API keys.

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};

use super::TestKeys;
use crate::fetch::{BoxFuture, Fetch, FetchError};
use crate::time::{Clock as _, SystemClock, UnixMillis};
use crate::token::category;

/// Lifetime in seconds.
const LIFE: i64 = 60;

impl TestKeys {
    /// An OAuth access token: another application acts for the user, as far as the scopes go. Made now, good for a minute.
    pub fn oauth_token(&self, user: &str, scopes: &[&str]) -> String {
        self.oauth_token_at(user, scopes, SystemClock.now())
    }

    /// The same, made at another moment.
    pub fn oauth_token_at(&self, user: &str, scopes: &[&str], now: UnixMillis) -> String {
        let header = json!({ "alg": "RS256", "typ": "at+jwt", "kid": Self::KID });
        let mut claims = self.program_claims(user, now);
        claims["jti"] = json!("oat_test");
        claims["client_id"] = json!("client_test");
        claims["scope"] = json!(scopes.join(" "));
        self.sign(&header, &claims)
    }

    /// A token with which a machine shows itself to these machines. Made now, good for a minute.
    pub fn m2m_token(&self, machine: &str, to: &[&str]) -> String {
        self.m2m_token_at(machine, to, SystemClock.now())
    }

    /// The same, made at another moment.
    pub fn m2m_token_at(&self, machine: &str, to: &[&str], now: UnixMillis) -> String {
        let header =
            json!({ "alg": "RS256", "typ": "JWT", "cat": category::M2M, "kid": Self::KID });
        let mut claims = self.program_claims(machine, now);
        claims["jti"] = json!("mt_test");
        claims["aud"] = json!(to);
        claims["scopes"] = json!(to.join(" "));
        self.sign(&header, &claims)
    }

    fn program_claims(&self, subject: &str, now: UnixMillis) -> Value {
        let made = now.seconds();
        json!({ "iss": self.issuer(), "sub": subject, "iat": made, "nbf": made, "exp": made + LIFE })
    }
}

/// Clerk, as far as it knows API keys: each with its secret, its owner (a user or an organization) and its scopes. Of
/// others it says that there are none, and to all else it does not answer.
#[derive(Clone, Copy, Debug)]
pub struct ApiKeys(pub &'static [(&'static str, &'static str, &'static [&'static str])]);

impl Fetch for ApiKeys {
    fn fetch(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, FetchError>> {
        Box::pin(async move {
            if !request.uri().path().ends_with("/api_keys/verify") {
                return Err(FetchError::Connect("nobody is there".to_owned()));
            }
            let asked: Value = serde_json::from_slice(request.body()).unwrap_or_default();
            let known = self
                .0
                .iter()
                .find(|(secret, ..)| asked["secret"] == *secret);
            let (status, body) = match known {
                Some((_, subject, scopes)) => (
                    200,
                    json!({ "id": "ak_test", "subject": subject, "scopes": scopes, "name": "a test" }),
                ),
                None => (
                    404,
                    json!({ "errors": [{ "code": "resource_not_found", "message": "not found" }] }),
                ),
            };
            let answer = Response::builder().status(status);
            let answer = answer.body(Bytes::from(body.to_string()));
            answer.map_err(|error| FetchError::Broken(error.to_string()))
        })
    }
}
