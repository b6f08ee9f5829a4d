//! The pages, for strangers and for users.

use std::fs;
use std::path::Path;

use bytes::Bytes;
use clerk_auth::fetch::{BoxFuture, Fetch, FetchError};
use salvo::http::StatusCode;
use salvo::hyper::{Request, Response};

use super::support::{DOCUMENT, KEYS, app, app_with, send};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Who {
    Stranger,
    Ada,
}
use Who::{Ada, Stranger};

/// Every template: who has to open which address to see it, with which status.
const SHOWN: &[(Who, &str, u16, &str)] = &[
    (Stranger, "/", 200, "home.html"),
    (Ada, "/", 200, "home.html"),
    (Stranger, "/sign-in", 200, "sign_in.html"),
    (Stranger, "/sign-up/verify", 200, "sign_up.html"),
    (Ada, "/user/security", 200, "user.html"),
    (Ada, "/dashboard", 200, "dashboard.html"),
    (Ada, "/nothing", 404, "error.html"),
];

/// These are parts of others.
const PARTS: &[&str] = &["clerk.html", "layout.html"];

#[tokio::test]
async fn every_template_is_shown_and_whole() {
    // Ada has a role, for pages that want one.
    let ada = KEYS.user("user_ada");
    let ada = ada.organization("org_1", "acme", "org:admin", &[]);
    let cookie = ada.cookie_header();
    for (who, path, status, template) in SHOWN {
        let headers = match who {
            Stranger => &[DOCUMENT][..],
            Ada => &[DOCUMENT, ("cookie", &cookie)],
        };
        let reply = send(&app(), &format!("GET {path}"), headers).await;
        assert_eq!(reply.status, *status, "{template}: {}", reply.body);
        assert!(reply.body.trim_end().ends_with("</html>"), "{template}");
        // Error pages are the same for everybody.
        let is_hers = *who == Ada && *status == 200;
        assert_eq!(reply.body.contains("user_ada"), is_hers, "{template}");
    }
    for name in files_in("templates") {
        let is_shown = SHOWN.iter().any(|(.., template)| *template == name);
        assert!(is_shown || PARTS.contains(&&*name), "add {name} to SHOWN");
    }
}

/// The names of what lies there, without hidden files and folders.
fn files_in(folder: &str) -> impl Iterator<Item = String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let files = entries.filter(|entry| entry.path().is_file());
    let names = files.map(|file| file.file_name().into_string().unwrap());
    names.filter(|name| !name.starts_with('.'))
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
async fn assets_are_open_to_everybody() {
    for name in files_in("assets") {
        let reply = send(&app(), &format!("GET /assets/{name}"), &[]).await;
        assert_eq!(reply.status, StatusCode::OK, "is {name} in ASSETS?");
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
