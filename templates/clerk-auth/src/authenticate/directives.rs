//! `Set-Cookie` lines that Clerk wants passed on. They come from Clerk's servers, but by way of the browser, so only
//! Clerk's own cookies pass (`security.md` rule 8).

use http::header::{HeaderMap, HeaderValue, SET_COOKIE};

use super::request::Request;

const NAMES: [&str; 6] = [
    "__session",
    "__client_uat",
    "__clerk_db_jwt",
    "__refresh",
    "__clerk_handshake",
    "__clerk_handshake_nonce",
];

const ATTRIBUTES: [&str; 9] = [
    "path",
    "domain",
    "expires",
    "max-age",
    "secure",
    "httponly",
    "samesite",
    "partitioned",
    "priority",
];

/// The lines that may be passed on, in order.
pub(super) struct Directives<'a>(Vec<(&'a str, HeaderValue)>);

impl<'a> Directives<'a> {
    /// The session token: the value of the last line for a `__session` cookie. An empty one clears it.
    pub(super) fn session(&self) -> Option<&'a str> {
        let mut lines = self.0.iter();
        let (line, _) = lines.rfind(|(line, _)| line.starts_with("__session"))?;
        let value = line.split(['=', ';']).nth(1)?;
        Some(value).filter(|value| !value.is_empty())
    }

    pub(super) fn append_to(&self, headers: &mut HeaderMap) {
        for (_, value) in &self.0 {
            headers.append(SET_COOKIE, value.clone());
        }
    }
}

impl Request<'_> {
    /// Reads the lines, and says in the log if some were dropped.
    pub(super) fn directives<'a>(&self, lines: &'a [String]) -> Directives<'a> {
        let accepted = lines.iter().filter_map(|line| {
            let value = is_ours(line).then(|| HeaderValue::from_str(line).ok());
            Some((line.as_str(), value.flatten()?))
        });
        let accepted: Vec<_> = accepted.collect();
        let dropped = lines.len() - accepted.len();
        if dropped > 0
            && let Some(left_out) = self.clerk.log.line("set-cookie", self.now)
        {
            let told = "Set-Cookie lines that are not Clerk's were dropped";
            tracing::warn!(left_out, dropped, "{told}");
        }
        Directives(accepted)
    }
}

fn is_ours(line: &str) -> bool {
    let mut pieces = line.split(';');
    let pair = pieces.next().and_then(|pair| pair.split_once('='));
    let is_known = |attribute: &str| {
        let name = attribute.split('=').next().unwrap_or_default().trim();
        let name = name.to_ascii_lowercase();
        name.is_empty() || ATTRIBUTES.contains(&&*name)
    };
    pair.is_some_and(|(name, _)| is_clerk_name(name))
        && !line.contains(char::is_control)
        && pieces.all(is_known)
}

/// A known name, alone or with any instance's suffix: eight URL-safe base64 characters.
fn is_clerk_name(name: &str) -> bool {
    NAMES.iter().any(|known| match name.strip_prefix(known) {
        Some("") => true,
        Some(rest) => rest.strip_prefix('_').is_some_and(is_suffix),
        None => false,
    })
}

fn is_suffix(text: &str) -> bool {
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    text.len() == 8 && text.bytes().all(is_base64)
}
