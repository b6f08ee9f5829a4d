//! A shop on salvo behind the hoop, over a socket.

use clerk_auth::salvo::{Allowed, Auth, ClerkHoop, SignedIn, Webhook, me, service};
use salvo_core::extract::JsonBody;
use salvo_core::http::StatusError;
use salvo_core::prelude::{Response, Router, Service, StatusCode};
use salvo_core::{Writer as _, handler};
use serde_json::Value;

use super::events;
use super::server::start;
use super::shop::{Admin, JustVerified, OWN_COOKIES, SHOP, Shop};
use super::sockets::Running;

#[handler]
impl Shop {
    async fn handle(&self, auth: Auth) -> String {
        self.greet(auth.user_id())
    }
}

#[handler]
pub async fn within(_who: SignedIn) -> &'static str {
    "in"
}

#[handler]
async fn books(_admin: Allowed<Admin>) -> &'static str {
    "the books"
}

#[handler]
async fn administer(admin: Allowed<Admin>) -> String {
    admin.user_id().unwrap().to_owned()
}

#[handler]
async fn danger(_user: Allowed<JustVerified>) -> &'static str {
    "done"
}

#[handler]
async fn set_cookies(_who: SignedIn, response: &mut Response) {
    for cookie in OWN_COOKIES {
        response.add_header("set-cookie", cookie, false).unwrap();
    }
}

#[handler]
async fn panics(response: &mut Response) -> String {
    response.status_code(StatusCode::ACCEPTED);
    panic!("this panic is part of a test")
}

#[handler]
async fn gone() -> StatusCode {
    StatusCode::NOT_FOUND
}

#[handler]
async fn fails() -> StatusError {
    StatusError::im_a_teapot()
}

#[handler]
async fn take(_who: SignedIn, order: JsonBody<Value>) -> String {
    order.into_inner().to_string().len().to_string()
}

#[handler]
async fn hook(event: Webhook) -> String {
    event.0.kind
}

pub fn routes() -> Router {
    Router::new()
        .get(SHOP)
        .push(Router::with_path("account").get(SHOP))
        .push(Router::with_path("sign-in").get(within))
        .push(Router::with_path("api/me").get(me))
        .push(Router::with_path("api/admin").get(books))
        .push(Router::with_path("admin").get(administer))
        .push(Router::with_path("danger").get(danger))
        .push(Router::with_path("page").get(set_cookies))
        .push(Router::with_path("posted").post(set_cookies))
        .push(Router::with_path("panics").get(panics))
        .push(Router::with_path("api/panics").get(panics))
        .push(Router::with_path("gone").get(gone))
        .push(Router::with_path("fails").get(fails))
        .push(Router::with_path("api/order").post(take))
        .push(Router::with_path("webhooks/clerk").post(hook))
}

pub async fn app() -> Running {
    let kit = events::kit();
    let app = Service::new(routes()).hoop(ClerkHoop::new(&kit));
    start(&kit, service(app)).await
}
