//! Tokens of programs at the door: on which paths they count, and what is said to whoever has none
//! (`security.md` rules 14 and 18).
#![cfg(all(feature = "machines", feature = "testing"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use clerk_auth::Tokens;
use clerk_auth::auth::Auth;
use clerk_auth::config::Config;
use support::door::header;
use support::programs::{Door, HERE, METADATA, bearer, settings, tokens};
use support::stage::{live, user};

#[tokio::test]
async fn tokens_of_programs_count_on_their_paths_and_nowhere_else() {
    let door = Door::new(settings());
    for (token, kind) in tokens() {
        let headers = [("authorization", &*bearer(&token))];
        for path in [HERE, "/api/machines", "/mcp", "/api/machines/open"] {
            let visitor = door.visitor(path, &headers).await;
            assert_eq!(visitor.auth.token_type(), Some(kind), "{path}");
            assert!(visitor.auth.is_authenticated());
            // A handler that asks for people sees nobody.
            assert!(matches!(visitor.person(), Auth::SignedOut), "{path}");
        }
        let asked = door.clerk.count();
        for path in ["/api/me", "/dashboard", "/mcp/x", "/api", "/healthz/"] {
            assert_eq!(door.status(path, &token).await, 401, "{path}");
        }
        let home = door.visitor("/", &headers).await;
        assert!(!home.auth.is_authenticated());
        assert_eq!(
            door.clerk.count(),
            asked,
            "Clerk is asked for no other path"
        );
    }
}

#[tokio::test]
async fn rule_18_an_odd_spelling_makes_no_path_one_for_programs() {
    let door = Door::new(settings());
    for path in [
        "/API/machines/me",
        "/api/Machines/me",
        "//api/machines/me",
        "/api//machines/me",
        "/api/machines//me",
        "/api/%6Dachines/me",
        "/api/machines/%6De",
        "/api%2Fmachines/me",
        "/api/machinesx",
        "/mcp/",
        "/MCP",
    ] {
        for (token, _) in tokens() {
            assert_eq!(door.status(path, &token).await, 401, "{path}");
        }
    }
    for path in [
        "/api/machines/../me",
        "/api/x/..%2Fmachines/me",
        "/api/machines/%2e%2e/x",
    ] {
        assert_eq!(door.status(path, "ak_ada").await, 400, "{path}");
    }
    assert_eq!(door.clerk.count(), 0);
}

#[tokio::test]
async fn a_session_counts_there_and_is_no_program() {
    let door = Door::new(settings());
    let ada = user(live());
    for headers in [
        [("cookie", ada.cookie_header())],
        [("authorization", ada.bearer())],
    ] {
        let headers = headers
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        let visitor = door.visitor(HERE, &headers).await;
        assert_eq!(visitor.auth.user_id(), Some("user_2q7pippin"));
        let said = door.asks(Tokens::any(), HERE, &headers).await;
        assert!(said.starts_with("401 Bearer "), "{said}");
        // Whoever shows a cookie did not show a wrong token.
        assert_eq!(
            said.contains("invalid_token"),
            headers[0].0 == "authorization",
            "{said}"
        );
    }
}

#[tokio::test]
async fn strangers_learn_where_tokens_come_from() {
    let door = Door::new(settings());
    // Data whoever asks: a browser that opens the address is not led to sign-in.
    for (path, headers) in [(HERE, &[][..]), (HERE, &[("sec-fetch-dest", "document")])] {
        let answer = door.answer(path, headers).await;
        assert_eq!(answer.status, 401);
        let challenge = header(&answer, "www-authenticate").unwrap();
        assert_eq!(challenge, format!("Bearer {METADATA}"));
        assert_eq!(header(&answer, "cache-control"), Some("no-store"));
    }
    for wrong in [
        "ak_unknown",
        "ak_revoked",
        "ak_expired",
        "oat_unknown",
        "mt_unknown",
        "a.b.c",
        "junk",
    ] {
        let answer = door
            .answer(HERE, &[("authorization", &bearer(wrong))])
            .await;
        assert_eq!(answer.status, 401, "{wrong}");
        let challenge = header(&answer, "www-authenticate").unwrap();
        assert_eq!(
            challenge,
            format!("Bearer error=\"invalid_token\", {METADATA}"),
            "{wrong}"
        );
    }
    let answer = door.answer("/api/me", &[]).await;
    assert_eq!(header(&answer, "www-authenticate"), None);
}

#[tokio::test]
async fn rule_14_not_knowing_is_503() {
    let door = Door::new(settings());
    for (token, wait) in [("ak_broken", "5"), ("ak_often", "7"), ("ak_not_us", "5")] {
        let answer = door
            .answer(HERE, &[("authorization", &bearer(token))])
            .await;
        assert_eq!(answer.status, 503, "{token}");
        assert_eq!(header(&answer, "retry-after"), Some(wait), "{token}");
        // Public or not: a handler that wants a program cannot tell either.
        let said = door
            .asks(
                Tokens::any(),
                "/api/machines/open",
                &[("authorization", &bearer(token))],
            )
            .await;
        assert_eq!(said.trim(), "503", "{token}");
    }
    let keyless = Config {
        secret_key: None,
        secret_key_optional: true,
        ..settings()
    };
    assert_eq!(Door::new(keyless).status(HERE, "ak_ada").await, 503);
}

#[tokio::test]
async fn a_foreign_host_is_named_to_nobody() {
    let door = Door::new(Config {
        authorized_parties: vec!["https://orchard.example".to_owned()],
        accept_absent_azp: true,
        ..settings()
    });
    for (host, said) in [
        // The scheme of the list: a proxy in front hides it.
        ("orchard.example", &*format!("Bearer {METADATA}")),
        ("evil.example", "Bearer"),
        ("orchard.example:8080", "Bearer"),
        ("orchard.example.evil.example", "Bearer"),
    ] {
        let answer = door.answer(HERE, &[("host", host)]).await;
        assert_eq!(header(&answer, "www-authenticate"), Some(said), "{host}");
    }
}
