//! Clerk in axum: the middleware that asks the gate, and the extractors by which a handler says whom it wants.

use std::ops::Deref;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use clerk_auth::{Admission, Connection, Paths, Session, Visitor};

use crate::answer;
use crate::app::App;

/// What strangers may ask for: nothing.
pub const PUBLIC_PATHS: &[&str] = &[];

/// All that the gate knows about this app's paths.
pub const PATHS: Paths<'static> = Paths {
    public: PUBLIC_PATHS,
    // Nobody is asked who he is here.
    without_auth: &["/webhooks/clerk", "/healthz", "/readyz"],
    // Everything answers in JSON, never with a redirect.
    data: &["/:path*"],
    is_file: |_| false,
};

/// The middleware. Added last, it sees every request before any handler does.
pub async fn gate(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    match app.gate.admit(&parts, Connection::HTTP).await {
        Admission::WithoutAuth => next.run(Request::from_parts(parts, body)).await,
        Admission::Pass { visitor, headers } => {
            parts.extensions.insert(visitor);
            let mut response = next.run(Request::from_parts(parts, body)).await;
            answer::append(response.headers_mut(), headers);
            response
        }
        Admission::Answer(answer) => answer::respond(*answer),
    }
}

/// Who makes the request; perhaps nobody.
pub struct Auth(Visitor);

impl Deref for Auth {
    type Target = clerk_auth::Auth;

    fn deref(&self) -> &Self::Target {
        &self.0.auth
    }
}

impl FromRequestParts<App> for Auth {
    type Rejection = Response;

    /// Refuses when the middleware did not run: a route outside of it must not pass for a public one.
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        match parts.extensions.get::<Visitor>() {
            Some(visitor) => Ok(Self(visitor.clone())),
            None => Err(refuse(parts, app)),
        }
    }
}

/// Somebody signed in. Everybody else gets 401, or is sent to sign in.
pub struct SignedIn(pub Session);

impl FromRequestParts<App> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let visitor = parts
            .extensions
            .get::<Visitor>()
            .filter(|visitor| visitor.is_somebody());
        match visitor.and_then(Visitor::session) {
            Some(session) => Ok(Self(session.clone())),
            None => Err(refuse(parts, app)),
        }
    }
}

fn refuse(parts: &Parts, app: &App) -> Response {
    let visitor = parts.extensions.get::<Visitor>();
    answer::respond(app.gate.refuse(parts, Connection::HTTP, visitor))
}
