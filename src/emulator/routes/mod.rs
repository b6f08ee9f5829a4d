//! From the socket to a handler and back: who may ask at all, which handler is meant, what every answer carries.

mod account;
mod backend;
mod call;
mod client;
mod control;
mod desk;
mod environment;
mod fault;
mod frontend;
mod handshake;
mod hosted;
mod html;
mod path;
mod scripts;
mod sessions;
mod sign_ins;
mod sign_ups;
mod turn;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::response::IntoResponse as _;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use tower_service::Service as _;

use super::app::App;
use super::event::Note;
use super::origins::{Foreign, PROXY_URL};
use call::Caller;
use fault::Fault;
use path::Surface;

type Shared = Arc<App>;
type Answer = Result<axum::response::Response, Fault>;

/// All routes.
pub(super) fn router(app: Shared) -> Router {
    Router::new()
        .merge(frontend::routes())
        .merge(client::routes())
        .merge(sessions::routes())
        .merge(account::routes())
        .merge(sign_ups::routes())
        .merge(sign_ins::routes())
        .merge(handshake::routes())
        .merge(backend::routes())
        .merge(scripts::routes())
        .merge(hosted::routes())
        .merge(control::routes())
        .merge(desk::routes())
        .fallback(async || Fault::NotEmulated)
        .method_not_allowed_fallback(async || Fault::NotEmulated)
        .with_state(app)
}

/// Answers one request, whatever it is, and tells one event of it.
pub(super) async fn answer(
    app: Shared,
    router: Router,
    request: Request<Incoming>,
) -> Response<Body> {
    let mut request = request.map(Body::new);
    let origin = app.origins.check(request.headers());
    path::normalize(&mut request);
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let surface = Surface::of(&path);
    let mut response = match &origin {
        Err(foreign) => Fault::from(*foreign).into_response(),
        Ok(_) if is_preflight(&request) && surface.is_for_pages() => preflight(request.headers()),
        Ok(origin) => {
            request.extensions_mut().insert(Caller {
                origin: origin.clone(),
            });
            let answered = admitted(&app, router, request, surface).await;
            match app.keep() {
                Ok(()) => answered,
                Err(_) => Fault::NotKept.into_response(),
            }
        }
    };
    if let (Ok(Some(origin)), true) = (&origin, surface.is_for_pages()) {
        allow_origin(response.headers_mut(), origin);
    }
    keep_to_its_type(response.headers_mut(), surface);
    let note = response
        .extensions_mut()
        .remove::<Note>()
        .map(|Note(text)| text);
    app.events.record(
        app.now(),
        method.to_string(),
        &path,
        response.status().as_u16(),
        note,
    );
    response
}

async fn admitted(
    app: &Shared,
    mut router: Router,
    request: Request<Body>,
    surface: Surface,
) -> Response<Body> {
    if let Err(fault) = backend::check_keys(&app.secret_key, surface, request.headers()) {
        return name_itself(fault.into_response(), &app.application_name);
    }
    // No path of ours has anything to encode, and no handler is to guess what it meant.
    if request.uri().path().contains('%') {
        return Fault::NotEmulated.into_response();
    }
    if surface == Surface::Desk && request.headers().contains_key(PROXY_URL) {
        return Fault::DeskThroughProxy.into_response();
    }
    // In a task of its own, so that a panic ends this answer and neither the connection nor the emulator.
    match tokio::spawn(async move { router.call(request).await }).await {
        Ok(Ok(response)) => response,
        Err(_) => Fault::Internal.into_response(),
    }
}

/// Says whose emulator this is, to an app that may take it for its own.
fn name_itself(mut response: Response<Body>, application: &str) -> Response<Body> {
    let visible = |c: char| {
        if c == ' ' || c.is_ascii_graphic() {
            c
        } else {
            '?'
        }
    };
    let name: String = application.chars().map(visible).collect();
    if let Ok(name) = HeaderValue::from_str(&name) {
        let header = HeaderName::from_static("x-clerk-emulator");
        response.headers_mut().insert(header, name);
    }
    response
}

impl From<Foreign> for Fault {
    fn from(foreign: Foreign) -> Self {
        match foreign {
            Foreign::Host => Self::HostInvalid,
            Foreign::Origin => Self::OriginInvalid,
        }
    }
}

fn is_preflight(request: &Request<Body>) -> bool {
    request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

fn preflight(asked: &HeaderMap) -> Response<Body> {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let methods = HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE");
    response
        .headers_mut()
        .insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
    if let Some(names) = asked.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
        response
            .headers_mut()
            .insert(header::ACCESS_CONTROL_ALLOW_HEADERS, names.clone());
    }
    response
}

/// No page may take an answer for something else than it is, nor embed one that is not for pages.
fn keep_to_its_type(headers: &mut HeaderMap, surface: Surface) {
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    if !surface.is_for_pages() {
        let name = HeaderName::from_static("cross-origin-resource-policy");
        headers.insert(name, HeaderValue::from_static("same-origin"));
    }
}

fn allow_origin(headers: &mut HeaderMap, origin: &str) {
    let Ok(origin) = HeaderValue::from_str(origin) else {
        return;
    };
    let readable = HeaderValue::from_static("Clerk-Db-Jwt, Retry-After, X-Country");
    let entries: [(HeaderName, HeaderValue); 4] = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, origin),
        (
            header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
            HeaderValue::from_static("true"),
        ),
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, readable),
        (header::VARY, HeaderValue::from_static("Origin")),
    ];
    headers.extend(entries);
}
