//! Extractors: with these a handler says who may call it. On a route outside the middleware they answer 500, because
//! nobody checked the request there.

use std::future::{Ready, ready};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use tokio::sync::OnceCell;

use super::head::parts;
use crate::backend::User;
use crate::head::Head;
use crate::kit::{Allowed, Auth, CurrentUser, Guest, NoUser, Reply, SignedIn, no_layer};
use crate::protect::Rule;
use crate::server::at_home;

type Later<T> = Pin<Box<dyn Future<Output = T>>>;

fn guest(request: &HttpRequest) -> Result<Guest, Reply> {
    request.extensions().get().cloned().ok_or_else(no_layer)
}

/// Asks the guest whom the middleware kept with the request.
pub(super) fn ask<T>(
    request: &HttpRequest,
    question: impl FnOnce(&Guest, &dyn Head) -> Result<T, Reply>,
) -> Result<T, Reply> {
    question(&guest(request)?, request.head())
}

/// An extractor that waits for nothing.
macro_rules! asks {
    ([$($generics:tt)*] $who:ty: $question:expr) => {
        impl $($generics)* FromRequest for $who {
            type Error = Reply;
            type Future = Ready<Result<Self, Reply>>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                ready(ask(request, $question))
            }
        }
    };
}

asks!([] Auth: |guest, head| guest.auth(head).map(Self));
asks!([] SignedIn: |guest, head| guest.session(head).map(Self));
asks!([<R: Rule>] Allowed<R>: |guest, head| guest.allowed::<R>(head).map(Self::new));
#[cfg(feature = "machines")]
asks!([<R: crate::callers::CallerRule>] crate::kit::Caller<R>: |guest, head| guest.caller::<R>(head).map(Self::new));
#[cfg(feature = "pages")]
asks!([] crate::kit::Page: |guest, head| Ok(guest.page(head)));

impl FromRequest for CurrentUser {
    type Error = NoUser;
    type Future = Later<Result<Self, NoUser>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            // Actix runs the extractors of a handler at the same time: all find the user in one place.
            let user: Rc<OnceCell<Arc<User>>> =
                request.extensions().get().cloned().unwrap_or_default();
            request.extensions_mut().insert(Rc::clone(&user));
            let (guest, parts) = (guest(&request)?, parts(request.head())?);
            let work = async move { guest.user(&parts).await };
            let fetch = async || at_home(request.conn_data().cloned(), work).await;
            Ok(Self(Arc::clone(user.get_or_try_init(fetch).await?)))
        })
    }
}

/// The most bytes of an event, 413 for more: actix's own limit is less than Clerk may send.
#[cfg(feature = "webhooks")]
const EVENT_MOST: usize = 2 * 1024 * 1024;

#[cfg(feature = "webhooks")]
impl FromRequest for crate::kit::Webhook {
    type Error = actix_web::Error;
    type Future = Later<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let guest = guest(request);
        let parts = parts(request.head());
        let body = actix_web::web::Payload::from_request(request, payload);
        Box::pin(async move {
            let body = body.await?.to_bytes_limited(EVENT_MOST).await;
            let body = body.map_err(actix_web::error::ErrorPayloadTooLarge)??;
            Ok(Self(guest?.webhook(&parts?.headers, &body)?))
        })
    }
}
