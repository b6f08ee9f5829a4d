//! The pages: their addresses, and what each of them shows.

use clerk_auth::backend::User;
use clerk_auth::kit::{NoUser, Page, Reply};
use clerk_auth::rocket::{CurrentUser, SignedIn};
use clerk_auth::time::UnixMillis;
use clerk_auth::verify::http_date;
use rocket::{Route, get, routes};
use serde_json::{Value, json};

/// Every page.
pub fn routes() -> Vec<Route> {
    routes![home, sign_in, sign_up, dashboard, user]
}

#[get("/")]
fn home(page: Page) -> Reply {
    page.show("home.html", json!({}))
}

/// Clerk's components have steps of their own below the page's address.
#[get("/sign-in/<_..>")]
fn sign_in(page: Page) -> Reply {
    form("sign_in.html", &page)
}

#[get("/sign-up/<_..>")]
fn sign_up(page: Page) -> Reply {
    form("sign_up.html", &page)
}

/// Clerk's form to sign in or up. Whoever is signed in already is sent on.
fn form(template: &str, page: &Page) -> Reply {
    let form = || page.show(template, json!({}));
    page.sent_on().unwrap_or_else(form)
}

#[get("/user/<_..>")]
fn user(_user: SignedIn, page: Page) -> Reply {
    page.show("user.html", json!({}))
}

/// The dashboard. When Clerk's Backend API does not answer it greets without a name.
#[get("/dashboard")]
fn dashboard(signed_in: SignedIn, user: Result<CurrentUser, NoUser>, page: Page) -> Reply {
    let (name, problem) = match user {
        Ok(CurrentUser(user)) => (name_of(&user), None),
        Err(problem) => (None, Some(problem.to_string())),
    };
    let claims = signed_in.0.claims().iter();
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
