//! The target of a request: always the fixed upstream, at the path below the prefix.

use http::Uri;
use http::uri::PathAndQuery;
use percent_encoding::percent_decode_str;

use super::answer::Trouble;
use super::settings::Settings;
use crate::routes::folded;

/// The most layers of percent-encoding to look through. Anything between here and the service may decode once more.
const LAYERS: usize = 3;

/// The address at the upstream. Scheme and host that the request names do not matter.
pub(super) fn target(uri: &Uri, settings: &Settings) -> Result<Uri, Trouble> {
    let below = uri.path().strip_prefix(settings.prefix.as_str());
    let path = match below {
        Some("") => "/",
        Some(path) if path.starts_with('/') => path,
        _ => return Err(Trouble::NotHere),
    };
    // Clerk's component for API keys asks `//api_keys`, and sending it to the plain path would lose the body of a POST.
    let path = &*folded(path.into());
    if !stays(path) {
        return Err(Trouble::Path);
    }
    let path_and_query: PathAndQuery = match uri.query() {
        Some(query) => format!("{path}?{query}").parse(),
        None => path.parse(),
    }
    .map_err(|_| Trouble::Path)?;
    Uri::builder()
        .scheme(settings.scheme.clone())
        .authority(settings.authority.clone())
        .path_and_query(path_and_query)
        .build()
        .map_err(|_| Trouble::Path)
}

/// True if a path means the same to every reader: it has no dot segments, empty segments, backslashes or control
/// characters, and neither these nor a slash in encoded form.
fn stays(path: &str) -> bool {
    let mut text = path.to_owned();
    for _ in 0..LAYERS {
        let dots = |segment: &str| {
            let name = segment.split(';').next().unwrap_or_default();
            matches!(name, "." | "..")
        };
        if text.contains("//")
            || text.contains('\\')
            || text.contains(char::is_control)
            || text.split('/').any(dots)
        {
            return false;
        }
        let decoded = percent_decode_str(&text).decode_utf8_lossy().into_owned();
        if decoded == text {
            return true;
        }
        if decoded.matches('/').count() != text.matches('/').count() {
            return false;
        }
        text = decoded;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_paths_stay_and_tricks_do_not() {
        for path in [
            "/",
            "/v1/client",
            "/npm/@clerk/clerk-js@6/dist/clerk.browser.js",
            "/v1/a%20b",
            "/.well-known/jwks.json",
            "/v1/...",
            "/v1/100%25",
        ] {
            assert!(stays(path), "{path}");
        }
        for path in [
            "/..",
            "/v1/../x",
            "/v1/.",
            "/v1/..;a/x",
            "//evil.example",
            "/v1//x",
            "/\\evil",
            "/%2e%2e/x",
            "/.%2E/x",
            "/%2f%2fevil",
            "/v1%2Fx",
            "/%5cevil",
            "/%255c",
            "/%252e%252e/",
            "/%25252e%25252e/",
            "/%00",
            "/a%0d%0ab",
            "/%c0%ae%c0%ae%2f",
        ] {
            assert!(!stays(path), "{path}");
        }
    }

    #[test]
    fn what_stays_has_no_dot_segment_however_it_is_decoded() {
        const PIECES: [&str; 12] = [
            "/", ".", "..", "a", ";", "\\", "%2e", "%2F", "%5c", "%25", "%00", "é",
        ];
        let mut paths = vec![String::new()];
        for _ in 0..4 {
            let longer = paths
                .iter()
                .flat_map(|path| PIECES.map(|piece| format!("{path}{piece}")));
            paths = longer.collect();
            for path in paths.iter().filter(|path| stays(path)) {
                let mut text = path.clone();
                for _ in 0..5 {
                    let mut segments = text.split('/');
                    assert!(
                        !segments.any(|segment| matches!(segment, "." | "..")),
                        "{path}"
                    );
                    assert!(!text.contains("//") && !text.contains('\\'), "{path}");
                    text = percent_decode_str(&text).decode_utf8_lossy().into_owned();
                }
            }
        }
    }
}
