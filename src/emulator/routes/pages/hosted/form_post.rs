//! An answer to a client that wants it posted (OAuth 2.0 Form Post Response Mode): a page whose one line of script sends
//! its form, and a button for browsers without.

use aws_lc_rs::digest;
use axum::response::{Html, IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue};
use url::Url;

use crate::emulator::routes::fault::Fault;
use crate::emulator::routes::html::escaped;

const SCRIPT: &str = "document.forms[0].submit()";

/// A page that posts these fields to the client.
pub(super) fn page(target: &Url, fields: &[(&str, &str)]) -> Result<Response, Fault> {
    let inputs: String = fields
        .iter()
        .map(|(name, value)| {
            let value = escaped(value);
            format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">\n")
        })
        .collect();
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Back to the application</title>\n\
         <form method=\"post\" action=\"{}\">\n{inputs}<button>Continue</button>\n</form>\n\
         <script>{SCRIPT}</script>\n</html>\n",
        escaped(target.as_str()),
    );
    let hash = digest::digest(&digest::SHA256, SCRIPT.as_bytes());
    // No bound on where the form goes: the client may send the browser on, and the address is its own.
    let policy = format!(
        "default-src 'none'; script-src 'sha256-{}'; base-uri 'none'; frame-ancestors 'none'",
        STANDARD.encode(hash)
    );
    let policy = HeaderValue::from_str(&policy).map_err(|_| Fault::Internal)?;
    let headers = [
        (CONTENT_SECURITY_POLICY, policy),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, Html(html)).into_response())
}
