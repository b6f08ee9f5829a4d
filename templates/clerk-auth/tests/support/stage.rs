//! An app with keys of its own, a scripted Backend API and a clock that stands still.

use std::sync::{Arc, OnceLock};

use clerk_auth::authenticate::{Clerk, HardError, RequestState};
use clerk_auth::config::Config;
use clerk_auth::gate::{Admission, Gate, Paths};
use clerk_auth::keys::InstanceType;
use clerk_auth::public_url::Connection;
use clerk_auth::testing::{Identity, TestKeys};
use clerk_auth::time::UnixMillis;
use http::request::Parts;
use serde_json::{Value, json};
use url::Url;

use super::NOW_MS;
use super::scripted::Scripted;

pub const NOW: UnixMillis = UnixMillis(NOW_MS);
pub const APP: &str = "https://orchard.example";

/// The paths of a generated app, as far as these tests go.
pub const PATHS: Paths<'_> = Paths {
    without_auth: &["/healthz", "/__clerk/:path*"],
    public: &["/", "/sign-in/:path*", "/sign-up/:path*"],
    data: &["/api/:path*"],
    is_file: |path| path == "/assets/style.css",
    ..Paths::PROTECTED
};

pub fn live() -> &'static TestKeys {
    static KEYS: OnceLock<TestKeys> = OnceLock::new();
    KEYS.get_or_init(|| TestKeys::new(InstanceType::Production).unwrap())
}

pub fn development() -> &'static TestKeys {
    static KEYS: OnceLock<TestKeys> = OnceLock::new();
    KEYS.get_or_init(|| TestKeys::new(InstanceType::Development).unwrap())
}

/// The configuration of an app that verifies by itself.
pub fn config(keys: &TestKeys) -> Config {
    Config {
        secret_key: Some(keys.secret_key().clone()),
        jwt_key: Some(keys.public_key().clone()),
        sign_in_url: Some("/sign-in".to_owned()),
        ..Config::new(keys.publishable_key().clone())
    }
}

pub fn clerk(config: Config, backend: Scripted) -> Clerk {
    Clerk::new(config, Arc::new(backend), Arc::new(|| NOW)).unwrap()
}

pub fn gate(config: Config, backend: Scripted) -> Gate {
    Gate::new(clerk(config, backend), &PATHS).unwrap()
}

/// A Backend API with this one answer; every other call fails on the network.
pub fn answering(method: &str, path: &str, status: u16, body: &Value) -> Scripted {
    let entry = json!({ "method": method, "path": path, "status": status, "body": body });
    Scripted::recorded(&json!([entry]))
}

/// A Backend API that nobody reaches.
pub fn unreachable() -> Scripted {
    Scripted::recorded(&Value::Null)
}

/// A user of these keys, signed in now.
pub fn user(keys: &'static TestKeys) -> Identity<'static> {
    keys.user("user_2q7pippin").at(NOW)
}

/// A request for a target within [`APP`].
pub fn request(method: &str, target: &str, headers: &[(&str, &str)]) -> Parts {
    let mut builder = http::Request::builder().method(method).uri(target);
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    builder.body(()).unwrap().into_parts().0
}

/// A browser's navigation.
pub fn document(target: &str, headers: &[(&str, &str)]) -> Parts {
    let mut parts = request("GET", target, headers);
    parts
        .headers
        .insert("sec-fetch-dest", "document".parse().unwrap());
    parts
}

pub fn connection() -> Connection<'static> {
    Connection {
        scheme: "https",
        host: Some("orchard.example"),
    }
}

pub async fn decide(clerk: &Clerk, parts: &Parts) -> Result<RequestState, HardError> {
    clerk.authenticate(parts, connection()).await
}

pub async fn admit(gate: &Gate, parts: &Parts) -> Admission {
    match gate.admit_at_once(parts, connection()) {
        Ok(admission) => admission,
        Err(undecided) => gate.admit_later(undecided, parts, connection()).await,
    }
}

/// Status and reason in one text, such as `signed-out token-expired`.
pub fn told(state: &RequestState) -> String {
    let reason = state.why.as_ref().map_or("", |why| &*why.reason);
    let text = format!("{} {reason}", state.status.as_str());
    text.trim_end().to_owned()
}

/// Where a state sends the browser.
pub fn location(state: &RequestState) -> Option<Url> {
    Some(state.location()?.to_str().unwrap().parse().unwrap())
}

/// The way back inside a handshake's or sign-in's address.
pub fn way_back(location: &Url) -> Option<String> {
    let mut pairs = location.query_pairs();
    let found = pairs.find(|(name, _)| name == "redirect_url");
    found.map(|(_, value)| value.into_owned())
}
