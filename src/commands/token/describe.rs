//! A token as data, and its places in words.

use clerk_auth::claims::SessionClaims;
use clerk_auth::time::UnixMillis;
use clerk_auth::token::Unverified;
use serde_json::{Map, Value, json};

use crate::escape::visible;
use crate::inspect::clock;
use crate::inspect::explain::{Date, DateClaim, explain};
use crate::inspect::kind::{Form, Token};
use crate::inspect::paste::{Carrier, Found, Place};
use crate::inspect::signature::{self, Signature};

/// `__session, line 3, column 12`, and the number of other places.
pub fn places(found: &Found) -> String {
    let first = found.places.first().map(place).unwrap_or_default();
    match found.places.len() {
        0 | 1 => first,
        2 => format!("{first}; once more below"),
        more => format!("{first}; {} more times below", more - 1),
    }
}

fn place(place: &Place) -> String {
    let Place { line, column, .. } = place;
    match &place.carrier {
        Carrier::Bare => format!("line {line}, column {column}"),
        Carrier::Bearer => format!("Bearer, line {line}, column {column}"),
        Carrier::Named(name) => format!("{}, line {line}, column {column}", visible(name)),
    }
}

/// The token as data. The token itself is a credential and is left out.
pub fn token(token: &Token, now: UnixMillis) -> Map<String, Value> {
    let mut data = Map::new();
    let mut put = |name: &str, value: Value| data.insert(name.to_owned(), value);
    put("kind", token.kind.as_str().into());
    put("title", token.kind.title().into());
    put("bytes", token.found.token.len().into());
    put("found", token.found.places.iter().map(place_data).collect());
    match &token.form {
        Form::Jwt(jwt) => {
            put("header", Value::Object(jwt.header().clone()));
            put("claims", Value::Object(jwt.claims().clone()));
            put("times", times(jwt, now));
            if token.kind.is_session() {
                put("session", session(jwt));
            }
            if let Signature::TakenOut(text) = &token.signature {
                put("signature_taken_out", signature::shown(text).into());
            }
        }
        Form::Opaque => {}
        Form::Broken(fault) => {
            let fault = json!({
                "code": fault.code(),
                "message": fault.to_string(),
                "part": fault.part,
                "position": fault.position,
                "help": fault.help(),
            });
            put("fault", fault);
        }
    }
    if let Some(about) = token.kind.about() {
        put("about", about.into());
    }
    put("notes", json!(explain(token, now).notes));
    data
}

fn place_data(place: &Place) -> Value {
    let carrier = match &place.carrier {
        Carrier::Bare => Value::Null,
        Carrier::Bearer => "Bearer".into(),
        Carrier::Named(name) => name.as_str().into(),
    };
    json!({ "in": carrier, "line": place.line, "column": place.column })
}

fn times(jwt: &Unverified, now: UnixMillis) -> Value {
    let times = DateClaim::ALL.into_iter().filter_map(|claim| {
        let seconds = Date::of(jwt.claims(), claim)?.seconds;
        let time = json!({
            "unix": seconds,
            "utc": clock::iso(seconds),
            "in_seconds": seconds.saturating_sub(now.seconds()),
        });
        Some((claim.name().to_owned(), time))
    });
    Value::Object(times.collect())
}

/// The session that an app would read from the claims, by the core's rules.
fn session(jwt: &Unverified) -> Value {
    match SessionClaims::read(jwt.claims()) {
        Ok(claims) => json!({
            "user_id": claims.user_id,
            "session_id": claims.session_id,
            "session_status": claims.session_status,
            "org_id": claims.org_id,
            "org_slug": claims.org_slug,
            "org_role": claims.org_role,
            "org_permissions": claims.org_permissions,
            "features": claims.features,
            "plans": claims.plans,
            "factor_verification_age": claims.factor_verification_age,
            "actor": claims.actor,
        }),
        Err(error) => json!({ "error": error.to_string() }),
    }
}
