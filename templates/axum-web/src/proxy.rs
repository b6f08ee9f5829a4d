//! `/__clerk`: Clerk's Frontend API under this app's own origin.

use std::net::{IpAddr, SocketAddr};

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{Extensions, StatusCode};
use axum::response::Response;
use axum::routing::any;
use clerk_auth::proxy::ProxyClient;
use clerk_auth::{Connection, Problem};

use crate::answer::page;
use crate::app::App;
use crate::pages::ErrorPage;

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
    let client = ProxyClient {
        address: client_address(&parts.extensions),
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

fn client_address(extensions: &Extensions) -> Option<IpAddr> {
    let connection = extensions.get::<ConnectInfo<SocketAddr>>()?;
    Some(connection.0.ip())
}

/// A page that says what is missing.
fn missing(app: &App, status: StatusCode, message: &str) -> Response {
    let problem = Problem {
        title: "Clerk is not here",
        message: message.to_owned(),
        details: Vec::new(),
    };
    let mut response = page(app, None, |page| ErrorPage {
        page,
        problem: &problem,
    });
    *response.status_mut() = status;
    response
}
