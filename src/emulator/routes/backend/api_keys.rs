//! Users' API keys, as servers see them (`backend-api.md` section 7.1).

use axum::response::IntoResponse as _;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::emulator::instance::Refusal;
use crate::emulator::instance::machines::Lifetime;
use crate::emulator::instance::machines::api_key::{ApiKeyChanges, NewApiKey};
use crate::emulator::routes::api_key_list::api_key_list;
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::{ServerCall, nullable};
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::access::deleted;
use crate::emulator::shape::machines::{api_key, new_api_key};

/// The field that says how long a key or token opens doors.
const LIFE: &str = "seconds_until_expiration";

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/v1/api_keys", list)
        .post("/v1/api_keys", create)
        .post("/v1/api_keys/verify", verify)
        .get("/v1/api_keys/{id}", show)
        .patch("/v1/api_keys/{id}", change)
        .delete("/v1/api_keys/{id}", remove)
        .get("/v1/api_keys/{id}/secret", secret)
        .post("/v1/api_keys/{id}/revoke", revoke)
}

fn list(app: &Shared, call: ServerCall) -> Answer {
    let list = api_key_list(&app.instance(), &call.query, app.now())?;
    Ok(json_answer(&list))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    r#type: Option<String>,
    name: String,
    description: Option<String>,
    subject: String,
    claims: Option<Map<String, Value>>,
    scopes: Option<Vec<String>>,
    created_by: Option<String>,
    seconds_until_expiration: Option<f64>,
}

fn create(app: &Shared, call: ServerCall) -> Answer {
    let new: New = call.body()?;
    let new = NewApiKey {
        kind: new.r#type,
        subject: new.subject,
        name: new.name,
        description: new.description,
        claims: new.claims,
        scopes: new.scopes.unwrap_or_default(),
        created_by: new.created_by,
        lifetime: Lifetime::of(LIFE, new.seconds_until_expiration)?,
    };
    let now = app.now();
    let mut instance = app.instance();
    let answer = json_answer(&new_api_key(instance.create_api_key(new, now)?, now));
    // The description says 200, and Clerk's package for Python takes nothing but 201.
    Ok((StatusCode::CREATED, answer).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shown {
    secret: String,
}

fn verify(app: &Shared, call: ServerCall) -> Answer {
    let Shown { secret } = call.body()?;
    if secret.is_empty() {
        return Err(Refusal::ParamMissing("secret").into());
    }
    let now = app.now();
    let mut instance = app.instance();
    Ok(json_answer(&api_key(
        instance.use_api_key(&secret, now)?,
        now,
    )))
}

fn show(app: &Shared, Path(id): Path<String>) -> Answer {
    Ok(json_answer(&api_key(
        app.instance().api_key(&id)?,
        app.now(),
    )))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changes {
    subject: Option<String>,
    #[serde(default, deserialize_with = "nullable")]
    description: Option<Option<String>>,
    #[serde(default, deserialize_with = "nullable")]
    claims: Option<Option<Map<String, Value>>>,
    scopes: Option<Vec<String>>,
    #[serde(default, deserialize_with = "nullable")]
    seconds_until_expiration: Option<Option<f64>>,
}

fn change(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    let changes: Changes = call.body()?;
    let life = changes.seconds_until_expiration;
    let changes = ApiKeyChanges {
        subject: changes.subject,
        description: changes.description,
        claims: changes.claims,
        scopes: changes.scopes,
        lifetime: life.map(|life| Lifetime::of(LIFE, life)).transpose()?,
    };
    let now = app.now();
    let mut instance = app.instance();
    Ok(json_answer(&api_key(
        instance.change_api_key(&id, changes, now)?,
        now,
    )))
}

fn remove(app: &Shared, Path(id): Path<String>) -> Answer {
    app.instance().remove_api_key(&id)?;
    Ok(json_answer(&deleted("api_key", &id)))
}

fn secret(app: &Shared, Path(id): Path<String>) -> Answer {
    let instance = app.instance();
    Ok(json_answer(
        &json!({ "secret": instance.api_key(&id)?.secret }),
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Revocation {
    revocation_reason: Option<String>,
}

fn revoke(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    let Revocation { revocation_reason } = call.body()?;
    let now = app.now();
    let mut instance = app.instance();
    Ok(json_answer(&api_key(
        instance.revoke_api_key(&id, revocation_reason, now)?,
        now,
    )))
}
