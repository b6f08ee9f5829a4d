//! The rules of `security.md` about request authentication, by number, and what the recorded cases leave open.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::sync::Arc;

use clerk_auth::authenticate::{Clerk, HardError, RequestState};
use clerk_auth::config::Config;
use clerk_auth::testing::TestKeys;
use clerk_auth::time::UnixMillis;
use clerk_auth::token_type::{Accepts, TokenType};
use serde_json::{Value, json};
use support::stage::{
    NOW, answering, clerk, config, connection, decide, development, document, live, location,
    request, told, unreachable, user, way_back,
};

/// A handshake token that hands over a session, with `claims` besides.
fn handshake_token(keys: &'static TestKeys, claims: &Value) -> String {
    let name = &keys.publishable_key().cookie_names().session;
    let session = format!("{name}={}; Path=/", user(keys).token());
    let mut all = json!({ "handshake": [session, "__client_uat=1772541296; Path=/"] });
    all.as_object_mut()
        .unwrap()
        .extend(claims.as_object().unwrap().clone());
    let header = json!({ "alg": "RS256", "cat": "cl_B7d4PD111AAA", "kid": TestKeys::KID });
    keys.sign(&header, &all)
}

async fn of(keys: &'static TestKeys, target: &str, headers: &[(&str, &str)]) -> RequestState {
    let clerk = clerk(config(keys), unreachable());
    decide(&clerk, &document(target, headers)).await.unwrap()
}

#[tokio::test]
async fn rule_1_a_link_signs_nobody_in_on_live() {
    let token = handshake_token(live(), &json!({}));
    let state = of(live(), &format!("/?__clerk_handshake={token}"), &[]).await;
    assert_eq!(told(&state), "signed-out session-token-and-uat-missing");
    assert!(!state.headers.contains_key("set-cookie"));
    let cookie = format!("__clerk_handshake={token}");
    let state = of(live(), "/", &[("cookie", &cookie)]).await;
    assert_eq!(told(&state), "signed-in");
}

#[tokio::test]
async fn rule_1_development_takes_it_from_the_query() {
    let token = handshake_token(development(), &json!({}));
    let state = of(
        development(),
        &format!("/p?a=1&__clerk_handshake={token}"),
        &[],
    )
    .await;
    assert_eq!(told(&state), "signed-in");
    assert_eq!(
        location(&state).unwrap().as_str(),
        "https://orchard.example/p?a=1"
    );
}

/// A proxy in front, or a staging site, asks for a password of its own.
#[tokio::test]
async fn a_session_cookie_counts_beside_credentials_of_another_scheme() {
    let cookie = user(live()).cookie_header();
    for authorization in [
        "Basic YWRhOnBhc3N3b3Jk",
        "Digest username=ada",
        "Negotiate YIIabc",
    ] {
        let headers = [("cookie", &*cookie), ("authorization", authorization)];
        let state = of(live(), "/", &headers).await;
        assert_eq!(told(&state), "signed-in", "{authorization}");
        let alone = of(live(), "/", &[("authorization", authorization)]).await;
        assert_eq!(alone.status.as_str(), "signed-out", "{authorization}");
    }
}

#[tokio::test]
async fn rule_2_a_handshake_token_is_not_replayed() {
    let now = NOW.seconds();
    for (claims, counts) in [
        (json!({ "exp": now + 30 }), true),
        (json!({ "exp": now - 3 }), true),
        (json!({ "exp": now - 60 }), false),
        (json!({ "nbf": now + 60 }), false),
        (json!({ "iat": now + 60 }), false),
    ] {
        let cookie = format!("__clerk_handshake={}", handshake_token(live(), &claims));
        let state = of(live(), "/", &[("cookie", &cookie)]).await;
        assert_eq!(state.status.as_str() == "signed-in", counts, "{claims}");
    }
}

#[tokio::test]
async fn rule_3_a_loop_ends_at_three_and_above() {
    for (count, ends) in [
        ("2", false),
        ("3", true),
        ("4", true),
        ("999999999999999999999", true),
        ("0; __clerk_redirect_count=3", true),
        ("3; __clerk_redirect_count=0", true),
        ("x; __clerk_redirect_count=2", false),
    ] {
        let cookie = format!("__client_uat=1772540396; __clerk_redirect_count={count}");
        let state = of(live(), "/", &[("cookie", &cookie)]).await;
        assert_eq!(state.location().is_none(), ends, "{count}");
        assert_eq!(state.why.as_deref().unwrap().loop_ended, ends, "{count}");
    }
}

#[tokio::test]
async fn rule_3_a_loop_cannot_be_given_more_rounds() {
    for count in ["-99999", "-1e400", "NaN", "x"] {
        let cookie = format!("__client_uat=1772540396; __clerk_redirect_count={count}");
        let state = of(live(), "/", &[("cookie", &cookie)]).await;
        let next = state.headers["set-cookie"].to_str().unwrap();
        assert!(next.starts_with("__clerk_redirect_count=1;"), "{next}");
    }
}

#[tokio::test]
async fn rule_4_a_satellite_target_must_be_allowed() {
    let allowed = Config {
        allowed_redirect_origins: vec!["https://cider.example".to_owned()],
        ..config(development())
    };
    let clerk = clerk(allowed, unreachable());
    for (target, follows) in [
        ("https://cider.example/p", true),
        ("http://localhost:4000/p", true),
        ("http://127.0.0.1/p", true),
        ("https://cider.example.evil.example/p", false),
        ("https://cider.example@evil.example/p", false),
        ("https://user@cider.example/p", false),
        ("http://cider.example/p", false),
        ("//evil.example", false),
        ("javascript:alert(1)", false),
        ("data:text/html,x", false),
        ("/relative", false),
        ("\0", false),
    ] {
        let query: String = url::form_urlencoded::byte_serialize(target.as_bytes()).collect();
        let parts = document(&format!("/?__clerk_redirect_url={query}"), &[]);
        let state = decide(&clerk, &parts).await.unwrap();
        let synced = told(&state) == "handshake primary-responds-to-syncing";
        assert_eq!(synced, follows, "{target}: {state:?}");
    }
}

#[tokio::test]
async fn rule_5_the_proxys_word_counts_only_when_the_app_says_so() {
    let headers = [
        ("cookie", "__client_uat=1"),
        ("x-forwarded-host", "pear.example"),
        ("x-forwarded-proto", "http"),
    ];
    let state = of(live(), "/p", &headers).await;
    assert_eq!(
        way_back(&location(&state).unwrap()).unwrap(),
        "https://orchard.example/p"
    );
    let trusting = Config {
        trust_proxy_headers: true,
        ..config(live())
    };
    let clerk = clerk(trusting, unreachable());
    let state = decide(&clerk, &document("/p", &headers)).await.unwrap();
    assert_eq!(
        way_back(&location(&state).unwrap()).unwrap(),
        "http://pear.example/p"
    );
}

#[tokio::test]
async fn rule_8_only_clerks_cookies_pass() {
    let session = user(live()).token();
    let directives = json!([
        format!("__session={session}; Path=/; Secure; SameSite=Lax"),
        "__session_12345678=; Path=/; Max-Age=0",
        "__client_uat=1; Domain=orchard.example; Priority=High; Partitioned",
        "admin=1; Path=/",
        "__session_extra=stolen; Path=/",
        "__sessionx=1",
        " __session=1",
        "__session",
        "__client_uat=1; Comment=x",
        "__client_uat=1\r\nX-Evil: 1",
        "__client_uat=\u{7}",
        "",
    ]);
    let body = json!({ "directives": directives });
    let backend = answering("GET", "/v1/clients/handshake_payload", 200, &body);
    let clerk = clerk(config(live()), backend);
    let parts = document("/", &[("cookie", "__clerk_handshake_nonce=n")]);
    let state = decide(&clerk, &parts).await.unwrap();
    let cookies: Vec<_> = state.headers.get_all("set-cookie").iter().collect();
    assert_eq!(cookies.len(), 3, "{cookies:?}");
    // The last session cookie clears it.
    assert_eq!(told(&state), "signed-out session-token-missing");
}

#[tokio::test]
async fn rule_10_a_revoked_machine_token_is_refused() {
    for (member, accepted) in [
        (json!({}), true),
        (json!({ "revoked": true }), false),
        (json!({ "expired": true }), false),
        (json!({ "expiration": NOW.0 - 1 }), false),
        (json!({ "expiration": NOW.0 + 1 }), true),
        (json!({ "active": false }), false),
    ] {
        let mut body =
            json!({ "id": "ak_1", "subject": "user_1", "revoked": false, "expired": false });
        body.as_object_mut()
            .unwrap()
            .extend(member.as_object().unwrap().clone());
        let backend = answering("POST", "/api_keys/verify", 200, &body);
        let clerk = clerk(config(live()), backend);
        let parts = request("GET", "/", &[("authorization", "Bearer ak_secret")]);
        let accepts = Accepts::One(TokenType::ApiKey);
        let state = clerk
            .authenticate_accepting(&parts, connection(), &accepts)
            .await
            .unwrap();
        assert_eq!(state.status.as_str() == "signed-in", accepted, "{member}");
        assert!(!format!("{state:?}").contains("ak_secret"), "{state:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn rule_14_not_knowing_is_kept_apart() {
    let fetching = Config {
        jwt_key: None,
        ..config(live())
    };
    let clerk = clerk(fetching, unreachable());
    let bearer = user(live()).bearer();
    let parts = request("GET", "/", &[("authorization", &bearer)]);
    let state = decide(&clerk, &parts).await.unwrap();
    assert_eq!(told(&state), "signed-out unexpected-error");
    assert!(state.why.as_deref().unwrap().unknown.is_some());

    let parts = request("GET", "/", &[("authorization", "Bearer nonsense")]);
    let state = decide(&clerk, &parts).await.unwrap();
    assert!(
        state.why.as_deref().unwrap().unknown.is_none(),
        "a broken token needs no key"
    );
}

#[tokio::test(start_paused = true)]
async fn rule_14_a_refused_secret_key_says_nothing_about_the_token() {
    let fetching = Config {
        jwt_key: None,
        ..config(live())
    };
    let body = json!({ "errors": [{ "code": "clerk_key_invalid", "message": "no" }] });
    let clerk = clerk(fetching, answering("GET", "/v1/jwks", 401, &body));
    let parts = request("GET", "/", &[("authorization", &user(live()).bearer())]);
    let state = decide(&clerk, &parts).await.unwrap();
    assert_eq!(told(&state), "signed-out secret-key-invalid");
    assert!(
        state
            .why
            .unwrap()
            .unknown
            .as_ref()
            .unwrap()
            .own_credential_refused
    );
}

#[tokio::test]
async fn rule_15_an_absent_party_passes_only_when_allowed_and_a_wrong_one_never() {
    for (party, accept_absent, counts) in [
        (json!("https://orchard.example"), false, true),
        (Value::Null, false, false),
        (Value::Null, true, true),
        (json!("https://evil.example"), true, false),
    ] {
        let config = Config {
            authorized_parties: vec!["https://orchard.example".to_owned()],
            accept_absent_azp: accept_absent,
            ..config(live())
        };
        let mut claims = user(live()).session_claims();
        claims.insert("azp".to_owned(), party.clone());
        if party.is_null() {
            claims.remove("azp");
        }
        let header = json!({ "alg": "RS256", "cat": "cl_B7d4PD111AAA", "kid": TestKeys::KID });
        let bearer = format!("Bearer {}", live().sign(&header, &Value::Object(claims)));
        let clerk = clerk(config, unreachable());
        let parts = request("GET", "/", &[("authorization", &bearer)]);
        let state = decide(&clerk, &parts).await.unwrap();
        assert_eq!(
            state.status.as_str() == "signed-in",
            counts,
            "{party} {accept_absent}"
        );
    }
}

#[tokio::test]
async fn rule_17_claims_that_cannot_be_read_are_refused_on_both_paths() {
    let odd = user(live())
        .claim("fea", "nocolon")
        .claim("o", json!({ "id": "org_1" }));
    let clerk = clerk(config(live()), unreachable());
    let bearer = odd.bearer();
    let cookie = odd.cookie_header();
    for header in [("authorization", bearer.as_str()), ("cookie", &cookie)] {
        let state = decide(&clerk, &document("/", &[header])).await.unwrap();
        assert_eq!(told(&state), "signed-out unexpected-error", "{header:?}");
        assert!(state.why.as_deref().unwrap().unknown.is_none());
    }
}

#[tokio::test]
async fn a_broken_handshake_in_development_is_a_clear_error() {
    let clerk = clerk(config(development()), unreachable());
    let parts = document("/?__clerk_handshake=nonsense", &[]);
    let error = decide(&clerk, &parts).await.unwrap_err();
    assert!(matches!(error, HardError::Handshake(_)), "{error}");
}

#[tokio::test]
async fn a_session_id_cannot_leave_its_place_in_the_refresh_path() {
    let backend = Arc::new(unreachable());
    let clerk = Clerk::new(config(live()), backend.clone(), Arc::new(|| NOW)).unwrap();
    for sid in ["..", ".", "../users", "a/b", "", "a\\b"] {
        let late = user(live())
            .session(sid)
            .at(UnixMillis(NOW.0 - 600_000))
            .token();
        let names = live().publishable_key().cookie_names();
        let cookie = format!("__session={late}; __client_uat=1; {}=rt", names.refresh);
        let state = decide(&clerk, &document("/", &[("cookie", &cookie)]))
            .await
            .unwrap();
        assert_eq!(state.status.as_str(), "handshake", "{sid}");
    }
    assert!(backend.asked().is_empty());
}

#[tokio::test]
async fn an_api_without_secret_key_uses_the_public_key_set() {
    let config = Config {
        jwt_key: None,
        secret_key: None,
        secret_key_optional: true,
        ..config(live())
    };
    let backend = Arc::new(answering(
        "GET",
        "/.well-known/jwks.json",
        200,
        &live().key_set(),
    ));
    let clerk = Clerk::new(config, backend.clone(), Arc::new(|| NOW)).unwrap();
    let parts = request("GET", "/", &[("authorization", &user(live()).bearer())]);
    assert_eq!(told(&decide(&clerk, &parts).await.unwrap()), "signed-in");
    let asked = backend.asked();
    let host = live().publishable_key().frontend_api_host();
    assert_eq!(asked[0].uri().host(), Some(host));
    assert!(!asked[0].headers().contains_key("authorization"));
}

#[tokio::test]
async fn an_api_without_secret_key_passes_over_a_neighbours_nonce() {
    let config = Config {
        secret_key: None,
        secret_key_optional: true,
        ..config(live())
    };
    let clerk = clerk(config, unreachable());
    let cookie = format!(
        "{}; __clerk_handshake_nonce=n",
        user(live()).cookie_header()
    );
    let state = decide(&clerk, &request("GET", "/", &[("cookie", &cookie)])).await;
    assert_eq!(told(&state.unwrap()), "signed-in");
}
