//! Pages made by code: what they are told, their policy, and how errors look.
#![cfg(all(feature = "axum", feature = "views", feature = "testing"))]
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use clerk_auth::axum::{ClerkLayer, not_found};
use clerk_auth::gate::Paths;
use clerk_auth::kit::{Page, Reply};
use clerk_auth::{Check, Kit};
use support::axum_app::{DOCUMENT, admin, build, send};
use support::stage::live;

const PATHS: Paths<'static> = Paths {
    public: &["/facts", "/sign-in", "/sign-up"],
    ..Paths::PROTECTED
};

fn app() -> Router {
    let builder = Kit::builder().name("Orchard").paths(PATHS);
    let builder = builder.sign_in("/sign-in").sign_up("/sign-up");
    let kit = build(
        builder.error_page(|page, problem| {
            let name = &page.site().app_name;
            format!("{name} {} {}", problem.title, page.nonce())
        }),
        live(),
    );
    let facts = async |page: Page| -> Reply {
        let facts = [
            page.path(),
            &page.sign_in_url(),
            &page.sign_up_url(),
            page.wanted(),
            &page.state(),
            page.nonce(),
        ];
        let is = (page.has(Check::role("org:admin")), page.has_local_keys());
        page.html(StatusCode::OK, format!("{} {is:?}", facts.join(" ")))
    };
    Router::new()
        .route("/facts", get(facts))
        .fallback(not_found)
        .layer(ClerkLayer::new(&kit))
}

#[tokio::test]
async fn a_page_knows_who_looks_and_how_to_get_in() {
    let asked = "GET /facts?redirect_url=/account";
    let nobody = send(&app(), asked, &[DOCUMENT]).await;
    let ways =
        "/facts /sign-in?redirect_url=%2Faccount /sign-up?redirect_url=%2Faccount /account {";
    assert!(nobody.body.starts_with(ways), "{nobody:?}");
    assert!(nobody.body.contains("\"userId\":null"), "{nobody:?}");
    assert!(nobody.body.ends_with("(false, false)"), "{nobody:?}");
    let admin = send(&app(), asked, &[("authorization", &admin())]).await;
    assert!(admin.body.contains("\"userId\":\"user_ada\""), "{admin:?}");
    assert!(admin.body.ends_with("(true, false)"), "{admin:?}");
}

#[tokio::test]
async fn its_scripts_are_allowed_by_their_nonce() {
    let page = send(&app(), "GET /facts", &[DOCUMENT]).await;
    let nonce = page.body.split(' ').nth_back(2).unwrap();
    let policy = page.header("content-security-policy");
    assert!(policy.contains(&format!("'nonce-{nonce}'")), "{policy}");
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
}

#[tokio::test]
async fn errors_have_the_apps_own_look() {
    let admin = [DOCUMENT, ("authorization", &*admin())];
    let page = send(&app(), "GET /nothing", &admin).await;
    let (title, nonce) = page.body.rsplit_once(' ').unwrap();
    assert_eq!((page.status, title), (404, "Orchard Not found"));
    let policy = page.header("content-security-policy");
    assert!(policy.contains(&format!("'nonce-{nonce}'")), "{policy}");
}
