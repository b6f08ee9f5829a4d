//! The API: JSON for programs, 401 for strangers. Your own calls go here; functions with `#[server]` are found by themselves.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, get, on};
use clerk_auth::axum::me;
use clerk_auth::kit::Guest;
use leptos::server_fn::axum::server_fn_paths;
use leptos_axum::handle_server_fns;

/// Everything below `/api`.
pub fn routes() -> Router {
    // `me` says who is asking.
    let api = Router::new().route("/api/me", get(me));
    server_fn_paths().fold(api, |api, (path, method)| {
        let method = MethodFilter::try_from(method).unwrap_or(MethodFilter::POST);
        api.route(path, on(method, call).layer(from_fn(own_pages_only)))
    })
}

/// Calls a server function. The body is read here: of one that is too large leptos would make a 500.
async fn call(parts: Parts, body: Bytes) -> impl IntoResponse {
    handle_server_fns(Request::from_parts(parts, Body::from(body))).await
}

/// Refuses calls from pages of other sites. leptos takes a body of any type for a form, and forms may be sent to any site; and
/// whoever takes HTML it sends back to the `Referer`.
async fn own_pages_only(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let guest = parts.extensions.get::<Guest>();
    if guest.is_none_or(|guest| guest.kit().is_foreign(&parts, guest.connection())) {
        return (StatusCode::FORBIDDEN, "calls come from pages of this site").into_response();
    }
    next.run(Request::from_parts(parts, body)).await
}
