//! What each variable may hold. The same verdict is every tool's.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clerk_auth::config::{ProblemKind, check_issuer_entry, check_origin_entry, is_placeholder};
use support::stage::live;
use support::values::problems;

#[track_caller]
fn accepts(name: &str, values: &[&str]) {
    for value in values {
        assert_eq!(problems(name, value), [], "{name}={value}");
    }
}

/// Each value is one problem of this kind, which names the variable and holds these words.
#[track_caller]
fn refuses(name: &str, kind: ProblemKind, values: &[(&str, &str)]) {
    for (value, words) in values {
        let problems = problems(name, value);
        let [problem] = problems.as_slice() else {
            panic!("{name}={value}: {problems:?}");
        };
        let said = problem.to_string();
        assert_eq!((problem.variable, problem.kind()), (name, kind), "{said}");
        assert!(said.contains(words), "{words} is not in {said}");
    }
}

#[test]
fn keys_that_were_spoilt_on_the_way_are_refused() {
    use ProblemKind::{Encoded, Malformed, Placeholder};
    let key = live().publishable_key().as_str();
    let padded = format!("{key}=");
    assert!(problems("CLERK_PUBLISHABLE_KEY", &padded).len() <= 1);
    refuses(
        "CLERK_PUBLISHABLE_KEY",
        Malformed,
        &[
            (&format!("{key} "), "white space"),
            (&format!("{} {}", &key[..12], &key[12..]), "white space"),
            ("pk_live_G1sySi5kZXYk", "no host name"),
            ("pk_live_YS9iLmRldiQ", "no host name"),
            ("sk_live_0a1b2c3d4e5f6g7h8i9j", "swapped"),
        ],
    );
    let encoded = STANDARD.encode(key);
    refuses(
        "CLERK_PUBLISHABLE_KEY",
        Encoded,
        &[(&encoded, "encoded once too often")],
    );
    refuses(
        "CLERK_PUBLISHABLE_KEY",
        Placeholder,
        &[
            ("pk_test_foo", "placeholder"),
            ("pk_live_xxxxxxxx", "placeholder"),
        ],
    );
    accepts(
        "CLERK_SECRET_KEY",
        &["sk_live_0a1b2c3d4e5f6g7h8i9j", "live_0a1b2c3d4e5f6g7h8i9j"],
    );
    refuses(
        "CLERK_SECRET_KEY",
        Malformed,
        &[
            ("sk_live_0a1b2c3d4e5f6g7h8i9", "19 characters"),
            ("sk_live_0a1b2c3d4e5f6g7h8i9j# dev", "position 29"),
            ("0a1b2c3d4e5f6g7h8i9j0a1b2c3d", "sk_test_ or sk_live_"),
        ],
    );
    refuses(
        "CLERK_SECRET_KEY",
        Placeholder,
        &[
            ("sk_test_bar", "placeholder"),
            ("sk_live_your_secret_key_goes_here", "placeholder"),
            ("sk_test_YOURSECRETKEYHERE00", "placeholder"),
        ],
    );
    let encoded = STANDARD.encode(live().secret_key().expose());
    refuses(
        "CLERK_SECRET_KEY",
        Encoded,
        &[(&encoded, "encoded once too often")],
    );
    accepts("CLERK_MACHINE_SECRET_KEY", &["ak_0123456789abcdefghij"]);
    refuses(
        "CLERK_MACHINE_SECRET_KEY",
        ProblemKind::Other,
        &[
            ("ak_0123456789abcdef0123456789abcdef", "id of a key"),
            ("sk_live_0a1b2c3d4e5f6g7h8i9j", "is a secret key"),
        ],
    );
}

#[test]
fn placeholders_are_told_from_keys() {
    for text in [
        "sk_test_",
        "sk_test_foo",
        "sk_test_bar",
        "sk_live_xxx",
        "sk_test_0000000000000000000000",
        "sk_test_...",
        "sk_test_…",
        "<secret key>",
        "${KEY}",
        "{{ key }}",
        "your-key-here",
        "YOUR_SECRET_KEY",
        "changeme",
        "change_me_please",
        "replace_me",
        "sk_test_REPLACE_WITH_YOUR_KEY",
        "sk_test_example",
        "sk_test_example_key",
        "whsec_placeholder",
        "whsec_xxxxxxxxxxxx",
        "todo",
        "ak_your_key",
        "pk_test_publishablekey",
        "[redacted]",
        "sk_live_**********",
    ] {
        assert!(is_placeholder(text), "{text}");
    }
    for text in [
        "sk_test_2q7OrchardOrchardOrchard4711",
        "sk_test_MadeUpForTestsOnlyMadeUpForTestsOnly000000",
        "sk_live_0a1b2c3d4e5f6g7h8i9jyourkeyherefoobar",
        "pk_test_aGFwcHktb3R0ZXItMTIuY2xlcmsuYWNjb3VudHMuZGV2JA",
        "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
        "ak_0123456789abcdefghij",
    ] {
        assert!(!is_placeholder(text), "{text}");
    }
}

#[test]
fn a_webhook_secret_has_its_prefix_and_no_version_before_it() {
    const NAME: &str = "CLERK_WEBHOOK_SIGNING_SECRET";
    const GOOD: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
    accepts(NAME, &[GOOD, &format!("{GOOD}, {GOOD}")]);
    refuses(
        NAME,
        ProblemKind::Malformed,
        &[
            (&format!("v1,{GOOD}"), "version in front of a signature"),
            ("hello", "whsec_"),
            ("whsec_AAECAw!", "no signing secret has"),
            ("whsec_AAECAw", "base64"),
            (",", "lists nothing"),
            (
                "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
                "is a signature of a webhook",
            ),
            ("v1,K5oZfzN9= v1,AAECAwQF=", "is a signature of a webhook"),
            (
                "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5B",
                "is a signature of a webhook",
            ),
        ],
    );
    refuses(
        NAME,
        ProblemKind::Placeholder,
        &[("whsec_xxx", "placeholder")],
    );
}

#[test]
fn a_jwt_key_of_another_shape_is_named() {
    const NAME: &str = "CLERK_JWT_KEY";
    let pem = live().jwt_key();
    accepts(
        NAME,
        &[
            pem,
            &format!("{pem}\n"),
            &pem.replace('\n', "\\n"),
            &pem.replace('\n', "\\\\n"),
            &STANDARD.encode(pem),
            &STANDARD.encode(pem.replace('\n', "\r\n")),
        ],
    );
    refuses(
        NAME,
        ProblemKind::Other,
        &[
            ("{\"keys\":[{\"kty\":\"RSA\"}]}", "a key set in JSON"),
            ("{\"kty\":\"RSA\"}", "a key in JSON"),
            ("./public.pem", "the path of a file"),
            ("keys/public.pem", "the path of a file"),
            (
                "https://a.clerk.accounts.dev/.well-known/jwks.json",
                "an address",
            ),
            (
                "pk_test_aGFwcHktb3R0ZXItMTIuY2xlcmsuYWNjb3VudHMuZGV2JA",
                "a publishable key",
            ),
            ("sk_live_0a1b2c3d4e5f6g7h8i9j", "a secret key"),
            ("ssh-rsa AAAAB3NzaC1yc2E", "a key for SSH"),
        ],
    );
    refuses(
        NAME,
        ProblemKind::Malformed,
        &[(
            "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
            "CERTIFICATE",
        )],
    );
}

#[test]
fn a_switch_is_true_false_or_a_number() {
    const NAME: &str = "CLERK_TRUST_PROXY_HEADERS";
    accepts(NAME, &["true", "FALSE", "True", "0", "1", "-3"]);
    refuses(
        NAME,
        ProblemKind::Malformed,
        &[
            ("yes", "counts as no"),
            ("ture", "counts as no"),
            ("1.5", "counts as no"),
            (" true", "white space"),
        ],
    );
}

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
            ("https://a.example?x=1", "not a URL"),
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

#[test]
fn an_origin_is_written_as_browsers_send_it() {
    for good in [
        "https://app.example",
        "http://localhost:3000",
        "https://xn--bcher-kva.example:8443",
        "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
        "moz-extension://0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
        "safari-web-extension://0A1B2C3D",
        "capacitor://localhost",
        "ionic://localhost",
        "tauri://localhost",
        "http://tauri.localhost",
        "app://-",
        "app://localhost",
        "my-app+dev://x_y:81",
    ] {
        assert_eq!(check_origin_entry(good), Ok(()), "{good}");
    }
    for (bad, remedy) in [
        ("https://app.example/", "https://app.example"),
        ("https://app.example/x?y#z", "https://app.example"),
        ("https://APP.example", "https://app.example"),
        ("https://app.example:443", "https://app.example"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("app.example", "https://app.example"),
        ("localhost:3000", "http://localhost:3000"),
        ("capacitor://localhost/", "capacitor://localhost"),
        ("Tauri://localhost", "tauri://localhost"),
        ("https://*.example", "list each origin"),
        ("*", "list each origin"),
        ("file://", "https://host"),
        ("wss://app.example", "https://app.example"),
        ("null", "https://host"),
        ("chrome-extension://*", "list each origin"),
        ("https://", "https://host"),
        ("https://a@b.example", "https://host"),
    ] {
        let refusal = check_origin_entry(bad).unwrap_err();
        assert!(
            refusal.remedy.ends_with(remedy) || refusal.remedy.contains(remedy),
            "{bad}: {refusal:?}"
        );
    }
    refuses(
        "CLERK_AUTHORIZED_PARTIES",
        ProblemKind::Malformed,
        &[
            (" , ", "lists nothing"),
            ("https://a.example/,https://b.example", "is not an origin"),
        ],
    );
    accepts(
        "CLERK_AUTHORIZED_PARTIES",
        &["https://a.example, tauri://localhost,"],
    );
}

#[test]
fn an_issuer_is_a_url_as_tokens_name_it() {
    for good in [
        "https://clerk.app.example",
        "https://app.example/__clerk",
        "http://localhost:3000/x",
    ] {
        assert_eq!(check_issuer_entry(good), Ok(()), "{good}");
    }
    for (bad, remedy) in [
        ("https://clerk.app.example/", "https://clerk.app.example"),
        (
            "https://app.example/__clerk/",
            "https://app.example/__clerk",
        ),
        ("https://app.example?x", "https://app.example"),
        ("https://APP.example/x", "https://app.example/x"),
        ("clerk.app.example", "https://clerk.app.example"),
        ("https://*.example", "list each issuer"),
        ("ftp://app.example", "https://host"),
    ] {
        let refusal = check_issuer_entry(bad).unwrap_err();
        assert!(refusal.remedy.contains(remedy), "{bad}: {refusal:?}");
    }
}
