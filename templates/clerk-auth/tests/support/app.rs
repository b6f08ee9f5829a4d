//! An app as a test sees it, whatever its framework: its settings, a network in which nobody answers, an answer.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use clerk_auth::fetch::{BoxFuture, Fetch, FetchError};
use clerk_auth::gate::Paths;
use clerk_auth::kit::KitBuilder;
use clerk_auth::testing::TestKeys;
use clerk_auth::{Kit, StartError};
use http::{HeaderMap, Request, Response};

use super::stage::live;

/// A browser that navigates.
pub const DOCUMENT: (&str, &str) = ("sec-fetch-dest", "document");

/// A network in which nobody answers.
pub struct Silence;

impl Fetch for Silence {
    fn fetch(&self, _: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, FetchError>> {
        Box::pin(async { Err(FetchError::Connect("nobody is there".to_owned())) })
    }
}

/// A Backend API that knows one user, and counts how often it is asked.
#[derive(Clone, Default)]
pub struct OneUser(Arc<AtomicUsize>);

impl OneUser {
    pub fn asked(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl Fetch for OneUser {
    fn fetch(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, FetchError>> {
        assert_eq!(request.uri().path(), "/v1/users/user_ada");
        self.0.fetch_add(1, Ordering::Relaxed);
        Box::pin(async {
            tokio::task::yield_now().await;
            let user = r#"{"id":"user_ada","first_name":"Ada"}"#;
            Ok(Response::new(Bytes::from(user)))
        })
    }
}

pub type Variables = HashMap<&'static str, String>;

/// The variables of an app with these keys, which never asks anybody for a key.
pub fn variables(keys: &TestKeys) -> Variables {
    HashMap::from([
        (
            "CLERK_PUBLISHABLE_KEY",
            keys.publishable_key().as_str().to_owned(),
        ),
        ("CLERK_SECRET_KEY", keys.secret_key().expose().to_owned()),
        ("CLERK_JWT_KEY", keys.jwt_key().to_owned()),
    ])
}

/// A few open paths, and everything else protected.
pub fn settings() -> KitBuilder {
    let paths = Paths {
        public: &["/", "/sign-in/:path*"],
        data: &["/api/:path*"],
        without_auth: &["/webhooks/clerk"],
        ..Paths::PROTECTED
    };
    Kit::builder().paths(paths).sign_in("/sign-in").health()
}

/// The header of an administrator of the live app.
pub fn admin() -> String {
    let user = live().user("user_ada").session("sess_1");
    let user = user.organization("org_1", "acme", "admin", &["org:invoices:read"]);
    user.bearer()
}

pub fn try_build(builder: KitBuilder, variables: &Variables) -> Result<Kit, StartError> {
    builder.build(&|name: &str| variables.get(name).cloned())
}

/// A kit of these keys, on its own in the world.
pub fn build(builder: KitBuilder, keys: &TestKeys) -> Kit {
    try_build(builder.fetch(Silence), &variables(keys)).unwrap()
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// The first value of a header; empty when it is absent.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }
}

/// An app behind the adapter of its framework.
pub trait App {
    /// Sends `METHOD /path` with these headers and this body.
    async fn answer(&self, line: &str, headers: &[(&str, &str)], body: &str) -> Answer;
}

/// Sends `METHOD /path` with these headers; without one for the host it is that of the app.
pub async fn send(app: &impl App, line: &str, headers: &[(&str, &str)]) -> Answer {
    send_body(app, line, headers, "").await
}

pub async fn send_body(app: &impl App, line: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut headers = headers.to_vec();
    if !headers.iter().any(|(name, _)| *name == "host") {
        headers.push(("host", "app.example"));
    }
    app.answer(line, &headers, body).await
}
