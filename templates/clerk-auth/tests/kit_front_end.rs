//! The front end of a single-page app: open to everybody, and no way around the gate.
#![cfg(all(feature = "axum", feature = "spa", feature = "testing"))]
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use std::fs;
use std::path::Path;

use axum::Router;
use axum::routing::{any, get};
use clerk_auth::Kit;
use clerk_auth::axum::{ClerkLayer, me, not_found};
use clerk_auth::gate::Paths;
use clerk_auth::kit::{FrontEnd, Page};
use serde_json::Value;
use support::axum_app::{DOCUMENT, admin, build, send};
use support::stage::live;

const PATHS: Paths<'static> = Paths {
    public: &["/api/clerk"],
    without_auth: &["/webhooks/clerk"],
    data: &["/api/:path*"],
    ..Paths::PROTECTED
};

fn built() -> FrontEnd {
    let files = [
        ("/index.html", "<!doctype html><div id=root></div>"),
        ("/assets/main-Ab12.js", "render()"),
        ("/favicon.svg", "<svg/>"),
    ];
    FrontEnd::new(files.map(|(path, body)| (path.to_owned(), body.into())))
}

/// Each handler but `/api/clerk` tells a secret, whoever reaches it.
fn app(front_end: FrontEnd) -> Router {
    let builder = Kit::builder().paths(PATHS).health().front_end(front_end);
    let kit = build(builder.sign_in("/sign-in").sign_up("/sign-up"), live());
    let settings = async |page: Page| page.provider_props();
    let secret = any(async || "secret");
    Router::new()
        .route("/api/me", get(me))
        .route("/api/clerk", get(settings))
        .route("/webhooks/clerk", any(async || "heard"))
        .route("/reports", secret.clone())
        .route("/API/me", secret.clone())
        .route("/api//me", secret.clone())
        .route("/assets/{*name}", secret.clone())
        .route("/deep/{*name}", secret)
        .fallback(not_found)
        .layer(ClerkLayer::new(&kit))
}

#[tokio::test]
async fn everybody_gets_the_page_wherever_they_begin() {
    let admin = admin();
    let nobody = [DOCUMENT];
    let somebody = [DOCUMENT, ("authorization", &*admin)];
    let program = [("accept", "*/*")];
    let expired = [DOCUMENT, ("cookie", "__session=x; __client_uat=1700000000")];
    for path in [
        "/",
        "/dashboard",
        "/sign-in/factor-one",
        "/a/b/c",
        "/?a=b.c",
    ] {
        for headers in [&nobody[..], &somebody, &program, &expired] {
            let page = send(&app(built()), &format!("GET {path}"), headers).await;
            assert_eq!(page.status, 200, "{path} {page:?}");
            assert!(page.body.contains("id=root"), "{path} {page:?}");
            assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
            let policy = page.header("content-security-policy");
            assert!(policy.contains("script-src 'self' 'nonce-"), "{policy}");
            assert_eq!(page.header("set-cookie"), "");
        }
    }
}

#[tokio::test]
async fn no_handler_answers_for_a_path_of_the_front_end() {
    for path in ["/reports", "/deep/x", "//api/me", "/%2fapi/me"] {
        for method in ["GET", "HEAD", "POST", "DELETE", "OPTIONS"] {
            let answer = send(&app(built()), &format!("{method} {path}"), &[]).await;
            assert!(
                [200, 401, 405].contains(&answer.status),
                "{method} {path} {answer:?}"
            );
            assert!(
                !answer.body.contains("secret"),
                "{method} {path} {answer:?}"
            );
        }
    }
}

#[tokio::test]
async fn what_is_the_servers_is_protected_in_every_spelling() {
    for path in [
        "/api",
        "/api/me",
        "/api/nothing",
        "/api//me",
        "/%61pi/me",
        "/API/me",
        "/api/me/",
        "/api/CLERK",
        "/assets/gone.js",
        "/deep/x.pdf",
        "/index.html",
        "/.env",
    ] {
        let answer = send(&app(built()), &format!("GET {path}"), &[]).await;
        assert_eq!(answer.status, 401, "{path} {answer:?}");
        assert!(!answer.body.contains("secret"), "{path} {answer:?}");
    }
    for path in ["/api/../dashboard", "/..", "/a/%2e%2e/b", "/%zz"] {
        let answer = send(&app(built()), &format!("GET {path}"), &[]).await;
        assert_eq!(answer.status, 400, "{path} {answer:?}");
    }
    let answer = send(&app(built()), "POST /webhooks/clerk", &[]).await;
    assert_eq!(answer.body, "heard");
    let me = send(&app(built()), "GET /api/me", &[("authorization", &admin())]).await;
    assert_eq!(me.status, 200, "{me:?}");
    let missing = send(&app(built()), "GET /api/x", &[("authorization", &admin())]).await;
    assert_eq!(missing.status, 404, "{missing:?}");
}

#[tokio::test]
async fn files_are_open_and_those_named_by_content_are_kept() {
    let script = send(&app(built()), "GET /assets/main-Ab12.js", &[]).await;
    assert_eq!((script.status, &*script.body), (200, "render()"));
    assert_eq!(
        script.header("content-type"),
        "text/javascript; charset=utf-8"
    );
    let kept = script.header("cache-control");
    assert!(kept.contains("immutable"), "{kept}");
    let icon = send(&app(built()), "GET /favicon.svg", &[]).await;
    assert_eq!(icon.header("cache-control"), "no-cache");
    let again = [("if-none-match", icon.header("etag"))];
    let same = send(&app(built()), "GET /favicon.svg", &again).await;
    assert_eq!(same.status, 304);
    let sent = send(&app(built()), "POST /favicon.svg", &[]).await;
    assert_eq!(sent.status, 405);
}

/// Somebody deployed the server and forgot what `npm run build` made.
#[tokio::test]
async fn a_front_end_that_is_not_there_is_missed_aloud() {
    let missing = || FrontEnd::folder(concat!(env!("CARGO_TARGET_TMPDIR"), "/no-front-end"));
    let page = send(&app(missing()), "GET /dashboard", &[DOCUMENT]).await;
    assert_eq!(page.status, 503);
    assert!(page.body.contains("npm run build"), "{page:?}");
    let me = send(
        &app(missing()),
        "GET /api/me",
        &[("authorization", &admin())],
    )
    .await;
    assert_eq!(me.status, 200, "{me:?}");
}

#[tokio::test]
async fn a_folder_is_read_without_its_hidden_files_and_links() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("front-end");
    let dist = folder.join("dist");
    let _absent = fs::remove_dir_all(&dist);
    fs::create_dir_all(dist.join("assets/fonts")).unwrap();
    fs::write(folder.join("key.txt"), "secret").unwrap();
    for (name, text) in [
        ("index.html", "<!doctype html>here"),
        ("assets/fonts/a.woff2", "font"),
        (".hidden.txt", "secret"),
    ] {
        fs::write(dist.join(name), text).unwrap();
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.join("key.txt"), dist.join("key.txt")).unwrap();
    let app = app(FrontEnd::folder(&dist));
    // It was read at the start.
    fs::remove_dir_all(&dist).unwrap();
    let page = send(&app, "GET /", &[]).await;
    assert_eq!(page.body, "<!doctype html>here");
    let font = send(&app, "GET /assets/fonts/a.woff2", &[]).await;
    assert_eq!((font.status, &*font.body), (200, "font"));
    for path in ["/.hidden.txt", "/key.txt"] {
        let answer = send(&app, &format!("GET {path}"), &[]).await;
        assert_eq!(answer.status, 401, "{path} {answer:?}");
    }
}

#[tokio::test]
async fn the_browser_learns_where_clerk_is_and_no_secret() {
    let answer = send(&app(built()), "GET /api/clerk", &[]).await;
    let props: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(props["publishableKey"], live().publishable_key().as_str());
    assert_eq!(props["signInUrl"], "/sign-in");
    assert_eq!(props["signUpUrl"], "/sign-up");
    assert_eq!(props.get("proxyUrl"), None);
    assert!(!answer.body.contains(live().secret_key().expose()));
}
