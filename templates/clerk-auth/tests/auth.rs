//! The auth object: what it tells, what it hides, and how a route narrows it.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use clerk_auth::auth::{Auth, Machine, Session};
use clerk_auth::claims::{ClaimsError, SessionClaims};
use clerk_auth::has::{Check, FactorLevel, Reverification};
use clerk_auth::time::UnixMillis;
use clerk_auth::token_type::{Accepts, TokenType};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use support::sessions::{auth_of, verified};

fn read(claims: &Value) -> Result<SessionClaims, ClaimsError> {
    SessionClaims::read(claims.as_object().unwrap())
}

fn key(subject: &str) -> Machine {
    let answer = json!({ "id": "ak_id", "subject": subject, "name": "Press", "scopes": ["read"],
        "claims": { "tier": "gold" }, "expiration": 1_772_541_299_000_i64 });
    Machine::from_answer(TokenType::ApiKey, answer.as_object().unwrap())
}

#[test]
fn custom_claims_come_in_a_type_of_ones_own() {
    #[derive(Deserialize)]
    struct Mine {
        plan: String,
        sub: String,
        seats: Option<u32>,
    }
    let auth = auth_of(&json!({ "sub": "user_1", "plan": "gold" }));
    let mine: Mine = auth.claims().unwrap();
    assert_eq!(
        (mine.plan.as_str(), mine.sub.as_str(), mine.seats),
        ("gold", "user_1", None)
    );
    assert!(
        auth_of(&json!({ "sub": "user_1" }))
            .claims::<Mine>()
            .is_err()
    );
    assert!(Auth::SignedOut.claims::<Map<String, Value>>().is_err());
    let pending = auth_of(&json!({ "sub": "user_1", "sts": "pending" }));
    assert!(pending.claims::<Map<String, Value>>().is_err());
}

#[test]
fn the_deadline_is_exp_in_milliseconds() {
    let at = |exp: Value| auth_of(&json!({ "sub": "user_1", "exp": exp })).deadline();
    assert_eq!(
        at(json!(1_772_541_346)),
        Some(UnixMillis(1_772_541_346_000))
    );
    assert_eq!(
        at(json!(1_772_541_346.9)),
        Some(UnixMillis(1_772_541_346_000))
    );
    assert_eq!(Auth::SignedOut.deadline(), None);
    assert_eq!(
        Auth::Machine(key("user_1")).deadline(),
        Some(UnixMillis(1_772_541_299_000))
    );
}

#[test]
fn no_debug_output_shows_a_token_or_a_claim() {
    let session = Session::new(verified(
        &json!({ "sub": "user_1", "secret": "hunter2hunter2" }),
    ))
    .unwrap();
    let token = session.token().to_owned();
    for text in [
        format!("{:?}", Auth::SignedIn(session.clone())),
        format!("{session:#?}"),
        format!("{:?}", Auth::Machine(key("user_1"))),
    ] {
        assert!(text.contains("user_1"), "{text}");
        assert!(
            !text.contains("hunter2") && !text.contains("gold"),
            "{text}"
        );
        assert!(
            !token
                .as_bytes()
                .windows(8)
                .any(|part| text.as_bytes().windows(8).any(|w| w == part)),
            "{text}"
        );
    }
}

#[test]
fn a_pending_session_is_nobody_until_asked_for() {
    let pending = auth_of(
        &json!({ "sub": "user_1", "sts": "pending", "org_id": "org_1", "org_role": "admin" }),
    );
    assert!(!pending.is_authenticated());
    assert_eq!(
        (pending.user_id(), pending.org_id(), pending.deadline()),
        (None, None, None)
    );
    assert_eq!(pending.session_status(), Some("pending"));
    assert!(!pending.has(Check::role("admin")));
    let asked = pending.pending_as_signed_in();
    assert_eq!(asked.user_id(), Some("user_1"));
    assert!(asked.has(Check::role("admin")));
    assert!(!Auth::SignedOut.pending_as_signed_in().is_authenticated());
}

#[test]
fn a_route_sees_only_the_kinds_it_accepts() {
    let user = auth_of(&json!({ "sub": "user_1" }));
    let machine = Auth::Machine(key("user_1"));
    let narrowed = |auth: &Auth, accepts| {
        let auth = auth.narrow(&accepts);
        (auth.token_type(), auth.is_authenticated())
    };
    let session = Some(TokenType::Session);
    assert_eq!(narrowed(&user, Accepts::default()), (session, true));
    assert_eq!(narrowed(&machine, Accepts::default()), (session, false));
    assert_eq!(
        narrowed(&user, Accepts::One(TokenType::M2m)),
        (Some(TokenType::M2m), false)
    );
    assert_eq!(narrowed(&user, Accepts::Listed(vec![])), (None, false));
    assert_eq!(
        narrowed(&machine, Accepts::Listed(vec![TokenType::ApiKey])),
        (Some(TokenType::ApiKey), true)
    );
    assert_eq!(
        narrowed(&machine, Accepts::Listed(vec![TokenType::M2m])),
        (None, false)
    );
    assert_eq!(narrowed(&Auth::InvalidToken, Accepts::Any), (None, false));
    assert_eq!(
        narrowed(&Auth::InvalidToken, Accepts::default()),
        (session, false)
    );
}

#[test]
fn machines_say_whom_they_stand_for_and_pass_no_check() {
    let ids = |auth: &Auth| {
        (
            auth.user_id().map(str::to_owned),
            auth.org_id().map(str::to_owned),
        )
    };
    assert_eq!(
        ids(&Auth::Machine(key("user_1"))),
        (Some("user_1".into()), None)
    );
    assert_eq!(
        ids(&Auth::Machine(key("org_1"))),
        (None, Some("org_1".into()))
    );
    assert_eq!(ids(&Auth::Machine(key("other"))), (None, None));
    assert!(!Auth::Machine(key("user_1")).has(Check::plan("gold")));

    let m2m = Machine::from_m2m_jwt(&verified(&json!({
        "sub": "mch_1", "jti": "mt_id", "scopes": "mch_a mch_b", "aud": ["mch_c"], "iat": 1, "own": 1,
    })));
    assert_eq!(m2m.scopes(), ["mch_a", "mch_b"]);
    assert_eq!(
        (m2m.id(), m2m.machine_id(), m2m.user_id()),
        ("mt_id", Some("mch_1"), None)
    );
    assert!(
        m2m.claims().unwrap().contains_key("own") && !m2m.claims().unwrap().contains_key("jti")
    );
    let bare = Machine::from_m2m_jwt(&verified(&json!({ "sub": "mch_1", "jti": "mt_id" })));
    assert_eq!((bare.claims(), bare.scopes()), (None, [].as_slice()));

    let oauth = Machine::from_oauth_jwt(&verified(
        &json!({ "sub": "user_1", "scope": "openid email" }),
    ));
    assert_eq!(oauth.scopes(), ["openid", "email"]);
    assert_eq!(
        (oauth.user_id(), oauth.client_id(), oauth.id()),
        (Some("user_1"), Some(""), "")
    );
}

#[test]
fn claims_that_cannot_be_read_make_no_session() {
    let organization = json!({ "id": "org_1", "per": "read", "fpm": "1" });
    for (name, value) in [
        ("fea", json!("one")),
        ("fea", json!(["o:one"])),
        ("fea", json!(true)),
        ("fea", json!(7)),
    ] {
        let mut claims = json!({ "sub": "user_1", "v": 2, "o": organization });
        claims[name] = value;
        assert!(Session::new(verified(&claims)).is_err(), "{claims}");
    }
    for (name, value) in [
        ("per", json!(["read"])),
        ("fpm", json!(1)),
        ("fpm", json!({})),
    ] {
        let mut claims = json!({ "sub": "user_1", "v": 2, "fea": "o:one", "o": organization });
        claims["o"][name] = value;
        assert!(Session::new(verified(&claims)).is_err(), "{claims}");
    }
}

#[test]
fn a_few_kilobytes_of_claims_cannot_name_gigabytes_of_permissions() {
    let features = vec!["o:f"; 5000].join(",");
    let masks = vec!["1"; 5000].join(",");
    let claims = json!({ "v": 2, "fea": features,
        "o": { "id": "org_1", "per": "n".repeat(100_000), "fpm": masks } });
    assert!(matches!(
        read(&claims),
        Err(ClaimsError::TooManyPermissions { .. })
    ));
}

#[test]
fn a_megabyte_of_digits_is_no_mask_and_costs_nothing() {
    let names = vec!["n"; 5000].join(",");
    let grants = |mask: String| {
        let claims =
            json!({ "v": 2, "fea": "o:f", "o": { "id": "org_1", "per": names, "fpm": mask } });
        read(&claims).unwrap().org_permissions.unwrap().len()
    };
    assert_eq!(grants("9".repeat(1_000_000)), 0);
    assert_eq!(grants("0".repeat(1_000_000) + "3"), 2);
}

#[test]
fn only_one_prefix_is_folded_and_only_where_it_stands() {
    let claims = read(
        &json!({ "sub": "user_1", "org_id": "org_1", "org_role": "org:org:admin",
        "org_permissions": ["org:teams:read", "teams:write", 7] }),
    )
    .unwrap();
    let has = |check: Check| check.holds_for(&claims);
    assert!(has(Check::role("admin")) && has(Check::role("org:org:org:admin")));
    assert!(has(Check::permission("teams:read")) && has(Check::permission("org:org:teams:read")));
    assert!(
        !has(Check::permission("teams:write"))
            && !has(Check::permission(""))
            && !has(Check::permission("org:"))
    );
    assert!(!has(Check::role("org:")) && !has(Check::role("ADMIN")));
    let without_org =
        read(&json!({ "sub": "user_1", "org_role": "org:admin", "org_permissions": ["org:a:b"] }))
            .unwrap();
    assert!(
        !Check::role("admin").holds_for(&without_org)
            && !Check::permission("a:b").holds_for(&without_org)
    );
}

#[test]
fn every_condition_counts_also_two_of_a_kind() {
    let claims = read(&json!({ "sub": "user_1", "fea": "u:a,u:b" })).unwrap();
    assert!(
        Check::feature("a")
            .and(Check::feature("b"))
            .holds_for(&claims)
    );
    assert!(
        !Check::feature("a")
            .and(Check::feature("c"))
            .holds_for(&claims)
    );
    assert!(
        !Check::feature("a")
            .and(Check::feature(""))
            .holds_for(&claims)
    );
    assert!(!Check::default().holds_for(&claims));
    let broken = read(&json!({ "sub": "user_1", "fea": "u:a,b" })).unwrap();
    assert!(!Check::feature("a").holds_for(&broken));
    let empty = read(&json!({ "sub": "user_1", "fea": "u:,u:user" })).unwrap();
    assert!(!Check::feature("user:").holds_for(&empty));
}

#[test]
fn odd_ages_are_never_fresh() {
    let claims = read(&json!({ "sub": "user_1", "fva": [0, 0] })).unwrap();
    for minutes in [0.0, -1.0, f64::NAN, f64::NEG_INFINITY] {
        let wanted = Reverification::Custom {
            level: FactorLevel::FirstFactor,
            after_minutes: minutes,
        };
        assert!(
            !Check::reverification(wanted).holds_for(&claims),
            "{minutes}"
        );
    }
    for fva in [
        json!([0, 0, 0]),
        json!([0]),
        json!("0,0"),
        json!([null, 0]),
        json!([-0.5, 0]),
        json!({}),
    ] {
        let claims = read(&json!({ "sub": "user_1", "fva": fva })).unwrap();
        assert!(
            !Check::reverification(Reverification::Lax).holds_for(&claims),
            "{fva}"
        );
    }
}

#[test]
fn a_reverification_answer_names_what_is_wanted() {
    let wanted = |reverification: Reverification| {
        reverification.error_body()["clerk_error"]["metadata"]["reverification"].clone()
    };
    assert_eq!(wanted(Reverification::StrictMfa), json!("strict_mfa"));
    let custom = Reverification::Custom {
        level: FactorLevel::MultiFactor,
        after_minutes: 5.0,
    };
    assert_eq!(
        wanted(custom),
        json!({ "level": "multi_factor", "afterMinutes": 5.0 })
    );
    assert_eq!(
        custom.error_body()["clerk_error"]["reason"],
        "reverification-error"
    );
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[ou:,0-9a-c ]{0,16}".prop_map(Value::from),
        Just(json!(2)),
        Just(json!(-1)),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        let member = "(id|slg|rol|per|fpm)";
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::hash_map(member, inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_claims_panic_and_nobody_has_anything_without_a_user(
        claims in prop::collection::hash_map(
            "(v|o|fea|pla|fva|sid|sts|act|org_id|org_role|org_slug|org_permissions)", any_json(), 0..8),
        wanted in "[ou:a-c]{0,8}",
    ) {
        let mut claims: Map<String, Value> = claims.into_iter().collect();
        let check = |fields: &SessionClaims| {
            [
                Check::role(wanted.clone()),
                Check::permission(wanted.clone()),
                Check::feature(wanted.clone()),
                Check::plan(wanted.clone()),
                Check::reverification(Reverification::Lax),
            ]
            .map(|check| check.holds_for(fields))
        };
        if let Ok(fields) = SessionClaims::read(&claims) {
            prop_assert_eq!(check(&fields), [false; 5]);
        }
        claims.insert("sub".into(), "user_1".into());
        if let Ok(fields) = SessionClaims::read(&claims) {
            let [role, permission, feature, plan, fresh] = check(&fields);
            let in_organization = fields.org_id.as_deref().is_some_and(|id| !id.is_empty());
            prop_assert!(in_organization || !(role || permission));
            prop_assert!(fields.features.is_some() || !feature);
            prop_assert!(fields.plans.is_some() || !plan);
            prop_assert!(fields.factor_verification_age.is_some() || !fresh);
        }
    }

    #[test]
    fn no_answer_and_no_token_text_panics(answer in any_json(), token in ".{0,64}") {
        let _ = TokenType::of(&token);
        if let Value::Object(answer) = answer {
            let _ = Machine::from_answer(TokenType::OAuth, &answer);
        }
    }
}
