//! `keys verify`: tokens of machines, opaque ones against a Backend API on loopback, JWTs against a key. What is not an
//! answer about the token is exit 3, and no output repeats the token or a key.

use std::fs;

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::support::clerk::{Clerk, SECRET, Signer, TEST, json_answer, refusal};
use crate::support::{Cli, Sandbox};

const API_KEY: &str = "ak_0hiddenHiddenHiddenHidden";
const HOST: &str = "127.0.0.1:12345";
const FAR: i64 = 4_102_444_800;

/// Runs it both ways; ports read 12345.
#[track_caller]
fn verified(clerk: &Clerk, token: &str, status: i32) -> (String, Value) {
    verified_with(clerk, token, status, |cli| cli)
}

#[track_caller]
fn verified_with(
    clerk: &Clerk,
    token: &str,
    status: i32,
    change: impl Fn(Cli<'_>) -> Cli<'_>,
) -> (String, Value) {
    let sandbox = Sandbox::new();
    let run = |words| {
        let cli = clerk
            .cli(&sandbox, words)
            .stdin(token)
            .status(status)
            .any_stdout();
        let said = change(cli).run().replace(&clerk.host(), HOST);
        assert!(
            !said.to_lowercase().contains("hidden") && !said.contains(SECRET),
            "{said}"
        );
        said
    };
    let json: Value = serde_json::from_str(&run("keys verify - --json")).unwrap();
    assert_eq!(json["schema"], "clerk-rs.keys-verify/1");
    assert_eq!(json["ok"], status == 0);
    (run("keys verify -"), json)
}

fn answer(prefix: &str) -> Value {
    json!({
        "object": "api_key",
        "id": format!("{prefix}0123456789abcdef0123456789abcdef"),
        "subject": "user_2q7orchard",
        "name": "CI\u{1b}[2J",
        "claims": { "team": "pears" },
        "scopes": ["read", "write"],
        "revoked": false,
        "expired": false,
        "expiration": null,
    })
}

#[test]
fn a_valid_api_key_is_told_with_whose_it_is() {
    let clerk = Clerk::new();
    clerk.post("/api_keys/verify", json_answer(200, &answer("ak_")));
    let (text, json) = verified(&clerk, &format!("  Bearer {API_KEY}\n"), 0);
    assert_eq!(
        text,
        "  ✓ Valid: API key   by 127.0.0.1:12345, with CLERK_SECRET_KEY (environment)\n\n\
         \x20 subject     user_2q7orchard\n\
         \x20 id          ak_0123456789abcdef0123456789abcdef\n\
         \x20 name        CI\\u{1b}[2J\n\
         \x20 scopes      read, write\n\
         \x20 claims      {\"team\":\"pears\"}\n\
         \x20 expires     never\n"
    );
    assert_eq!(json["kind"], "api_key");
    assert_eq!(json["form"], "opaque");
    assert_eq!(json["token"]["subject"], "user_2q7orchard");
    assert_eq!(json["token"]["scopes"], json!(["read", "write"]));
    assert_eq!(json["token"]["expires_at"], Value::Null);
    let request = &clerk.asked()[0];
    assert_eq!(request.headers["authorization"], format!("Bearer {SECRET}"));
    assert_eq!(
        request.body_json::<Value>().unwrap(),
        json!({ "secret": API_KEY })
    );
}

#[test]
fn a_machine_token_is_asked_about_with_the_machines_key() {
    let clerk = Clerk::new();
    let mut valid = answer("mt_");
    valid["expiration"] = (FAR * 1000).into();
    clerk.post("/m2m_tokens/verify", json_answer(200, &valid));
    let machine = "ak_machineHiddenHiddenHidden";
    let (text, json) = verified_with(&clerk, "mt_0hidden", 0, |cli| {
        cli.var("CLERK_MACHINE_SECRET_KEY", machine)
    });
    assert!(
        text.starts_with(
            "  ✓ Valid: machine-to-machine token   by 127.0.0.1:12345, with CLERK_MACHINE_SECRET_KEY (environment)\n"
        ),
        "{text}"
    );
    assert!(
        text.contains("  expires     2100-01-01 00:00:00 UTC, in "),
        "{text}"
    );
    assert_eq!(json["kind"], "m2m_token");
    assert_eq!(json["token"]["expires_at"], FAR * 1000);
    assert_eq!(
        clerk.asked()[0].headers["authorization"],
        format!("Bearer {machine}")
    );
    verified(&clerk, "mt_0hidden", 0);
    assert_eq!(
        clerk.asked()[2].headers["authorization"],
        format!("Bearer {SECRET}")
    );
}

#[test]
fn an_oauth_token_is_asked_about() {
    let clerk = Clerk::new();
    clerk.post(
        "/oauth_applications/access_tokens/verify",
        json_answer(200, &answer("oat_")),
    );
    let (_, json) = verified(&clerk, "oat_0hidden", 0);
    assert_eq!(json["kind"], "oauth_token");
    let body: Value = clerk.asked()[0].body_json().unwrap();
    assert_eq!(body, json!({ "access_token": "oat_0hidden" }));
}

/// A 200 is not enough.
#[test]
fn a_token_that_was_withdrawn_is_not_valid() {
    for (member, value, detail) in [
        (
            "revoked",
            json!(true),
            "the API key is revoked: leaked\\u{7}",
        ),
        (
            "expired",
            json!(true),
            "the API key is expired: leaked\\u{7}",
        ),
        (
            "expiration",
            json!(1),
            "the API key is expired: leaked\\u{7}",
        ),
        (
            "active",
            json!(false),
            "the API key is inactive: leaked\\u{7}",
        ),
    ] {
        let clerk = Clerk::new();
        let mut body = answer("ak_");
        body[member] = value;
        body["revocation_reason"] = "leaked\u{7}".into();
        clerk.post("/api_keys/verify", json_answer(200, &body));
        let (text, json) = verified(&clerk, API_KEY, 1);
        assert_eq!(
            text,
            format!("  ✗ Not valid: token-invalid\n\n  {detail}\n")
        );
        assert_eq!(
            json["refusal"],
            json!({ "code": "token-invalid", "message": detail, "help": null })
        );
        assert!(json.get("error").is_none() && json.get("token").is_none());
    }
}

#[test]
fn each_answer_about_a_token_has_a_sentence_of_its_own() {
    let own = "that is CLERK_SECRET_KEY (environment), so nothing is known of the token";
    for (answer, status, code, detail) in [
        (
            refusal(404, "resource_not_found"),
            1,
            "token-invalid",
            format!("{HOST} knows no such API key in this instance"),
        ),
        (
            refusal(401, "clerk_key_invalid"),
            3,
            "refused",
            format!(
                "{HOST} does not recognise this key (401 clerk_key_invalid, trace 0a1b2c): {own}"
            ),
        ),
        (
            refusal(403, "authorization_invalid"),
            3,
            "forbidden",
            format!(
                "{HOST} knows this key, but does not allow it to do this (403 authorization_invalid, trace \
                 0a1b2c): {own}"
            ),
        ),
        (
            refusal(410, "operation_deprecated"),
            3,
            "gone",
            format!(
                "{HOST} does not offer this call any more (410 operation_deprecated, trace 0a1b2c)"
            ),
        ),
        (
            refusal(422, "api_keys_not_enabled"),
            3,
            "unprocessable",
            format!(
                "{HOST} understood the request and refused it (422 api_keys_not_enabled, trace 0a1b2c)"
            ),
        ),
        (
            refusal(429, "too_many_requests").insert_header("retry-after", "30"),
            3,
            "rate-limited",
            format!(
                "{HOST} asks to wait for 30 s: too many requests (429 too_many_requests, trace 0a1b2c)"
            ),
        ),
        (
            refusal(500, "internal_clerk_error"),
            3,
            "clerk-fault",
            format!("{HOST} has a fault of its own (500 internal_clerk_error, trace 0a1b2c)"),
        ),
        (
            ResponseTemplate::new(404).set_body_string("<h1>nginx</h1>"),
            3,
            "not-clerk",
            format!("something between here and {HOST} answered 404, not Clerk"),
        ),
        (
            ResponseTemplate::new(200).set_body_string("<html>"),
            3,
            "captive-portal",
            format!("a web page came in place of {HOST}'s answer"),
        ),
        (
            json_answer(200, &json!([])),
            3,
            "not-clerk",
            format!("{HOST} answered with something that is not a token"),
        ),
    ] {
        let clerk = Clerk::new();
        clerk.post("/api_keys/verify", answer);
        let (text, json) = verified(&clerk, API_KEY, status);
        let said = &json[if status == 1 { "refusal" } else { "error" }];
        assert_eq!(said["code"], code, "{json:#}");
        assert_eq!(said["message"], detail);
        let head = if status == 1 {
            "✗ Not valid"
        } else {
            "? Could not be found out"
        };
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            words(&text).starts_with(&format!("{head}: {code} {detail}")),
            "{text}"
        );
    }
}

#[test]
fn nobody_to_ask_is_no_answer() {
    let clerk = Clerk::new();
    let sandbox = Sandbox::new();
    let said = clerk
        .cli(&sandbox, &format!("keys verify {API_KEY} --timeout 1"))
        .var("CLERK_API_URL", "http://127.0.0.1:9")
        .status(3)
        .any_stdout()
        .run();
    assert!(
        said.starts_with(
            "  ? Could not be found out: connection-refused\n\n  could not reach 127.0.0.1:9: the connection was refused\n"
        ),
        "{said}"
    );
}

#[test]
fn what_is_no_machine_token_is_said_without_asking() {
    let session =
        Signer::new("ins_1").token(&json!({ "alg": "RS256" }), &json!({ "sub": "user_1" }));
    for (token, code, detail, help) in [
        ("", "not-a-machine-token", "it is empty", None),
        (
            "hidden",
            "not-a-machine-token",
            "it begins with none of ak_, mt_ and oat_, and is no JWT",
            None,
        ),
        (
            "ak_hid den",
            "not-a-machine-token",
            "position 7: this character is in no token",
            Some("paste the whole token, and nothing else"),
        ),
        (
            "ak_0123456789abcdef0123456789abcdef",
            "token-id",
            "it is the id of the API key, not the API key itself",
            Some("the token was shown once, when it was made"),
        ),
        (
            SECRET,
            "not-a-machine-token",
            "it is the secret key of an instance, not a token",
            Some("`clerk-rs keys check` checks the keys of a project"),
        ),
        (
            &session,
            "not-a-machine-token",
            "it is a JWT of no machine: neither is its subject one (mch_) nor its type at+jwt",
            Some("`clerk-rs token verify` checks the tokens of sessions"),
        ),
    ] {
        let clerk = Clerk::new();
        let (_, json) = verified(&clerk, token, 1);
        let expected = json!({ "code": code, "message": detail, "help": help });
        assert_eq!(json["refusal"], expected, "{token}");
        assert!(clerk.asked().is_empty(), "somebody was asked about {token}");
    }
}

#[test]
fn jwt_forms_are_checked_here() {
    let signer = Signer::new("ins_2q7brave");
    let header = |typ: &str| json!({ "alg": "RS256", "kid": "ins_2q7brave", "typ": typ });
    let claims = |sub: &str, exp: i64| json!({ "sub": sub, "exp": exp, "iat": 1, "jti": "mt_1", "scopes": "a b" });
    let m2m = signer.token(&header("JWT"), &claims("mch_2q7", FAR));
    let oauth = signer.token(&header("at+jwt"), &claims("user_2q7", FAR));
    let late = signer.token(&header("JWT"), &claims("mch_2q7", 100));
    let other = Signer::new("ins_2q7brave").token(&header("JWT"), &claims("mch_2q7", FAR));
    let foreign = signer.token(
        &json!({ "alg": "RS256", "kid": "ins_\u{7}" }),
        &claims("mch_2q7", FAR),
    );
    let clerk = Clerk::of(&signer, "https://brave-otter-7.clerk.accounts.dev");
    for (token, status, kind, code) in [
        (&m2m, 0, "m2m_token", ""),
        (&oauth, 0, "oauth_token", ""),
        (&late, 1, "m2m_token", "token-verification-failed"),
        (&other, 1, "m2m_token", "token-verification-failed"),
        (&foreign, 1, "m2m_token", "jwk-kid-mismatch"),
    ] {
        let (text, json) = verified(&clerk, token, status);
        assert_eq!(json["kind"], kind);
        assert_eq!(json["form"], "jwt");
        assert_eq!(
            json["checked_by"],
            format!("{HOST} (CLERK_SECRET_KEY, environment)")
        );
        assert_eq!(json["refusal"]["code"].as_str().unwrap_or_default(), code);
        assert!(!text.contains('\u{7}'), "{text}");
    }
    // With a JWT key nobody is asked.
    let silent = Clerk::new();
    let (text, json) = verified_with(&silent, &m2m, 0, |cli| {
        cli.var("CLERK_JWT_KEY", &signer.pem())
    });
    assert_eq!(json["checked_by"], "CLERK_JWT_KEY, environment");
    assert!(text.contains("  subject     mch_2q7\n"), "{text}");
    assert!(silent.asked().is_empty());
    // Without a secret key the public key set does.
    let (_, json) = verified_with(&clerk, &m2m, 0, |cli| cli.var("CLERK_SECRET_KEY", ""));
    assert_eq!(
        json["checked_by"],
        format!("{HOST} (CLERK_PUBLISHABLE_KEY, environment)")
    );
}

/// An address in a token is what a stranger wrote.
#[test]
fn no_address_in_a_token_is_asked() {
    let evil = Clerk::of(&Signer::new("ins_1"), "https://x.example");
    let signer = Signer::new("ins_1");
    let header =
        json!({ "alg": "RS256", "kid": "ins_1", "jku": format!("{}/v1/jwks", evil.url()) });
    let token = signer.token(
        &header,
        &json!({ "sub": "mch_1", "iss": evil.url(), "exp": FAR, "iat": 1 }),
    );
    let clerk = Clerk::of(&signer, "https://y.example");
    verified(&clerk, &token, 0);
    assert!(evil.asked().is_empty());
}

#[test]
fn without_a_usable_secret_key_nothing_can_be_found_out() {
    let clerk = Clerk::new();
    for (key, code, message) in [
        (
            "",
            "secret-key-missing",
            "only Clerk can tell, and there is no secret key to ask with: CLERK_SECRET_KEY is not set",
        ),
        (
            "sk_test_hid den",
            "secret-key-white-space",
            "position 12: “ ” (space) inside the key; 3 characters follow (environment)",
        ),
    ] {
        let (_, json) = verified_with(&clerk, API_KEY, 3, |cli| cli.var("CLERK_SECRET_KEY", key));
        assert_eq!(json["error"]["code"], code);
        assert_eq!(json["error"]["message"], message);
    }
    let sandbox = Sandbox::new();
    let said = sandbox
        .cli(&format!("keys verify {API_KEY} --offline"))
        .var("CLERK_PUBLISHABLE_KEY", TEST)
        .var("CLERK_SECRET_KEY", SECRET)
        .status(3)
        .any_stdout()
        .run();
    assert_eq!(
        said,
        "  ? Could not be found out: not-asked\n\n  api.clerk.com was not asked (--offline)\n"
    );
}

#[test]
fn the_token_and_the_key_can_come_from_files() {
    let clerk = Clerk::new();
    clerk.post("/api_keys/verify", json_answer(200, &answer("ak_")));
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("token"), format!("\"{API_KEY}\"\r\n")).unwrap();
    let said = clerk
        .cli(&sandbox, "keys verify @token --secret-key-file -")
        .stdin(&format!("{SECRET}\n"))
        .var("CLERK_SECRET_KEY", "")
        .any_stdout()
        .run();
    assert!(
        said.contains("with --secret-key-file (standard input)\n"),
        "{said}"
    );
    assert_eq!(
        clerk.asked()[0].body_json::<Value>().unwrap(),
        json!({ "secret": API_KEY })
    );
    sandbox
        .cli("keys verify - --secret-key-file -")
        .status(2)
        .stderr(
            "error: the token and the secret key cannot both come from standard input\n  help: put one of them \
             into a file\n",
        )
        .run();
}

/// A project that somebody cloned must get neither the key nor the token.
#[test]
fn the_token_goes_only_where_the_user_sends_it() {
    let sandbox = Sandbox::new();
    let env = format!("CLERK_API_URL=https://api.evil.example\nCLERK_SECRET_KEY={SECRET}\n");
    fs::write(sandbox.path(".env"), env).unwrap();
    sandbox
        .cli("keys verify ak_0hidden")
        .status(3)
        .stdout(
            "  ? Could not be found out: api-url-not-trusted\n\n  nothing secret was sent: CLERK_API_URL names \
             api.evil.example, which is not\n  Clerk's, and the secret is not from that file (.env:1)\n  help: if \
             you trust it, name it yourself with --api-url\n",
        )
        .run();
}
