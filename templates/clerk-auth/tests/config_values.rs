//! What each variable may hold. The same verdict is every tool's.
#![cfg(all(feature = "testing", feature = "tool"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clerk_auth::config::{ProblemKind, is_placeholder, may_be_shown};
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
fn what_reads_like_a_setting_is_shown() {
    for value in [
        "/sign-in",
        "https//app.example.com",
        "htp://x.example",
        "HTTPS:/app.example.com",
        "*.example.com",
        "app.example.com:3000/path",
        "0.0.0.0",
        "[::1]",
        "localhost:3000",
        "ture",
        "production",
        "70000",
        "80a0",
        "2026-05-12",
    ] {
        assert_eq!(may_be_shown(value), value != "htp://x.example", "{value}");
    }
}

#[test]
fn what_may_be_a_secret_is_not() {
    for value in [
        "",
        "Tr0ub4dor&3",
        "dbpass:hunter2",
        "p4ss-w0rd-xyz",
        "aws-secret/wJalrXUtnFEMI/K7MDENG/bPxRfiCY",
        "abcDEF-123-zz_9",
        "aB3_dE5-gH7_jK9-mN2_pQ4-sT6_vW8",
        "https://me:hidden@h.example",
        "https://h.example/2q7OrchardOrchardOrchard",
        "/sk_test_x",
        "correct horse battery",
    ] {
        assert!(!may_be_shown(value), "{value}");
    }
}
