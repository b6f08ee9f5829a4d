//! Requests for Clerk's Frontend API.

use std::io;
use std::pin::pin;

use http_body_util::BodyExt as _;
use rocket::data::ToByteUnit as _;
use rocket::http::Status;
use rocket::route::Outcome;
use rocket::{Data, Request};
use tokio_util::io::StreamReader;

use super::head::taken_apart;
use super::kept::Kept;
use crate::kit::Kit;
use crate::proxy::upload_of;
use crate::public_url::Connection;

pub(super) async fn forward<'r>(request: &'r Request<'_>, mut data: Data<'r>) -> Outcome<'r> {
    // Rocket has looked at 14 bytes, and takes a body for whole that breaks off within them.
    if !data.peek_complete() && data.peek(14).await.len() < 14 {
        return Outcome::error(Status::BadRequest);
    }
    let (kit, head) = (
        request.rocket().state::<Kit>(),
        &Kept::of(request).for_clerk,
    );
    let (Some(kit), Some(head)) = (kit, head) else {
        return Outcome::error(Status::InternalServerError);
    };
    let (sender, body) = upload_of(&head.headers);
    let forwarded = http::Request::from_parts(head.clone(), body);
    let peer = request.remote().map(|address| address.ip());
    let mut answer = pin!(kit.forward(forwarded, peer, Connection::HTTP));
    // The answer may come before all of the body. The proxy has its own limits.
    let answer = tokio::select! {
        answer = &mut answer => answer,
        () = sender.send_all(data.open(u64::MAX.bytes())) => answer.await,
    };
    let (mut response, body) = taken_apart(answer);
    let pieces = body.map_err(io::Error::other).into_data_stream();
    response.set_streamed_body(StreamReader::new(pieces));
    Outcome::Success(response)
}
