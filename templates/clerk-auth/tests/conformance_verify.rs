//! The recorded cases about the verification of session tokens.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use clerk_auth::error::{Reason, TokenError};
use clerk_auth::fetch::{BoxFuture, Fetch, FetchError};
use clerk_auth::key_set::{KeySet, KeySetError, KeySource};
use clerk_auth::keys::SecretKey;
use clerk_auth::public_key::PublicKey;
use clerk_auth::time::UnixMillis;
use clerk_auth::token::decode;
use clerk_auth::verify::{self, Policy, Verified};
use serde_json::Value;
use support::{Deviations, cases, fixture_pem, list, same};

/// What is done instead of the recorded result; the numbers are those of `security.md`.
const DEVIATIONS: &[(&str, &str)] = &[
    ("pem-escaped-newlines", "9: the token verifies"),
    ("pem-pkcs1", "9: the token verifies"),
    ("pem-4096", "9: the token verifies"),
    ("pem-garbage", "9: the key is refused before any token"),
    ("exp-beyond-date-range", "11: token-verification-failed"),
    ("nbf-beyond-date-range", "11: token-verification-failed"),
    ("payload-null", "12: token-invalid"),
    ("header-null", "12: token-invalid"),
    ("payload-array", "12: token-invalid"),
];

#[test]
fn tokens_with_a_local_key_or_none_verify_as_recorded() {
    let mut account = Deviations::new(DEVIATIONS);
    for case in list(&cases("jwt-verify"), "cases") {
        if case["key"]["jwks"].is_object() {
            continue;
        }
        let id = case["id"].as_str().unwrap();
        let result = run(&case);
        let recorded = as_recorded(&result, &case["expect"]);
        account.check(id, recorded, || as_the_table_says(id, &result));
    }
    account.finish();
}

/// `Err(None)` when the key was refused before the token was looked at.
fn run(case: &Value) -> Result<Verified, Option<TokenError>> {
    let key = local_key(&case["key"])?;
    let token = decode(case["token"].as_str().unwrap())?;
    verify::check_category(&token)?;
    let key = key.ok_or_else(verify::no_key)?;
    let now = UnixMillis(case["now_ms"].as_i64().unwrap());
    Ok(verify::verify(
        &token,
        &key,
        &policy(&case["options"]),
        now,
    )?)
}

fn local_key(key: &Value) -> Result<Option<PublicKey>, Option<TokenError>> {
    let pem = match (&key["fixture"], &key["pem"]) {
        (Value::String(name), _) => fixture_pem(name),
        (_, Value::String(pem)) => pem.clone(),
        _ => return Ok(None),
    };
    PublicKey::from_pem(&pem).map(Some).map_err(|_| None)
}

fn policy(options: &Value) -> Policy {
    let texts = |name: &str| match &options[name] {
        Value::String(one) => vec![one.clone()],
        Value::Array(list) => list
            .iter()
            .map(|v| v.as_str().unwrap().to_owned())
            .collect(),
        Value::Null => Vec::new(),
        other => panic!("{name}: {other}"),
    };
    let known = ["audience", "authorized_parties", "issuer", "clock_skew_ms"];
    for name in options.as_object().unwrap().keys() {
        assert!(known.contains(&name.as_str()), "unknown option {name}");
    }
    let default = Policy::default();
    Policy {
        audience: texts("audience"),
        authorized_parties: texts("authorized_parties"),
        issuers: texts("issuer"),
        clock_skew_ms: options["clock_skew_ms"]
            .as_i64()
            .unwrap_or(default.clock_skew_ms),
        accept_absent_azp: false,
    }
}

fn as_recorded(
    result: &Result<Verified, Option<TokenError>>,
    expect: &Value,
) -> Result<(), String> {
    same("ok", &result.is_ok(), &expect["ok"].as_bool().unwrap())?;
    let error = match result {
        Ok(verified) => {
            let claims = Value::from(verified.claims().clone());
            return same("claims", &claims, &expect["claims"]);
        }
        Err(error) => error.as_ref().ok_or("the key was refused")?,
    };
    same(
        "reason",
        &error.reason.as_str(),
        &expect["reason"].as_str().unwrap_or("none"),
    )?;
    same(
        "action",
        &error.action,
        &expect["action"].as_str().unwrap_or_default(),
    )?;
    let message = expect["message"].as_str().unwrap_or_default();
    if expect["message_exact"] == true {
        same("message", &error.message.as_str(), &message)
    } else {
        let start = "Error verifying JWT signature.";
        same(
            "start",
            &error.message.starts_with(start),
            &message.starts_with(start),
        )
    }
}

fn as_the_table_says(id: &str, result: &Result<Verified, Option<TokenError>>) -> bool {
    let refused = |reason, message: &str| matches!(result, Err(Some(e)) if e.reason == reason && e.message.contains(message));
    match id {
        "pem-escaped-newlines" | "pem-pkcs1" | "pem-4096" => result.is_ok(),
        "pem-garbage" => matches!(result, Err(None)),
        "exp-beyond-date-range" => refused(Reason::TokenVerificationFailed, "(exp)"),
        "nbf-beyond-date-range" => refused(Reason::TokenVerificationFailed, "(nbf)"),
        _ => refused(Reason::TokenInvalid, "could not be decoded"),
    }
}

/// Rule 10: what an app is offered as "verify a session token" takes session tokens only.
#[test]
fn the_session_verifier_refuses_other_classes_and_agrees_on_the_rest() {
    let other_classes = ["cat-template", "cat-unknown", "sub-mch", "cat-m2m"];
    let mut refused = Vec::new();
    for case in list(&cases("jwt-verify"), "cases") {
        let Ok(Some(key)) = local_key(&case["key"]) else {
            continue;
        };
        let id = case["id"].as_str().unwrap();
        let now = UnixMillis(case["now_ms"].as_i64().unwrap());
        let token = case["token"].as_str().unwrap();
        let strict = verify::verify_session_token(token, &key, &policy(&case["options"]), now);
        if other_classes.contains(&id) {
            assert_eq!(strict.unwrap_err().reason, Reason::TokenInvalid, "{id}");
            refused.push(id.to_owned());
            continue;
        }
        let plain = run(&case)
            .map(|v| v.raw().to_owned())
            .map_err(Option::unwrap);
        assert_eq!(strict.map(|v| v.raw().to_owned()), plain, "{id}");
    }
    refused.sort();
    let mut all = other_classes;
    all.sort_unstable();
    assert_eq!(refused, all);
}

/// The inspector's list must end in the verdict of the verifier.
#[test]
fn the_first_failure_of_an_inspection_is_the_verifiers_answer() {
    for case in list(&cases("jwt-verify"), "cases") {
        let Ok(Some(key)) = local_key(&case["key"]) else {
            continue;
        };
        let Ok(token) = decode(case["token"].as_str().unwrap()) else {
            continue;
        };
        let (policy, now) = (
            policy(&case["options"]),
            UnixMillis(case["now_ms"].as_i64().unwrap()),
        );
        let first = verify::inspect(&token, &key, &policy, now)
            .into_iter()
            .find_map(|(_, verdict)| verdict.err());
        let whole = verify::verify_session_token(token.raw(), &key, &policy, now).err();
        assert_eq!(first, whole, "{}", case["id"]);
    }
}

/// Answers every request for the key set as one case scripts it, and counts the requests.
struct Scripted {
    reply: Value,
    requests: AtomicU64,
}

impl Fetch for Scripted {
    fn fetch(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, FetchError>> {
        assert_eq!(request.uri(), "https://api.clerk.com/v1/jwks");
        self.requests.fetch_add(1, Ordering::Relaxed);
        let answer = if self.reply["network_error"] == true {
            Err(FetchError::Connect("refused".to_owned()))
        } else {
            let body = match &self.reply["body"] {
                Value::String(text) => text.clone(),
                body => body.to_string(),
            };
            let status = self.reply["status"].as_u64().unwrap_or(200);
            let response = http::Response::builder().status(u16::try_from(status).unwrap());
            Ok(response.body(Bytes::from(body)).unwrap())
        };
        Box::pin(async move { answer })
    }
}

#[tokio::test(start_paused = true)]
async fn tokens_with_a_fetched_key_verify_as_recorded() {
    let mut failures = Vec::new();
    let mut seen = 0;
    for case in list(&cases("jwt-verify"), "cases") {
        let jwks = &case["key"]["jwks"];
        if !jwks.is_object() {
            continue;
        }
        seen += 1;
        let fetch = Arc::new(Scripted {
            reply: jwks["reply"].clone(),
            requests: AtomicU64::new(0),
        });
        let result = run_fetched(&case, fetch.clone()).await;
        let requests = fetch.requests.load(Ordering::Relaxed);
        let expected = case["expect"]["jwks_requests"].as_u64().unwrap();
        let recorded = match result {
            Err(KeySetError::Unavailable { .. } | KeySetError::Rationed { .. }) => {
                same("kind", &Value::from("other"), &case["expect"]["error_kind"])
            }
            Err(KeySetError::Token { error, .. }) => {
                as_recorded(&Err(Some(error)), &case["expect"])
            }
            Ok(result) => as_recorded(&result.map_err(Some), &case["expect"]),
        };
        if let Err(why) = recorded.and(same("jwks_requests", &requests, &expected)) {
            failures.push(format!("{}: {why}", case["id"]));
        }
    }
    assert_eq!(seen, 19);
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// The outer error is a key that was not found.
async fn run_fetched(
    case: &Value,
    fetch: Arc<dyn Fetch>,
) -> Result<Result<Verified, TokenError>, KeySetError> {
    let now = UnixMillis(case["now_ms"].as_i64().unwrap());
    let token = match decode(case["token"].as_str().unwrap()) {
        Ok(token) => token,
        Err(error) => return Ok(Err(error)),
    };
    if let Err(error) = verify::check_category(&token) {
        return Ok(Err(error));
    }
    let secret_key = case["key"]["jwks"]["secret_key"].as_str().unwrap();
    let secret_key = SecretKey::new(secret_key).unwrap();
    let source = KeySource::backend_api("https://api.clerk.com", "v1", secret_key);
    let set = KeySet::new(fetch, source);
    let key = set.key(token.kid(), false, now).await?;
    Ok(verify::verify(&token, &key, &policy(&case["options"]), now))
}
