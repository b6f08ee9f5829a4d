//! The app as a test sees it: keys that exist only in tests, a network in which nobody answers, requests without a socket.

use std::collections::HashMap;
use std::sync::LazyLock;

use bytes::Bytes;
use clerk_auth::fetch::{BoxFuture, Fetch, FetchError};
use clerk_auth::keys::InstanceType;
use clerk_auth::testing::TestKeys;
use poem::endpoint::BoxEndpoint;
use poem::http::header::HOST;
use poem::http::{self, HeaderMap, HeaderValue, StatusCode};
use poem::{Endpoint as _, Request};

/// A production instance that exists only here. `KEYS.user("user_ada")` is somebody who signed in there.
pub static KEYS: LazyLock<TestKeys> =
    LazyLock::new(|| TestKeys::new(InstanceType::Production).unwrap());

/// A browser that opens a page.
pub const DOCUMENT: (&str, &str) = ("sec-fetch-dest", "document");

/// A network in which nobody answers.
pub struct Silence;

impl Fetch for Silence {
    fn fetch(
        &self,
        _: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, FetchError>> {
        Box::pin(async { Err(FetchError::Connect("nobody is there".to_owned())) })
    }
}

/// The app, on its own in the world.
pub fn app() -> BoxEndpoint<'static> {
    app_with(Silence, &[])
}

/// The app in a network of the test's making, with more variables.
pub fn app_with(
    network: impl Fetch + 'static,
    more: &[(&'static str, &'static str)],
) -> BoxEndpoint<'static> {
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
    let kit = crate::clerk::kit().fetch(network).build(&read);
    crate::app(&kit.unwrap())
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
pub async fn send(app: &BoxEndpoint<'_>, line: &str, headers: &[(&str, &str)]) -> Reply {
    let (method, path) = line.split_once(' ').unwrap();
    let request = Request::builder().method(method.parse().unwrap());
    let mut request = request.uri_str(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    ask(app, request.finish()).await
}

/// Sends any request, to the host `app.example`.
pub async fn ask(app: &BoxEndpoint<'_>, mut request: Request) -> Reply {
    let host = HeaderValue::from_static("app.example");
    request.headers_mut().insert(HOST, host);
    let (parts, body) = app.get_response(request).await.into_parts();
    Reply {
        status: parts.status,
        headers: parts.headers,
        body: body.into_string().await.unwrap(),
    }
}
