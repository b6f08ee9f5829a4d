//! The pages: their addresses, and what each of them shows.

use axum::Router;
use axum::routing::{MethodRouter, get};
use clerk_auth::axum::{CurrentUser, SignedIn};
use clerk_auth::backend::User;
use clerk_auth::kit::{NoUser, Page, Reply};
use clerk_auth::time::UnixMillis;
use clerk_auth::verify::http_date;
use serde_json::{Value, json};

/// Every page.
pub fn routes() -> Router {
    let home = get(async |page: Page| page.show("home.html", json!({})));
    let sign_in = get(async |page: Page| form("sign_in.html", &page));
    let sign_up = get(async |page: Page| form("sign_up.html", &page));
    let user = get(async |_: SignedIn, page: Page| page.show("user.html", json!({})));
    Router::new()
        .route("/", home)
        .route("/dashboard", get(dashboard))
        .merge(with_steps("/sign-in", sign_in))
        .merge(with_steps("/sign-up", sign_up))
        .merge(with_steps("/user", user))
}

/// A page with one of Clerk's components, which has steps of its own below the page's address.
fn with_steps(path: &str, page: MethodRouter) -> Router {
    Router::new()
        .route(&format!("{path}/"), page.clone())
        .route(&format!("{path}/{{*step}}"), page.clone())
        .route(path, page)
}

/// Clerk's form to sign in or up. Whoever is signed in already is sent on.
fn form(template: &str, page: &Page) -> Reply {
    let form = || page.show(template, json!({}));
    page.sent_on().unwrap_or_else(form)
}

/// The dashboard. When Clerk's Backend API does not answer it greets without a name.
async fn dashboard(
    SignedIn(session): SignedIn,
    user: Result<CurrentUser, NoUser>,
    page: Page,
) -> Reply {
    let (name, problem) = match user {
        Ok(CurrentUser(user)) => (name_of(&user), None),
        Err(problem) => (None, Some(problem.to_string())),
    };
    let claims = session.claims().iter();
    let claims: Vec<_> = claims
        .map(|(name, value)| json!({ "name": name, "value": readable(name, value) }))
        .collect();
    page.show(
        "dashboard.html",
        json!({ "name": name, "problem": problem, "claims": claims }),
    )
}

/// The first name, or the address of those who gave none.
fn name_of(user: &User) -> Option<String> {
    let name = user.first_name.as_ref();
    name.or(user.primary_email_address.as_ref()).cloned()
}

/// A moment as a date, a text as it is, everything else as JSON.
fn readable(name: &str, claim: &Value) -> String {
    match (name, claim.as_i64(), claim.as_str()) {
        ("exp" | "iat" | "nbf", Some(seconds), _) => http_date(UnixMillis::from_seconds(seconds)),
        (_, _, Some(text)) => text.to_owned(),
        _ => claim.to_string(),
    }
}
