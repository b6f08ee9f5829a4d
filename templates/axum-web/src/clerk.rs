//! Clerk in axum: the middleware that asks the gate, and the extractors by which a handler says whom it wants.

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use clerk_auth::backend::User;
use clerk_auth::gate::ReturnAddress;
use clerk_auth::{Admission, Connection, Paths, Session, Visitor};

use crate::answer;
use crate::app::App;
use crate::assets;

/// Whoever is not signed in may open these; everything else is protected, also what does not exist.
pub const PUBLIC_PATHS: &[&str] = &["/", "/sign-in/:path*", "/sign-up/:path*"];

/// All that the gate knows about this app's paths.
pub const PATHS: Paths<'static> = Paths {
    public: PUBLIC_PATHS,
    // Nobody is asked who he is here: Clerk's own traffic, and what programs ask for.
    without_auth: &["/__clerk/:path*", "/webhooks/clerk", "/healthz", "/readyz"],
    // These answer in JSON whoever asks, never with a redirect.
    data: &["/api/:path*"],
    is_file: assets::exists,
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
        Admission::Answer(answer) => answer::respond(&app, *answer),
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

/// The user who is signed in, as Clerk's Backend API knows them. Asked for once in a request.
pub struct CurrentUser(pub Arc<User>);

/// Nobody is signed in, or the Backend API did not say who it is.
pub enum NoUser {
    /// The answer for strangers.
    SignedOut(Response),
    /// Why the user could not be read.
    Unknown(String),
}

impl FromRequestParts<App> for CurrentUser {
    type Rejection = NoUser;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, NoUser> {
        let signed_in = SignedIn::from_request_parts(parts, app).await;
        let SignedIn(session) = signed_in.map_err(NoUser::SignedOut)?;
        if let Some(user) = parts.extensions.get::<Arc<User>>() {
            return Ok(Self(Arc::clone(user)));
        }
        let id = session.user_id().unwrap_or_default();
        let user = app.gate.clerk().backend().get_user(id).await;
        let user = Arc::new(user.map_err(|error| NoUser::Unknown(error.to_string()))?);
        parts.extensions.insert(Arc::clone(&user));
        Ok(Self(user))
    }
}

impl IntoResponse for NoUser {
    fn into_response(self) -> Response {
        match self {
            Self::SignedOut(response) => response,
            Self::Unknown(problem) => {
                tracing::warn!("the user could not be read: {problem}");
                axum::http::StatusCode::SERVICE_UNAVAILABLE.into_response()
            }
        }
    }
}

/// The `redirect_url` of a request to the sign-in or sign-up page, if it stays within this app.
pub struct ReturnTo(pub ReturnAddress);

impl FromRequestParts<App> for ReturnTo {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        Ok(Self(app.gate.return_address(parts, Connection::HTTP)))
    }
}

fn refuse(parts: &Parts, app: &App) -> Response {
    let visitor = parts.extensions.get::<Visitor>();
    answer::respond(app, app.gate.refuse(parts, Connection::HTTP, visitor))
}
