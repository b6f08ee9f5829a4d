//! The handlers of the pages.

use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use clerk_auth::Connection;
use serde_json::Value;

use crate::answer::{page, respond};
use crate::app::App;
use crate::clerk::{Auth, CurrentUser, NoUser, ReturnTo, SignedIn};
use crate::pages::{Dashboard, Home, SignIn, SignUp, UserProfile};

/// `/`
pub async fn home(State(app): State<App>, auth: Auth) -> Response {
    page(&app, Some(&auth), |page| Home { page })
}

/// `/sign-in` and below. Whoever is signed in already is sent on.
pub async fn sign_in(State(app): State<App>, auth: Auth, ReturnTo(back): ReturnTo) -> Response {
    if auth.session().is_some() {
        return Redirect::temporary(back.or_start()).into_response();
    }
    page(&app, Some(&auth), |page| SignIn {
        page: page.with_way_back(back),
    })
}

/// `/sign-up` and below. Whoever is signed in already is sent on.
pub async fn sign_up(State(app): State<App>, auth: Auth, ReturnTo(back): ReturnTo) -> Response {
    if auth.session().is_some() {
        return Redirect::temporary(back.or_start()).into_response();
    }
    page(&app, Some(&auth), |page| SignUp {
        page: page.with_way_back(back),
    })
}

/// `/user` and below: Clerk's user profile.
pub async fn user(State(app): State<App>, _: SignedIn, auth: Auth) -> Response {
    page(&app, Some(&auth), |page| UserProfile { page })
}

/// `/dashboard`. When the Backend API does not answer it greets without a name.
pub async fn dashboard(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    auth: Auth,
    user: Result<CurrentUser, NoUser>,
) -> Response {
    let (user, problem) = match user {
        Ok(CurrentUser(user)) => (Some(user), None),
        Err(NoUser::Unknown(problem)) => (None, Some(problem)),
        Err(NoUser::SignedOut(response)) => return response,
    };
    let claims = session.claims().iter();
    page(&app, Some(&auth), |page| Dashboard {
        page,
        first_name: user.as_ref().and_then(|user| user.first_name.as_deref()),
        problem,
        claims: claims
            .map(|(name, value)| (name.as_str(), plain(value)))
            .collect(),
    })
}

/// Every address that nobody serves. Strangers get here only below a path that is open to all; elsewhere they are sent
/// to sign in first.
pub async fn not_found(State(app): State<App>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    respond(&app, app.gate.not_found(&parts, Connection::HTTP))
}

/// A text as it is, everything else as JSON.
fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
