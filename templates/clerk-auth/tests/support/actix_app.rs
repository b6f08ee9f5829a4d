//! An actix app as a test sees it, without a socket.

use actix_web::body::to_bytes;
use actix_web::dev::Service as _;
use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::test::{TestRequest, init_service};
use actix_web::{App, web};
use clerk_auth::Kit;
use clerk_auth::actix_web::{ClerkMiddleware, head_as_get, not_found};
use http::{HeaderMap, HeaderName, HeaderValue};

pub use super::app::*;

/// An app behind the middleware.
pub struct Site {
    pub kit: Kit,
    pub routes: fn(&mut web::ServiceConfig),
}

impl super::app::App for Site {
    async fn answer(&self, line: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let app = App::new()
            .configure(self.routes)
            .default_service(web::to(not_found))
            .wrap(from_fn(head_as_get))
            .wrap(ClerkMiddleware::new(&self.kit));
        let service = init_service(app).await;
        let request = request(line, headers).set_payload(body.to_owned());
        // What an app gives as an error, the server sends as its answer.
        let answer = match service.call(request.to_request()).await {
            Ok(answer) => answer.into_parts().1.map_into_boxed_body(),
            Err(error) => error.error_response(),
        };
        let mut headers = HeaderMap::new();
        for (name, value) in answer.headers() {
            let name: HeaderName = name.as_str().parse().unwrap();
            headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let status = answer.status().as_u16();
        let body = to_bytes(answer.into_body()).await.unwrap();
        Answer {
            status,
            headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }
}

pub fn request(line: &str, headers: &[(&str, &str)]) -> TestRequest {
    let (method, target) = line.split_once(' ').unwrap();
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    let mut request = TestRequest::with_uri(target).method(method);
    for (name, value) in headers {
        request = request.append_header((*name, *value));
    }
    request
}
