//! Requests for Clerk's Frontend API. Actix's bodies cannot move between threads, those of the proxy must.

use std::error::Error;
use std::future::poll_fn;
use std::pin::pin;

use actix_web::body::{BodyStream, BoxBody, MessageBody as _, SizedStream};
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::{HttpMessage as _, HttpResponse, rt};
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, Request};
use http_body::Body as _;
use http_body_util::{BodyDataStream, BodyExt as _};

use super::head::{connection, parts};
use super::reply::answer;
use crate::kit::{Kit, Reply};
use crate::proxy::{UploadSender, upload};
use crate::server::at_home;

pub(super) async fn forward(kit: Kit, request: &mut ServiceRequest) -> Result<HttpResponse, Reply> {
    let parts = parts(request.head())?;
    let (sender, body) = upload(length(&parts.headers));
    // A task of its own: the answer may be there before the whole body is.
    rt::spawn(pass_on(request.take_payload(), sender));
    let peer = request.peer_addr().map(|peer| peer.ip());
    let connection = connection(request);
    let passed = Request::from_parts(parts, body);
    let work = async move { kit.forward(passed, peer, connection).await };
    let answered = at_home(request.conn_data().cloned(), work).await;
    // An answer to HEAD has a length in its head and no body.
    let size = length(answered.headers()).or(answered.size_hint().exact());
    Ok(answer(answered.map(|body| {
        let pieces = BodyDataStream::new(body.map_err(|error| error as Box<dyn Error>));
        match size {
            Some(size) => BoxBody::new(SizedStream::new(size, pieces)),
            None => BoxBody::new(BodyStream::new(pieces)),
        }
    })))
}

fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn pass_on(payload: Payload, sender: UploadSender) {
    let mut body = pin!(BodyStream::new(payload));
    while let Some(piece) = poll_fn(|context| body.as_mut().poll_next(context)).await {
        // A sender that is dropped here cuts the body off.
        let Ok(piece) = piece else { return };
        if !sender.send(piece).await {
            return;
        }
    }
    sender.finish().await;
}
