//! The pages: their addresses, and what each of them shows.

use clerk_auth::backend::User;
use clerk_auth::kit::{Page, Reply};
use clerk_auth::salvo::{CurrentUser, SignedIn, current_user};
use clerk_auth::time::UnixMillis;
use clerk_auth::verify::http_date;
use salvo::{Depot, Request, Router, Writer as _, handler};
use serde_json::{Value, json};

/// Every page. Those with one of Clerk's components have steps of their own below the page's address.
pub fn routes() -> Router {
    Router::new()
        .get(home)
        .push(Router::with_path("dashboard").get(dashboard))
        .push(Router::with_path("sign-in/{**step}").get(sign_in))
        .push(Router::with_path("sign-up/{**step}").get(sign_up))
        .push(Router::with_path("user/{**step}").get(profile))
}

#[handler]
async fn home(page: Page) -> Reply {
    page.show("home.html", ())
}

#[handler]
async fn sign_in(page: Page) -> Reply {
    form("sign_in.html", &page)
}

#[handler]
async fn sign_up(page: Page) -> Reply {
    form("sign_up.html", &page)
}

#[handler]
async fn profile(_user: SignedIn, page: Page) -> Reply {
    page.show("user.html", ())
}

/// Clerk's form to sign in or up. Whoever is signed in already is sent on.
fn form(template: &str, page: &Page) -> Reply {
    let form = || page.show(template, ());
    page.sent_on().unwrap_or_else(form)
}

/// The dashboard. When Clerk's Backend API does not answer it greets without a name.
#[handler]
async fn dashboard(who: SignedIn, page: Page, request: &mut Request, depot: &mut Depot) -> Reply {
    let (name, problem) = match current_user(request, depot).await {
        Ok(CurrentUser(user)) => (name_of(&user), None),
        Err(problem) => (None, Some(problem.to_string())),
    };
    let claims = who.0.claims().iter();
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
