//! Addresses of services, of pages, and of the app itself.
#![cfg(all(feature = "testing", feature = "tool"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use clerk_auth::config::ProblemKind;
use support::values::{accepts, refuses};

#[test]
fn addresses_are_whole_and_nothing_more() {
    use ProblemKind::Malformed;
    accepts(
        "CLERK_API_URL",
        &["https://api.clerk.com", "https://gate.example/clerk/"],
    );
    refuses(
        "CLERK_API_URL",
        Malformed,
        &[
            ("api.clerk.com", "not a URL"),
            ("https://a.example?x=1", "has a query"),
            ("https://me:pass@a.example", "user name"),
            (" https://a.example", "white space"),
            ("https://a.exa\tmple", "not a URL"),
            (
                "https://api.clerk.com/v1",
                "write it as https://api.clerk.com; the version belongs in CLERK_API_VERSION",
            ),
            (
                "https://gate.example/clerk/v1/",
                "write it as https://gate.example/clerk;",
            ),
            (
                "https://gate.example/V2/v1//",
                "write it as https://gate.example;",
            ),
            (
                "https://api.clerk.com/v1/jwks",
                "write it as https://api.clerk.com;",
            ),
            ("https://api.clerk.com/backend", "has a path"),
        ],
    );
    accepts(
        "CLERK_API_URL",
        &["https://gate.example/v2/clerk", "https://v1/"],
    );
    refuses(
        "CLERK_FAPI_URL",
        Malformed,
        &[(
            "https://a.clerk.accounts.dev/v1",
            "write it as https://a.clerk.accounts.dev)",
        )],
    );
    accepts(
        "CLERK_PROXY_URL",
        &["/__clerk", "https://app.example/__clerk", "/a/b/"],
    );
    refuses(
        "CLERK_PROXY_URL",
        Malformed,
        &[
            ("/", "no path"),
            ("https://app.example", "needs a path"),
            ("/__clerk?x", "neither"),
            ("//evil.example/x", "neither"),
            ("ftp://a.example/x", "neither"),
        ],
    );
    accepts("CLERK_DOMAIN", &["cider.example", "localhost:3001"]);
    refuses(
        "CLERK_DOMAIN",
        Malformed,
        &[
            ("https://cider.example/x", "write it as cider.example"),
            ("a b", "host name"),
        ],
    );
    accepts(
        "CLERK_SIGN_IN_URL",
        &["/sign-in", "https://a.example/in?x=1"],
    );
    refuses(
        "CLERK_SIGN_IN_URL",
        Malformed,
        &[
            ("//evil.example", "neither"),
            ("/\t/evil.example", "neither"),
            ("sign-in", "neither"),
        ],
    );
}

/// "Ready", and the key went over the network in the clear.
#[test]
fn a_live_key_goes_to_no_plain_address_but_one_of_this_machine() {
    for name in ["CLERK_API_URL", "CLERK_FAPI_URL"] {
        accepts(
            name,
            &[
                "http://127.0.0.1:4400",
                "http://localhost",
                "http://[::1]:1",
                "http://a.localhost",
            ],
        );
        let words = "readable on its way";
        refuses(
            name,
            ProblemKind::Unencrypted,
            &[
                ("http://192.0.2.1", words),
                ("http://api.example", words),
                ("http://localhost.example", words),
            ],
        );
    }
}

#[test]
fn an_app_listens_on_an_address_or_a_name_and_a_port() {
    accepts(
        "HOST",
        &[
            "127.0.0.1",
            "0.0.0.0",
            "::",
            "[::1]",
            "localhost",
            "app_1.internal",
        ],
    );
    let words = "neither an address nor a host name";
    refuses(
        "HOST",
        ProblemKind::Malformed,
        &[
            ("http://localhost", words),
            ("localhost:3000", words),
            ("127.0.0.1:80", words),
            ("256.0.0.1", words),
            ("a b", words),
            ("*", words),
        ],
    );
    accepts("PORT", &["0", "80", "65535"]);
    let words = "port number";
    refuses(
        "PORT",
        ProblemKind::Malformed,
        &[
            ("70000", words),
            ("-1", words),
            ("+1", words),
            ("http", words),
            ("80/tcp", words),
        ],
    );
}
