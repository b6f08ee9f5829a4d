//! Extractors: with these a handler says who may call it. On a route outside of the middleware they answer 500.

use std::sync::Arc;

use poem::{FromRequest, Request, RequestBody, Result};
use tokio::sync::OnceCell;

use crate::backend::User;
#[cfg(feature = "machines")]
use crate::callers::CallerRule;
use crate::head::Head;
use crate::http_head::HttpHead;
#[cfg(feature = "machines")]
use crate::kit::Caller;
#[cfg(feature = "webhooks")]
use crate::kit::Webhook;
use crate::kit::{Allowed, Auth, CurrentUser, Guest, NoUser, Reply, SignedIn, no_layer};
use crate::protect::Rule;

/// The notes that the middleware leaves with the request.
#[derive(Clone)]
pub(super) struct Kept {
    pub(super) guest: Guest,
    user: Arc<OnceCell<Arc<User>>>,
}

impl Kept {
    pub(super) fn new(guest: Guest) -> Self {
        let user = Arc::default();
        Self { guest, user }
    }

    fn of(request: &Request) -> Result<&Self, Reply> {
        request.data::<Self>().ok_or_else(no_layer)
    }
}

/// The request with the target it came with, which nested routes shorten.
pub(super) fn whole(request: &Request) -> HttpHead<'_> {
    let original = request.original_uri();
    HttpHead {
        method: request.method(),
        // That of a request built by hand, as in tests, is always `/`.
        uri: if original == "/" {
            request.uri()
        } else {
            original
        },
        version: request.version(),
        headers: request.headers(),
    }
}

/// Asks the guest whom the middleware kept with the request.
pub(super) fn ask<T>(
    request: &Request,
    question: impl FnOnce(&Guest, &dyn Head) -> Result<T, Reply>,
) -> Result<T, Reply> {
    let kept = Kept::of(request)?;
    question(&kept.guest, &whole(request))
}

impl<'a> FromRequest<'a> for Auth {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        Ok(Self(ask(request, Guest::auth)?))
    }
}

impl<'a> FromRequest<'a> for SignedIn {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        Ok(Self(ask(request, Guest::session)?))
    }
}

impl<'a, R: Rule> FromRequest<'a> for Allowed<R> {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        Ok(Self::new(ask(request, Guest::allowed::<R>)?))
    }
}

#[cfg(feature = "machines")]
impl<'a, R: CallerRule> FromRequest<'a> for Caller<R> {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        Ok(Self::new(ask(request, Guest::caller::<R>)?))
    }
}

impl<'a> FromRequest<'a> for CurrentUser {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        let Kept { guest, user } = Kept::of(request).map_err(NoUser::from)?;
        let head = whole(request);
        let user = user.get_or_try_init(|| guest.user(&head)).await?;
        Ok(Self(Arc::clone(user)))
    }
}

#[cfg(feature = "pages")]
impl<'a> FromRequest<'a> for crate::kit::Page {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        Ok(ask(request, |guest, head| Ok(guest.page(head)))?)
    }
}

#[cfg(feature = "webhooks")]
impl<'a> FromRequest<'a> for Webhook {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> Result<Self> {
        let guest = &Kept::of(request)?.guest;
        let body = body.take()?.into_bytes().await?;
        Ok(Self(guest.webhook(request.headers(), &body)?))
    }
}
