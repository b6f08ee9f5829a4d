//! Extractors: with these a handler says who may call it. They work with any state of the app's own. On a route outside
//! the layer they answer 500, because nobody checked the request there.

use std::sync::Arc;

#[cfg(feature = "webhooks")]
use axum::extract::{FromRequest, Request};
use axum::extract::{FromRequestParts, OriginalUri};
#[cfg(feature = "webhooks")]
use axum::response::{IntoResponse, Response};
use http::request::Parts;

use crate::backend::User;
#[cfg(feature = "machines")]
use crate::callers::CallerRule;
use crate::head::{At, Head};
#[cfg(feature = "machines")]
use crate::kit::Caller;
#[cfg(feature = "webhooks")]
use crate::kit::Webhook;
use crate::kit::{Allowed, Auth, CurrentUser, Guest, NoUser, Reply, SignedIn, no_layer};
use crate::protect::Rule;

/// The request with the target it came with, which nested routers shorten.
pub(super) fn whole(parts: &Parts) -> At<'_> {
    let original = parts.extensions.get::<OriginalUri>();
    let target = original.map_or(&parts.uri, |original| &original.0);
    At::new(parts, target.path(), target.query())
}

/// Asks the guest whom the layer kept with the request.
pub(super) fn ask<T>(
    parts: &Parts,
    question: impl FnOnce(&Guest, &dyn Head) -> Result<T, Reply>,
) -> Result<T, Reply> {
    let guest = parts.extensions.get::<Guest>().ok_or_else(no_layer)?;
    question(guest, &whole(parts))
}

impl<S: Send + Sync> FromRequestParts<S> for Auth {
    type Rejection = Reply;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Reply> {
        ask(parts, Guest::auth).map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Reply;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Reply> {
        ask(parts, Guest::session).map(Self)
    }
}

impl<R: Rule, S: Send + Sync> FromRequestParts<S> for Allowed<R> {
    type Rejection = Reply;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Reply> {
        ask(parts, Guest::allowed::<R>).map(Self::new)
    }
}

#[cfg(feature = "machines")]
impl<R: CallerRule, S: Send + Sync> FromRequestParts<S> for Caller<R> {
    type Rejection = Reply;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Reply> {
        ask(parts, Guest::caller::<R>).map(Self::new)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for CurrentUser {
    type Rejection = NoUser;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, NoUser> {
        if let Some(user) = parts.extensions.get::<Arc<User>>() {
            return Ok(Self(Arc::clone(user)));
        }
        let guest = parts.extensions.get::<Guest>().ok_or_else(no_layer)?;
        let user = guest.user(&whole(parts)).await?;
        parts.extensions.insert(Arc::clone(&user));
        Ok(Self(user))
    }
}

#[cfg(feature = "site")]
impl<S: Send + Sync> FromRequestParts<S> for crate::kit::Page {
    type Rejection = Reply;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Reply> {
        ask(parts, |guest, head| Ok(guest.page(head)))
    }
}

#[cfg(feature = "connected")]
impl<S: Send + Sync> FromRequestParts<S> for crate::kit::Connected {
    type Rejection = Reply;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Reply> {
        ask(parts, Guest::connected)
    }
}

#[cfg(feature = "webhooks")]
impl<S: Send + Sync> FromRequest<S> for Webhook {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let guest = request.extensions().get::<Guest>().cloned();
        let headers = request.headers().clone();
        let body = bytes::Bytes::from_request(request, state).await;
        let body = body.map_err(IntoResponse::into_response)?;
        let guest = guest.ok_or_else(|| no_layer().into_response())?;
        let event = guest.webhook(&headers, &body);
        event.map(Self).map_err(IntoResponse::into_response)
    }
}
