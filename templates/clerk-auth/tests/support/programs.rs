//! The door of an app that programs call, and tokens for it.

use clerk_auth::config::Config;
use clerk_auth::gate::{Admission, Answer, Gate, Paths};
use clerk_auth::token_type::TokenType;
use clerk_auth::{Tokens, Visitor};
use http::request::Parts;
use serde_json::{Value, json};

use super::door::header;
use super::scripted::{Reply, Scripted};
use super::stage::{NOW, PATHS, admit, clerk, config, connection, live, request};

pub const OWN: &str = "mch_own";
pub const HERE: &str = "/api/machines/me";
pub const METADATA: &str = "resource_metadata=\"https://orchard.example/.well-known/oauth-protected-resource/api/machines/me\"";

/// What Clerk knows: a key of a user, a key of an organization, tokens.
fn backend() -> Scripted {
    Scripted::new(|request, _| {
        let body: Value = serde_json::from_slice(request.body()).unwrap();
        let asked = ["secret", "token", "access_token"].map(|name| body[name].as_str());
        let asked = asked.into_iter().flatten().next().unwrap();
        let found = |subject: &str, scopes: Value| {
            Reply::Json(
                200,
                json!({ "id": "x", "subject": subject, "scopes": scopes }),
            )
        };
        let mut over = json!({ "id": "x", "subject": "user_ada", "scopes": [] });
        match (request.uri().path(), asked) {
            ("/api_keys/verify", "ak_ada") => found("user_ada", json!(["reports:read"])),
            ("/api_keys/verify", "ak_acme") => found("org_acme", json!([])),
            ("/api_keys/verify", "ak_of_machine") => found("mch_own", json!(["reports:read"])),
            ("/api_keys/verify", "ak_revoked") => {
                over["revoked"] = json!(true);
                Reply::Json(200, over)
            }
            ("/api_keys/verify", "ak_expired") => {
                over["expiration"] = json!(NOW.0);
                Reply::Json(200, over)
            }
            ("/api_keys/verify", "ak_broken") => Reply::Json(500, json!({})),
            ("/api_keys/verify", "ak_often") => {
                let often = Reply::Json(429, json!({ "errors": [] }));
                Reply::Header(Box::new(often), "retry-after", "7".to_owned())
            }
            ("/api_keys/verify", "ak_not_us") => Reply::Json(401, json!({ "errors": [] })),
            ("/m2m_tokens/verify", "mt_own") => found("mch_a", json!([OWN])),
            ("/m2m_tokens/verify", "mt_other") => found("mch_a", json!(["mch_other"])),
            ("/oauth_applications/access_tokens/verify", "oat_ada") => {
                found("user_ada", json!(["profile"]))
            }
            _ => Reply::Json(404, json!({ "errors": [] })),
        }
    })
}

fn paths() -> Paths<'static> {
    Paths {
        machines: &["/api/machines/:path*", "/mcp"],
        public: &["/", "/sign-in/:path*", "/api/machines/open"],
        ..PATHS
    }
}

pub fn settings() -> Config {
    Config {
        machine_id: Some(OWN.to_owned()),
        ..config(live())
    }
}

pub struct Door {
    pub gate: Gate,
    pub clerk: Scripted,
}

impl Door {
    pub fn new(config: Config) -> Self {
        let asked = backend();
        let gate = Gate::new(clerk(config, asked.clone()), &paths()).unwrap();
        Self { gate, clerk: asked }
    }

    pub async fn admit(&self, path: &str, headers: &[(&str, &str)]) -> Admission {
        admit(&self.gate, &request("GET", path, headers)).await
    }

    pub async fn visitor(&self, path: &str, headers: &[(&str, &str)]) -> Visitor {
        match self.admit(path, headers).await {
            Admission::Pass { visitor, .. } => visitor,
            other => panic!("{path}: {other:?}"),
        }
    }

    pub async fn answer(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        match self.admit(path, headers).await {
            Admission::Answer(answer) => *answer,
            other => panic!("{path}: {other:?}"),
        }
    }

    pub async fn status(&self, path: &str, token: &str) -> u16 {
        match self.admit(path, &[("authorization", &bearer(token))]).await {
            Admission::Pass { .. } => 200,
            Admission::Answer(answer) => answer.status.as_u16(),
            Admission::WithoutAuth => panic!("{path} is without auth"),
        }
    }

    /// What a handler with this rule answers to the sender of the token: `200`, or a status with its challenge.
    pub async fn asks(&self, tokens: Tokens, path: &str, headers: &[(&str, &str)]) -> String {
        let visitor = self.visitor(path, headers).await;
        let parts: Parts = request("GET", path, headers);
        let checked = self
            .gate
            .check_caller(&tokens, &parts, connection(), Some(&visitor));
        match checked {
            Ok(_) => "200".to_owned(),
            Err(answer) => {
                let challenge = header(&answer, "www-authenticate").unwrap_or_default();
                format!("{} {challenge}", answer.status.as_u16())
            }
        }
    }
}

pub fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

/// A good token of each kind and form.
pub fn tokens() -> [(String, TokenType); 6] {
    [
        ("ak_ada".to_owned(), TokenType::ApiKey),
        ("ak_acme".to_owned(), TokenType::ApiKey),
        ("mt_own".to_owned(), TokenType::M2m),
        (live().m2m_token_at("mch_a", &[OWN], NOW), TokenType::M2m),
        ("oat_ada".to_owned(), TokenType::OAuth),
        (
            live().oauth_token_at("user_ada", &["profile"], NOW),
            TokenType::OAuth,
        ),
    ]
}
