//! `GET /api/profile`: who is signed in, as this app's database knows them.

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, web};
use clerk_auth::actix_web::{CurrentUser, SignedIn};
use clerk_auth::kit::{Guest, Reply, no_layer};

use crate::db::Pool;
use crate::users::{self, StoredUser};

/// The one address.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/api/profile").get(profile));
}

async fn profile(user: StoredUser) -> Reply {
    user.reply()
}

/// Handlers on any route may ask for it.
impl FromRequest for StoredUser {
    type Error = Reply;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Reply>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let SignedIn(session) = SignedIn::extract(&request).await?;
            let guest = request.extensions().get::<Guest>().cloned();
            let guest = guest.ok_or_else(no_layer)?;
            let db = request.app_data::<web::Data<Pool>>().map(|db| db.get_ref());
            users::signed_in(db, &guest, &session, CurrentUser::extract(&request)).await
        })
    }
}
