//! What the fairing, the guards and the catcher tell each other.

use std::sync::{Mutex, MutexGuard, PoisonError};

#[cfg(feature = "proxy")]
use http::request::Parts;
use rocket::Request;
use rocket::http::Method;

use super::head::Came;
use crate::kit::{Guest, Reply, Stay};

/// What is known of a request, kept in its local cache. It is empty if no fairing saw the request; without a guest and an
/// answer the request is for Clerk.
#[derive(Default)]
pub(super) struct Kept {
    /// The method it came with.
    method: Option<Method>,
    pub(super) guest: Option<Guest>,
    /// What is to go to Clerk, as it came.
    #[cfg(feature = "proxy")]
    pub(super) forwarded: Option<Parts>,
    pub(super) stay: Mutex<Option<Stay>>,
    /// The answer of the kit, or that of a guard.
    pub(super) reply: Mutex<Option<Reply>>,
}

impl Kept {
    pub(super) fn new(method: Method) -> Self {
        Self {
            method: Some(method),
            ..Self::default()
        }
    }

    pub(super) fn of<'a>(request: &'a Request<'_>) -> &'a Self {
        request.local_cache(Self::default)
    }

    /// The guest whom the fairing kept with the request, and the request as it came.
    pub(super) fn guest<'a, 'r>(request: &'a Request<'r>) -> Option<(&'a Guest, Came<'a, 'r>)> {
        let kept = Self::of(request);
        let head = Came::new(request, kept.method?);
        Some((kept.guest.as_ref()?, head))
    }
}

pub(super) fn held<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}
