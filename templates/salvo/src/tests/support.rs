//! The app as a test sees it: keys that exist only in tests, a network in which nobody answers, requests without a socket.

use std::collections::HashMap;
use std::sync::LazyLock;

use bytes::Bytes;
use clerk_auth::fetch::{BoxFuture, Fetch, FetchError};
use clerk_auth::keys::InstanceType;
use clerk_auth::testing::TestKeys;
use salvo::Service;
use salvo::http::header::HeaderName;
use salvo::http::{HeaderMap, StatusCode};
use salvo::hyper;
use salvo::test::{RequestBuilder, ResponseExt as _};

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
        _: hyper::Request<Bytes>,
    ) -> BoxFuture<'_, Result<hyper::Response<Bytes>, FetchError>> {
        Box::pin(async { Err(FetchError::Connect("nobody is there".to_owned())) })
    }
}

/// The app, on its own in the world.
pub fn app() -> Service {
    app_with(Silence, &[])
}

/// The app in a network of the test's making, with more variables.
pub fn app_with(network: impl Fetch + 'static, more: &[(&'static str, &'static str)]) -> Service {
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
pub async fn send(app: &Service, line: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = request(line);
    for (name, value) in headers {
        let name: HeaderName = name.parse().unwrap();
        request = request.add_header(name, *value, false);
    }
    ask(app, request).await
}

/// `METHOD /path` of the host `app.example`.
pub fn request(line: &str) -> RequestBuilder {
    let (method, path) = line.split_once(' ').unwrap();
    let address = format!("http://app.example{path}");
    RequestBuilder::new(address, method.parse().unwrap()).add_header("host", "app.example", true)
}

/// Sends any request.
pub async fn ask(app: &Service, request: RequestBuilder) -> Reply {
    let mut response = request.send(app).await;
    Reply {
        status: response.status_code.unwrap_or_default(),
        headers: response.headers().clone(),
        body: response.take_string().await.unwrap(),
    }
}
