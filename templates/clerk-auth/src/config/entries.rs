//! The entries of allow-lists. They are compared letter by letter with tokens and with what browsers send, so an entry
//! in another spelling never matches, and nobody would learn why.

use url::Url;

use super::addresses::web_url;
use super::host::{is_name, is_port};
use super::problem::{Refusal, may_be_shown};

/// Schemes of addresses that no page has as its origin.
const OF_NO_PAGE: [&str; 7] = ["ws", "wss", "ftp", "file", "data", "blob", "javascript"];

/// Accepts an origin as browsers send it: `scheme://host`, with a port unless it is the scheme's own. Besides web
/// pages, browser extensions (`chrome-extension://…`) and native shells (`capacitor://localhost`) have one.
///
/// # Errors
/// The text would never match.
pub fn check_origin_entry(text: &str) -> Result<(), Refusal> {
    let origin = web_origin(text);
    let is_right = match text.split_once("://") {
        Some(("http" | "https", _)) => origin.as_deref() == Some(text),
        Some((scheme, host)) => is_app_scheme(scheme) && is_app_host(host),
        None => false,
    };
    if is_right {
        return Ok(());
    }
    let origin = origin.filter(|origin| may_be_shown(origin));
    let origin = origin.as_deref().unwrap_or("https://host");
    let remedy = format!("write it as {origin}");
    Err(Refusal::malformed("is not an origin", remedy).about(text))
}

/// A web URL whose host is possible.
pub(super) fn web_url_of_name(text: &str) -> Option<Url> {
    let is_possible = |url: &Url| {
        let name = url.domain();
        name.is_none_or(|name| is_name(&name.replace('_', "-")))
    };
    web_url(text).filter(is_possible)
}

pub(super) fn web_origin(text: &str) -> Option<String> {
    web_url_of_name(text).map(|url| url.origin().ascii_serialization())
}

/// True for `http` or `https` with one letter too many, missing, wrong or swapped.
pub(super) fn is_slip(scheme: &str) -> bool {
    let is_near = |right: &str| {
        let same = |pair: &(u8, u8)| pair.0 == pair.1;
        let start = scheme.bytes().zip(right.bytes()).take_while(same).count();
        let (left, right) = (&scheme.as_bytes()[start..], &right.as_bytes()[start..]);
        let ends = left.iter().rev().zip(right.iter().rev());
        let end = ends.take_while(|(a, b)| a == b).count();
        left.len().max(right.len()) - end <= 1
    };
    let is_mixed_up = scheme.bytes().all(|byte| b"htps".contains(&byte));
    is_mixed_up || is_near("http") || is_near("https") || matches!(scheme, "hxxp" | "hxxps")
}

/// The scheme of an extension (`chrome-extension`), of a shell (`tauri`), or an app's own.
fn is_app_scheme(scheme: &str) -> bool {
    let is_part =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte);
    scheme.starts_with(|c: char| c.is_ascii_lowercase())
        && scheme.bytes().all(is_part)
        && !OF_NO_PAGE.contains(&scheme)
        && !is_slip(scheme)
}

/// The host in an app's own scheme: a name, the id of an extension, or whatever a shell calls its bundle (`app://-`).
fn is_app_host(text: &str) -> bool {
    let (name, port) = text.split_once(':').unwrap_or((text, "0"));
    let is_short = matches!(name, "-" | ".");
    (is_short || is_name(&name.replace('_', "-"))) && is_port(port) && !port.is_empty()
}
