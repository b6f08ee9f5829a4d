//! Finds the difference between two origins or issuers that are nearly the same.

use url::Url;

/// The difference between two addresses, if it is one small thing.
pub fn difference(one: &str, other: &str) -> Option<&'static str> {
    if one.trim_end_matches('/') == other.trim_end_matches('/') {
        return Some("the final slash");
    }
    if one.eq_ignore_ascii_case(other) {
        return Some("the letter case");
    }
    let (one, other) = (Url::parse(one).ok()?, Url::parse(other).ok()?);
    let (host, other_host) = (one.host_str()?, other.host_str()?);
    let has_same_scheme = one.scheme() == other.scheme();
    let has_same_port = one.port() == other.port();
    if one.path() != other.path() {
        let has_same_origin = host == other_host && has_same_scheme && has_same_port;
        return has_same_origin.then_some("the path");
    }
    if host == other_host {
        return match (has_same_scheme, has_same_port) {
            (true, true) => None,
            (false, true) => Some("the scheme"),
            (true, false) => Some("the port"),
            (false, false) => Some("scheme and port"),
        };
    }
    if !has_same_scheme || !has_same_port {
        return None;
    }
    let bare = |host: &str| host.strip_prefix("www.").unwrap_or(host).to_owned();
    if bare(host) == bare(other_host) {
        return Some("`www.`");
    }
    let is_local = |host: &str| matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    (is_local(host) && is_local(other_host))
        .then_some("the name of this machine, and each name is an origin of its own")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_small_difference_is_named() {
        for (one, other, expected) in [
            (
                "https://a.example",
                "https://a.example/",
                Some("the final slash"),
            ),
            (
                "https://a.example",
                "https://A.example",
                Some("the letter case"),
            ),
            ("https://a.example", "http://a.example", Some("the scheme")),
            (
                "http://localhost:3000",
                "http://localhost:5173",
                Some("the port"),
            ),
            (
                "https://a.example",
                "http://a.example:3000",
                Some("scheme and port"),
            ),
            ("https://a.example", "https://www.a.example", Some("`www.`")),
            ("https://a.example/x", "https://a.example", Some("the path")),
            (
                "http://127.0.0.1:3000",
                "http://localhost:3000",
                Some("the name of this machine, and each name is an origin of its own"),
            ),
            ("https://a.example", "https://b.example", None),
            ("https://a.example", "http://b.example", None),
            ("", "x", None),
        ] {
            assert_eq!(difference(one, other), expected, "{one} {other}");
            assert_eq!(difference(other, one), expected, "{other} {one}");
        }
    }
}
