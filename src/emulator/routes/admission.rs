//! Decides which requests reach a handler: by the keys they carry, and by what their paths could mean.

use axum::body::Body;
use http::Request;
use http::header::{self, AUTHORIZATION, HOST, HeaderMap, HeaderName, ORIGIN};
use percent_encoding::percent_decode_str;
use url::form_urlencoded;

use super::fault::Fault;
use super::path::{Surface, below, is_below_app};
use crate::emulator::app::App;
use crate::emulator::origins::{Foreign, PROXY_URL};

/// The versions of the Backend API that are told apart.
const VERSIONS: [&str; 3] = ["2025-04-10", "2025-11-10", "2026-05-12"];

impl From<Foreign> for Fault {
    fn from(foreign: Foreign) -> Self {
        match foreign {
            Foreign::Host => Self::HostInvalid,
            Foreign::Origin => Self::OriginInvalid,
        }
    }
}

/// Checks a request before it is routed.
pub(super) fn check(app: &App, surface: Surface, request: &Request<Body>) -> Result<(), Fault> {
    let (headers, path) = (request.headers(), request.uri().path());
    if surface == Surface::Backend {
        check_key(app, path, headers)?;
        check_version(headers, request.uri().query())?;
        // A handler gets the decoded form of what it asks for, and text is all that it can ask for.
        return match percent_decode_str(path).decode_utf8() {
            Ok(_) => Ok(()),
            Err(_) => Err(Fault::NotEmulated),
        };
    }
    check_project(app, headers)?;
    if surface == Surface::Desk {
        check_developer(app, request)?;
    }
    if surface == Surface::Pages && bearer(headers).is_some_and(is_for_servers) {
        return Err(Fault::BackendIsElsewhere);
    }
    // No path of a page has anything to encode, and no handler is to guess what it meant.
    if path.contains('%') {
        return Err(Fault::NotEmulated);
    }
    Ok(())
}

/// An app's proxy sends its key with all that it forwards. With another one its visitors would sign up here, and the app
/// would take none of them for signed in.
fn check_project(app: &App, headers: &HeaderMap) -> Result<(), Fault> {
    let sent = headers.get("clerk-secret-key");
    if sent.is_some_and(|key| !app.has_secret_key(key.as_bytes())) {
        return Err(Fault::OtherProject);
    }
    Ok(())
}

/// Headers by which a proxy says for whom it asks.
const FORWARDED: [HeaderName; 4] = [
    PROXY_URL,
    header::FORWARDED,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-host"),
];

/// Developers and their tools ask the emulator itself. What anything passed on comes from visitors. A page of another
/// origin could not read the answer, but whatever it asked for would be done: another program's page on this machine must
/// not forget everybody.
fn check_developer(app: &App, request: &Request<Body>) -> Result<(), Fault> {
    let headers = request.headers();
    let is_passed_on = |name: &HeaderName| headers.contains_key(name);
    if is_below_app(request) || FORWARDED.iter().any(is_passed_on) {
        return Err(Fault::DeskThroughProxy);
    }
    if headers.contains_key(ORIGIN) && !is_own_page(headers) {
        return Err(Fault::DeskFromPage);
    }
    // Who means one of several worlds must not change another by a mistake in the key.
    if bearer(headers).is_some_and(|key| !app.has_secret_key(key.as_bytes())) {
        return Err(Fault::KeyInvalid);
    }
    Ok(())
}

/// True if a request says that it comes from a page of the address that it was sent to.
pub(super) fn is_own_page(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let own = text(HOST).map(|host| format!("http://{host}"));
    own.is_some() && text(ORIGIN) == own.as_deref()
}

/// The one family that machines may ask in their own name.
const OF_MACHINES: &str = "/v1/m2m_tokens";

fn check_key(app: &App, path: &str, headers: &HeaderMap) -> Result<(), Fault> {
    let key = bearer(headers).ok_or(Fault::KeyMissing)?;
    let is_of_machine = || {
        below(path, OF_MACHINES).is_some()
            && app.instance().machine_with_key(key, app.now()).is_some()
    };
    if app.has_secret_key(key.as_bytes()) || is_of_machine() {
        Ok(())
    } else {
        Err(Fault::KeyInvalid)
    }
}

pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(AUTHORIZATION)?
        .to_str()
        .ok()?
        .strip_prefix("Bearer ")
}

/// True for keys that no page ever holds: those of servers and of machines.
fn is_for_servers(key: &str) -> bool {
    ["sk_test_", "sk_live_", "ak_"]
        .iter()
        .any(|kind| key.starts_with(kind))
}

/// Without a version the newest counts, as with a secret key made today.
fn check_version(headers: &HeaderMap, query: Option<&str>) -> Result<(), Fault> {
    let mut in_head = headers.get_all("clerk-api-version").iter();
    let mut in_query = form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .filter(|(name, _)| name == "__clerk_api_version");
    let known = |version: &[u8]| VERSIONS.iter().any(|known| known.as_bytes() == version);
    match (in_head.next(), in_query.next()) {
        (None, None) => Ok(()),
        (Some(_), Some(_)) => Err(Fault::VersionTwice),
        (Some(version), None) if known(version.as_bytes()) => Ok(()),
        (None, Some((_, version))) if known(version.as_bytes()) => Ok(()),
        _ => Err(Fault::VersionInvalid),
    }
}
