//! A shop on salvo behind the hoop, over a socket.

use clerk_auth::salvo::{Allowed, Auth, ClerkHoop, SignedIn, Webhook, me, service};
use clerk_auth::{Check, Kit, Rule};
use salvo_core::extract::JsonBody;
use salvo_core::http::StatusError;
use salvo_core::prelude::{Response, Router, Service, StatusCode};
use salvo_core::{Writer as _, handler};
use serde_json::Value;

use super::app::{Silence, admin, settings, try_build, variables};
use super::sockets::{Running, start};
use super::stage::live;

pub const PAGE: &str = "sec-fetch-dest: document";
pub const WEBHOOK_SECRET: &str = concat!("whsec_", "b25seSBmb3IgdGVzdHM=");

pub struct Admin;

impl Rule for Admin {
    fn check() -> Check {
        Check::role("org:admin")
    }
}

#[handler]
pub async fn who(auth: Auth) -> String {
    auth.user_id().unwrap_or("nobody").to_owned()
}

#[handler]
pub async fn within(_who: SignedIn) -> &'static str {
    "in"
}

#[handler]
pub async fn books(_admin: Allowed<Admin>) -> &'static str {
    "the books"
}

#[handler]
pub async fn panics(response: &mut Response) -> String {
    response.status_code(StatusCode::ACCEPTED);
    panic!("this panic is part of a test")
}

#[handler]
pub async fn gone() -> StatusCode {
    StatusCode::NOT_FOUND
}

#[handler]
pub async fn fails() -> StatusError {
    StatusError::im_a_teapot()
}

#[handler]
pub async fn take(_who: SignedIn, order: JsonBody<Value>) -> String {
    order.into_inner().to_string().len().to_string()
}

#[handler]
pub async fn hook(event: Webhook) -> String {
    event.0.kind
}

pub fn routes() -> Router {
    Router::new()
        .get(who)
        .push(Router::with_path("account").get(who))
        .push(Router::with_path("sign-in").get(within))
        .push(Router::with_path("api/me").get(me))
        .push(Router::with_path("api/admin").get(books))
        .push(Router::with_path("admin").get(books))
        .push(Router::with_path("panics").get(panics))
        .push(Router::with_path("api/panics").get(panics))
        .push(Router::with_path("gone").get(gone))
        .push(Router::with_path("fails").get(fails))
        .push(Router::with_path("api/order").post(take))
        .push(Router::with_path("webhooks/clerk").post(hook))
}

pub fn kit() -> Kit {
    let mut variables = variables(live());
    let secret = WEBHOOK_SECRET.to_owned();
    variables.insert("CLERK_WEBHOOK_SIGNING_SECRET", secret);
    try_build(settings().fetch(Silence), &variables).unwrap()
}

pub async fn shop() -> Running {
    let kit = kit();
    let app = Service::new(routes()).hoop(ClerkHoop::new(&kit));
    start(&kit, service(app)).await
}

pub fn bearer() -> String {
    format!("authorization: {}", admin())
}
