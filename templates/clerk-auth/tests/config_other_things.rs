//! What else is put where a key belongs. It is named, whichever key that is, and not called a placeholder.
#![cfg(all(feature = "testing", feature = "tool"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use clerk_auth::config::{ProblemKind, is_placeholder};
use support::stage::live;
use support::values::problems;

const PUBLISHABLE: &str = "CLERK_PUBLISHABLE_KEY";
const SECRET: &str = "CLERK_SECRET_KEY";
const MACHINE: &str = "CLERK_MACHINE_SECRET_KEY";
const WEBHOOK: &str = "CLERK_WEBHOOK_SIGNING_SECRET";
const JWT: &str = "CLERK_JWT_KEY";
const ALL: [&str; 5] = [PUBLISHABLE, SECRET, MACHINE, WEBHOOK, JWT];
const SK: &str = "sk_live_0a1b2c3d4e5f6g7h8i9j";

#[track_caller]
fn said(name: &str, text: &str) -> String {
    let problems = problems(name, text);
    let [problem] = problems.as_slice() else {
        panic!("{name}={text}: {problems:?}");
    };
    assert_ne!(
        problem.kind(),
        ProblemKind::Placeholder,
        "{name}={text}: {problem}"
    );
    let said = problem.to_string();
    assert!(!said.contains("0a1b2c3d"), "{said}");
    said
}

#[test]
fn another_thing_is_named_for_each_key() {
    for (text, what) in [
        ("https://app.example.com/api/webhooks", "an address"),
        ("http:app.example.com", "an address"),
        ("happy-otter-12.clerk.accounts.dev", "a host name"),
        ("localhost:3000", "a host name"),
        ("/run/secrets/clerk", "the path of a file"),
        ("./public.pem", "the path of a file"),
        ("@public.pem", "the path of a file"),
        ("C:\\keys\\public.pem", "the path of a file"),
        ("file:///etc/key", "the path of a file"),
        ("public.pem", "the path of a file"),
        ("op://vault/clerk/secret", "a secret store"),
        (
            "arn:aws:secretsmanager:eu-west-1:1:secret:clerk",
            "a secret store",
        ),
        ("projects/p/secrets/clerk/versions/1", "a secret store"),
        ("%CLERK_KEY%", "nothing has replaced"),
        ("encrypted:BExyz1234==", "encrypted by dotenvx"),
        ("ENC[AES256_GCM,data:x]", "encrypted by sops"),
        ("ins_2abcdefghijklmnopqrstuvwxyz", "the id of an instance"),
        ("user_2abcdefghijk", "the id of a user"),
        ("app_2abcdefghijk", "the id of an application"),
        ("ep_2abcdefghij", "the id of a webhook endpoint"),
        ("{\"secret\":\"sk_test_0a1b2c3d4e5f6g7h8i9j\"}", "JSON"),
        ("{\"keys\":[]}", "a key set in JSON (JWKS)"),
        ("{keys:[]}", "a key set in JSON (JWKS)"),
        ("{\"kty\":\"oct\",\"k\":\"AAAA\"}", "a key in JSON (JWK)"),
        ("[{\"kty\":\"RSA\"}]", "a list of keys in JSON"),
        ("[{\"kty\":\"RSA\",", "JSON"),
        (
            "{\"issuer\":\"x\",\"jwks_uri\":\"https://a.example/x\"}",
            "an OpenID configuration",
        ),
        ("<!DOCTYPE html><html><body>...</body></html>", "a web page"),
        ("<?xml version=\"1.0\"?><a/>", "a web page or XML"),
        (
            "[package]\nname = \"x\"\nversion = \"0.1.0\"\n",
            "a TOML file",
        ),
        (
            "# keys\nPORT=3000\nCLERK_SIGN_IN_URL=$URL/[x]\n",
            "an .env file",
        ),
        ("0\u{82}\u{1}\"0\r\u{6}\t*\u{86}H\u{86}\u{0}", "binary data"),
        ("ssh-rsa AAAAB3NzaC1yc2E", "a key for SSH"),
        ("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.AAAA", "a token (JWT)"),
        ("mt_0a1b2c3d4e5f", "a machine-to-machine token"),
    ] {
        for name in ALL {
            let said = said(name, text);
            assert!(said.contains(what), "{name}={text}: {said}");
        }
    }
}

#[test]
fn another_key_is_named_for_each_key() {
    let publishable = live().publishable_key().as_str();
    for (text, own, what) in [
        (SK, SECRET, "secret key"),
        ("ak_0a1b2c3d4e5f6g7h8i9j", MACHINE, "a machine secret key"),
        (
            "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
            WEBHOOK,
            "the signing secret",
        ),
        (publishable, PUBLISHABLE, "a publishable key"),
    ] {
        for name in ALL.into_iter().filter(|name| *name != own) {
            let said = said(name, text);
            assert!(said.contains(what), "{name}={text}: {said}");
        }
        let once = STANDARD.encode(text);
        let twice = STANDARD.encode(&once);
        let url_safe = URL_SAFE_NO_PAD.encode(text);
        for encoded in [once, twice, url_safe] {
            for name in ALL {
                let said = said(name, &encoded);
                assert!(said.contains("base64 of"), "{name}={encoded}: {said}");
            }
        }
    }
    for block in ["CERTIFICATE", "PRIVATE KEY", "PUBLIC KEY"] {
        let pem = format!("-----BEGIN {block}-----\nMIIB\n-----END {block}-----");
        for name in &ALL[..4] {
            let said = said(name, &pem);
            assert!(said.contains(" is a "), "{name}: {said}");
        }
    }
}

#[test]
fn a_jwt_key_says_what_it_is_and_what_is_lost() {
    let ec = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEVW0XTWt1PtDaphYtsR6aZIinRgls\n\
              1S4nluNvOrMSknKFiCsoeUq9oN9XLqSMG67DgjcbN736Zd/x7HNhX6kCxg==\n-----END PUBLIC KEY-----";
    assert!(said(JWT, ec).contains("an EC key; Clerk's are RSA"));
    assert!(said(JWT, "my public key!").contains("no BEGIN line"));
    assert!(said(JWT, "-----BEGIN PUBLIC KEY-----\nMII!\n").contains("between the BEGIN and END"));
    let pem = live().jwt_key();
    let once = STANDARD.encode(pem);
    let in_json = serde_json::json!({ "key": pem }).to_string();
    for good in [
        in_json,
        STANDARD.encode(&once),
        URL_SAFE_NO_PAD.encode(pem),
        once,
    ] {
        assert_eq!(problems(JWT, &good), [], "{good}");
    }
}

#[test]
fn a_character_outside_the_alphabet_is_named() {
    for (name, text, what) in [
        (SECRET, format!("{SK};"), "\u{201c};\u{201d}"),
        (SECRET, format!("{SK},"), "\u{201c},\u{201d}"),
        (SECRET, SK.replacen('s', "\u{455}", 1), "U+0455"),
        (SECRET, format!("{SK}{{"), "\u{201c}{\u{201d}"),
        (
            MACHINE,
            "ak_0a1b2c3d4e5f6g7h8i9j;".to_owned(),
            "\u{201c};\u{201d}",
        ),
        (
            WEBHOOK,
            "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX;".to_owned(),
            "\u{201c};\u{201d}",
        ),
        (
            WEBHOOK,
            "\"whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX".to_owned(),
            "\u{201c}\"\u{201d}",
        ),
    ] {
        let said = said(name, &text);
        assert!(said.contains(what), "{said}");
    }
}

/// Each variable of the file is in the first one.
#[test]
fn a_file_whose_lines_end_in_cr_alone_is_told_as_that() {
    let rest = "\rPORT=3000\rCLERK_SIGN_IN_URL=/in\r";
    for (name, text) in [
        (PUBLISHABLE, live().publishable_key().as_str()),
        (SECRET, SK),
        (JWT, "x"),
        ("CLERK_SIGN_IN_URL", "/sign-in"),
        ("CLERK_AUTHORIZED_PARTIES", "https://a.example"),
        ("CLERK_IS_SATELLITE", "false"),
        ("PORT", "3000"),
    ] {
        let said = said(name, &format!("{text}{rest}"));
        assert!(said.contains("end in CR alone"), "{name}: {said}");
        assert!(said.contains("save the file with LF"), "{name}: {said}");
    }
}

#[test]
fn a_mark_makes_a_placeholder_only_around_the_whole() {
    for text in [
        "<key>",
        "sk_test_<key>",
        "{{ key }}",
        "${{ secrets.CLERK_SECRET_KEY }}",
        "$KEY",
        "[key]",
    ] {
        assert!(is_placeholder(text), "{text}");
    }
    for text in [
        "sk_live_0a1b2c3d4e{f6g7h8i9j",
        "sk_live_0a1b2c3d$e5f6g7h8i9j",
        "{\"a\":1}",
        "<!DOCTYPE html><html></html>",
        "[package]\nname = 1",
    ] {
        assert!(!is_placeholder(text), "{text}");
    }
}
