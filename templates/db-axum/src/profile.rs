//! `GET /api/profile`: who is signed in, as this app's database knows them.

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::routing::get;
use clerk_auth::axum::{CurrentUser, SignedIn};
use clerk_auth::kit::{Guest, Reply, no_layer};

use crate::db::Pool;
use crate::users::{self, StoredUser};

/// The one address.
pub fn routes() -> Router {
    let profile = get(async |user: StoredUser| user.reply());
    Router::new().route("/api/profile", profile)
}

/// Handlers on any route may ask for it.
impl<S: Send + Sync> FromRequestParts<S> for StoredUser {
    type Rejection = Reply;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Reply> {
        let SignedIn(session) = SignedIn::from_request_parts(parts, state).await?;
        let guest = parts
            .extensions
            .get::<Guest>()
            .cloned()
            .ok_or_else(no_layer)?;
        let db = parts.extensions.get::<Pool>().cloned();
        let ask = CurrentUser::from_request_parts(parts, state);
        users::signed_in(db.as_ref(), &guest, &session, ask).await
    }
}
