//! Extractors: with these a handler says who may call it. They work with any state of the app's own. On a route outside
//! the layer they answer 500, because nobody checked the request there.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

#[cfg(feature = "webhooks")]
use axum::extract::{FromRequest, Request};
use axum::extract::{FromRequestParts, OriginalUri};
#[cfg(feature = "webhooks")]
use axum::response::{IntoResponse, Response};
use http::request::Parts;

use crate::auth::{self, Session};
use crate::backend::User;
use crate::head::{At, Head};
use crate::kit::{Guest, NoUser, Reply, no_layer};
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

/// The sender of the request, perhaps nobody.
#[derive(Clone, Debug)]
pub struct Auth(pub auth::Auth);

impl Deref for Auth {
    type Target = auth::Auth;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Auth {
    type Rejection = Reply;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Reply> {
        ask(parts, Guest::auth).map(Self)
    }
}

/// Somebody signed in. Everybody else is sent to sign-in, or gets 401.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Session);

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Reply;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Reply> {
        ask(parts, Guest::session).map(Self)
    }
}

/// Somebody signed in who meets the rule: a role, a permission, a feature, a plan, a fresh verification. Other
/// signed-in users get 404 in the app's own style, so that they do not learn what is there. If only the verification is
/// too old, the answer is 403, and Clerk's components ask for a new one.
pub struct Allowed<R> {
    session: Session,
    rule: PhantomData<fn() -> R>,
}

impl<R> fmt::Debug for Allowed<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.session.fmt(f)
    }
}

impl<R> Deref for Allowed<R> {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}

impl<R: Rule, S: Send + Sync> FromRequestParts<S> for Allowed<R> {
    type Rejection = Reply;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Reply> {
        let session = ask(parts, Guest::allowed::<R>)?;
        let rule = PhantomData;
        Ok(Self { session, rule })
    }
}

/// The signed-in user as Clerk's Backend API knows them, fetched once in a request. A handler that can do without takes
/// a `Result<CurrentUser, NoUser>`.
#[derive(Clone, Debug)]
pub struct CurrentUser(pub Arc<User>);

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

#[cfg(feature = "pages")]
impl<S: Send + Sync> FromRequestParts<S> for crate::kit::Page {
    type Rejection = Reply;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Reply> {
        ask(parts, |guest, head| Ok(guest.page(head)))
    }
}

/// An event that Clerk has just signed. The route is a POST on a path without auth. The app's body limit bounds it;
/// anything else is answered 400.
#[cfg(feature = "webhooks")]
#[derive(Clone, Debug)]
pub struct Webhook(pub crate::webhooks::Event);

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
