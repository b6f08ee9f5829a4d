//! The verifiers beside the recorded cases: handshake and machine tokens, absent `azp`, dates that are no dates
//! (`security.md` rules 2, 10, 11 and 15).
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::sync::OnceLock;

use clerk_auth::error::{Reason, TokenError};
use clerk_auth::keys::InstanceType;
use clerk_auth::testing::TestKeys;
use clerk_auth::time::UnixMillis;
use clerk_auth::token::decode;
use clerk_auth::verify::{self, Check, MachineJwt, Outcome, Policy, Verified, http_date};
use serde_json::{Value, json};
use support::NOW_MS;

const NOW: UnixMillis = UnixMillis(NOW_MS);
const SECOND: i64 = NOW_MS / 1000;

fn keys() -> &'static TestKeys {
    static KEYS: OnceLock<TestKeys> = OnceLock::new();
    KEYS.get_or_init(|| TestKeys::new(InstanceType::Production).unwrap())
}

fn session(token: &str, policy: &Policy) -> Result<Verified, TokenError> {
    verify::verify_session_token(token, keys().public_key(), policy, NOW)
}

fn handshake(header: Value, claims: Value) -> Result<Verified, TokenError> {
    let token = decode(&keys().sign(&header, &claims)).unwrap();
    verify::verify_handshake(&token, keys().public_key(), &Policy::default(), NOW)
}

fn machine(
    kind: MachineJwt,
    header: Value,
    claims: Value,
    policy: &Policy,
) -> Result<Verified, TokenError> {
    let token = decode(&keys().sign(&header, &claims)).unwrap();
    verify::verify_machine(&token, keys().public_key(), kind, policy, NOW)
}

#[test]
fn an_absent_azp_passes_only_when_asked_for_and_a_wrong_one_never() {
    let strict = Policy {
        authorized_parties: vec!["https://a.example".to_owned()],
        ..Policy::default()
    };
    let lenient = Policy {
        accept_absent_azp: true,
        ..strict.clone()
    };
    let user = || keys().user("user_1").at(NOW);
    let wrong = Some(Reason::TokenInvalidAuthorizedParties);
    for (token, by_strict, by_lenient) in [
        (user().claim("azp", "https://a.example").token(), None, None),
        (user().token(), wrong, None),
        (
            user().claim("azp", "https://evil.example").token(),
            wrong,
            wrong,
        ),
        (
            user()
                .claim("azp", "https://a.example.evil.example")
                .token(),
            wrong,
            wrong,
        ),
        (user().claim("azp", "").token(), wrong, wrong),
        (user().claim("azp", Value::Null).token(), wrong, wrong),
        (
            user().claim("azp", json!(["https://a.example"])).token(),
            wrong,
            wrong,
        ),
    ] {
        assert_eq!(session(&token, &strict).err().map(|e| e.reason), by_strict);
        assert_eq!(
            session(&token, &lenient).err().map(|e| e.reason),
            by_lenient
        );
    }
}

/// A captured handshake token must be of no use later.
#[test]
fn the_dates_of_a_handshake_token_count_where_they_are_present() {
    let header = || json!({"alg": "RS256", "typ": "JWT", "cat": "cl_B7d4PD111AAA"});
    for (claims, reason) in [
        (json!({"handshake": []}), None),
        (json!({"exp": SECOND}), None),
        (json!({"exp": SECOND - 5}), Some(Reason::TokenExpired)),
        (json!({"exp": null}), Some(Reason::TokenVerificationFailed)),
        (
            json!({"exp": "never"}),
            Some(Reason::TokenVerificationFailed),
        ),
        (json!({"exp": 1e30}), Some(Reason::TokenVerificationFailed)),
        (json!({"nbf": SECOND + 5}), None),
        (json!({"nbf": SECOND + 6}), Some(Reason::TokenNotActiveYet)),
        (
            json!({"iat": SECOND + 6}),
            Some(Reason::TokenIatInTheFuture),
        ),
    ] {
        let verdict = handshake(header(), claims.clone());
        assert_eq!(verdict.err().map(|e| e.reason), reason, "{claims}");
    }
}

#[test]
fn a_token_of_another_class_is_no_handshake_token() {
    for cat in ["cl_B7d4PD222AAA", "cl_B7d4PD333AAA", "", "unknown"] {
        let error =
            handshake(json!({"alg": "RS256", "typ": "JWT", "cat": cat}), json!({})).unwrap_err();
        assert_eq!(error.reason, Reason::TokenInvalid, "{cat}");
        assert_eq!(error.message, "Invalid handshake token category.");
    }
    for good in [
        json!({"alg": "RS256"}),
        json!({"alg": "RS256", "cat": "cl_I7d4PD111III"}),
    ] {
        handshake(good, json!({})).unwrap();
    }
    let error = handshake(json!({"alg": "RS256", "typ": "at+jwt"}), json!({})).unwrap_err();
    assert_eq!(error.reason, Reason::TokenInvalid);
}

#[test]
fn machine_tokens_are_held_to_their_own_category_and_type() {
    let (m2m, oauth) = (MachineJwt::M2m, MachineJwt::OAuth);
    let claims = || json!({"sub": "mch_1", "exp": SECOND + 60});
    let run = |kind, header| {
        machine(kind, header, claims(), &Policy::default())
            .err()
            .map(|e| e.reason)
    };
    let (invalid, failed) = (
        Some(Reason::TokenInvalid),
        Some(Reason::TokenVerificationFailed),
    );
    assert_eq!(run(m2m, json!({"alg": "RS256"})), None);
    assert_eq!(
        run(
            m2m,
            json!({"alg": "RS256", "typ": "JWT", "cat": "cl_B7d4PD333AAA"})
        ),
        None
    );
    for cat in [
        json!("cl_B7d4PD111AAA"),
        json!("cl_I7d4PD111III"),
        json!(""),
        json!(null),
        json!(7),
    ] {
        assert_eq!(run(m2m, json!({"alg": "RS256", "cat": cat})), invalid);
    }
    assert_eq!(run(m2m, json!({"alg": "RS256", "typ": "at+jwt"})), failed);
    assert_eq!(run(oauth, json!({"alg": "RS256", "typ": "at+jwt"})), None);
    assert_eq!(
        run(oauth, json!({"alg": "RS256", "typ": "application/at+jwt"})),
        None
    );
    for typ in [json!("JWT"), json!("AT+JWT"), json!(null)] {
        assert_eq!(run(oauth, json!({"alg": "RS256", "typ": typ})), failed);
    }
    assert_eq!(run(oauth, json!({"alg": "RS256"})), failed);
}

#[test]
fn an_oauth_audience_must_be_there_and_match_once_it_is_asked_for() {
    let policy = Policy {
        audience: vec!["api".to_owned(), "web".to_owned()],
        ..Policy::default()
    };
    let mismatch = |aud: &str| {
        format!(
            "OAuth audience mismatch. Verification expected audience [\"api\",\"web\"], but incoming token has aud {aud}."
        )
    };
    let odd = |aud: &str| {
        format!(
            "Invalid OAuth audience claim (aud) {aud}. Expected a non-empty string or a non-empty array of non-empty \
             strings."
        )
    };
    for (aud, message) in [
        (json!("api"), None),
        (json!(["x", "web"]), None),
        (json!("x"), Some(mismatch("[\"x\"]"))),
        (json!(["x", "y"]), Some(mismatch("[\"x\",\"y\"]"))),
        (json!(""), Some(odd("\"\""))),
        (json!([]), Some(odd("[]"))),
        (json!(["api", ""]), Some(odd("[\"api\",\"\"]"))),
        (json!(["api", 7]), Some(odd("[\"api\",7]"))),
        (json!({"api": 1}), Some(odd("{\"api\":1}"))),
        (json!(null), Some(odd("null"))),
    ] {
        let claims = json!({"sub": "user_1", "exp": SECOND + 60, "aud": aud});
        let verdict = machine(
            MachineJwt::OAuth,
            json!({"alg": "RS256", "typ": "at+jwt"}),
            claims,
            &policy,
        );
        let error = verdict.err();
        assert_eq!(error.as_ref().map(|e| e.message.clone()), message);
        if let Some(error) = error {
            assert_eq!(
                (error.reason, error.action),
                (Reason::TokenVerificationFailed, "")
            );
        }
    }
}

#[test]
fn authorized_parties_and_issuers_do_not_apply_to_machines() {
    let policy = Policy {
        authorized_parties: vec!["https://a.example".to_owned()],
        issuers: vec!["https://clerk.a.example".to_owned()],
        ..Policy::default()
    };
    let claims = json!({"sub": "mch_1", "exp": SECOND + 60});
    machine(MachineJwt::M2m, json!({"alg": "RS256"}), claims, &policy).unwrap();
}

#[test]
fn dates_far_away_work_and_dates_that_are_none_do_not() {
    let user = || keys().user("user_1").at(NOW);
    let last = 8_640_000_000_000_i64;
    for (name, value, reason) in [
        ("exp", json!(4_102_444_800_i64), None),
        ("exp", json!(last), None),
        ("exp", json!(1_772_541_346.9), None),
        (
            "exp",
            json!(last + 1),
            Some(Reason::TokenVerificationFailed),
        ),
        (
            "exp",
            json!(u64::MAX),
            Some(Reason::TokenVerificationFailed),
        ),
        (
            "exp",
            json!(i64::MAX),
            Some(Reason::TokenVerificationFailed),
        ),
        ("exp", json!(-1e300), Some(Reason::TokenVerificationFailed)),
        ("exp", json!(-last), Some(Reason::TokenExpired)),
        ("nbf", json!(-last), None),
        (
            "nbf",
            json!(i64::MIN),
            Some(Reason::TokenVerificationFailed),
        ),
        ("nbf", json!(-0.5), None),
        ("iat", json!(1e18), Some(Reason::TokenVerificationFailed)),
        ("iat", json!(last), Some(Reason::TokenIatInTheFuture)),
    ] {
        let token = user().claim(name, value.clone()).token();
        let verdict = session(&token, &Policy::default());
        assert_eq!(verdict.err().map(|e| e.reason), reason, "{name} {value}");
    }
}

#[test]
fn an_inspection_shows_every_verdict_and_what_was_not_asked() {
    let token = keys()
        .user("user_1")
        .at(NOW)
        .claim("exp", SECOND - 60)
        .claim("nbf", "x")
        .token();
    let policy = Policy {
        issuers: vec![keys().issuer()],
        ..Policy::default()
    };
    let decoded = decode(&token).unwrap();
    let verdicts = verify::inspect(&decoded, keys().public_key(), &policy, NOW);
    let of = |check| {
        &verdicts
            .iter()
            .find(|(found, _)| *found == check)
            .unwrap()
            .1
    };
    assert_eq!(of(Check::Signature), &Ok(Outcome::Passed));
    assert_eq!(of(Check::Issuer), &Ok(Outcome::Passed));
    assert_eq!(of(Check::Audience), &Ok(Outcome::NotAsked));
    assert_eq!(of(Check::AuthorizedParty), &Ok(Outcome::NotAsked));
    assert_eq!(
        of(Check::Expiry).as_ref().unwrap_err().reason,
        Reason::TokenExpired
    );
    assert_eq!(
        of(Check::NotBefore).as_ref().unwrap_err().reason,
        Reason::TokenVerificationFailed
    );
}

#[test]
fn claims_become_a_type_of_the_apps_own() {
    #[derive(serde::Deserialize)]
    struct Claims {
        sub: String,
        plan: Option<String>,
    }
    let token = keys().user("user_1").at(NOW).claim("plan", "pro").token();
    let verified = session(&token, &Policy::default()).unwrap();
    let claims: Claims = verified.claims_as().unwrap();
    assert_eq!(
        (claims.sub.as_str(), claims.plan.as_deref()),
        ("user_1", Some("pro"))
    );
    assert!(verified.claims_as::<Vec<u8>>().is_err());
    assert_eq!(
        verified.expires(),
        Some(UnixMillis::from_seconds(SECOND + 60))
    );
    assert_eq!(verified.claim_str("sid"), Some("sess_test"));
}

#[test]
fn dates_are_written_in_http_form() {
    for (seconds, text) in [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
        (SECOND, "Tue, 03 Mar 2026 12:34:56 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
        (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
        (2_147_483_648, "Tue, 19 Jan 2038 03:14:08 GMT"),
        (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
        (8_640_000_000_000, "Sat, 13 Sep 275760 00:00:00 GMT"),
        (-62_167_219_200, "Sat, 01 Jan 0000 00:00:00 GMT"),
        (-62_167_219_201, "Fri, 31 Dec -0001 23:59:59 GMT"),
    ] {
        assert_eq!(http_date(UnixMillis::from_seconds(seconds)), text);
    }
    assert_eq!(http_date(UnixMillis(-1)), "Wed, 31 Dec 1969 23:59:59 GMT");
}
