//! The pages' addresses, and who may open them. leptos gets a request when its page is chosen and its guard has let the
//! visitor in; it makes nothing of a page for anybody else.

use any_spawner::Executor;
use axum::Router;
use axum::extract::{FromRequestParts, Request};
use axum::http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, get};
use clerk_auth::axum::SignedIn;
use clerk_auth::kit::Page;
use leptos::prelude::*;
use leptos_axum::render_app_async_with_context;

use crate::pages::{Account, Dashboard, Home, SignIn, SignUp, request};

/// Every page.
pub fn routes() -> Router {
    // Whatever a page waits for runs on tokio. Only the first app of a process has to say so, and tests make many.
    let _ = Executor::init_tokio();
    Router::new()
        .route("/", open(Home))
        .route("/dashboard", only::<SignedIn, _>(Dashboard))
        .merge(with_steps("/sign-in", form(SignIn)))
        .merge(with_steps("/sign-up", form(SignUp)))
        .merge(with_steps("/user", only::<SignedIn, _>(Account)))
}

/// A page with one of Clerk's components, which has steps of its own below the page's address.
fn with_steps(path: &str, page: MethodRouter) -> Router {
    Router::new()
        .route(&format!("{path}/"), page.clone())
        .route(&format!("{path}/{{*step}}"), page.clone())
        .route(path, page)
}

/// A page for everybody whom the gate lets in: see `clerk::PUBLIC_PATHS`.
fn open<V: IntoView + 'static>(component: fn() -> V) -> MethodRouter {
    get(async move |page: Page, request: Request| show(page, request, component).await)
}

/// A page for those whom this extractor lets in: `SignedIn`, `Allowed<Admin>`.
fn only<Guard, V>(component: fn() -> V) -> MethodRouter
where
    Guard: FromRequestParts<()> + Send + 'static,
    V: IntoView + 'static,
{
    get(async move |_: Guard, page: Page, request: Request| show(page, request, component).await)
}

/// Clerk's form to sign in or up. Whoever is signed in already is sent on.
fn form<V: IntoView + 'static>(component: fn() -> V) -> MethodRouter {
    get(async move |page: Page, request: Request| {
        if let Some(reply) = page.sent_on() {
            return reply.into_response();
        }
        show(page, request, component).await
    })
}

/// Makes the page. It is whole before it is sent, so it needs no script to put its parts together.
async fn show<V: IntoView + 'static>(
    page: Page,
    request: Request,
    component: fn() -> V,
) -> Response {
    let policy = HeaderValue::from_str(&page.content_security_policy());
    let context = move || request::provide(&page);
    let mut shown = render_app_async_with_context(context, component)(request).await;
    if let Ok(policy) = policy {
        shown.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    shown
}
