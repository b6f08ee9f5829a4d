//! The pages, for strangers and for users.

use axum::http::StatusCode;

use super::support::{DEVELOPMENT, DOCUMENT, LIVE, Silence, app, send, state, variables};
use crate::assets::ASSETS;

#[tokio::test]
async fn public_pages_open_to_everybody() {
    for keys in [&*LIVE, &*DEVELOPMENT] {
        let app = app(keys);
        for path in [
            "/",
            "/sign-in",
            "/sign-in/factor-one",
            "/sign-up",
            "/sign-up/verify",
        ] {
            let reply = send(&app, &format!("GET {path}"), &[DOCUMENT]).await;
            assert_eq!(reply.status, StatusCode::OK, "{path}");
            assert!(reply.body.contains("<html lang=\"en\">"));
            assert!(!reply.body.contains("id=\"dashboard\""));
            assert_eq!(reply.header("cache-control"), "no-store");
            assert_eq!(reply.header("x-content-type-options"), "nosniff");
        }
    }
}

#[tokio::test]
async fn strangers_are_sent_to_sign_in_and_back() {
    let app = app(&LIVE);
    for path in [
        "/dashboard",
        "/user",
        "/user/security",
        "/nothing",
        "/sign-inx",
        "//dashboard",
    ] {
        let reply = send(&app, &format!("GET {path}"), &[DOCUMENT]).await;
        assert_eq!(reply.status, StatusCode::TEMPORARY_REDIRECT, "{path}");
        let back = format!("http://app.example{path}")
            .replace(':', "%3A")
            .replace('/', "%2F");
        assert_eq!(
            reply.header("location"),
            format!("/sign-in?redirect_url={back}")
        );
    }
}

#[tokio::test]
async fn code_gets_401_and_htmx_a_way_to_navigate() {
    let app = app(&LIVE);
    for line in [
        "GET /dashboard",
        "POST /dashboard",
        "GET /user",
        "GET /nothing",
    ] {
        let reply = send(&app, line, &[("sec-fetch-dest", "empty")]).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{line}");
        assert_eq!(reply.header("location"), "");
        let headers = [
            ("hx-request", "true"),
            ("hx-current-url", "http://app.example/list"),
        ];
        let reply = send(&app, line, &headers).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{line}");
        assert_eq!(reply.header("hx-redirect"), "/list");
    }
}

#[tokio::test]
async fn a_development_browser_first_meets_clerk() {
    let reply = send(&app(&DEVELOPMENT), "GET /dashboard", &[DOCUMENT]).await;
    assert_eq!(reply.status, StatusCode::TEMPORARY_REDIRECT);
    let handshake = format!("{}/v1/client/handshake?", DEVELOPMENT.issuer());
    assert!(reply.header("location").starts_with(&handshake));
    assert!(
        reply
            .header("set-cookie")
            .starts_with("__clerk_redirect_count=1")
    );
}

#[tokio::test]
async fn users_see_their_pages() {
    for keys in [&*LIVE, &*DEVELOPMENT] {
        let app = app(keys);
        let cookie = keys.user("user_ada").cookie_header();
        let headers = [DOCUMENT, ("cookie", cookie.as_str())];
        let dashboard = send(&app, "GET /dashboard", &headers).await;
        assert_eq!(dashboard.status, StatusCode::OK);
        assert!(dashboard.body.contains("<main id=\"dashboard\">"));
        assert!(dashboard.body.contains("user_ada"));
        let user = send(&app, "GET /user/security", &headers).await;
        assert!(user.body.contains("<main id=\"user\""));
        let home = send(&app, "GET /", &headers).await;
        assert!(home.body.contains("&#34;userId&#34;:&#34;user_ada&#34;"));
        let nothing = send(&app, "GET /nothing", &headers).await;
        assert_eq!(nothing.status, StatusCode::NOT_FOUND);
        assert!(nothing.body.contains("There is no page at this address."));
    }
}

#[tokio::test]
async fn an_old_session_is_renewed_before_the_page_is_shown() {
    let user = LIVE.user("user_ada").claim("exp", 1_700_000_000);
    let headers = [DOCUMENT, ("cookie", &*user.cookie_header())];
    let reply = send(&app(&LIVE), "GET /dashboard", &headers).await;
    assert_eq!(reply.status, StatusCode::TEMPORARY_REDIRECT);
    assert!(reply.header("location").contains("/v1/client/handshake?"));
}

#[tokio::test]
async fn not_knowing_is_a_page_to_try_again() {
    let mut variables = variables(&LIVE);
    variables.remove("CLERK_JWT_KEY");
    let app = crate::router(state(&variables, Silence));
    let cookie = LIVE.user("user_ada").cookie_header();
    let reply = send(&app, "GET /dashboard", &[DOCUMENT, ("cookie", &cookie)]).await;
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_ne!(reply.header("retry-after"), "");
    assert!(reply.body.contains("Try again in a moment"));
}

#[tokio::test]
async fn development_says_why_and_production_gives_a_reference() {
    let cause = ("cookie", "__clerk_redirect_count=3");
    let reply = send(&app(&DEVELOPMENT), "GET /dashboard", &[DOCUMENT, cause]).await;
    assert!(reply.body.contains("What to do"));
    let names = LIVE.publishable_key().cookie_names();
    let cookie = format!("{}=1700000000; __clerk_redirect_count=3", names.client_uat);
    let reply = send(
        &app(&LIVE),
        "GET /dashboard",
        &[DOCUMENT, ("cookie", &cookie)],
    )
    .await;
    assert!(reply.body.contains("Reference"));
    assert!(!reply.body.contains("What to do"));
}

#[tokio::test]
async fn the_way_back_goes_from_sign_in_to_sign_up() {
    let app = app(&LIVE);
    let reply = send(
        &app,
        "GET /sign-in?redirect_url=%2Fdashboard%3Fa%3D1",
        &[DOCUMENT],
    )
    .await;
    assert!(reply.body.contains("data-redirect-url=\"/dashboard?a=1\""));
    assert!(
        reply
            .body
            .contains("/sign-up?redirect_url=%2Fdashboard%3Fa%3D1")
    );
    let reply = send(
        &app,
        "GET /sign-up?redirect_url=https://evil.example/",
        &[DOCUMENT],
    )
    .await;
    assert!(!reply.body.contains("evil.example"));
}

#[tokio::test]
async fn users_are_sent_on_from_sign_in() {
    let app = app(&LIVE);
    let cookie = LIVE.user("user_ada").cookie_header();
    for (query, target) in [
        ("", "/"),
        ("?redirect_url=/dashboard", "/dashboard"),
        ("?redirect_url=//evil.example", "/"),
        ("?redirect_url=https://evil.example/", "/"),
    ] {
        for page in ["sign-in", "sign-up"] {
            let line = format!("GET /{page}{query}");
            let reply = send(&app, &line, &[DOCUMENT, ("cookie", &cookie)]).await;
            assert_eq!(
                (reply.status, reply.header("location")),
                (StatusCode::TEMPORARY_REDIRECT, target)
            );
        }
    }
}

#[tokio::test]
async fn files_that_exist_are_served_and_no_others() {
    let app = app(&LIVE);
    for asset in ASSETS {
        let reply = send(&app, &format!("GET {}", asset.path), &[]).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", asset.path);
        assert_eq!(reply.header("content-type"), asset.content_type);
        let known = [("if-none-match", reply.header("etag"))];
        let again = send(&app, &format!("GET {}", asset.path), &known).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    }
    for path in [
        "/assets/nothing.css",
        "/assets/",
        "/assets/..%2fCargo.toml",
        "/dashboard.css",
    ] {
        let reply = send(&app, &format!("GET {path}"), &[]).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test]
async fn the_proxy_says_what_is_missing() {
    let off = send(&app(&LIVE), "GET /__clerk/v1/client", &[DOCUMENT]).await;
    assert_eq!(off.status, StatusCode::NOT_FOUND);
    assert!(off.body.contains("CLERK_PROXY_URL"));
}
