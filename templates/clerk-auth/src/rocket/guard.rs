//! Request guards: with these a handler says who may call it. They work with any state of the app's own. On a route that
//! no fairing stands before they answer 500, because nobody checked the request there.

use std::sync::Arc;

use rocket::Request;
#[cfg(feature = "webhooks")]
use rocket::data::{self, Data, FromData, ToByteUnit as _};
use rocket::http::Status;
use rocket::outcome::Outcome as Settled;
use rocket::request::{FromRequest, Outcome};

use super::kept::{Kept, held};
use crate::backend::User;
#[cfg(feature = "machines")]
use crate::callers::CallerRule;
use crate::head::Head;
#[cfg(feature = "machines")]
use crate::kit::Caller;
use crate::kit::{Allowed, Auth, CurrentUser, Guest, NoUser, Reply, SignedIn, no_layer};
use crate::protect::Rule;

/// The guest whom the fairing kept with the request.
fn guest<'a>(request: &'a Request<'_>) -> Result<&'a Guest, Reply> {
    Kept::of(request).guest.as_ref().ok_or_else(no_layer)
}

/// Rocket tells its catcher the status of a guard's answer and nothing else, so the answer is kept for it.
fn refuse(request: &Request<'_>, reply: &Reply) -> Status {
    *held(&Kept::of(request).reply) = Some(reply.clone());
    Status::new(reply.status().as_u16())
}

fn settle<T, F>(request: &Request<'_>, asked: Result<T, Reply>) -> Settled<T, (Status, Reply), F> {
    match asked {
        Ok(known) => Settled::Success(known),
        Err(reply) => Settled::Error((refuse(request, &reply), reply)),
    }
}

fn ask<T>(
    request: &Request<'_>,
    question: impl FnOnce(&Guest, &dyn Head) -> Result<T, Reply>,
) -> Outcome<T, Reply> {
    let asked = guest(request).and_then(|guest| question(guest, request));
    settle(request, asked)
}

/// A guard that waits for nothing.
macro_rules! asks {
    ([$($rule:tt)*] $who:ty: $question:expr) => {
        #[rocket::async_trait]
        impl<'r $($rule)*> FromRequest<'r> for $who {
            type Error = Reply;

            async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Reply> {
                ask(request, $question)
            }
        }
    };
}

asks!([] Auth: |guest, head| guest.auth(head).map(Self));
asks!([] SignedIn: |guest, head| guest.session(head).map(Self));
asks!([, R: Rule] Allowed<R>: |guest, head| guest.allowed::<R>(head).map(Self::new));
#[cfg(feature = "machines")]
asks!([, R: CallerRule] Caller<R>: |guest, head| guest.caller::<R>(head).map(Self::new));
#[cfg(feature = "pages")]
asks!([] crate::kit::Page: |guest, head| Ok(guest.page(head)));

#[rocket::async_trait]
impl<'r> FromRequest<'r> for CurrentUser {
    type Error = NoUser;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, NoUser> {
        let fetch = async { guest(request)?.user(request).await };
        let fetched: &Result<Arc<User>, NoUser> = request.local_cache_async(fetch).await;
        match fetched.clone() {
            Ok(user) => Settled::Success(Self(user)),
            Err(none) => Settled::Error((refuse(request, &none.reply), none)),
        }
    }
}

/// Rocket's limit `webhook` bounds it, 2 MiB if there is none.
#[cfg(feature = "webhooks")]
#[rocket::async_trait]
impl<'r> FromData<'r> for crate::kit::Webhook {
    type Error = Reply;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> data::Outcome<'r, Self> {
        let limit = request.limits().get("webhook").unwrap_or(2.mebibytes());
        let event = match data.open(limit).into_bytes().await {
            Ok(body) if body.is_complete() => event(request, &body),
            Ok(_) => Err(Reply::empty(http::StatusCode::PAYLOAD_TOO_LARGE)),
            Err(_) => Err(Reply::empty(http::StatusCode::BAD_REQUEST)),
        };
        settle(request, event)
    }
}

#[cfg(feature = "webhooks")]
fn event(request: &Request<'_>, body: &[u8]) -> Result<crate::kit::Webhook, Reply> {
    let head =
        crate::head::copied(request).ok_or_else(|| Reply::empty(http::StatusCode::BAD_REQUEST))?;
    let event = guest(request)?.webhook(&head.headers, body)?;
    Ok(crate::kit::Webhook(event))
}
