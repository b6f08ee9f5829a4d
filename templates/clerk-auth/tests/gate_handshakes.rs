//! Handshakes at the gate in development: a visitor arrives after one, whatever cookies he comes with, and the page that
//! explains is for what a handshake cannot mend.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clerk_auth::config::Config;
use clerk_auth::gate::{Admission, Answer, AnswerBody, Gate};
use clerk_auth::testing::TestKeys;
use http::request::Parts;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use support::scripted::Scripted;
use support::stage::{
    NOW, admit, answering, config, development, document, gate, live, request, unreachable, user,
};

const BACK: &str = "/dashboard?tab=2&__clerk_handshake_nonce=n1";
const OUTSIDE: (&str, &str) = ("sec-fetch-site", "cross-site");

/// A Backend API whose handshake hands this token over.
fn handing(token: &str) -> Scripted {
    let name = &development().publishable_key().cookie_names().session;
    let lines = [
        format!("{name}={token}; Path=/"),
        "__client_uat=1772541296; Path=/".to_owned(),
    ];
    answering(
        "GET",
        "/v1/clients/handshake_payload",
        200,
        &json!({ "directives": lines }),
    )
}

fn fresh() -> Scripted {
    handing(&user(development()).token())
}

async fn answer(gate: &Gate, parts: &Parts) -> Answer {
    match admit(gate, parts).await {
        Admission::Answer(answer) => *answer,
        other => panic!("{} {}: {other:?}", parts.method, parts.uri),
    }
}

fn location(answer: &Answer) -> Option<&str> {
    Some(answer.headers.get("location")?.to_str().unwrap())
}

fn shown(answer: &Answer) -> String {
    format!("{:?}", answer.body)
}

/// A session cookie of the instance, with a token that somebody else signed.
fn damaged(keys: &'static TestKeys) -> String {
    let names = keys.publishable_key().cookie_names();
    let token = user(live()).claim("iss", keys.issuer()).token();
    format!(
        "{}={token}; {}=1; {}=dvb",
        names.session, names.client_uat, names.dev_browser
    )
}

#[tokio::test]
async fn the_chain_of_a_link_from_another_site_ends_with_a_page_of_our_own() {
    let gate = gate(config(development()), fresh());
    let arrived = answer(&gate, &document(BACK, &[OUTSIDE])).await;
    assert_eq!((arrived.status.as_u16(), location(&arrived)), (200, None));
    assert_eq!(arrived.headers["content-type"], "text/html; charset=utf-8");
    assert_eq!(arrived.headers["cache-control"], "no-store");
    assert_eq!(arrived.headers.get_all("set-cookie").iter().count(), 2);
    let AnswerBody::Html(html) = &arrived.body else {
        panic!("{arrived:?}");
    };
    assert!(
        html.contains(r#"content="0;url=/dashboard?tab=2""#),
        "{html}"
    );
    assert!(html.contains(r#"<a href="/dashboard?tab=2">"#), "{html}");
    assert!(
        html.contains(r#"data-to="/dashboard?tab=2""#),
        "for the script: {html}"
    );
}

#[tokio::test]
async fn the_policy_of_that_page_allows_its_script_and_nothing_else() {
    let arrived = answer(
        &gate(config(development()), fresh()),
        &document(BACK, &[OUTSIDE]),
    )
    .await;
    let AnswerBody::Html(html) = &arrived.body else {
        panic!("{arrived:?}");
    };
    let script = html.split("<script>").nth(1).unwrap();
    let script = script.split("</script>").next().unwrap();
    let hash = STANDARD.encode(digest(&SHA256, script.as_bytes()));
    let policy = arrived.headers["content-security-policy"].to_str().unwrap();
    let allowed = format!("default-src 'none'; script-src 'sha256-{hash}';");
    assert!(policy.starts_with(&allowed), "{policy}");
}

#[tokio::test]
async fn within_the_site_a_redirect_does() {
    let gate = gate(config(development()), fresh());
    for site in ["none", "same-origin", "same-site"] {
        let arrived = answer(&gate, &document(BACK, &[("sec-fetch-site", site)])).await;
        assert_eq!(arrived.status, 307, "{site}");
    }
    let silent = answer(&gate, &document(BACK, &[])).await;
    assert_eq!(
        location(&silent),
        Some("https://orchard.example/dashboard?tab=2")
    );
}

#[tokio::test]
async fn browsers_that_say_nothing_get_the_page_the_second_time() {
    let gate = gate(config(development()), fresh());
    for (count, status) in [("1", 307), ("2", 200)] {
        let cookie = format!("__clerk_redirect_count={count}");
        let arrived = answer(&gate, &document(BACK, &[("cookie", &cookie)])).await;
        assert_eq!(arrived.status, status, "{count}");
    }
}

#[tokio::test]
async fn the_address_on_that_page_stays_an_address() {
    let gate = gate(config(development()), fresh());
    for path in [
        "/%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "/a'b",
        "//evil.example/p",
        "/p?q=%22%3E&x=%3Cy%3E",
    ] {
        let mark = if path.contains('?') { '&' } else { '?' };
        let parts = document(
            &format!("{path}{mark}__clerk_handshake_nonce=n"),
            &[OUTSIDE],
        );
        let arrived = answer(&gate, &parts).await;
        let AnswerBody::Html(html) = &arrived.body else {
            panic!("{path}: {arrived:?}");
        };
        assert_eq!(html.matches('"').count(), 12, "{html}");
        assert_eq!(html.matches("<script").count(), 1, "{html}");
        assert!(
            !html.contains("url=//") && !html.contains("href=\"//"),
            "{html}"
        );
    }
}

#[tokio::test]
async fn who_ends_signed_out_arrives_the_same_way() {
    let nothing = json!({ "directives": ["__session=; Max-Age=0", "__client_uat=0"] });
    let backend = answering("GET", "/v1/clients/handshake_payload", 200, &nothing);
    let arrived = answer(
        &gate(config(development()), backend),
        &document(BACK, &[OUTSIDE]),
    )
    .await;
    assert!(matches!(arrived.body, AnswerBody::Html(_)), "{arrived:?}");
    assert_eq!(arrived.headers.get_all("set-cookie").iter().count(), 2);
}

#[tokio::test]
async fn in_production_there_is_no_page_between() {
    let name = &live().publishable_key().cookie_names().session;
    let lines = [format!("{name}={}; Path=/", user(live()).token())];
    let payload = json!({ "directives": lines });
    let backend = answering("GET", "/v1/clients/handshake_payload", 200, &payload);
    let nonce = ("cookie", "__clerk_handshake_nonce=n1");
    let parts = document("/dashboard?tab=2", &[OUTSIDE, nonce]);
    let admission = admit(&gate(config(live()), backend), &parts).await;
    assert!(matches!(admission, Admission::Pass { .. }), "{admission:?}");
}

#[tokio::test]
async fn a_token_that_is_cut_off_is_replaced_like_one_that_is_signed_by_others() {
    let names = development().publishable_key().cookie_names();
    for token in ["nonsense", "a.b.c", "e30.e30.AAAA"] {
        let cookie = format!(
            "{}={token}; {}=1; {}=dvb",
            names.session, names.client_uat, names.dev_browser
        );
        let gate = gate(config(development()), unreachable());
        let sent = answer(&gate, &document("/dashboard", &[("cookie", &cookie)])).await;
        let location = location(&sent).unwrap();
        assert!(
            location.contains("/v1/client/handshake?"),
            "{token}: {location}"
        );
    }
}

#[tokio::test]
async fn a_damaged_cookie_costs_one_handshake_and_makes_no_error_page() {
    let cookie = damaged(development());
    let sent = answer(
        &gate(config(development()), unreachable()),
        &document("/dashboard", &[("cookie", &cookie)]),
    )
    .await;
    assert_eq!(sent.status, 307);
    assert!(
        location(&sent).unwrap().contains("/v1/client/handshake?"),
        "{sent:?}"
    );
    assert!(
        sent.headers["set-cookie"]
            .to_str()
            .unwrap()
            .starts_with("__clerk_redirect_count=1;")
    );

    let back = document(BACK, &[("cookie", &cookie), ("sec-fetch-site", "none")]);
    let arrived = answer(&gate(config(development()), fresh()), &back).await;
    assert_eq!(
        location(&arrived),
        Some("https://orchard.example/dashboard?tab=2")
    );
    assert_eq!(arrived.headers.get_all("set-cookie").iter().count(), 2);
}

#[tokio::test]
async fn what_is_no_page_gets_its_401_as_before() {
    let cookie = damaged(development());
    let gate = gate(config(development()), unreachable());
    for parts in [
        request("GET", "/dashboard", &[("cookie", &cookie)]),
        request(
            "POST",
            "/dashboard",
            &[("cookie", &cookie), ("sec-fetch-dest", "document")],
        ),
    ] {
        assert_eq!(answer(&gate, &parts).await.status, 401);
    }
}

#[tokio::test]
async fn an_app_that_cannot_look_a_handshake_up_sends_to_sign_in() {
    let open = Config {
        secret_key: None,
        secret_key_optional: true,
        ..config(development())
    };
    let parts = document("/dashboard", &[("cookie", &damaged(development()))]);
    let sent = answer(&gate(open, unreachable()), &parts).await;
    assert!(
        location(&sent).unwrap().starts_with("/sign-in?"),
        "{sent:?}"
    );
}

#[tokio::test]
async fn when_the_handshakes_own_session_is_refused_the_page_says_why() {
    let strict = |parties: &[&str]| Config {
        authorized_parties: parties.iter().map(|&party| party.to_owned()).collect(),
        ..config(development())
    };
    let keys = development();
    let other = user(live()).claim("iss", keys.issuer()).token();
    let absent = user(keys).claim("azp", Value::Null).token();
    let foreign = user(keys).claim("azp", "https://evil.example").token();
    for (config, token, words) in [
        (
            config(keys),
            &other,
            ["another Clerk instance", "CLERK_JWT_KEY"],
        ),
        (
            strict(&["https://orchard.example"]),
            &absent,
            ["no azp claim", "CLERK_ACCEPT_ABSENT_AZP=true"],
        ),
        (
            strict(&["https://orchard.example"]),
            &foreign,
            ["evil.example", "CLERK_AUTHORIZED_PARTIES"],
        ),
    ] {
        let back = document(BACK, &[("cookie", &damaged(keys))]);
        let explained = answer(&gate(config, handing(token)), &back).await;
        assert_eq!(explained.status, 500);
        for word in words {
            assert!(shown(&explained).contains(word), "{word}: {explained:?}");
        }
    }
}

#[tokio::test]
async fn keys_of_two_emulators_are_told_apart_from_a_rotated_key() {
    let refused = json!({"errors": [{"code": "clerk_key_invalid", "message": "no"}]});
    let keys = clerk_auth::keys::PublishableKey::parse(
        "pk_test_ZW11bGF0b3ItMGExYjJjM2QubG9jYWxob3N0LmNsZXJrLmFjY291bnRzLmRldiQ",
    );
    let Ok(local) = keys else { panic!("{keys:?}") };
    assert!(local.is_local_emulator());
    let fetching = Config {
        publishable_key: Some(local),
        jwt_key: None,
        ..config(development())
    };
    let backend = answering("GET", "/v1/jwks", 401, &refused);
    let bearer = user(development()).at(NOW).bearer();
    let parts = document("/dashboard", &[("authorization", &bearer)]);
    let shown = shown(&answer(&gate(fetching, backend), &parts).await);
    assert!(shown.contains("another project's emulator"), "{shown}");
    assert!(
        shown.contains("clerk-rs dev") && !shown.contains("Dashboard"),
        "{shown}"
    );
}
