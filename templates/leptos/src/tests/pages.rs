//! The pages, for strangers and for users.

use std::fs;
use std::path::Path;

use axum::body::Bytes;
use axum::http::{Request, Response, StatusCode};
use clerk_auth::fetch::{BoxFuture, Fetch, FetchError};

use super::support::{DOCUMENT, KEYS, Silence, app, app_with, send};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Who {
    Stranger,
    Ada,
}
use Who::{Ada, Stranger};

/// Every page: who has to open which address to see it, with which status.
const SHOWN: &[(Who, &str, u16)] = &[
    (Stranger, "/", 200),
    (Ada, "/", 200),
    (Stranger, "/sign-in", 200),
    (Stranger, "/sign-in/", 200),
    (Stranger, "/sign-in/factor-one", 200),
    (Stranger, "/sign-up/verify", 200),
    (Ada, "/user", 200),
    (Ada, "/user/security", 200),
    (Ada, "/dashboard", 200),
    (Ada, "/nothing", 404),
];

#[tokio::test]
async fn every_page_is_shown_and_whole() {
    // Ada has a role, for pages that want one.
    let ada = KEYS.user("user_ada");
    let ada = ada.organization("org_1", "acme", "org:admin", &[]);
    let cookie = ada.cookie_header();
    for (who, path, status) in SHOWN {
        let headers = match who {
            Stranger => &[DOCUMENT][..],
            Ada => &[DOCUMENT, ("cookie", &cookie)],
        };
        let reply = send(&app(), &format!("GET {path}"), headers).await;
        assert_eq!(reply.status, *status, "{path}: {}", reply.body);
        assert!(reply.body.contains("</html>"), "{path}");
        // Error pages are the same for everybody.
        let is_hers = *who == Ada && *status == 200;
        assert_eq!(reply.body.contains("user_ada"), is_hers, "{path}");
        let head = send(&app(), &format!("HEAD {path}"), headers).await;
        assert_eq!((head.status, &*head.body), (reply.status, ""), "{path}");
    }
}

#[tokio::test]
async fn every_script_has_the_nonce_of_the_policy() {
    let cookie = KEYS.user("user_ada").cookie_header();
    let reply = send(&app(), "GET /dashboard", &[DOCUMENT, ("cookie", &cookie)]).await;
    let policy = reply.header("content-security-policy");
    let nonce = policy.split("'nonce-").nth(1).unwrap();
    let nonce = format!("nonce=\"{}\"", nonce.split('\'').next().unwrap());
    for script in reply.body.split("<script").skip(1) {
        let tag = script.split('>').next().unwrap();
        assert!(tag.contains(&nonce), "{tag}");
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
        assert_eq!(reply.body, "", "nothing of the page comes along");
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
        assert_eq!(reply.body, "");
    }
}

#[tokio::test]
async fn assets_are_open_to_everybody() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_file() && !name.starts_with('.') {
            let reply = send(&app(), &format!("GET /assets/{name}"), &[]).await;
            assert_eq!(reply.status, StatusCode::OK, "is {name} in ASSETS?");
        }
    }
}

/// leptos can serve a folder, and without `site-root` in the manifest it takes the project's own. This app serves its
/// assets and nothing else.
#[tokio::test]
async fn no_other_file_of_the_project_is_served() {
    let cookie = KEYS.user("user_ada").cookie_header();
    for path in [
        "/.env",
        "/.env.example",
        "/.gitignore",
        "/Cargo.toml",
        "/src/main.rs",
        "/pkg/app.js",
        "/assets/.hidden",
    ] {
        let reply = send(&app(), &format!("GET {path}"), &[("cookie", &*cookie)]).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
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
    let reply = send(&app_with(Silence, &[]), "GET /dashboard", &headers).await;
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
