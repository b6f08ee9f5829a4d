//! The notes that the fairing, the guards and the catcher leave for each other.

use std::sync::{Mutex, MutexGuard, PoisonError};

#[cfg(feature = "proxy")]
use http::request::Parts;
use rocket::Request;

use crate::kit::{Guest, Reply, Stay};

/// The notes about a request, kept in its local cache. They are empty if no fairing saw the request; without a guest and an
/// answer the request is for Clerk.
#[derive(Default)]
pub(super) struct Kept {
    pub(super) guest: Option<Guest>,
    pub(super) stay: Mutex<Option<Stay>>,
    /// The answer of the kit, or that of a guard.
    pub(super) reply: Mutex<Option<Reply>>,
    /// The head of a request for Clerk, which goes on with another path.
    #[cfg(feature = "proxy")]
    pub(super) for_clerk: Option<Parts>,
}

impl Kept {
    pub(super) fn of<'a>(request: &'a Request<'_>) -> &'a Self {
        request.local_cache(Self::default)
    }
}

pub(super) fn held<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}
