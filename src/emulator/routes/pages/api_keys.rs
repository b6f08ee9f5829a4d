//! API keys that signed-in users make for themselves (`frontend-api-2.md` section 9). Unlike all else that pages ask,
//! these calls name who asks by a session token, bring JSON and get bare answers.

use axum::response::IntoResponse as _;
use clerk_auth::time::UnixMillis;
use clerk_auth::verify::{Policy, verify_session_token};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use crate::emulator::app::App;
use crate::emulator::instance::machines::Lifetime;
use crate::emulator::instance::machines::api_key::{ApiKeyChanges, NewApiKey};
use crate::emulator::instance::{AccessRefusal, Instance, Refusal};
use crate::emulator::routes::admission::bearer;
use crate::emulator::routes::api_key_list::api_key_list;
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::fault::Fault;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::{ServerCall, nullable};
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::machines::{api_key, new_api_key};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/api_keys", list)
        .post("/api_keys", create)
        .patch("/api_keys/{id}", change)
        .post("/api_keys/{id}/revoke", revoke)
}

/// The user whose session token this request carries.
fn asker(
    app: &App,
    instance: &Instance,
    headers: &HeaderMap,
    now: UnixMillis,
) -> Result<String, Fault> {
    let token = bearer(headers).ok_or(Refusal::SignedOut)?;
    let verified = verify_session_token(token, &app.mint.public_key()?, &Policy::default(), now);
    let verified = verified.map_err(|_| Refusal::SignedOut)?;
    let session = verified
        .claim_str("sid")
        .and_then(|id| instance.session(id));
    let session = session.filter(|session| session.is_live(now));
    Ok(session.ok_or(Refusal::SignedOut)?.user_id.clone())
}

const READ: &str = "org:sys_api_keys:read";
const MANAGE: &str = "org:sys_api_keys:manage";

/// # Errors
/// A [`Refusal`] when the keys of this subject are no affair of the user's.
fn own(
    instance: &Instance,
    user: &str,
    subject: &str,
    permission: &'static str,
) -> Result<(), Refusal> {
    let settings = instance.settings();
    let is_of_organization = subject.starts_with("org_");
    let is_on = if is_of_organization {
        settings.organization_api_keys
    } else {
        settings.user_api_keys
    };
    if !is_on {
        return Err(AccessRefusal::ApiKeysOff.into());
    }
    if subject == user {
        Ok(())
    } else if is_of_organization {
        let member = instance.member_who_may(subject, user, Some(permission));
        member.map(drop)
    } else {
        Err(Refusal::NotFound)
    }
}

fn list(app: &Shared, headers: HeaderMap, call: ServerCall) -> Answer {
    let now = app.now();
    let instance = app.instance();
    let user = asker(app, &instance, &headers, now)?;
    own(&instance, &user, call.query.required("subject")?, READ)?;
    Ok(json_answer(&api_key_list(&instance, &call.query, now)?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    r#type: Option<String>,
    name: String,
    description: Option<String>,
    subject: String,
    seconds_until_expiration: Option<f64>,
}

fn create(app: &Shared, headers: HeaderMap, call: ServerCall) -> Answer {
    let now = app.now();
    let mut instance = app.instance();
    let user = asker(app, &instance, &headers, now)?;
    let new: New = call.body()?;
    own(&instance, &user, &new.subject, MANAGE)?;
    let lifetime = Lifetime::of("seconds_until_expiration", new.seconds_until_expiration)?;
    let new = NewApiKey {
        kind: new.r#type,
        subject: new.subject,
        name: new.name,
        description: new.description,
        created_by: Some(user),
        lifetime,
        ..NewApiKey::default()
    };
    let answer = json_answer(&new_api_key(instance.create_api_key(new, now)?, now));
    Ok((StatusCode::CREATED, answer).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changes {
    #[serde(default, deserialize_with = "nullable")]
    description: Option<Option<String>>,
}

fn change(app: &Shared, Path(id): Path<String>, headers: HeaderMap, call: ServerCall) -> Answer {
    let now = app.now();
    let mut instance = app.instance();
    let user = asker(app, &instance, &headers, now)?;
    own(&instance, &user, &instance.api_key(&id)?.subject, MANAGE)?;
    let Changes { description } = call.body()?;
    let changes = ApiKeyChanges {
        description,
        ..ApiKeyChanges::default()
    };
    Ok(json_answer(&api_key(
        instance.change_api_key(&id, changes, now)?,
        now,
    )))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Revocation {
    revocation_reason: Option<String>,
}

fn revoke(app: &Shared, Path(id): Path<String>, headers: HeaderMap, call: ServerCall) -> Answer {
    let now = app.now();
    let mut instance = app.instance();
    let user = asker(app, &instance, &headers, now)?;
    own(&instance, &user, &instance.api_key(&id)?.subject, MANAGE)?;
    let Revocation { revocation_reason } = call.body()?;
    Ok(json_answer(&api_key(
        instance.revoke_api_key(&id, revocation_reason, now)?,
        now,
    )))
}
