//! The recorded cases of claims and `has()`, by id.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use clerk_auth::claims::SessionClaims;
use clerk_auth::has::{Check, FactorLevel, Reverification};
use serde_json::{Map, Value, json};
use support::Deviations;

#[test]
fn claims_read_as_recorded() {
    let mut deviations = Deviations::new(&[]);
    for case in support::list(&support::cases("claims"), "cases") {
        let id = case["id"].as_str().unwrap();
        deviations.check(id, run(&case), || false);
    }
    deviations.finish();
}

fn run(case: &Value) -> Result<(), String> {
    let read = SessionClaims::read(case["claims"].as_object().unwrap());
    let claims = match (read, case["expect"]["error"].as_str()) {
        (Ok(claims), None) => claims,
        (Err(error), Some(recorded)) => {
            return support::same("error", &error.to_string(), &recorded.to_owned());
        }
        (read, recorded) => return Err(format!("got {read:?}, recorded error {recorded:?}")),
    };
    support::same("fields", &as_recorded(&claims), &case["expect"])?;
    for question in case["has"].as_array().into_iter().flatten() {
        let got = check(question["check"].as_object().unwrap()).holds_for(&claims);
        let recorded = question["result"].as_bool().unwrap();
        support::same(&question["check"].to_string(), &got, &recorded)?;
    }
    Ok(())
}

fn as_recorded(claims: &SessionClaims) -> Value {
    json!({
        "user_id": claims.user_id,
        "session_id": claims.session_id,
        "session_status": claims.session_status,
        "org_id": claims.org_id,
        "org_role": claims.org_role,
        "org_slug": claims.org_slug,
        "org_permissions": claims.org_permissions,
        "factor_verification_age": claims.factor_verification_age,
        "actor": claims.actor,
    })
}

/// The recorded parameters as ours. A key that is there with `null` is asked for and never held, like an empty name.
fn check(parameters: &Map<String, Value>) -> Check {
    let mut check = Check::default();
    for (key, wanted) in parameters {
        let name = wanted.as_str().unwrap_or_default().to_owned();
        check = check.and(match key.as_str() {
            "role" => Check::role(name),
            "permission" => Check::permission(name),
            "feature" => Check::feature(name),
            "plan" => Check::plan(name),
            "reverification" => Check::reverification(reverification(wanted)),
            _ => Check::default(),
        });
    }
    check
}

/// Words and levels that do not exist cannot be written in our types. The nearest a careless app can come is an age
/// that nothing is younger than.
fn reverification(wanted: &Value) -> Reverification {
    let level = match wanted["level"].as_str() {
        Some("first_factor") => Some(FactorLevel::FirstFactor),
        Some("second_factor") => Some(FactorLevel::SecondFactor),
        Some("multi_factor") => Some(FactorLevel::MultiFactor),
        _ => None,
    };
    match (wanted.as_str(), level) {
        (Some("strict_mfa"), _) => Reverification::StrictMfa,
        (Some("strict"), _) => Reverification::Strict,
        (Some("moderate"), _) => Reverification::Moderate,
        (Some("lax"), _) => Reverification::Lax,
        (None, Some(level)) => Reverification::Custom {
            level,
            after_minutes: wanted["afterMinutes"].as_f64().unwrap_or_default(),
        },
        _ => Reverification::Custom {
            level: FactorLevel::FirstFactor,
            after_minutes: 0.0,
        },
    }
}
