//! The handlers of the pages.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde_json::Value;

use crate::answer::page;
use crate::app::App;
use crate::clerk::{Auth, CurrentUser, ReturnTo, SignedIn, UserUnavailable};
use crate::pages::{Dashboard, Home, Problem, SignIn, SignUp, UserProfile};

/// `/`
pub async fn home(State(app): State<App>, auth: Auth) -> Response {
    page(&app, Some(&auth), |page| Home { page })
}

/// `/sign-in` and below. Whoever is signed in already is sent on.
pub async fn sign_in(State(app): State<App>, auth: Auth, return_to: ReturnTo) -> Response {
    if auth.session().is_some() {
        return Redirect::temporary(return_to.or_home()).into_response();
    }
    page(&app, Some(&auth), |page| SignIn {
        other_url: return_to.added_to(&app.site.sign_up_url),
        redirect_url: return_to.as_str(),
        page,
    })
}

/// `/sign-up` and below. Whoever is signed in already is sent on.
pub async fn sign_up(State(app): State<App>, auth: Auth, return_to: ReturnTo) -> Response {
    if auth.session().is_some() {
        return Redirect::temporary(return_to.or_home()).into_response();
    }
    page(&app, Some(&auth), |page| SignUp {
        other_url: return_to.added_to(&app.site.sign_in_url),
        redirect_url: return_to.as_str(),
        page,
    })
}

/// `/user` and below: Clerk's user profile.
pub async fn user(State(app): State<App>, _: SignedIn, auth: Auth) -> Response {
    page(&app, Some(&auth), |page| UserProfile { page })
}

/// `/dashboard`. Without an answer from the Backend API it greets without a name.
pub async fn dashboard(
    State(app): State<App>,
    SignedIn(session): SignedIn,
    auth: Auth,
    user: Result<CurrentUser, UserUnavailable>,
) -> Response {
    let (user, problem) = match &user {
        Ok(user) => (Some(user), None),
        Err(UserUnavailable(problem)) => (None, Some(problem.as_str())),
    };
    let claims = session.claims().iter();
    page(&app, Some(&auth), |page| Dashboard {
        page,
        first_name: user.and_then(|user| user.first_name.as_deref()),
        problem,
        claims: claims.map(|(name, value)| (name.as_str(), plain(value))).collect(),
    })
}

/// Every address nobody serves. Strangers are sent to sign-in before they learn that.
pub async fn not_found(State(app): State<App>, _: SignedIn, auth: Auth) -> Response {
    let page = page(&app, Some(&auth), |page| Problem {
        page,
        title: "Not found",
        message: "There is no page at this address.",
        details: &[],
    });
    (StatusCode::NOT_FOUND, page).into_response()
}

/// A text as it is, everything else as JSON.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
