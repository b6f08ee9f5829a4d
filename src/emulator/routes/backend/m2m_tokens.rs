//! Tokens between machines (`backend-api.md` section 7.1). These routes alone take the key of a machine as well as the
//! secret key.

use axum::response::{IntoResponse as _, Response};
use clerk_auth::time::UnixMillis;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::emulator::instance::machines::later;
use crate::emulator::instance::machines::m2m::{Ended, M2mToken, NewM2mToken};
use crate::emulator::instance::{Instance, Refusal, random};
use crate::emulator::routes::admission::bearer;
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::fault::Fault;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::ServerCall;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::window::Window;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::machines::{m2m_token, new_m2m_token};

const MAX_LIMIT: usize = 100;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/v1/m2m_tokens", list)
        .post("/v1/m2m_tokens", create)
        .post("/v1/m2m_tokens/verify", verify)
        .post("/v1/m2m_tokens/{id}/revoke", revoke)
}

/// The machine whose key the request carries; none if it is the instance's own.
fn asker(instance: &Instance, headers: &HeaderMap, now: UnixMillis) -> Option<String> {
    let machine = instance.machine_with_key(bearer(headers)?, now)?;
    Some(machine.id.clone())
}

/// # Errors
/// [`Refusal::NotFound`] when a machine asks for what is another's.
fn own(asker: Option<&String>, subject: &str) -> Result<(), Refusal> {
    if asker.is_none_or(|machine| machine == subject) {
        Ok(())
    } else {
        Err(Refusal::NotFound)
    }
}

#[derive(Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Format {
    #[default]
    Opaque,
    Jwt,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    token_format: Option<Format>,
    seconds_until_expiration: Option<f64>,
    claims: Option<Map<String, Value>>,
    min_remaining_ttl_seconds: Option<u32>,
}

fn create(app: &Shared, headers: HeaderMap, call: ServerCall) -> Answer {
    let now = app.now();
    let mut instance = app.instance();
    // Only a machine can speak for itself.
    let machine = asker(&instance, &headers, now).ok_or(Fault::NoMachineKey)?;
    let new: New = call.body()?;
    let is_jwt = new.token_format == Some(Format::Jwt);
    let least = new.min_remaining_ttl_seconds.filter(|_| !is_jwt);
    let least = least.map(i64::from);
    let new = NewM2mToken {
        is_jwt,
        life: new.seconds_until_expiration,
        claims: new.claims,
        least_life: least,
    };
    let token = instance.new_m2m_token(&machine, new, now)?;
    if is_jwt {
        return Ok(created(&token, &app.mint.m2m_token(&token)?, now));
    }
    let least = least.map(|least| later(now, least));
    if let Some(known) = least.and_then(|least| instance.m2m_token_like(&token, least)) {
        return Ok(created(known, &known.text, now));
    }
    let text = format!("mt_{}", random::alphanumeric(&*app.random, 43));
    let kept = instance.keep_m2m_token(token, text, now)?;
    Ok(created(kept, &kept.text, now))
}

fn created(token: &M2mToken, text: &str, now: UnixMillis) -> Response {
    let answer = json_answer(&new_m2m_token(token, text, now));
    (StatusCode::CREATED, answer).into_response()
}

fn list(app: &Shared, headers: HeaderMap, call: ServerCall) -> Answer {
    let now = app.now();
    let instance = app.instance();
    let window = Window::up_to(MAX_LIMIT, &call.query)?;
    let subject = call.query.required("subject")?;
    own(asker(&instance, &headers, now).as_ref(), subject)?;
    let ended = Ended {
        revoked: call.query.flag("revoked")?.unwrap_or_default(),
        expired: call.query.flag("expired")?.unwrap_or_default(),
    };
    let tokens = instance.m2m_tokens(subject, ended, now)?;
    let total = tokens.len();
    let shown = window.cut(tokens.into_iter());
    let shown: Vec<_> = shown.map(|token| m2m_token(token, now)).collect();
    Ok(json_answer(
        &json!({ "m2m_tokens": shown, "total_count": total }),
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shown {
    token: String,
}

fn verify(app: &Shared, headers: HeaderMap, call: ServerCall) -> Answer {
    let Shown { token } = call.body()?;
    if token.is_empty() {
        return Err(Refusal::ParamMissing("token").into());
    }
    let now = app.now();
    let mut instance = app.instance();
    let machine = asker(&instance, &headers, now);
    let machine = machine.as_deref();
    let found = match app.mint.read_m2m_token(&token) {
        Some(told) if told.is_for(machine) => m2m_token(&told, now),
        Some(_) => return Err(Refusal::NotFound.into()),
        None => m2m_token(instance.use_m2m_token(&token, machine, now)?, now),
    };
    Ok(json_answer(&found))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Revocation {
    revocation_reason: Option<String>,
}

fn revoke(app: &Shared, Path(id): Path<String>, headers: HeaderMap, call: ServerCall) -> Answer {
    let Revocation { revocation_reason } = call.body()?;
    let now = app.now();
    let mut instance = app.instance();
    let asker = asker(&instance, &headers, now);
    own(asker.as_ref(), &instance.m2m_token(&id)?.subject)?;
    let revoked = instance.revoke_m2m_token(&id, revocation_reason, now)?;
    Ok(json_answer(&m2m_token(revoked, now)))
}
