//! The pages: their addresses, and what each of them shows.

use clerk_auth::backend::User;
use clerk_auth::kit::{Page, Reply};
use clerk_auth::poem::{CurrentUser, SignedIn};
use clerk_auth::time::UnixMillis;
use clerk_auth::verify::http_date;
use poem::{Result, Route, get, handler};
use serde_json::{Value, json};

/// Adds every page. Those with one of Clerk's components have steps of their own below the page's address.
pub fn routes(app: Route) -> Route {
    app.at("/", get(home))
        .at("/dashboard", get(dashboard))
        .at("/sign-in", get(sign_in))
        .at("/sign-in/*step", get(sign_in))
        .at("/sign-up", get(sign_up))
        .at("/sign-up/*step", get(sign_up))
        .at("/user", get(profile))
        .at("/user/*step", get(profile))
}

#[handler]
fn home(page: Page) -> Reply {
    page.show("home.html", ())
}

#[handler]
fn sign_in(page: Page) -> Reply {
    form("sign_in.html", &page)
}

#[handler]
fn sign_up(page: Page) -> Reply {
    form("sign_up.html", &page)
}

#[handler]
fn profile(_: SignedIn, page: Page) -> Reply {
    page.show("user.html", ())
}

/// Clerk's form to sign in or up. Whoever is signed in already is sent on.
fn form(template: &str, page: &Page) -> Reply {
    let form = || page.show(template, ());
    page.sent_on().unwrap_or_else(form)
}

/// The dashboard. When Clerk's Backend API does not answer it greets without a name.
#[handler]
fn dashboard(SignedIn(session): SignedIn, user: Result<CurrentUser>, page: Page) -> Reply {
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
