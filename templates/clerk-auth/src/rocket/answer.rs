//! The kit's answers as Rocket's, and who sends them: a route in the place of the app's own, and the catcher.

use std::io::Cursor;

use http::StatusCode;
use rocket::http::Status;
use rocket::response::{self, Responder};
use rocket::{Data, Request, catcher, route};

use super::head::taken_apart;
use super::kept::{Kept, held};
use crate::kit::{Kit, Reply};

impl<'r> Responder<'r, 'static> for Reply {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let (mut response, body) = taken_apart(self.into());
        response.set_sized_body(body.len(), Cursor::new(body));
        Ok(response)
    }
}

/// Sends what the fairing has kept.
pub(super) fn send<'r>(request: &'r Request<'_>, data: Data<'r>) -> route::BoxFuture<'r> {
    Box::pin(async move {
        let kept = Kept::of(request);
        let reply = held(&kept.reply).take();
        match reply {
            Some(reply) => route::Outcome::from(request, reply),
            #[cfg(feature = "proxy")]
            None if kept.guest.is_none() => super::forward::forward(request, data).await,
            None => route::Outcome::forward(data, Status::NotFound),
        }
    })
}

/// The default catcher: what a guard answered, or else an error in the app's own style. Where an app registers a default
/// catcher of its own at `/`, this one is left out.
pub(super) fn catch<'r>(status: Status, request: &'r Request<'_>) -> catcher::BoxFuture<'r> {
    let status = StatusCode::from_u16(status.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let answered = error(status, request).respond_to(request);
    Box::pin(async { answered })
}

fn error(status: StatusCode, request: &Request<'_>) -> Reply {
    let kept = Kept::of(request);
    let said = held(&kept.reply).take();
    // A guard may have refused before, and the handler went on.
    if let Some(reply) = said.filter(|reply| reply.status() == status) {
        return reply;
    }
    match (status, &kept.guest, &*held(&kept.stay)) {
        (StatusCode::NOT_FOUND, Some(guest), _) => guest.not_found(request),
        (StatusCode::INTERNAL_SERVER_ERROR, Some(guest), Some(stay)) => guest.kit().broken(stay),
        _ => {
            let mut reply = Reply::error(status);
            // Rocket shows no fairing what it refuses itself.
            if let Some(kit) = request.rocket().state::<Kit>() {
                kit.secure(reply.headers_mut());
            }
            reply
        }
    }
}
