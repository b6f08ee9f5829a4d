//! The sender of a request, as handlers of every framework ask for it. Adapters fetch it in their framework's way.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

#[cfg(feature = "machines")]
use crate::auth::Machine;
use crate::auth::{self, Session};
use crate::backend::User;
#[cfg(feature = "machines")]
use crate::callers::AnyToken;

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
    /// For somebody who was found to meet the rule.
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

/// A program with a token that the rule takes: an API key, a machine-to-machine token or an OAuth token, with the scope
/// that it names. The path is one of `Paths::machines`. Everybody else gets 401, and 403 if only the scope is missing.
#[cfg(feature = "machines")]
pub struct Caller<R = AnyToken> {
    machine: Machine,
    rule: PhantomData<fn() -> R>,
}

#[cfg(feature = "machines")]
impl<R> Caller<R> {
    /// The sender of a token that the rule takes.
    pub fn new(machine: Machine) -> Self {
        let rule = PhantomData;
        Self { machine, rule }
    }
}

#[cfg(feature = "machines")]
impl<R> fmt::Debug for Caller<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.machine.fmt(f)
    }
}

#[cfg(feature = "machines")]
impl<R> Deref for Caller<R> {
    type Target = Machine;

    fn deref(&self) -> &Machine {
        &self.machine
    }
}
