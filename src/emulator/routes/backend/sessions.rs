//! Sessions of any user (`backend-api.md` section 7.2).

use serde::Deserialize;

use crate::emulator::app::App;
use crate::emulator::instance::{Instance, Refusal, Session};
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::fault::Fault;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::ServerCall;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::window::old_list;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::{View, backend_session};

const STATES: [&str; 8] = [
    "abandoned",
    "active",
    "ended",
    "expired",
    "pending",
    "removed",
    "replaced",
    "revoked",
];
/// In seconds.
const LIVES: std::ops::RangeInclusive<i64> = 30..=315_360_000;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/v1/sessions", list)
        .post("/v1/sessions", create)
        .get("/v1/sessions/{session_id}", show)
        .post("/v1/sessions/{session_id}/revoke", revoke)
        .post("/v1/sessions/{session_id}/tokens", token)
        .post(
            "/v1/sessions/{session_id}/tokens/{template_name}",
            template_token,
        )
}

/// Newest first.
fn list(app: &Shared, call: ServerCall) -> Answer {
    let (user, client) = (call.query.get("user_id"), call.query.get("client_id"));
    let status = call.query.get("status");
    if status.is_some_and(|status| !STATES.contains(&status)) {
        return Err(Refusal::ParamValue("status").into());
    }
    let now = app.now();
    let instance = app.instance();
    let fits = |session: &&Session| {
        client.is_none_or(|id| session.client_id == id)
            && status.is_none_or(|status| session.state(now) == status)
    };
    let found: Vec<_> = match (user, client) {
        (Some(user), _) => instance.sessions_of(user).rev().filter(fits).collect(),
        (None, Some(_)) => instance.sessions().rev().filter(fits).collect(),
        (None, None) => return Err(Refusal::ParamMissing("user_id").into()),
    };
    let shape = |session: &Session| backend_session(&instance, session, now);
    Ok(json_answer(&old_list(&call.query, found, shape)?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    user_id: String,
    active_organization_id: Option<String>,
}

fn create(app: &Shared, call: ServerCall) -> Answer {
    let new: New = call.body()?;
    let now = app.now();
    let mut instance = app.instance();
    let organization = new.active_organization_id;
    let session = instance.open_session_for(&new.user_id, organization.as_deref(), now)?;
    let session = session.clone();
    Ok(json_answer(&backend_session(&instance, &session, now)))
}

fn show(app: &Shared, Path(id): Path<String>) -> Answer {
    let instance = app.instance();
    let session = instance.session(&id).ok_or(Refusal::NotFound)?;
    Ok(json_answer(&backend_session(&instance, session, app.now())))
}

fn revoke(app: &Shared, Path(id): Path<String>) -> Answer {
    let now = app.now();
    let mut instance = app.instance();
    let revoked = instance.revoke_session(&id, now)?.clone();
    Ok(json_answer(&backend_session(&instance, &revoked, now)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Life {
    expires_in_seconds: Option<i64>,
}

fn life(call: &ServerCall) -> Result<Option<i64>, Fault> {
    let Life { expires_in_seconds } = call.body()?;
    match expires_in_seconds {
        Some(life) if !LIVES.contains(&life) => {
            Err(Refusal::ParamValue("expires_in_seconds").into())
        }
        life => Ok(life),
    }
}

fn token(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    let life = life(&call)?;
    let instance = app.instance();
    let session = live(app, &instance, &id)?;
    Ok(json_answer(
        &view(app, &instance).token_of_life(session, life)?,
    ))
}

fn template_token(
    app: &Shared,
    Path((id, name)): Path<(String, String)>,
    call: ServerCall,
) -> Answer {
    let life = life(&call)?;
    let instance = app.instance();
    let session = live(app, &instance, &id)?;
    let template = instance.template_named(&name)?;
    Ok(json_answer(
        &view(app, &instance).template_token(session, template, life)?,
    ))
}

fn live<'a>(app: &App, instance: &'a Instance, id: &str) -> Result<&'a Session, Refusal> {
    let session = instance.session(id).ok_or(Refusal::NotFound)?;
    if session.is_live(app.now()) {
        Ok(session)
    } else {
        Err(Refusal::SessionOver)
    }
}

/// A server's tokens name no page.
fn view<'a>(app: &'a App, instance: &'a Instance) -> View<'a> {
    View {
        instance,
        mint: &app.mint,
        random: &*app.random,
        authorized_party: None,
        now: app.now(),
    }
}
