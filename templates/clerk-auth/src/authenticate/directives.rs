//! `Set-Cookie` lines that Clerk asks to be passed on. They come from Clerk's servers, but by way of the browser, so
//! only Clerk's own cookies pass (`security.md` rule 8).

use http::header::{HeaderMap, HeaderValue, SET_COOKIE};

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
    pub(super) fn read(lines: &'a [String]) -> Self {
        let accepted = lines.iter().filter_map(|line| {
            let value = is_ours(line)
                .then(|| HeaderValue::from_str(line).ok())
                .flatten();
            if value.is_none() {
                tracing::warn!("a Set-Cookie line that is not Clerk's was dropped");
            }
            Some((line.as_str(), value?))
        });
        Self(accepted.collect())
    }

    /// The session token: the value of the last line for a `__session` cookie. An empty one clears it.
    pub(super) fn session(&self) -> Option<&'a str> {
        let (line, _) = self
            .0
            .iter()
            .rfind(|(line, _)| line.starts_with("__session"))?;
        let value = line.split(['=', ';']).nth(1)?;
        Some(value).filter(|value| !value.is_empty())
    }

    pub(super) fn append_to(&self, headers: &mut HeaderMap) {
        for (_, value) in &self.0 {
            headers.append(SET_COOKIE, value.clone());
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
