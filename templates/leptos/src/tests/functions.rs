//! Server functions: who may call them, and from where.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use clerk_auth::axum::SignedIn;
use leptos::prelude::*;
use leptos_axum::extract;

use super::support::{KEYS, Reply, app, ask};

/// Made for these tests; it is found like your own.
#[server(endpoint = "greet")]
async fn greet(word: String) -> Result<String, ServerFnError> {
    let SignedIn(session) = extract().await?;
    Ok(format!("{word} {}", session.user_id().unwrap_or_default()))
}

/// Calls it as a user's browser does on a page of this site, with other headers in place of some.
async fn call(body: String, headers: &[(&str, &str)]) -> Reply {
    let mut request = Request::post("/api/greet")
        .header("cookie", KEYS.user("user_ada").cookie_header())
        .header("content-type", "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    ask(&app(), request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn users_call_functions_from_pages_of_this_site() {
    for headers in [
        &[][..],
        &[("sec-fetch-site", "same-origin")],
        &[("origin", "http://app.example")],
    ] {
        let reply = call("word=Hello".to_owned(), headers).await;
        assert_eq!(
            (reply.status, &*reply.body),
            (StatusCode::OK, "\"Hello user_ada\"")
        );
    }
    // A form without JavaScript goes back to its page.
    let page = "http://app.example/dashboard";
    let form = [("accept", "text/html"), ("referer", page)];
    let reply = call("word=Hello".to_owned(), &form).await;
    assert_eq!(reply.status, StatusCode::FOUND);
    assert_eq!(reply.header("location").trim_end_matches('?'), page);
}

#[tokio::test]
async fn pages_of_other_sites_call_nothing() {
    for headers in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "http://evil.example"),
        ("origin", "http://app.example.evil.example"),
        ("origin", "null"),
        ("referer", "http://evil.example/x"),
    ] {
        let reply = call("word=Hello".to_owned(), &[headers]).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{headers:?}");
    }
}

#[tokio::test]
async fn strangers_call_nothing() {
    let request = Request::post("/api/greet").body(Body::from("word=Hello"));
    let reply = ask(&app(), request.unwrap()).await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
    assert_eq!(reply.body, r#"{"error":"Unauthorized"}"#);
}

#[tokio::test]
async fn what_is_too_large_is_refused_as_such() {
    let word = "x".repeat(3 << 20);
    let reply = call(format!("word={word}"), &[]).await;
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
}
