//! What each variable may hold. The same verdict is every tool's.
#![cfg(all(feature = "testing", feature = "tool"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clerk_auth::config::{ProblemKind, explain, is_placeholder, may_be_shown, shown};
use support::stage::live;
use support::values::{accepts, problems, refuses};

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
        "sk_live_YOURSECRETKEYGOESHERE",
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
fn of_a_refused_value_hosts_and_plain_words_of_addresses_are_shown() {
    for value in [
        "/sign-in",
        "/Sign-In/v1/API",
        "/users/:id(.*)",
        "htps://app2.example.com/",
        "HTTPS://app.example.com",
        "chrome-extension://abc/x",
        "*.example.com",
        "app.example.com:3000/path",
        "m\u{fc}nchen.example",
        "sign-in.html",
        "0.0.0.0",
        "[::1]",
        "http://[::1]:3000/",
        "localhost:3000",
        "70000",
        "2026-05-12",
        "*",
    ] {
        assert_eq!(shown(value).as_deref(), Some(value));
        assert!(may_be_shown(value), "{value}");
    }
    for (value, part) in [
        ("localhost:300O", "localhost:\u{2026}"),
        ("https://app:hunter2", "https://app:\u{2026}"),
        ("https://app:hunter/x", "https://app:\u{2026}/x"),
        ("/K7MDENG/bPxRfiCY", "/\u{2026}/\u{2026}"),
        ("/hooks/T0001/x#y", "/hooks/\u{2026}/x\u{2026}"),
        (
            "https://h.example/a?key=hidden",
            "https://h.example/a\u{2026}",
        ),
        (
            "https://h.example/2q7OrchardOrchardOrchard",
            "https://h.example/\u{2026}",
        ),
        (
            "https://2q7OrchardOrchardOrchard.example",
            "https://\u{2026}.example",
        ),
        ("S3cret.word", "\u{2026}.word"),
        ("/12345678", "/\u{2026}"),
    ] {
        assert_eq!(shown(value).as_deref(), Some(part), "{value}");
        assert!(!may_be_shown(value), "{value}");
    }
}

#[test]
fn what_may_be_a_secret_is_not_shown() {
    for value in [
        "",
        "?key=hidden",
        "hunter",
        "qwertyuiop",
        "ab12",
        "123456",
        "sign_in",
        "httpMyS3cretPass",
        "https//app:hunter2",
        "://hunter",
        "https:hunter2",
        "Tr0ub4dor&3",
        "dbpass:hunter2",
        "p4ss-w0rd-xyz",
        "correct/horse/battery",
        "aws-secret/wJalrXUtnFEMI/K7MDENG/bPxRfiCY",
        "abcDEF-123-zz_9",
        "aB3_dE5-gH7_jK9-mN2_pQ4-sT6_vW8",
        "https://me:hidden@h.example",
        "/sk_test_x",
        "correct horse battery",
        "correct horse.battery",
    ] {
        assert_eq!(shown(value), None, "{value}");
    }
}

/// A remedy told what the refusal had hidden.
#[test]
fn no_remedy_shows_what_a_refusal_hides() {
    for (name, value, hidden) in [
        ("CLERK_API_URL", "https://gw.example/K7MDENG/v1", "K7MDENG"),
        ("CLERK_API_URL", "https://h.example?key=abcdef", "abcdef"),
        (
            "CLERK_DOMAIN",
            "https://2q7OrchardOrchardOrchard/x",
            "Orchard",
        ),
        (
            "CLERK_AUTHORIZED_PARTIES",
            "https//2q7OrchardOrchardOrchard.example",
            "rchard",
        ),
        (
            "CLERK_AUTHORIZED_PARTIES",
            "https://2q7OrchardOrchardOrchard.example/",
            "rchard",
        ),
        (
            "CLERK_AUTHORIZED_PARTIES",
            "https://a.example,hunter2",
            "hunter2",
        ),
        ("PORT", "hunter2", "hunter2"),
    ] {
        let problems = problems(name, value);
        let refusal = &problems[0].refusal;
        let explained = explain(name, value, refusal);
        for said in [refusal, &explained] {
            let said = format!("{said} ({})", said.remedy);
            assert!(!said.contains(hidden), "{said}");
        }
    }
}
