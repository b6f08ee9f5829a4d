//! Routes for programs: whoever calls shows an API key, a machine-to-machine token or an OAuth token.
//!
//! `clerk::PATHS` lists their paths; nowhere else do such tokens count. Which of them a handler takes is said by its rule.

use clerk_auth::poem::Caller;
use clerk_auth::{CallerRule, Reply, Tokens, kit};
use poem::{Route, get, handler};

/// Adds everything below `/api/machines`.
pub fn routes(app: Route) -> Route {
    app.at("/api/machines/me", get(me))
        .at("/api/machines/reports", get(reports))
}

/// Tokens made for reading reports. Write here what yours are made for.
struct ReadsReports;

impl CallerRule for ReadsReports {
    fn tokens() -> Tokens {
        Tokens::any().scope("reports:read")
    }
}

/// Who calls, and for whom.
#[handler]
fn me(caller: Caller) -> Reply {
    kit::caller(&caller)
}

/// Whoever lacks the scope gets 403.
#[handler]
fn reports(caller: Caller<ReadsReports>) -> String {
    format!("the reports of {}", caller.subject())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use clerk_auth::testing::ApiKeys;
    use serde_json::Value;

    use crate::tests::support::{KEYS, Reply, app_with, send};

    /// Clerk, as far as it knows API keys.
    const CLERK: ApiKeys = ApiKeys(&[
        ("ak_reader", "user_ada", &["reports:read"]),
        ("ak_plain", "org_acme", &[]),
    ]);

    async fn call(path: &str, token: &str) -> Reply {
        let app = app_with(CLERK, &[]);
        let bearer = format!("Bearer {token}");
        let line = format!("GET {path}");
        send(&app, &line, &[("authorization", &bearer)]).await
    }

    #[tokio::test]
    async fn programs_call_with_the_tokens_that_a_handler_takes() {
        let oauth = KEYS.oauth_token("user_ada", &["profile"]);
        let person = KEYS.user("user_ada").token();
        for (path, token, status) in [
            ("me", "ak_plain", 200),
            ("me", &*oauth, 200),
            ("me", "ak_unknown", 401),
            ("me", &*person, 401),
            ("reports", "ak_reader", 200),
            ("reports", "ak_plain", 403),
            ("reports", &*oauth, 403),
        ] {
            let reply = call(&format!("/api/machines/{path}"), token).await;
            assert_eq!(reply.status, status, "{path} {token:.9}");
        }
        // Elsewhere a key is nothing.
        assert_eq!(call("/api/me", "ak_reader").await.status, 401);
    }

    #[tokio::test]
    async fn clients_learn_where_tokens_come_from() {
        const METADATA: &str = "/.well-known/oauth-protected-resource/api/machines/me";
        let refused = call("/api/machines/me", "ak_unknown").await;
        assert!(refused.header("www-authenticate").contains(METADATA));
        let told = send(&app_with(CLERK, &[]), &format!("GET {METADATA}"), &[]).await;
        let told: Value = serde_json::from_str(&told.body).unwrap();
        assert_eq!(told["resource"], "http://app.example/api/machines/me");
        assert_eq!(
            told["authorization_servers"][0],
            "https://clerk.app.example"
        );
    }
}
