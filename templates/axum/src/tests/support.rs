//! The app as a test sees it: keys that exist only in tests, a network in which nobody answers, requests without a socket.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, Response, StatusCode};
use clerk_auth::fetch::{BoxFuture, Fetch, FetchError};
use clerk_auth::keys::InstanceType;
use clerk_auth::testing::TestKeys;
use clerk_auth::time::SystemClock;
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use crate::app::{App, Shared};
use crate::settings::{Settings, StartError};

/// A production and a development instance that exist only here.
pub static LIVE: LazyLock<TestKeys> = LazyLock::new(|| keys(InstanceType::Production));
pub static DEVELOPMENT: LazyLock<TestKeys> = LazyLock::new(|| keys(InstanceType::Development));

fn keys(instance: InstanceType) -> TestKeys {
    TestKeys::new(instance).unwrap()
}

/// A network in which nobody answers.
pub struct Silence;

impl Fetch for Silence {
    fn fetch(&self, _: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, FetchError>> {
        Box::pin(async { Err(FetchError::Connect("nobody is there".to_owned())) })
    }
}

/// The variables of an app with these keys, which never asks anybody for a key.
pub fn variables(keys: &TestKeys) -> HashMap<&'static str, String> {
    HashMap::from([
        (
            "CLERK_PUBLISHABLE_KEY",
            keys.publishable_key().as_str().to_owned(),
        ),
        ("CLERK_SECRET_KEY", keys.secret_key().expose().to_owned()),
        ("CLERK_JWT_KEY", keys.jwt_key().to_owned()),
    ])
}

/// Reads settings from these variables and nothing else.
pub fn settings(variables: &HashMap<&'static str, String>) -> Result<Settings, StartError> {
    Settings::read(&|name: &str| variables.get(name).cloned())
}

/// The state of an app with these variables.
pub fn state(variables: &HashMap<&'static str, String>, network: impl Fetch + 'static) -> App {
    let config = settings(variables).unwrap().config;
    Shared::new(config, Arc::new(network), Arc::new(SystemClock)).unwrap()
}

/// An app with these keys, on its own in the world.
pub fn app(keys: &TestKeys) -> Router {
    crate::router(state(&variables(keys), Silence))
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
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

/// Sends `METHOD /path` with these headers.
pub async fn send(app: &Router, line: &str, headers: &[(&str, &str)]) -> Reply {
    let (method, path) = line.split_once(' ').unwrap();
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "app.example");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = app
        .clone()
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Reply {
        status: parts.status,
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    }
}

/// A browser that navigates.
pub const DOCUMENT: (&str, &str) = ("sec-fetch-dest", "document");
