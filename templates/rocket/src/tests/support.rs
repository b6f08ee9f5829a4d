//! The app as a test sees it: keys that exist only in tests, a network in which nobody answers, requests without a socket.

use std::collections::HashMap;
use std::sync::LazyLock;

use bytes::Bytes;
use clerk_auth::fetch::{BoxFuture, Fetch, FetchError};
use clerk_auth::keys::InstanceType;
use clerk_auth::testing::TestKeys;
use http::{Request, Response};
use rocket::http::{Header, HeaderMap, Method, Status};
use rocket::local::asynchronous::Client;

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
pub async fn app() -> Client {
    app_with(Silence, &[]).await
}

/// The app in a network of the test's making, with more variables.
pub async fn app_with(
    network: impl Fetch + 'static,
    more: &[(&'static str, &'static str)],
) -> Client {
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
    let app = crate::app(&kit.unwrap());
    Client::untracked(app).await.unwrap()
}

/// What came back.
pub struct Reply {
    pub status: Status,
    pub headers: HeaderMap<'static>,
    pub body: String,
}

impl Reply {
    /// The first value of a header; empty when it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get_one(name).unwrap_or_default()
    }
}

/// Sends `METHOD /path` with these headers.
pub async fn send(app: &Client, line: &str, headers: &[(&str, &str)]) -> Reply {
    send_body(app, line, headers, "").await
}

/// The same with a body. The host is `app.example`.
pub async fn send_body(app: &Client, line: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    let (method, path) = line.split_once(' ').unwrap();
    let method: Method = method.parse().unwrap();
    let mut request = app.req(method, path.to_owned()).body(body);
    request.add_header(Header::new("host", "app.example"));
    for (name, value) in headers {
        request.add_header(Header::new((*name).to_owned(), (*value).to_owned()));
    }
    let response = request.dispatch().await;
    let status = response.status();
    let mut headers = HeaderMap::new();
    for header in response.headers().iter() {
        headers.add_raw(header.name.to_string(), header.value.into_owned());
    }
    let body = response.into_string().await.unwrap_or_default();
    Reply {
        status,
        headers,
        body,
    }
}
