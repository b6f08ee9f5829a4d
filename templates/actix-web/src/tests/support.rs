//! The app as a test sees it: keys that exist only in tests, a network in which nobody answers, requests without a socket.

use std::collections::HashMap;
use std::sync::LazyLock;

use actix_web::App;
use actix_web::http::StatusCode;
use actix_web::http::header::{HOST, HeaderMap};
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::web::Bytes;
use clerk_auth::actix_web::Site;
use clerk_auth::fetch::{BoxFuture, Fetch, FetchError};
use clerk_auth::keys::InstanceType;
use clerk_auth::testing::TestKeys;
use http::{Request, Response};

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
pub fn app() -> App<impl Site> {
    app_with(Silence, &[])
}

/// The app in a network of the test's making, with more variables.
pub fn app_with<N: Fetch + 'static>(
    network: N,
    more: &[(&'static str, &'static str)],
) -> App<impl Site + use<N>> {
    let mut variables = HashMap::from([
        ("CLERK_PUBLISHABLE_KEY", KEYS.publishable_key().as_str()),
        ("CLERK_SECRET_KEY", KEYS.secret_key().expose()),
        ("CLERK_JWT_KEY", KEYS.jwt_key()),
    ]);
    // What the app logs is shown with a test that fails.
    let _ = tracing_subscriber::fmt().with_test_writer().try_init();
    variables.extend(more.iter().copied());
    let read = |name: &str| variables.get(name).map(|value| (*value).to_owned());
    let kit = crate::clerk::kit().fetch(network).build(&read);
    crate::app(kit.unwrap())
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
pub async fn send(app: App<impl Site>, line: &str, headers: &[(&str, &str)]) -> Reply {
    let (method, path) = line.split_once(' ').unwrap();
    let mut request = TestRequest::with_uri(path).method(method.parse().unwrap());
    for header in headers {
        request = request.append_header(*header);
    }
    ask(app, request).await
}

/// Sends any request, to the host `app.example`.
pub async fn ask(app: App<impl Site>, request: TestRequest) -> Reply {
    let app = init_service(app).await;
    let request = request.insert_header((HOST, "app.example")).to_request();
    let answer = call_service(&app, request).await;
    Reply {
        status: answer.status(),
        headers: answer.headers().clone(),
        body: String::from_utf8(read_body(answer).await.to_vec()).unwrap(),
    }
}
