//! A poem app as a test sees it, without a socket.

use http::Uri;
use poem::endpoint::BoxEndpoint;
use poem::{Endpoint as _, Request};

pub use super::app::*;

impl App for BoxEndpoint<'_> {
    async fn answer(&self, line: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let (method, target) = line.split_once(' ').unwrap();
        let target: Uri = target.parse().unwrap();
        let mut request = Request::builder()
            .method(method.parse().unwrap())
            .uri(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.get_response(request.body(body.to_owned())).await;
        let (parts, body) = response.into_parts();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: body.into_string().await.unwrap(),
        }
    }
}
