//! What handlers of every framework ask for: who sends the request. Adapters fetch it in their framework's way.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use crate::auth::{self, Session};
use crate::backend::User;

/// The sender of the request, perhaps nobody.
#[derive(Clone, Debug)]
pub struct Auth(pub auth::Auth);

impl Deref for Auth {
    type Target = auth::Auth;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// Somebody signed in. Everybody else is sent to sign-in, or gets 401.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Session);

/// Somebody signed in who meets the rule: a role, a permission, a feature, a plan, a fresh verification. Other
/// signed-in users get 404 in the app's own style, so that they do not learn what is there. If only the verification is
/// too old, the answer is 403, and Clerk's components ask for a new one.
pub struct Allowed<R> {
    session: Session,
    rule: PhantomData<fn() -> R>,
}

impl<R> Allowed<R> {
    /// Whoever was found to meet the rule.
    pub fn new(session: Session) -> Self {
        let rule = PhantomData;
        Self { session, rule }
    }
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

/// The signed-in user as Clerk's Backend API knows them, fetched once in a request. A handler that can do without takes
/// a `Result<CurrentUser, NoUser>`.
#[derive(Clone, Debug)]
pub struct CurrentUser(pub Arc<User>);

/// An event that Clerk has just signed. The route is a POST on a path without auth. The framework's limit on bodies
/// bounds it; anything else is answered 400.
#[cfg(feature = "webhooks")]
#[derive(Clone, Debug)]
pub struct Webhook(pub crate::webhooks::Event);
