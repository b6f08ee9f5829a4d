//! A poem app as a test sees it, without a socket.

use http::Uri;
use poem::{Endpoint, Request};

pub use super::app::*;

/// Sends `METHOD /path` with these headers.
pub async fn send(app: &impl Endpoint, line: &str, headers: &[(&str, &str)]) -> Answer {
    send_body(app, line, headers, "").await
}

pub async fn send_body(
    app: &impl Endpoint,
    line: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Answer {
    let (method, target) = line.split_once(' ').unwrap();
    let target: Uri = target.parse().unwrap();
    let mut request = Request::builder()
        .method(method.parse().unwrap())
        .uri(target);
    if !headers.iter().any(|(name, _)| *name == "host") {
        request = request.header("host", "app.example");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = app.get_response(request.body(body.to_owned())).await;
    let (parts, body) = response.into_parts();
    Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body: body.into_string().await.unwrap(),
    }
}
