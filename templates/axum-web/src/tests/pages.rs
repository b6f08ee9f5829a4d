//! The pages, for strangers and for users.

use std::fs;

use axum::body::Bytes;
use axum::http::{Request, Response, StatusCode};
use clerk_auth::fetch::{BoxFuture, Fetch, FetchError};

use super::support::{DOCUMENT, KEYS, app, app_with, send};

/// Every template, with the address that shows it and who asks there.
const SHOWN: &[(&str, &str, bool)] = &[
    ("home.html", "/", false),
    ("home.html", "/", true),
    ("sign_in.html", "/sign-in", false),
    ("sign_up.html", "/sign-up/verify", false),
    ("user.html", "/user/security", true),
    ("dashboard.html", "/dashboard", true),
    ("error.html", "/nothing", true),
];

/// These are parts of others.
const PARTS: &[&str] = &["clerk.html", "layout.html"];

#[tokio::test]
async fn every_template_is_shown_and_whole() {
    for (template, path, signed_in) in SHOWN {
        let cookie = KEYS.user("user_ada").cookie_header();
        let user = [DOCUMENT, ("cookie", &cookie)];
        let headers = if *signed_in { &user[..] } else { &[DOCUMENT] };
        let reply = send(&app(), &format!("GET {path}"), headers).await;
        let not_found = *template == "error.html";
        let status = if not_found { 404 } else { 200 };
        assert_eq!(reply.status, status, "{template}: {}", reply.body);
        assert!(reply.body.trim_end().ends_with("</html>"), "{template}");
        assert_eq!(reply.body.contains("user_ada"), *signed_in && !not_found);
    }
    for file in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/templates")).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        let shown = SHOWN.iter().any(|(template, ..)| *template == name);
        assert!(shown || PARTS.contains(&&*name), "no test shows {name}");
    }
}

#[tokio::test]
async fn strangers_are_sent_to_sign_in_and_back() {
    for path in ["/dashboard", "/user", "/user/security", "/nothing"] {
        let reply = send(&app(), &format!("GET {path}"), &[DOCUMENT]).await;
        assert_eq!(reply.status, StatusCode::TEMPORARY_REDIRECT, "{path}");
        let back = path.replace('/', "%2F");
        let sign_in = format!("/sign-in?redirect_url=http%3A%2F%2Fapp.example{back}");
        assert_eq!(reply.header("location"), sign_in);
    }
}

#[tokio::test]
async fn users_are_sent_on_from_sign_in() {
    let cookie = KEYS.user("user_ada").cookie_header();
    let headers = [DOCUMENT, ("cookie", &*cookie)];
    for (query, target) in [
        ("", "/"),
        ("?redirect_url=/dashboard", "/dashboard"),
        ("?redirect_url=https://evil.example/", "/"),
    ] {
        let reply = send(&app(), &format!("GET /sign-in{query}"), &headers).await;
        assert_eq!(reply.status, StatusCode::TEMPORARY_REDIRECT);
        assert_eq!(reply.header("location"), target);
    }
}

#[tokio::test]
async fn files_are_open_to_everybody() {
    for name in ["style.css", "clerk.js", "dashboard.js", "favicon.svg"] {
        let reply = send(&app(), &format!("GET /assets/{name}"), &[]).await;
        assert_eq!(reply.status, StatusCode::OK, "{name}");
    }
}

/// Clerk's Backend API, as far as the dashboard asks it: one user with this first name.
struct Backend(&'static str);

impl Fetch for Backend {
    fn fetch(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, FetchError>> {
        assert_eq!(request.uri().path(), "/v1/users/user_ada");
        let user = format!(r#"{{"id":"user_ada","first_name":"{}"}}"#, self.0);
        Box::pin(async { Ok(Response::new(Bytes::from(user))) })
    }
}

#[tokio::test]
async fn the_dashboard_greets_by_name() {
    let cookie = KEYS.user("user_ada").cookie_header();
    let headers = [DOCUMENT, ("cookie", &*cookie)];
    let reply = send(&app_with(Backend("Ada"), &[]), "GET /dashboard", &headers).await;
    assert!(reply.body.contains("Hello, Ada"), "{}", reply.body);
    // Nobody answers: it opens without.
    let reply = send(&app(), "GET /dashboard", &headers).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert!(reply.body.contains("Your name could not be read"));
}

#[tokio::test]
async fn what_users_call_themselves_is_text_and_no_markup() {
    let cookie = KEYS.user("user_ada").cookie_header();
    let backend = Backend("<script>alert(1)</script>");
    let headers = [DOCUMENT, ("cookie", &*cookie)];
    let reply = send(&app_with(backend, &[]), "GET /dashboard", &headers).await;
    assert!(reply.body.contains("alert(1)"));
    assert!(!reply.body.contains("<script>alert"));
}
