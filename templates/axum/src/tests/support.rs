//! The app as a test sees it: keys that exist only in tests, a network in which nobody answers, requests without a socket.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::header::HOST;
use axum::http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use clerk_auth::Kit;
use clerk_auth::fetch::{BoxFuture, Fetch, FetchError};
use clerk_auth::keys::InstanceType;
use clerk_auth::kit::KitBuilder;
use clerk_auth::testing::TestKeys;
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

/// A production instance that exists only here. `KEYS.user("user_ada")` is somebody who signed in there.
pub static KEYS: LazyLock<TestKeys> =
    LazyLock::new(|| TestKeys::new(InstanceType::Production).unwrap());

/// A browser that opens a page.
pub const DOCUMENT: (&str, &str) = ("sec-fetch-dest", "document");

/// A network in which nobody answers.
pub struct Silence;

impl Fetch for Silence {
    fn fetch(&self, _: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, FetchError>> {
        Box::pin(async { Err(FetchError::Connect("nobody is there".to_owned())) })
    }
}

/// The app, on its own in the world.
pub fn app() -> Router {
    app_with(Silence, &[])
}

/// The app in a network of the test's making, with more variables.
pub fn app_with(network: impl Fetch + 'static, more: &[(&'static str, &'static str)]) -> Router {
    crate::app(&kit(crate::clerk::kit().fetch(network), more))
}

/// A kit with these settings and the variables of every test.
pub fn kit(settings: KitBuilder, more: &[(&'static str, &'static str)]) -> Kit {
    let mut variables = HashMap::from([
        ("CLERK_PUBLISHABLE_KEY", KEYS.publishable_key().as_str()),
        ("CLERK_SECRET_KEY", KEYS.secret_key().expose()),
        ("CLERK_JWT_KEY", KEYS.jwt_key()),
        // Whose tokens count. Without the list each app warns that it has none.
        ("CLERK_AUTHORIZED_PARTIES", "http://app.example"),
        ("CLERK_ACCEPT_ABSENT_AZP", "true"),
    ]);
    // What the app logs is shown with a test that fails.
    let _ = tracing_subscriber::fmt().with_test_writer().try_init();
    variables.extend(more.iter().copied());
    let read = |name: &str| variables.get(name).map(|value| (*value).to_owned());
    settings.build(&read).unwrap()
}

/// What came back.
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Reply {
    /// The first value of a header; empty when it is absent.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }
}

/// Sends `METHOD /path` with these headers.
pub async fn send(app: &Router, line: &str, headers: &[(&str, &str)]) -> Reply {
    let (method, path) = line.split_once(' ').unwrap();
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    ask(app, request.body(Body::empty()).unwrap()).await
}

/// Sends any request, to the host `app.example`.
pub async fn ask(app: &Router, mut request: Request<Body>) -> Reply {
    let host = HeaderValue::from_static("app.example");
    request.headers_mut().insert(HOST, host);
    let response = app.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Reply {
        status: parts.status,
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    }
}
