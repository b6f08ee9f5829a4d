//! One try to deliver a message. Only the status of the answer counts, so nothing else of it is read, and no redirect is
//! followed.

use std::time::Duration;

use axum::body::Body;
use clerk_auth::time::UnixMillis;
use http::header::{CONNECTION, CONTENT_TYPE, HOST, USER_AGENT};
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::book::{Job, Outcome};
use super::signed::{self, AGENT};

/// As long as Svix waits.
const PATIENCE: Duration = Duration::from_secs(15);
/// The head of an answer must fit.
const MAX_HEAD: usize = 64 * 1024;

const LATE: Outcome = Outcome::Nothing("no answer within 15 seconds");
const NOBODY: Outcome = Outcome::Nothing("nobody listens there");
const BROKEN: Outcome = Outcome::Nothing("the connection broke");

/// Delivers a message, signed now.
pub async fn post(job: &Job, now: UnixMillis) -> Outcome {
    let tried = tokio::time::timeout(PATIENCE, attempt(job, now)).await;
    tried.unwrap_or(LATE)
}

async fn attempt(job: &Job, now: UnixMillis) -> Outcome {
    let Some(stream) = connect(job).await else {
        return NOBODY;
    };
    let Ok(request) = request(job, now) else {
        return BROKEN;
    };
    let handshake = http1::Builder::new()
        .max_buf_size(MAX_HEAD)
        .handshake(TokioIo::new(stream));
    let Ok((mut app, connection)) = handshake.await else {
        return BROKEN;
    };
    let answer = app.send_request(request);
    let driven = async {
        // Whoever waits for the answer learns of a failure.
        let _broken = connection.await;
        std::future::pending().await
    };
    let answer = tokio::select! {
        answer = answer => answer,
        never = driven => never,
    };
    answer.map_or(BROKEN, |answer| outcome(&answer))
}

async fn connect(job: &Job) -> Option<TcpStream> {
    for address in job.endpoint.target.addresses() {
        if let Ok(stream) = TcpStream::connect(address).await {
            return Some(stream);
        }
    }
    None
}

fn request(job: &Job, now: UnixMillis) -> http::Result<Request<Body>> {
    let (target, message) = (&job.endpoint.target, &job.message);
    let mut request = Request::post(target.path())
        .header(HOST, target.authority())
        .header(CONNECTION, "close")
        .header(CONTENT_TYPE, "application/json")
        .header(USER_AGENT, AGENT);
    for (name, value) in signed::headers([&job.endpoint.secret], &message.id, now, &message.body) {
        request = request.header(name, value);
    }
    request.body(Body::from(message.body.clone()))
}

fn outcome(answer: &Response<Incoming>) -> Outcome {
    let status = answer.status().as_u16();
    let wish = answer.headers().get("webhook-delivery");
    match wish.map(http::HeaderValue::as_bytes) {
        Some(b"abort-message") if !answer.status().is_success() => Outcome::Unwanted(status),
        _ => Outcome::Answered(status),
    }
}
