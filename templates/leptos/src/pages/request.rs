//! What components and server functions ask about the request that they answer.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use clerk_auth::axum::CurrentUser;
use clerk_auth::backend::User;
use clerk_auth::kit::{NoUser, Page};
use leptos::nonce::Nonce;
use leptos::prelude::*;
use tokio::sync::OnceCell;

type Answer = Result<Arc<User>, NoUser>;

/// Lets the components of a page ask.
pub fn provide(page: &Page) {
    provide_context(Nonce::from_value(page.nonce()));
    provide_context(page.clone());
    provide_context(Arc::new(OnceCell::<Answer>::new()));
}

/// The page that is being made: its visitor, the way to sign in and back, the facts about Clerk.
pub fn page() -> Page {
    expect_context()
}

/// The signed-in user as Clerk's Backend API knows them. Clerk is asked once for a page, however often this is called.
pub async fn current_user() -> Answer {
    let mut parts = expect_context::<Parts>();
    let asked = expect_context::<Arc<OnceCell<Answer>>>();
    let ask = async || {
        let user = CurrentUser::from_request_parts(&mut parts, &()).await;
        user.map(|CurrentUser(user)| user)
    };
    asked.get_or_init(ask).await.clone()
}
