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
pub(super) struct Directives<'a> {
    lines: Vec<(&'a str, HeaderValue)>,
    dropped: usize,
}

impl<'a> Directives<'a> {
    pub(super) fn read(lines: &'a [String]) -> Self {
        let accepted = lines.iter().filter_map(|line| {
            let value = is_ours(line).then(|| HeaderValue::from_str(line).ok());
            Some((line.as_str(), value.flatten()?))
        });
        let accepted: Vec<_> = accepted.collect();
        Self {
            dropped: lines.len() - accepted.len(),
            lines: accepted,
        }
    }

    /// The session token: the value of the last line for a `__session` cookie. An empty one clears it.
    pub(super) fn session(&self) -> Option<&'a str> {
        let (line, _) = self
            .lines
            .iter()
            .rfind(|(line, _)| line.starts_with("__session"))?;
        let value = line.split(['=', ';']).nth(1)?;
        Some(value).filter(|value| !value.is_empty())
    }

    pub(super) fn append_to(&self, headers: &mut HeaderMap) {
        for (_, value) in &self.lines {
            headers.append(SET_COOKIE, value.clone());
        }
    }
}

impl Request<'_> {
    pub(super) fn note_dropped(&self, directives: &Directives<'_>) {
        let dropped = directives.dropped;
        if dropped > 0
            && let Some(line) = self.clerk.seldom.line("set-cookie", self.now)
        {
            let left_out = line.left_out;
            tracing::warn!(
                left_out,
                dropped,
                "Set-Cookie lines that are not Clerk's were dropped"
            );
        }
    }
}

fn is_ours(line: &str) -> bool {
    let mut pieces = line.split(';');
    let name = pieces
        .next()
        .and_then(|pair| pair.split_once('='))
        .map(|(name, _)| name);
    name.is_some_and(is_clerk_name)
        && !line.contains(|c: char| c.is_control())
        && pieces.all(|attribute| {
            let name = attribute.split('=').next().unwrap_or_default().trim();
            name.is_empty()
                || ATTRIBUTES
                    .iter()
                    .any(|known| name.eq_ignore_ascii_case(known))
        })
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
