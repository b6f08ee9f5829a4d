//! The Backend API client: what it sends, and how tolerantly it reads.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use clerk_auth::backend::{BackendError, RefreshRequest};
use clerk_auth::keys::MachineSecretKey;
use http::{HeaderMap, Method};
use serde_json::{Value, json};
use support::backend::{SECRET, answering, client};
use support::scripted::{Reply, Scripted};

/// Method, address, credential and body of the only request.
fn only(scripted: &Scripted) -> (String, String, Value) {
    let asked = scripted.asked();
    assert_eq!(asked.len(), 1);
    let request = &asked[0];
    assert_eq!(request.headers()["clerk-api-version"], "2026-05-12");
    assert_eq!(request.headers()["content-type"], "application/json");
    assert!(
        request.headers()["user-agent"]
            .to_str()
            .unwrap()
            .starts_with("clerk-rs/")
    );
    assert!(request.headers()["authorization"].is_sensitive());
    let credential = request.headers()["authorization"].to_str().unwrap();
    let body = serde_json::from_slice(request.body()).unwrap_or(Value::Null);
    let line = format!("{} {}", request.method(), request.uri());
    (line, credential.to_owned(), body)
}

/// A kit that knows JSON by the one spelling `application/json` takes such an answer for text.
#[tokio::test]
async fn json_is_read_whatever_its_content_type_adds() {
    for content_type in ["application/json; charset=utf-8", "application/json"] {
        let user = Reply::Json(200, json!({"id": "user_1", "first_name": "Jo"}));
        let reply = Reply::Header(Box::new(user), "content-type", content_type.to_owned());
        let user = client(&Scripted::always(reply)).get_user("user_1").await;
        assert_eq!(
            user.unwrap().full_name().as_deref(),
            Some("Jo"),
            "{content_type}"
        );
        let refused = Reply::Json(
            422,
            json!({"errors": [{"code": "form_param_missing", "message": "m"}]}),
        );
        let reply = Reply::Header(Box::new(refused), "content-type", content_type.to_owned());
        let refused = client(&Scripted::always(reply)).get_user("user_1").await;
        assert!(
            refused
                .unwrap_err()
                .to_string()
                .contains("form_param_missing"),
            "{content_type}"
        );
    }
}

#[tokio::test]
async fn a_user_is_read_whatever_is_missing_null_or_new() {
    let (scripted, client) = answering(
        200,
        json!({
            "id": "user_1", "first_name": "Jo", "last_name": "Doe", "username": null, "image_url": "https://img/x",
            "primary_email_address_id": "idn_2", "public_metadata": {"plan": "x"},
            "email_addresses": [{"id": "idn_1", "email_address": "a@x"}, {"id": "idn_2", "email_address": "b@x"}],
        }),
    );
    let user = client.get_user("user_1").await.unwrap();
    assert_eq!(user.full_name().as_deref(), Some("Jo Doe"));
    assert_eq!(user.primary_email_address.as_deref(), Some("b@x"));
    assert_eq!(user.public_metadata, json!({"plan": "x"}));
    assert_eq!(user.username, None);
    let (line, credential, _) = only(&scripted);
    assert_eq!(line, "GET https://api.clerk.com/v1/users/user_1");
    assert_eq!(credential, format!("Bearer {SECRET}"));

    for sparse in [
        json!({"id": "user_1"}),
        json!({"id": "user_1", "first_name": null, "email_addresses": null, "primary_email_address_id": null}),
        json!({"id": "user_1", "first_name": 7, "email_addresses": {"odd": []}, "primary_email_address_id": "gone", "status": "teleported"}),
        json!({"id": "user_1", "last_name": "", "email_addresses": [null, 3, {"id": "gone"}], "primary_email_address_id": "gone"}),
    ] {
        let user = answering(200, sparse.clone())
            .1
            .get_user("user_1")
            .await
            .unwrap();
        assert_eq!(
            (user.full_name(), user.primary_email_address),
            (None, None),
            "{sparse}"
        );
        assert_eq!(user.raw, sparse);
    }
    for odd in [json!(null), json!([]), json!({"id": 5}), json!("text")] {
        let error = answering(200, odd).1.get_user("user_1").await.unwrap_err();
        assert!(matches!(error, BackendError::Shape(_)) && error.is_unknown());
    }
}

#[tokio::test]
async fn machine_tokens_are_checked_without_a_version_in_the_path() {
    let (scripted, client) = answering(200, json!({"id": "x"}));
    client.verify_api_key("ak_1").await.unwrap();
    let (line, _, body) = only(&scripted);
    assert_eq!(
        (line.as_str(), body),
        (
            "POST https://api.clerk.com/api_keys/verify",
            json!({"secret": "ak_1"})
        )
    );

    let (scripted, client) = answering(200, json!({"id": "x"}));
    client.verify_oauth_token("oat_1").await.unwrap();
    let (line, _, body) = only(&scripted);
    assert_eq!(
        line,
        "POST https://api.clerk.com/oauth_applications/access_tokens/verify"
    );
    assert_eq!(body, json!({"access_token": "oat_1"}));

    let (scripted, client) = answering(200, json!({"id": "x"}));
    client.verify_m2m_token("mt_1").await.unwrap();
    let (line, credential, body) = only(&scripted);
    assert_eq!(
        (line.as_str(), body),
        (
            "POST https://api.clerk.com/m2m_tokens/verify",
            json!({"token": "mt_1"})
        )
    );
    assert_eq!(credential, format!("Bearer {SECRET}"));

    let (scripted, client) = answering(200, json!({"id": "x"}));
    let client = client.with_machine_secret_key(Some(MachineSecretKey::new("ak_machine").unwrap()));
    client.verify_m2m_token("mt_1").await.unwrap();
    assert_eq!(only(&scripted).1, "Bearer ak_machine");
}

#[tokio::test]
async fn handshake_and_refresh_ask_as_the_reference_does() {
    let (scripted, client) = answering(200, json!({"directives": ["a=1", 5, null, "b=2"]}));
    assert_eq!(
        client.handshake_payload("a b&c=d#/").await.unwrap(),
        ["a=1", "b=2"]
    );
    assert_eq!(
        only(&scripted).0,
        "GET https://api.clerk.com/v1/clients/handshake_payload?nonce=a+b%26c%3Dd%23%2F"
    );

    let mut headers = HeaderMap::new();
    headers.append("cookie", "a=1".parse().unwrap());
    headers.append("cookie", "b=2".parse().unwrap());
    headers.append("x-many", "1".parse().unwrap());
    headers.append("x-many", "2".parse().unwrap());
    headers.insert(
        "x-latin",
        http::HeaderValue::from_bytes(b"caf\xe9").unwrap(),
    );
    let (mut parts, ()) = http::Request::new(()).into_parts();
    parts.headers = headers;
    let refresh = |suffixed_cookies| RefreshRequest {
        session_id: "sess_1",
        expired_token: "old",
        refresh_token: "rt",
        request_origin: "https://app.example",
        request: &parts,
        suffixed_cookies,
    };
    for (suffixed, query) in [(false, ""), (true, "?suffixed_cookies=true")] {
        let (scripted, client) = answering(
            200,
            json!({"object": "cookies", "cookies": ["__session=x"]}),
        );
        let cookies = client.refresh_session(refresh(suffixed)).await.unwrap();
        assert_eq!(cookies, ["__session=x"]);
        let (line, _, body) = only(&scripted);
        assert_eq!(
            line,
            format!("POST https://api.clerk.com/v1/sessions/sess_1/refresh{query}")
        );
        assert_eq!(
            body,
            json!({
                "format": "cookie", "expired_token": "old", "refresh_token": "rt", "request_origin": "https://app.example",
                "request_headers": {"cookie": ["a=1; b=2"], "x-many": ["1, 2"], "x-latin": ["caf\u{e9}"]},
            })
        );
    }
    for odd in [json!({}), json!({"cookies": null}), json!(null), json!([1])] {
        let cookies = answering(200, odd)
            .1
            .refresh_session(refresh(false))
            .await
            .unwrap();
        assert!(cookies.is_empty());
    }
}

#[tokio::test]
async fn a_session_gets_tokens_of_a_template_or_its_own() {
    for (template, expires, line, body) in [
        (None, None, "tokens", json!({})),
        (
            Some("supabase"),
            Some(60),
            "tokens/supabase",
            json!({"expires_in_seconds": 60}),
        ),
        (Some("a b?"), None, "tokens/a%20b%3F", json!({})),
    ] {
        let (scripted, client) = answering(200, json!({"object": "token", "jwt": "a.b.c"}));
        assert_eq!(
            client
                .session_token("sess_1", template, expires)
                .await
                .unwrap(),
            "a.b.c"
        );
        let (seen, _, sent) = only(&scripted);
        assert_eq!(
            seen,
            format!("POST https://api.clerk.com/v1/sessions/sess_1/{line}")
        );
        assert_eq!(sent, body);
    }
}

#[tokio::test]
async fn an_answer_without_a_body_is_null() {
    let scripted = Scripted::always(Reply::Text(204, String::new()));
    let body = json!({"test_mode": true});
    let client = client(&scripted);
    let answer = client.request(Method::PATCH, &["instance"], &[], Some(&body));
    assert_eq!(answer.await.unwrap(), Value::Null);
}

#[tokio::test]
async fn pieces_of_a_path_cannot_leave_it() {
    let (scripted, client) = answering(200, json!({"id": "x"}));
    for piece in [
        "",
        ".",
        "..",
        "a/b",
        "../x",
        "a\\b",
        "a\nb",
        "\0",
        "user_1/../../organizations",
    ] {
        let error = client.get_user(piece).await.unwrap_err();
        assert!(matches!(error, BackendError::NotSent(_)), "{piece:?}");
    }
    assert_eq!(scripted.count(), 0);
    client.get_user("a?b#c%2f..é@:;").await.unwrap();
    assert_eq!(
        only(&scripted).0,
        "GET https://api.clerk.com/v1/users/a%3Fb%23c%252f..%C3%A9%40%3A%3B"
    );
}
