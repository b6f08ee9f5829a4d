//! Headers that pass, and headers that the proxy sets itself.

use http::HeaderMap;
use http::header::{ACCEPT_ENCODING, CONNECTION, HeaderName, HeaderValue};
use url::Url;

use super::ProxyClient;
use super::answer::Trouble;
use super::settings::Settings;
use crate::public_url::{FORWARDED_FOR, FORWARDED_HOST, FORWARDED_PROTO};

const SECRET_KEY: HeaderName = HeaderName::from_static("clerk-secret-key");
const PROXY_URL: HeaderName = HeaderName::from_static("clerk-proxy-url");

/// Headers for one connection only (RFC 9110 section 7.6.1), and those that old servers treat like that.
const HOP_BY_HOP: [&str; 9] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Headers about things that only this proxy knows, or that the new request gets anew.
const NOT_THE_CLIENTS: [&str; 8] = [
    "host",
    // The length follows from the body, so that the two cannot disagree.
    "content-length",
    "expect",
    "http2-settings",
    "forwarded",
    "x-real-ip",
    "true-client-ip",
    "accept-encoding",
];

/// `clerk-` would let a client speak for the app, `x-forwarded-` for its proxy; Clerk's edge refuses requests that
/// carry `cf-` headers of another one.
const NOT_THE_CLIENTS_PREFIXES: [&str; 3] = ["clerk-", "x-forwarded-", "cf-"];

pub(super) fn for_upstream(
    from: &HeaderMap,
    settings: &Settings,
    client: ProxyClient<'_>,
) -> Result<HeaderMap, Trouble> {
    // An address that the app was given beats the `Host` that a client names.
    let own = settings.public_url.as_deref().unwrap_or(client.origin);
    let origin = Url::parse(own).ok();
    let origin = origin.filter(|url| matches!(url.scheme(), "http" | "https"));
    let origin = origin
        .ok_or(Trouble::Origin)?
        .origin()
        .ascii_serialization();
    let (scheme, host) = origin.split_once("://").ok_or(Trouble::Origin)?;
    let value = |text: &str| HeaderValue::from_str(text).map_err(|_| Trouble::Origin);

    let mut headers = passing(from, |name| {
        NOT_THE_CLIENTS.contains(&name)
            || NOT_THE_CLIENTS_PREFIXES
                .iter()
                .any(|prefix| name.starts_with(prefix))
    });
    let proxy_url = match &settings.public_url {
        Some(url) => value(url)?,
        None => value(&format!("{origin}{}", settings.prefix))?,
    };
    headers.insert(PROXY_URL, proxy_url);
    headers.insert(SECRET_KEY, settings.secret_key.clone());
    headers.insert(FORWARDED_HOST, value(host)?);
    headers.insert(FORWARDED_PROTO, value(scheme)?);
    if let Some(address) = client.address {
        headers.insert(FORWARDED_FOR, value(&address.to_canonical().to_string())?);
    }
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    Ok(headers)
}

/// Headers about the upstream's host. Under the app's host they would send browsers to ports where nobody listens, and
/// force all its subdomains to HTTPS for months.
const ABOUT_THE_HOST: [&str; 4] = ["alt-svc", "nel", "report-to", "strict-transport-security"];

/// The answer's headers, with every `Set-Cookie`. If the upstream echoes the secret key, it goes no further.
pub(super) fn for_client(from: &HeaderMap) -> HeaderMap {
    passing(from, |name| {
        name == SECRET_KEY || name == PROXY_URL || ABOUT_THE_HOST.contains(&name)
    })
}

/// The headers that `drop` and the rules of connections leave.
fn passing(from: &HeaderMap, drop: impl Fn(&str) -> bool) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(from.len() + 6);
    for (name, value) in from {
        if !HOP_BY_HOP.contains(&name.as_str()) && !drop(name.as_str()) {
            headers.append(name.clone(), value.clone());
        }
    }
    // One lookup for each name, since a client may list as many as fit in a header.
    for value in from.get_all(CONNECTION) {
        for name in value.as_bytes().split(|byte| *byte == b',') {
            if let Ok(name) = std::str::from_utf8(name.trim_ascii()) {
                headers.remove(name);
            }
        }
    }
    headers
}

/// Where a redirect to the upstream goes for the browser: the same path below the prefix. Any other is left as it is,
/// a relative one too: the upstream means it for the page's origin.
pub(super) fn moved_location(location: &HeaderValue, settings: &Settings) -> Option<HeaderValue> {
    let text = location.to_str().ok()?;
    let upstream = Url::parse(&settings.upstream).ok()?;
    let names_a_host = Url::parse(text).is_ok() || text.starts_with("//");
    let target = upstream.join(text).ok()?;
    if !names_a_host || target.origin() != upstream.origin() {
        return None;
    }
    let base = settings.public_url.as_deref().unwrap_or(&settings.prefix);
    let mut moved = format!("{base}{}", target.path());
    for (mark, part) in [('?', target.query()), ('#', target.fragment())] {
        if let Some(part) = part {
            moved.push(mark);
            moved.push_str(part);
        }
    }
    HeaderValue::from_str(&moved).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::header::COOKIE;

    use crate::keys::SecretKey;
    use crate::proxy::ProxyLimits;

    fn moved(location: &str) -> Option<String> {
        let key = SecretKey::new("sk_test_onlyForTests0000").ok()?;
        let limits = ProxyLimits::default();
        let settings =
            Settings::new("https://frontend-api.clerk.dev", "/__clerk", &key, limits).ok()?;
        let location = HeaderValue::from_str(location).ok()?;
        let moved = moved_location(&location, &settings)?;
        moved.to_str().ok().map(str::to_owned)
    }

    #[test]
    fn a_relative_redirect_is_left_alone_whatever_its_query_holds() {
        assert_eq!(moved("/sign-in"), None);
        assert_eq!(moved("/sign-in?redirect_url=https://app.example/x"), None);
        let absolute = moved("https://frontend-api.clerk.dev/v1/x?to=https://a.example#f");
        assert_eq!(
            absolute.as_deref(),
            Some("/__clerk/v1/x?to=https://a.example#f")
        );
        let without_scheme = moved("//frontend-api.clerk.dev/x");
        assert_eq!(without_scheme.as_deref(), Some("/__clerk/x"));
        assert_eq!(moved("https://evil.example/v1"), None);
    }
    #[test]
    fn what_the_connection_names_goes_in_any_case_and_number() {
        let mut from = HeaderMap::new();
        let many = format!(" X-Hop ,{}, x-other\t", "y,".repeat(100_000));
        for list in [many.as_str(), "a b, \u{e9}, ,", "COOKIE2"] {
            from.append(
                CONNECTION,
                HeaderValue::from_bytes(list.as_bytes()).unwrap_or(HeaderValue::from_static("")),
            );
        }
        for name in ["x-hop", "x-other", "cookie2", "x-stays"] {
            from.append(name, HeaderValue::from_static("1"));
            from.append(name, HeaderValue::from_static("2"));
        }
        from.append(COOKIE, HeaderValue::from_static("a=b"));
        let left = passing(&from, |_| false);
        assert_eq!(left.keys_len(), 2);
        assert_eq!(left[COOKIE], "a=b");
        let stays: Vec<_> = left.get_all("x-stays").iter().collect();
        assert_eq!(stays, ["1", "2"]);
    }
}
