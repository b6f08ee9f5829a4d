//! The recorded sequences of `jwks-cache.json`, and the key sets of `jwt-verify.json`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use clerk_auth::fetch::FetchError;
use clerk_auth::key_set::{KeySet, KeySetError, KeySource};
use clerk_auth::keys::SecretKey;
use clerk_auth::public_key::PublicKey;
use clerk_auth::time::UnixMillis;
use clerk_auth::token::{self, Unverified};
use clerk_auth::verify::{Policy, verify};
use serde_json::{Value, json};
use support::scripted::{Reply, Scripted};
use support::{Deviations, cases, list, same};

/// Case and step, and the rule with what is done instead.
const DEVIATIONS: &[(&str, &str)] = &[
    (
        "kid-miss-refetches@2",
        "6: no call, jwk-kid-mismatch from memory",
    ),
    (
        "ttl-expired-and-down@300",
        "6: the old key still verifies, with a warning",
    ),
];

/// What one step came to: the reason word or none, and the calls it cost.
#[derive(Debug, PartialEq)]
struct Seen {
    ok: bool,
    reason: Option<String>,
    calls: u64,
}

fn source(secret_key: &str) -> KeySource {
    let secret_key = SecretKey::new(secret_key).unwrap();
    KeySource::backend_api("https://api.clerk.com", "v1", secret_key)
}

fn reply(step: &Value) -> Reply {
    let reply = &step["reply"];
    if reply["network_error"] == true {
        return Reply::Fails(FetchError::Connect("refused".to_owned()));
    }
    let status = u16::try_from(reply["status"].as_u64().unwrap_or(200)).unwrap();
    match &reply["body"] {
        Value::String(text) => Reply::Text(status, text.clone()),
        body => Reply::Json(status, body.clone()),
    }
}

fn judge(
    token: &Unverified,
    key: Result<PublicKey, KeySetError>,
    now: UnixMillis,
) -> (bool, Option<String>, String) {
    let error = match key {
        Ok(key) => match verify(token, &key, &Policy::default(), now) {
            Ok(_) => return (true, None, String::new()),
            Err(error) => error,
        },
        Err(error) => match error.token_error() {
            Some(error) => error.clone(),
            None => return (false, None, String::new()),
        },
    };
    (false, Some(error.reason.to_string()), error.message)
}

#[tokio::test(start_paused = true)]
async fn recorded_sequences() {
    // All sequences go through one process-wide cache, as the file says, which knows its sets by their secret keys.
    let mut sets: HashMap<String, KeySet> = HashMap::new();
    let current: Arc<Mutex<Reply>> = Arc::new(Mutex::new(Reply::Hangs));
    let scripted = {
        let current = Arc::clone(&current);
        Scripted::new(move |_, _| current.lock().unwrap().clone())
    };
    let mut deviations = Deviations::new(DEVIATIONS);
    for case in list(&cases("jwks-cache"), "cases") {
        for step in case["steps"].as_array().unwrap() {
            let at = step["at"].as_i64().unwrap();
            let now = UnixMillis::from_seconds(case["now"].as_i64().unwrap() + at);
            *current.lock().unwrap() = reply(step);
            let before = scripted.count();
            let token = token::decode(step["token"].as_str().unwrap()).unwrap();
            let skip_cache = step["skip_cache"] == true;
            let secret_key = step["secret_key"].as_str().unwrap();
            let set = sets
                .entry(secret_key.to_owned())
                .or_insert_with(|| KeySet::new(scripted.fetch(), source(secret_key)));
            let key = set.key(token.kid(), skip_cache, now).await;
            let (ok, reason, _) = judge(&token, key, now);
            let calls = u64::try_from(scripted.count() - before).unwrap();
            let seen = Seen { ok, reason, calls };
            let expect = &step["expect"];
            let recorded = Seen {
                ok: expect["ok"] == true,
                reason: expect["reason"].as_str().map(str::to_owned),
                calls: expect["jwks_requests"].as_u64().unwrap(),
            };
            let id = format!("{}@{at}", case["id"].as_str().unwrap());
            deviations.check(&id, same("step", &seen, &recorded), || instead(&id, &seen));
        }
    }
    deviations.finish();
}

fn instead(id: &str, seen: &Seen) -> bool {
    match id {
        "kid-miss-refetches@2" => {
            !seen.ok && seen.reason.as_deref() == Some("jwk-kid-mismatch") && seen.calls == 0
        }
        "ttl-expired-and-down@300" => seen.ok && seen.calls == 5,
        _ => false,
    }
}

#[tokio::test(start_paused = true)]
async fn recorded_verifications_with_a_key_set() {
    let mut failures = HashMap::new();
    let mut count = 0;
    for case in list(&cases("jwt-verify"), "cases") {
        let jwks = &case["key"]["jwks"];
        let Ok(token) = token::decode(case["token"].as_str().unwrap()) else {
            continue;
        };
        if !jwks.is_object() {
            continue;
        }
        count += 1;
        let scripted = Scripted::always(reply(jwks));
        let set = KeySet::new(
            scripted.fetch(),
            source(jwks["secret_key"].as_str().unwrap()),
        );
        let now = UnixMillis(case["now_ms"].as_i64().unwrap());
        let key = set.key(token.kid(), false, now).await;
        let (ok, reason, message) = judge(&token, key, now);
        let expect = &case["expect"];
        let same = json!(ok) == expect["ok"]
            && json!(reason) == expect["reason"]
            && json!(scripted.count()) == expect["jwks_requests"]
            && (expect["message_exact"] != true || expect["message"] == message);
        if !same {
            let seen = (ok, reason, message, scripted.count());
            failures.insert(case["id"].to_string(), (seen, expect.clone()));
        }
    }
    assert!(count >= 15, "only {count} cases use a key set");
    assert!(failures.is_empty(), "{failures:#?}");
}
