//! `/__clerk`: Clerk's Frontend API under this app's own origin.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::any;
use clerk_auth::Connection;
use clerk_auth::proxy::ProxyClient;

use crate::answer::problem;
use crate::app::App;

/// Everything below `/__clerk`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/__clerk", any(forward))
        .route("/__clerk/{*path}", any(forward))
}

async fn forward(State(app): State<App>, request: Request) -> Response {
    let Some(proxy) = &app.proxy else {
        return missing(
            &app,
            StatusCode::NOT_FOUND,
            "The proxy is off. Set CLERK_PROXY_URL and the secret key to switch it on.",
        );
    };
    let (parts, body) = request.into_parts();
    let origin = app
        .gate
        .public_url(&parts, Connection::HTTP)
        .map(|url| url.origin());
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let client = ProxyClient {
        address: app
            .gate
            .client_address(&parts, peer.map(|peer| peer.0.ip())),
        origin: origin.as_deref().unwrap_or_default(),
    };
    let is_page = parts
        .headers
        .get("sec-fetch-dest")
        .is_some_and(|value| value == "document");
    let answer = proxy
        .forward(Request::from_parts(parts, body), client)
        .await;
    if is_page && app.site.local_keys && answer.status() == StatusCode::BAD_GATEWAY {
        return missing(
            &app,
            StatusCode::BAD_GATEWAY,
            "Nothing answers for Clerk’s Frontend API. With local keys that is the emulator, which `clerk-rs dev` starts.",
        );
    }
    answer.map(Body::new)
}

/// A page that says what is missing.
fn missing(app: &App, status: StatusCode, message: &str) -> Response {
    problem(app, status, "Clerk is not here", message)
}
