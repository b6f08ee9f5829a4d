//! A link, a header or a path must never make the app believe that it is somewhere else.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use clerk_auth::public_url::{Connection, PublicUrl};
use http::request::Parts;
use proptest::prelude::*;

fn request(target: &str, headers: &[(&str, &str)]) -> Parts {
    let mut builder = http::Request::builder().uri(target);
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    builder.body(()).unwrap().into_parts().0
}

fn url(parts: &Parts, trust: bool) -> String {
    let url = PublicUrl::of(parts, Connection::HTTP, trust).unwrap();
    url.as_str().to_owned()
}

#[test]
fn host_and_path_make_the_url() {
    let parts = request("/a%20b?x=1", &[("host", "orchard.example:8080")]);
    assert_eq!(url(&parts, false), "http://orchard.example:8080/a%20b?x=1");
}

#[test]
fn a_path_is_a_path_however_it_begins() {
    for (target, path) in [
        ("//evil.example/p", "//evil.example/p"),
        ("/\\evil.example", "//evil.example"),
        ("/%2fevil.example", "/%2fevil.example"),
        ("/%5cevil.example", "/%5cevil.example"),
        ("///evil.example", "///evil.example"),
        ("/@evil.example", "/@evil.example"),
        ("/..//evil.example", "//evil.example"),
    ] {
        let parts = request(target, &[("host", "orchard.example")]);
        assert_eq!(
            url(&parts, false),
            format!("http://orchard.example{path}"),
            "{target}"
        );
    }
}

#[test]
fn an_absolute_target_does_not_move_the_app() {
    let parts = request("http://evil.example/p", &[("host", "orchard.example")]);
    assert_eq!(url(&parts, false), "http://orchard.example/p");
    let parts = request("http://evil.example/p", &[]);
    assert_eq!(url(&parts, false), "http://localhost/p");
}

#[test]
fn the_authority_of_http_2_is_the_host() {
    let mut parts = request("https://orchard.example/p", &[]);
    parts.version = http::Version::HTTP_2;
    let connection = Connection {
        scheme: "https",
        host: None,
    };
    let url = PublicUrl::of(&parts, connection, false).unwrap();
    assert_eq!(url.as_str(), "https://orchard.example/p");
}

#[test]
fn forwarded_headers_count_only_when_trusted() {
    let forwarded = [
        ("host", "inner:3000"),
        ("x-forwarded-host", "orchard.example"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-port", "8443"),
        ("forwarded", "host=evil.example;proto=https"),
    ];
    let parts = request("/p", &forwarded);
    assert_eq!(url(&parts, false), "http://inner:3000/p");
    assert_eq!(url(&parts, true), "https://orchard.example/p");
}

#[test]
fn a_forwarded_host_that_is_none_is_not_believed() {
    for host in [
        "user@evil.example",
        "evil.example/x?",
        "evil.example\\x",
        "evil.example#x",
        "evil.example:99999",
        "evil.example:",
        "evil example",
        "[::1",
        "[evil]",
        "%65vil.example",
        "",
    ] {
        let parts = request("/p", &[("host", "inner"), ("x-forwarded-host", host)]);
        assert_eq!(url(&parts, true), "http://inner/p", "{host:?}");
    }
    for proto in ["javascript", "HTTPS", "https:", " https", "", "ftp"] {
        let parts = request("/p", &[("host", "inner"), ("x-forwarded-proto", proto)]);
        assert_eq!(url(&parts, true), "http://inner/p", "{proto:?}");
    }
}

#[test]
fn an_ipv6_host_is_a_host() {
    let parts = request("/p", &[("host", "[::1]:3000")]);
    assert_eq!(url(&parts, false), "http://[::1]:3000/p");
}

#[test]
fn a_query_that_stays_is_written_as_browsers_write_it() {
    let parts = request("/p?x=1%20y&flag&q=%7E%2A&gone=1", &[("host", "a.example")]);
    let url = PublicUrl::of(&parts, Connection::HTTP, false).unwrap();
    assert_eq!(
        url.without(&["gone"]).as_str(),
        "http://a.example/p?x=1+y&flag=&q=%7E*"
    );
    assert_eq!(
        url.without(&["gone", "x", "flag", "q"]).as_str(),
        "http://a.example/p"
    );
}

proptest! {
    /// Whatever path, query and headers say: the origin is the one of the connection or of a checked header.
    #[test]
    fn no_target_leaves_the_origin(tail in "[!-~]{0,60}", forwarded in "[ -~]{0,30}") {
        let target = format!("/{tail}");
        prop_assume!(target.parse::<http::Uri>().is_ok());
        let parts = request(&target, &[("host", "orchard.example"), ("x-forwarded-host", &forwarded)]);
        let url = PublicUrl::of(&parts, Connection::HTTP, false).unwrap();
        prop_assert_eq!(url.origin(), "http://orchard.example");
        let trusting = PublicUrl::of(&parts, Connection::HTTP, true).unwrap();
        prop_assert!(trusting.as_url().username().is_empty());
        prop_assert!(trusting.as_url().path().starts_with('/'));
    }

    /// No text in any header makes the reading of the address fail.
    #[test]
    fn any_host_is_read_without_panic(host in prop::collection::vec(any::<u8>(), 0..40)) {
        let mut parts = request("/", &[]);
        if let Ok(value) = http::HeaderValue::from_bytes(&host) {
            parts.headers.insert("host", value.clone());
            parts.headers.insert("x-forwarded-host", value);
        }
        for trust in [false, true] {
            let _ = PublicUrl::of(&parts, Connection::HTTP, trust);
        }
    }
}
