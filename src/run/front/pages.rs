//! The front's own pages, which say that the app is being built or why there is none, and the script that reloads a
//! page. Compilers and apps may print anything, so their lines are escaped.

use std::time::Duration;

use axum::body::Body;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{Response, StatusCode};
use tokio::time::timeout;

use super::{Failure, Instead, Shared};

/// A prefix of paths that no app has.
pub(super) const PREFIX: &str = "/__clerk-rs-dev/";
const SCRIPT: &str = include_str!("reload.js");
const STYLE: &str = include_str!("pages.css");
const POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'unsafe-inline'; \
                      img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
/// The longest wait for the answer to "is there another version"; then the page asks again.
const HOLD: Duration = Duration::from_secs(25);

/// The address of the script for a page of this version.
pub(super) fn script_address(version: &str) -> String {
    format!("{PREFIX}reload.js?{version}")
}

/// Answers on the front's own paths.
pub(super) async fn own(shared: &Shared, path: &str, query: Option<&str>) -> Response<Body> {
    match path {
        "reload.js" => answer(StatusCode::OK, "text/javascript", SCRIPT),
        "changed" => {
            let theirs = query.unwrap_or_default();
            let mut behind = shared.behind.subscribe();
            let other = behind.wait_for(|now| now.is_over || shared.version(now) != theirs);
            match timeout(HOLD, other).await {
                Ok(Ok(now)) if !now.is_over => text(StatusCode::OK, "another version"),
                _ => answer(StatusCode::NO_CONTENT, "text/plain", ""),
            }
        }
        _ => text(StatusCode::NOT_FOUND, "there is nothing here"),
    }
}

/// The page that a browser gets instead of the app's.
pub(super) fn instead(instead: &Instead, version: &str) -> Response<Body> {
    let (status, title, body) = match instead {
        Instead::Building => (
            StatusCode::SERVICE_UNAVAILABLE,
            "The app is being built",
            "<p role=\"status\">This page reloads once the app answers. The terminal shows how far the build is.</p>\n"
                .to_owned(),
        ),
        Instead::Failed(failure) => (StatusCode::INTERNAL_SERVER_ERROR, title(failure), told(failure)),
    };
    let script = script_address(version);
    let page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <link rel=\"icon\" href=\"data:,\">\n<title>{title}</title>\n<style>{STYLE}</style>\n\
         <noscript><meta http-equiv=\"refresh\" content=\"2\"></noscript>\n\
         <h1>{title}</h1>\n{body}<script src=\"{script}\" async></script>\n</html>\n"
    );
    let mut answer = answer(status, "text/html; charset=utf-8", page);
    let policy = HeaderValue::from_static(POLICY);
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    answer
}

fn title(failure: &Failure) -> &'static str {
    if failure.was_ready {
        "The app has ended"
    } else {
        "The app does not start"
    }
}

fn told(failure: &Failure) -> String {
    format!(
        "<p><code>cargo run</code> ended with exit code {}. This page reloads after the next change that works.</p>\n<pre>{}</pre>\n",
        failure.code,
        escaped(&failure.said)
    )
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\n' | '\t' => escaped.push(c),
            c if crate::escape::is_unseen(c) => escaped.push(char::REPLACEMENT_CHARACTER),
            c => escaped.push(c),
        }
    }
    escaped
}

/// The answer when no app came in time.
pub(super) fn nobody() -> Response<Body> {
    let words = "the app is not running; the terminal of `clerk-rs dev` says why";
    text(StatusCode::SERVICE_UNAVAILABLE, words)
}

/// The answer when the app was asked and hung up.
pub(super) fn broken() -> Response<Body> {
    let words = "the app closed the connection without an answer; it may have panicked";
    text(StatusCode::BAD_GATEWAY, words)
}

pub(super) fn text(status: StatusCode, words: &str) -> Response<Body> {
    answer(
        status,
        "text/plain; charset=utf-8",
        format!("clerk-rs dev: {words}\n"),
    )
}

fn answer(status: StatusCode, kind: &'static str, body: impl Into<Body>) -> Response<Body> {
    let mut answer = Response::new(body.into());
    *answer.status_mut() = status;
    let same_origin = HeaderName::from_static("cross-origin-resource-policy");
    for (name, value) in [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (same_origin, "same-origin"),
    ] {
        answer
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        let soon = HeaderValue::from_static("2");
        answer.headers_mut().insert(RETRY_AFTER, soon);
    }
    answer
}
