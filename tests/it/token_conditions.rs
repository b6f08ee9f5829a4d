//! No condition that somebody names is dropped: it is compared, or said not to apply, for every kind of token, alone and
//! in batches. Mismatches name both sides.

use std::fs;
use std::io::Write as _;

use serde_json::{Value, json};

use crate::support::clerk::{LIVE, Signer};
use crate::support::{Cli, Sandbox};

const AT: &str = "--at 1790000010";
const ISSUER: &str = "https://clerk.example.org";

struct World {
    sandbox: Sandbox,
    signer: Signer,
}

impl World {
    fn new() -> Self {
        let sandbox = Sandbox::new();
        let signer = Signer::new("ins_1");
        fs::write(sandbox.path("jwks.json"), signer.key_set().to_string()).unwrap();
        Self { sandbox, signer }
    }

    fn token(&self, header: &Value, claims: &Value) -> String {
        let mut whole = json!({ "alg": "RS256", "kid": "ins_1", "typ": "JWT" });
        let mut all =
            json!({ "exp": 1_790_000_060, "iat": 1_790_000_000, "iss": ISSUER, "sub": "user_1" });
        for (into, from) in [(&mut whole, header), (&mut all, claims)] {
            for (name, value) in from.as_object().unwrap() {
                into[name] = value.clone();
            }
        }
        self.signer.token(&whole, &all)
    }

    fn session(&self, claims: &Value) -> String {
        self.token(&json!({ "cat": "cl_B7d4PD111AAA" }), claims)
    }

    fn run(&self, words: &str, token: &str, status: i32) -> (String, Value) {
        self.run_with(words, token, status, |cli| cli)
    }

    fn run_with(
        &self,
        words: &str,
        token: &str,
        status: i32,
        change: impl Fn(Cli<'_>) -> Cli<'_>,
    ) -> (String, Value) {
        let run = |more: &str| {
            let words = format!("token verify - --jwks jwks.json {AT} {words} {more}");
            let mut cli = self.sandbox.cli(&words).stdin(token).status(status);
            if status > 1 {
                cli = cli.any_stderr();
            }
            change(cli).any_stdout().run()
        };
        let document = serde_json::from_str(&run("--json")).unwrap();
        (run(""), document)
    }

    /// Verdict and reason of a line of a batch.
    fn in_batch(&self, words: &str, token: &str) -> (String, String) {
        let words = format!("token verify --batch --jwks jwks.json {AT} {words}");
        let mut child = self.sandbox.cli(&words).spawn();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(token.as_bytes())
            .unwrap();
        let line = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
        let mut columns = line.trim_end().split('\t').map(str::to_owned);
        (columns.next().unwrap(), columns.next().unwrap())
    }
}

/// Without the line breaks of the screen.
fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn check<'a>(document: &'a Value, id: &str) -> &'a Value {
    let checks = document["tokens"][0]["checks"].as_array().unwrap();
    checks
        .iter()
        .find(|check| check["check"] == id)
        .unwrap_or_else(|| panic!("no check {id} in {document:#}"))
}

/// Each kind, with the claims that it has of those three that are compared.
#[test]
fn every_condition_is_compared_or_said_not_to_apply_for_every_kind_of_token() {
    let world = World::new();
    let full = json!({ "azp": "https://app.example.org", "aud": "api", "sid": "sess_1" });
    let aud = json!({ "aud": "api" });
    let kinds = [
        ("session", world.session(&full), "azp aud iss"),
        (
            "template",
            world.token(&json!({ "cat": "cl_B7d4PD222AAA" }), &full),
            "azp aud iss",
        ),
        (
            "oauth",
            world.token(&json!({ "typ": "at+jwt" }), &aud),
            "aud iss",
        ),
        (
            "m2m",
            world.token(&json!({}), &json!({ "sub": "mch_1", "aud": "api" })),
            "aud iss",
        ),
        (
            "handshake",
            world.token(&json!({}), &json!({ "handshake": ["a=b"], "sub": null })),
            "",
        ),
        (
            "id-token",
            world.token(
                &json!({}),
                &json!({ "aud": "api", "at_hash": "x", "nonce": "n", "auth_time": 1_790_000_000 }),
            ),
            "aud iss",
        ),
    ];
    for (kind, token, has) in &kinds {
        assert_eq!(world.in_batch("", token), ("valid".into(), (*kind).into()));
        for (claim, flag, good, bad, reason) in [
            (
                "azp",
                "--authorized-party",
                "https://app.example.org",
                "https://other.example.org",
                "token-invalid-authorized-parties",
            ),
            (
                "aud",
                "--audience",
                "api",
                "other",
                "token-verification-failed",
            ),
            (
                "iss",
                "--issuer",
                ISSUER,
                "https://other.example",
                "token-invalid-issuer",
            ),
        ] {
            let (good, bad) = (format!("{flag}={good}"), format!("{flag}={bad}"));
            if has.contains(claim) {
                world.run(&good, token, 0);
                assert_eq!(world.in_batch(&good, token).0, "valid", "{kind} {good}");
                let (_, document) = world.run(&bad, token, 1);
                assert_eq!(document["tokens"][0]["reason"], reason, "{kind} {bad}");
                assert_eq!(
                    world.in_batch(&bad, token),
                    ("invalid".into(), reason.into()),
                    "{kind} {bad}"
                );
            } else {
                let (text, document) = world.run(&good, token, 2);
                assert!(text.contains("Not compared"), "{kind} {good}: {text}");
                assert_eq!(document["error"]["code"], "condition-not-applicable");
                let line = world.in_batch(&good, token);
                let expected = ("unknown".into(), "condition-not-applicable".into());
                assert_eq!(line, expected, "{kind} {good}");
            }
        }
    }
    for opaque in [
        "oat_0123456789abcdefghijklmn",
        "ak_0123456789abcdefghijklmnop",
    ] {
        for flag in [
            "--issuer=https://x.example",
            "--audience=x",
            "--authorized-party=https://x.example",
        ] {
            let (_, document) = world.run(flag, opaque, 2);
            assert_eq!(document["error"]["code"], "condition-not-applicable");
            let line = world.in_batch(flag, opaque);
            assert_eq!(line.1, "condition-not-applicable", "{opaque} {flag}");
        }
    }
}

#[test]
fn an_audience_that_is_asked_for_must_be_there_and_match() {
    let world = World::new();
    for aud in [
        json!(null),
        json!(""),
        json!([]),
        json!({}),
        json!(["x", 1]),
        json!(7),
        json!("other"),
    ] {
        let token = world.session(&json!({ "aud": aud }));
        let (_, document) = world.run("--audience api", &token, 1);
        assert_eq!(check(&document, "audience")["verdict"], "no", "{aud}");
        assert_eq!(
            world.in_batch("--audience api", &token).0,
            "invalid",
            "{aud}"
        );
    }
    for aud in [json!("api"), json!(["x", "api"])] {
        let token = world.session(&json!({ "aud": aud }));
        world.run("--audience other --audience api", &token, 0);
    }
    let (text, _) = world.run("--audience api", &world.session(&json!({})), 1);
    assert!(text.contains("It names no audience (`aud`)."), "{text}");
}

#[test]
fn a_condition_that_nothing_can_meet_is_a_mistake_on_the_command_line() {
    let world = World::new();
    let token = world.session(&json!({ "azp": "https://app.example.org" }));
    for (flag, help) in [
        (
            "--authorized-party=https://app.example.org/",
            "https://app.example.org",
        ),
        (
            "--authorized-party=https://app.example.org/path",
            "https://app.example.org",
        ),
        (
            "--authorized-party=app.example.org",
            "https://app.example.org",
        ),
        (
            "--authorized-party=HTTPS://APP.example.org",
            "https://app.example.org",
        ),
        (
            "--authorized-party=https://app.example.org:443",
            "https://app.example.org",
        ),
        (
            "--authorized-party=https://a.example,https://b.example",
            "--authorized-party https://a.example --authorized-party https://b.example",
        ),
        (
            "--authorized-party=*.example.org",
            "list each origin by itself",
        ),
        (
            "--authorized-party=https://*.example.org",
            "list each origin by itself",
        ),
        ("--authorized-party=", "leave it out"),
        ("--issuer=", "leave it out"),
        ("--audience=", "leave it out"),
        (
            "--issuer=https://clerk.example.org/",
            "https://clerk.example.org",
        ),
        ("--issuer=clerk.example.org", "https://clerk.example.org"),
    ] {
        for batch in ["", "--batch "] {
            let words = format!("token verify {batch}--jwks jwks.json {AT} --json {flag}");
            let mut cli = world.sandbox.cli(&words).stdin(&token).status(2);
            if batch.is_empty() {
                cli = cli.arg("-");
            }
            let said: Value = serde_json::from_str(&cli.any_stdout().run()).unwrap();
            assert_eq!(said["error"]["code"], "bad-condition", "{flag}: {said}");
            let told = said["error"]["help"].as_str().unwrap();
            assert!(told.contains(help), "{flag}: {told}");
        }
    }
    for origin in [
        "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
        "capacitor://localhost",
    ] {
        let token = world.session(&json!({ "azp": origin }));
        world.run(&format!("--authorized-party={origin}"), &token, 0);
    }
}

#[test]
fn the_projects_list_is_for_session_tokens_and_is_checked_where_it_stands() {
    let world = World::new();
    let env = |text: &str| fs::write(world.sandbox.path(".env"), text).unwrap();
    env("CLERK_AUTHORIZED_PARTIES=https://app.example.org\n");
    let oauth = world.token(&json!({ "typ": "at+jwt" }), &json!({}));
    let (_, document) = world.run("", &oauth, 0);
    let row = check(&document, "authorized-party");
    assert_eq!(row["verdict"], "skipped");
    let told = row["value"].as_str().unwrap();
    assert!(told.contains("CLERK_AUTHORIZED_PARTIES, .env:1"), "{told}");
    assert_eq!(world.in_batch("", &oauth).0, "valid");
    let session = world.session(&json!({ "azp": "https://other.example.org" }));
    let (text, _) = world.run("", &session, 1);
    let told = "add its origin to CLERK_AUTHORIZED_PARTIES, .env:1.";
    assert!(joined(&text).contains(told), "{text}");
    for list in [
        "https://app.example.org/",
        "https://app.example.org,app.example.org",
        "*",
    ] {
        env(&format!("# first\nCLERK_AUTHORIZED_PARTIES={list}\n"));
        let (_, document) = world.run("", &session, 3);
        let told = document["error"].to_string();
        assert!(
            told.contains("CLERK_AUTHORIZED_PARTIES") && told.contains(".env:2"),
            "{told}"
        );
        // Who names another list by hand asks for that one.
        world.run("--authorized-party=https://other.example.org", &session, 0);
    }
}

#[test]
fn near_misses_name_both_sides_and_the_difference() {
    let world = World::new();
    for (azp, wanted, what) in [
        (
            "https://app.example.org",
            "http://app.example.org",
            "the scheme",
        ),
        ("http://localhost:3000", "http://localhost:5173", "the port"),
        ("https://www.example.org", "https://example.org", "`www.`"),
        (
            "https://App.example.org",
            "https://app.example.org",
            "the letter case",
        ),
        (
            "https://app.example.org/",
            "https://app.example.org",
            "the final slash",
        ),
        (
            "http://127.0.0.1:3000",
            "http://localhost:3000",
            "the name of this machine",
        ),
    ] {
        let token = world.session(&json!({ "azp": azp }));
        let (_, document) = world.run(&format!("--authorized-party={wanted}"), &token, 1);
        let told = document["tokens"][0]["advice"][0].as_str().unwrap();
        for part in [azp, wanted, what] {
            assert!(told.contains(part), "{told}");
        }
    }
    let token = world.session(&json!({}));
    let (_, document) = world.run("--issuer https://clerk.example.com", &token, 1);
    let told = document["tokens"][0]["advice"][0].as_str().unwrap();
    assert!(
        told.contains(ISSUER) && told.contains("https://clerk.example.com"),
        "{told}"
    );
}

#[test]
fn a_token_without_an_origin_is_told_as_that() {
    let world = World::new();
    let env = |text: &str| fs::write(world.sandbox.path(".env"), text).unwrap();
    let token = world.session(&json!({}));
    env("CLERK_AUTHORIZED_PARTIES=https://app.example.org\n");
    let (text, _) = world.run("", &token, 1);
    assert!(text.contains("CLERK_ACCEPT_ABSENT_AZP=true"), "{text}");
    assert!(!text.contains("add its origin"), "{text}");
    for yes in ["true", "TRUE", "1"] {
        env(&format!(
            "CLERK_AUTHORIZED_PARTIES=https://app.example.org\nCLERK_ACCEPT_ABSENT_AZP={yes}\n"
        ));
        world.run("", &token, 0);
    }
}

#[test]
fn an_unknown_key_is_named_beside_those_of_the_set() {
    let world = World::new();
    for (kid, own) in [(json!("ins_prod"), "ins_prod"), (json!(null), "null")] {
        let token = world.token(&json!({ "kid": kid }), &json!({}));
        let (text, document) = world.run("", &token, 1);
        assert_eq!(document["tokens"][0]["reason"], "jwk-kid-mismatch");
        assert_eq!(document["key_names"], json!(["ins_1"]));
        assert!(text.contains(own) && text.contains("ins_1"), "{text}");
    }
}

#[test]
fn an_algorithm_that_no_public_key_verifies_is_told_as_that() {
    let world = World::new();
    for (alg, words) in [
        ("HS256", "shared secret"),
        ("HS512", "shared secret"),
        ("ES256", "no algorithm of Clerk's"),
        ("PS256", "no algorithm of Clerk's"),
        ("EdDSA", "no algorithm of Clerk's"),
        ("none", "not signed"),
    ] {
        for header in [json!({ "alg": alg, "kid": null }), json!({ "alg": alg })] {
            let token = world.token(&header, &json!({}));
            let (text, document) = world.run("", &token, 1);
            assert_eq!(document["tokens"][0]["reason"], "token-invalid-algorithm");
            assert!(text.contains(words), "{alg}: {text}");
            assert!(!text.contains("key set"), "{alg}: {text}");
            let line = world.in_batch("", &token);
            assert_eq!(line.1, "token-invalid-algorithm");
        }
    }
}

#[test]
fn a_signature_that_lost_its_end_is_told_as_that() {
    let world = World::new();
    let token = world.session(&json!({}));
    let (text, _) = world.run("", &token[..token.len() - 2], 1);
    assert!(
        joined(&text).contains("the end of the token is missing"),
        "{text}"
    );
    let end = token.rfind('.').unwrap();
    let (text, _) = world.run("", &token[..=end], 1);
    assert!(text.contains("There is no signature"), "{text}");
    let line = world.in_batch("", &token[..=end]);
    assert_eq!(line, ("invalid".into(), "token-invalid-signature".into()));
}

/// Behind a proxy Clerk signs as the proxy, and for a satellite as the satellite's host.
#[test]
fn the_issuer_of_the_project_is_that_of_its_proxy_or_its_domain() {
    let world = World::new();
    let key = format!("CLERK_PUBLISHABLE_KEY={LIVE}\n");
    for (env, issuer, verdict, place) in [
        (
            "CLERK_PROXY_URL=https://app.example.org/__clerk",
            "https://app.example.org/__clerk",
            "ok",
            "CLERK_PROXY_URL (.env:2)",
        ),
        (
            "CLERK_PROXY_URL=/__clerk",
            "https://app.example.org/__clerk",
            "skipped",
            "its path is that of CLERK_PROXY_URL (.env:2); the host is not written down",
        ),
        (
            "CLERK_PROXY_URL=/__clerk",
            "https://evil.example/__clerk",
            "skipped",
            "the host is not written down",
        ),
        (
            "CLERK_PROXY_URL=/__clerk",
            "https://clerk.orchard.example",
            "ok",
            "that of CLERK_PUBLISHABLE_KEY (.env:1)",
        ),
        (
            "CLERK_PROXY_URL=/__clerk",
            "https://clerk.other.example",
            "warn",
            "CLERK_PUBLISHABLE_KEY (.env:1) stands for https://clerk.orchard.example",
        ),
        (
            "CLERK_PROXY_URL=/",
            "https://clerk.other.example/",
            "warn",
            "CLERK_PUBLISHABLE_KEY (.env:1) stands for https://clerk.orchard.example",
        ),
        (
            "CLERK_PROXY_URL=https://app.example.org/__clerk",
            "https://evil.example/__clerk",
            "warn",
            "CLERK_PROXY_URL (.env:2)",
        ),
        (
            "CLERK_IS_SATELLITE=true\nCLERK_DOMAIN=satellite.example",
            "https://clerk.satellite.example",
            "ok",
            "CLERK_DOMAIN (.env:3)",
        ),
        (
            "CLERK_DOMAIN=satellite.example",
            "https://clerk.satellite.example",
            "warn",
            "CLERK_PUBLISHABLE_KEY (.env:1)",
        ),
    ] {
        fs::write(world.sandbox.path(".env"), format!("{key}{env}\n")).unwrap();
        let token = world.session(&json!({ "iss": issuer }));
        let (_, document) = world.run("", &token, 0);
        let row = check(&document, "issuer");
        assert_eq!(row["verdict"], verdict, "{env} {row}");
        let rule = row["rule"].as_str().unwrap();
        assert!(rule.contains(place), "{rule}");
    }
}

#[test]
fn a_header_that_no_app_takes_is_told() {
    let world = World::new();
    let token = world.session(&json!({}));
    for (header, is_told) in [
        ("Authorization: bearer ", true),
        ("authorization: Bearer  ", true),
        ("bearer ", true),
        ("BEARER ", true),
        ("Authorization: Bearer ", false),
        ("Bearer ", false),
        ("", false),
    ] {
        let (text, _) = world.run("", &format!("{header}{token}"), 0);
        assert_eq!(
            text.contains("no app accepts it"),
            is_told,
            "{header}: {text}"
        );
    }
}

/// Lines and references that make the project's list unknown are told, before anything is compared with half of it.
#[test]
fn a_project_whose_files_cannot_be_read_has_no_conditions_to_compare() {
    let world = World::new();
    let token = world.session(&json!({ "azp": "https://app.example.org" }));
    for (env, place) in [
        (
            "CLERK_AUTHORIZED_PARTIES='https://app.example.org\n",
            ".env:1",
        ),
        (
            "A=1\nCLERK_SECRET_KEY=sk_test_x# comment of mine\n",
            ".env:2",
        ),
        ("CLERK_AUTHORIZED_PARTIES=$NOT_SET_ANYWHERE\n", ".env:1"),
        ("CLERK_AUTHORIZED_PARTIES=,\n", ".env:1"),
        ("CLERK_ACCEPT_ABSENT_AZP=perhaps\n", ".env:1"),
    ] {
        fs::write(world.sandbox.path(".env"), env).unwrap();
        let (_, document) = world.run("", &token, 3);
        let told = document["error"]["message"].as_str().unwrap();
        assert!(told.contains(place), "{env}: {told}");
    }
    fs::write(world.sandbox.path(".env"), "CLERK_AUTHORIZED_PARTIES=\n").unwrap();
    world.run("", &token, 0);
}

#[test]
fn a_signature_that_was_taken_out_cannot_be_verified_and_is_not_called_changed() {
    let world = World::new();
    let token = world.session(&json!({}));
    let signed = &token[..=token.rfind('.').unwrap()];
    for mark in ["[REDACTED]", "***", "<redacted>"] {
        let text = format!("{signed}{mark}");
        let (said, document) = world.run("", &text, 3);
        assert_eq!(document["error"]["code"], "signature-taken-out");
        assert!(
            said.contains("Cannot be verified") && said.contains(mark),
            "{said}"
        );
        assert!(!said.contains("It was changed"), "{said}");
        let line = world.in_batch("", &text);
        assert_eq!(line, ("unknown".into(), "signature-taken-out".into()));
    }
}

#[test]
fn what_was_left_out_around_the_token_is_said() {
    let world = World::new();
    let token = world.session(&json!({}));
    let (said, document) = world.run("", &format!("Authorization: Bearer {token}"), 0);
    assert!(
        said.contains("Left out: `Authorization: Bearer` in front"),
        "{said}"
    );
    assert_eq!(document["beside"], "`Authorization: Bearer` in front");
    let (_, document) = world.run("", &token, 0);
    assert_eq!(document["beside"], Value::Null);
}

/// Nothing was refused, and nothing was valid either.
#[test]
fn where_there_is_no_token_nothing_is_valid() {
    let world = World::new();
    for text in [
        "Authorization:",
        "Authorization: ",
        "Authorization: \"\"",
        "Authorization: Bearer ",
        "Bearer undefined",
        "Bearer",
        "null",
        "undefined",
        "[object Promise]",
    ] {
        for words in ["", "--as session", "--audience api"] {
            let (said, document) = world.run(words, text, 1);
            assert_eq!(document["ok"], false, "{text}");
            assert!(said.contains("No token"), "{text}: {said}");
            assert!(!said.contains("Not valid"), "{text}: {said}");
            for token in document["tokens"].as_array().unwrap() {
                assert_eq!(token["verdict"], "none", "{text}");
                assert_eq!(token["reason"], "no-token", "{text}");
            }
        }
        assert_eq!(world.in_batch("", text), ("none".into(), "no-token".into()));
    }
}

/// Whoever configures an instance chooses the claims of its tokens, and must not choose what is asked of them.
#[test]
fn no_claim_takes_a_session_token_to_another_class() {
    let world = World::new();
    fs::write(
        world.sandbox.path(".env"),
        "CLERK_AUTHORIZED_PARTIES=https://app.example.org\n",
    )
    .unwrap();
    let categories = [
        (json!({ "cat": "cl_B7d4PD111AAA" }), json!({})),
        (
            json!({ "cat": "cl_B7d4PD111AAA" }),
            json!({ "sid": "sess_1" }),
        ),
        (json!({ "cat": "cl_B7d4PD222AAA" }), json!({})),
        (json!({}), json!({ "sid": "sess_1" })),
        (json!({}), json!({})),
    ];
    for (header, own) in categories {
        for added in [
            json!({ "aud": "api", "nonce": "n" }),
            json!({ "aud": "api", "at_hash": "x", "c_hash": "x", "auth_time": 1 }),
            json!({ "handshake": ["__session=x"] }),
            json!({ "handshake": [], "aud": "api", "nonce": "n" }),
        ] {
            let mut claims = json!({ "azp": "https://evil.example" });
            for (name, value) in [&own, &added]
                .into_iter()
                .flat_map(|one| one.as_object().unwrap())
            {
                claims[name] = value.clone();
            }
            let token = world.token(&header, &claims);
            let (_, document) = world.run("", &token, 1);
            let reason = &document["tokens"][0]["reason"];
            assert_eq!(
                reason, "token-invalid-authorized-parties",
                "{header} {claims}"
            );
            let options = "--authorized-party https://app.example.org";
            let line = world.in_batch(options, &token);
            assert_eq!(
                line.1, "token-invalid-authorized-parties",
                "{header} {claims}"
            );
        }
    }
    // Both are known by other prefixes of `sid`, and Clerk alone can verify them.
    for claims in [
        json!({ "sid": "inv_1", "st": "invitation", "iid": "ins_1" }),
        json!({ "rotating_token": "x" }),
    ] {
        let token = world.token(&json!({}), &claims);
        world.run("", &token, 3);
        for header in [
            json!({ "cat": "cl_B7d4PD111AAA" }),
            json!({ "cat": "cl_B7d4PD222AAA" }),
        ] {
            let mut claims = claims.clone();
            claims["azp"] = json!("https://evil.example");
            world.run("", &world.token(&header, &claims), 1);
        }
    }
}

#[test]
fn a_condition_that_is_not_compared_counts_beside_a_token_that_meets_it() {
    let world = World::new();
    let session = world.session(&json!({ "aud": "x" }));
    for opaque in ["oat_", "mt_", "ak_"] {
        let both = format!("{session} {opaque}{}", "a1B2c3D4".repeat(5));
        let (said, document) = world.run("--audience x", &both, 2);
        assert_eq!(document["ok"], false);
        assert_eq!(document["error"]["code"], "condition-not-applicable");
        assert!(said.contains("--audience does not apply"), "{said}");
        // A no is a no, and without a condition what only Clerk knows does not count.
        world.run("--audience y", &both, 1);
        world.run("", &both, 0);
    }
}

/// Where nothing stands in its place, nothing says that it was ever signed.
#[test]
fn a_token_that_ends_before_its_signature_is_refused_alone_and_in_batches() {
    let world = World::new();
    let token = world.session(&json!({}));
    let (signed, _) = token.rsplit_once('.').unwrap();
    for text in [
        signed.to_owned(),
        format!("{signed}."),
        format!("Bearer {signed}"),
        format!("Bearer {signed}."),
        format!("{signed}.\u{25a0}\u{25a0}\u{25a0}\u{25a0}"),
    ] {
        let (said, document) = world.run("", &text, 1);
        assert_eq!(document["tokens"][0]["reason"], "token-invalid-signature");
        let sentence = "There is no signature: it was taken out, or the token never had one.";
        assert!(joined(&said).contains(sentence), "{text}: {said}");
        let refused = ("invalid".into(), "token-invalid-signature".into());
        assert_eq!(world.in_batch("", &text), refused, "{text}");
        let decoded = world
            .sandbox
            .cli("token decode -")
            .stdin(&text)
            .any_stdout()
            .run();
        assert!(joined(&decoded).contains(sentence), "{text}: {decoded}");
    }
}

/// What refuses a token before its signature is looked at refuses it also when that was taken out.
#[test]
fn a_batch_says_of_a_token_without_its_signature_what_is_said_of_it_alone() {
    let world = World::new();
    let kinds = [
        world.session(&json!({})),
        world.token(&json!({ "alg": "HS256" }), &json!({})),
        world.token(&json!({ "kid": "ins_2" }), &json!({})),
        world.token(&json!({}), &json!({ "handshake": ["a=b"], "sub": null })),
    ];
    for token in kinds {
        let (signed, _) = token.rsplit_once('.').unwrap();
        for mark in ["", "xxxx", "REDACTED", "[REDACTED]", "***"] {
            for words in ["", "--audience api"] {
                let text = format!("{signed}.{mark}");
                let (verdict, word) = world.in_batch(words, &text);
                let status = match (&*verdict, &*word) {
                    ("invalid", _) => 1,
                    (_, "condition-not-applicable") => 2,
                    _ => 3,
                };
                let (_, document) = world.run(words, &text, status);
                let alone = match status {
                    1 => &document["tokens"][0]["reason"],
                    _ => &document["error"]["code"],
                };
                assert_eq!(*alone, word, "{words} {mark}");
            }
        }
    }
}

/// All sentences under the checks.
fn advice(document: &Value) -> String {
    let told = document["tokens"][0]["advice"].as_array().unwrap();
    let told: Vec<_> = told.iter().map(|line| line.as_str().unwrap()).collect();
    told.join(" ")
}

#[test]
fn advice_is_about_the_kind_of_the_token() {
    let world = World::new();
    let at = json!({ "typ": "at+jwt" });
    let identity = json!({ "aud": "api", "at_hash": "x", "azp": "client_1" });
    let foreign = json!({ "iss": "https://accounts.google.com" });
    for (token, words, status, has, has_not) in [
        (
            world.session(&json!({})),
            "--audience x",
            1,
            "Session tokens of Clerk's have none",
            "JWT template can",
        ),
        (
            world.token(&at, &json!({})),
            "--audience x",
            1,
            "It names no audience",
            "Session tokens",
        ),
        (
            world.token(&json!({}), &json!({ "sub": "mch_1" })),
            "--audience x",
            1,
            "It names no audience",
            "Session tokens",
        ),
        (
            world.token(&json!({}), &foreign),
            "--authorized-party https://a.example",
            1,
            "It names no origin",
            "ACCEPT_ABSENT",
        ),
        (
            world.token(&json!({ "cat": "cl_B7d4PD222AAA" }), &json!({})),
            "--authorized-party https://a.example",
            1,
            "It names no origin",
            "ACCEPT_ABSENT",
        ),
        (
            world.token(&json!({}), &identity),
            "--authorized-party https://a.example",
            2,
            "its `azp` is a client id, no origin",
            "has no `azp`",
        ),
        (
            world.token(&at, &json!({ "azp": "https://a.example" })),
            "--authorized-party https://a.example",
            2,
            "its `azp` is not compared for this kind",
            "has no `azp`",
        ),
        (
            world.token(&json!({}), &json!({ "handshake": ["a=b"], "sub": null })),
            "--issuer https://a.example",
            2,
            "its `iss` is not compared for this kind",
            "has no `iss`",
        ),
    ] {
        let (said, _) = world.run(words, &token, status);
        let said = joined(&said);
        assert!(said.contains(has), "{has}: {said}");
        assert!(!said.contains(has_not), "{has_not}: {said}");
    }
}

#[test]
fn dates_in_milliseconds_are_named_and_clocks_only_where_they_differ_a_little() {
    let world = World::new();
    let dates = json!({ "exp": 1_790_000_060_000_i64, "iat": 1_790_000_000_000_i64, "nbf": 1_790_000_000_000_i64 });
    for (claims, status, has, has_not) in [
        (&dates, 1, "exp, iat, nbf seem to be milliseconds", "clocks"),
        (
            &json!({ "exp": 1_790_000_060_000_i64 }),
            0,
            "exp seem to be milliseconds",
            "clocks",
        ),
        (
            &json!({ "nbf": 1_790_000_600 }),
            1,
            "The clocks of Clerk and of this machine differ",
            "millis",
        ),
        (
            &json!({ "iat": 1_790_000_600 }),
            1,
            "The clocks of Clerk and of this machine differ",
            "millis",
        ),
        (
            &json!({ "nbf": 1_790_864_010 }),
            1,
            "begins in 10 d",
            "set this one's",
        ),
    ] {
        let (_, document) = world.run("", &world.session(claims), status);
        let told = advice(&document);
        assert!(told.contains(has), "{claims}: {told}");
        assert!(!told.contains(has_not), "{claims}: {told}");
    }
    for command in ["verify", "decode"] {
        let words = format!("token {command} x --at 1790000010000");
        let said = "error: --at seems to be milliseconds\n  help: it counts Unix seconds: write 1790000010\n";
        world.sandbox.cli(&words).status(2).stderr(said).run();
    }
}

#[test]
fn near_misses_are_looked_for_in_each_entry_of_a_list() {
    let world = World::new();
    for (aud, told) in [
        (json!(["x", "https://api.example.org"]), "the final slash"),
        (json!([7, "https://API.example.org/"]), "the letter case"),
        (json!("https://api.example.org"), "the final slash"),
        (
            json!(["x"]),
            "[\"x\"]; accepted is https://api.example.org/",
        ),
        (json!(7), "which is no text"),
        (json!([]), "accepted is"),
    ] {
        let token = world.session(&json!({ "aud": aud }));
        let (_, document) = world.run("--audience https://api.example.org/", &token, 1);
        assert!(
            advice(&document).contains(told),
            "{aud}: {}",
            advice(&document)
        );
    }
}

/// Another instance is a conclusion, and only where nothing smaller differs.
#[test]
fn what_differs_in_the_name_of_a_key_is_said() {
    let world = World::new();
    for (kid, told) in [
        (
            json!("ins_2"),
            "of another instance than the key set, or of an older key",
        ),
        (json!("INS_1"), "the letter case"),
        (json!("ins_"), "was cut"),
        (json!("ins_12"), "Something was added"),
        (json!(" ins_1"), "white space"),
        (json!(null), "the name was lost"),
        (json!(""), "the name was lost"),
    ] {
        let token = world.token(&json!({ "kid": kid }), &json!({}));
        let (_, document) = world.run("", &token, 1);
        assert!(
            advice(&document).contains(told),
            "{kid}: {}",
            advice(&document)
        );
    }
}

#[test]
fn a_jwt_of_no_kind_of_clerks_is_told_as_what_it_was_verified() {
    let world = World::new();
    let token = world.token(&json!({}), &json!({ "iss": "https://accounts.google.com" }));
    for (words, status) in [("", 0), ("--audience x", 1)] {
        let (_, document) = world.run(words, &token, status);
        let told = advice(&document);
        assert!(
            told.contains("none of the kinds of JWT that Clerk issues"),
            "{told}"
        );
    }
    let (_, document) = world.run("", &world.session(&json!({})), 0);
    assert_eq!(advice(&document), "");
}

#[test]
fn what_is_a_key_and_no_token_is_said_once() {
    let world = World::new();
    let (said, document) = world.run("", LIVE, 1);
    assert_eq!(
        said,
        "  \u{2717} Publishable key, not a token: there is nothing to verify\n"
    );
    assert_eq!(document["ok"], false);
}
