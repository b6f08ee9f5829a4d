//! One session: its tokens, its touch, its end; and what a signed-in page asks about its user
//! (`frontend-api.md` sections 9.3 and 10.1).

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::call::{Call, metadata};
use super::fault::Fault;
use super::turn::{Turn, json_answer};
use super::{Answer, Shared};
use crate::emulator::instance::user::UserChanges;
use crate::emulator::instance::{Refusal, SessionStatus};
use crate::emulator::shape::{Audience, user};

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/v1/client/sessions/{id}", get(show))
        .route("/v1/client/sessions/{id}/tokens", post(token))
        .route("/v1/client/sessions/{id}/touch", post(touch))
        .route("/v1/client/sessions/{id}/end", post(end))
        .route("/v1/client/sessions/{id}/remove", post(remove))
        .route("/v1/me", get(me).patch(update_me))
        .route("/v1/me/sessions/active", get(active_sessions))
}

async fn show(State(app): State<Shared>, Path(id): Path<String>, call: Call) -> Answer {
    let turn = Turn::new(&app, &call);
    let session = turn
        .instance
        .own_session(call.dev_browser(), &id, turn.now)?;
    turn.wrapped(&turn.view().session(session)?)
}

async fn token(State(app): State<Shared>, Path(id): Path<String>, call: Call) -> Answer {
    refuse_organization(call.form.get("organization_id"))?;
    let turn = Turn::new(&app, &call);
    let session = turn
        .instance
        .own_session(call.dev_browser(), &id, turn.now)?;
    Ok(json_answer(&turn.view().token(session)?))
}

async fn touch(State(app): State<Shared>, Path(id): Path<String>, call: Call) -> Answer {
    refuse_organization(call.form.get("active_organization_id"))?;
    let mut turn = Turn::new(&app, &call);
    let now = turn.now;
    turn.instance.touch(call.dev_browser(), &id, now)?;
    answer_session(&turn, &id)
}

async fn end(State(app): State<Shared>, Path(id): Path<String>, call: Call) -> Answer {
    close(&app, &id, &call, SessionStatus::Ended)
}

async fn remove(State(app): State<Shared>, Path(id): Path<String>, call: Call) -> Answer {
    close(&app, &id, &call, SessionStatus::Removed)
}

fn close(app: &Shared, id: &str, call: &Call, status: SessionStatus) -> Answer {
    let mut turn = Turn::new(app, call);
    let now = turn.now;
    turn.instance
        .end_session(call.dev_browser(), id, status, now)?;
    answer_session(&turn, id)
}

fn answer_session(turn: &Turn<'_>, id: &str) -> Answer {
    let session = turn.instance.session(id).ok_or(Refusal::NotFound)?;
    turn.wrapped(&turn.view().session(session)?)
}

/// Organizations are not emulated yet, so nobody is a member of one. An empty id means the personal account.
fn refuse_organization(id: Option<&str>) -> Result<(), Refusal> {
    id.map_or(Ok(()), |_| Err(Refusal::NotAMember))
}

async fn me(State(app): State<Shared>, call: Call) -> Answer {
    let turn = Turn::new(&app, &call);
    let user_id = acting_user(&turn)?;
    let found = turn.instance.user(&user_id).ok_or(Refusal::SignedOut)?;
    turn.wrapped(&user(found, Audience::Page))
}

async fn update_me(State(app): State<Shared>, call: Call) -> Answer {
    let changes = UserChanges {
        // Present and empty takes the name away.
        first_name: call.form.given("first_name"),
        last_name: call.form.given("last_name"),
        unsafe_metadata: metadata(&call)?,
    };
    let mut turn = Turn::new(&app, &call);
    let user_id = acting_user(&turn)?;
    let now = turn.now;
    let changed = user(
        turn.instance.update_user(&user_id, changes, now)?,
        Audience::Page,
    );
    turn.wrapped(&changed)
}

/// A bare array of the user's live sessions, wherever they are.
async fn active_sessions(State(app): State<Shared>, call: Call) -> Answer {
    let turn = Turn::new(&app, &call);
    let user_id = acting_user(&turn)?;
    let mut sessions = Vec::new();
    for session in turn
        .instance
        .sessions()
        .filter(|s| s.user_id == user_id && s.is_live(turn.now))
    {
        let mut shape = turn.view().session(session)?;
        shape["user"] = Value::Null;
        // A token of another client's session is none of this page's business.
        shape["last_active_token"] = Value::Null;
        shape["latest_activity"] = json!({
            "object": "session_activity", "id": session.id, "device_type": null, "is_mobile": false,
            "browser_name": null, "browser_version": null, "ip_address": "127.0.0.1", "city": null, "country": null,
        });
        sessions.push(shape);
    }
    Ok(json_answer(&Value::Array(sessions)))
}

/// The user of the session that the request acts for.
fn acting_user(turn: &Turn<'_>) -> Result<String, Fault> {
    let browser = turn.call.dev_browser();
    let named = turn
        .call
        .query
        .get("_clerk_session_id")
        .ok_or(Refusal::SignedOut)?;
    match turn.instance.own_session(browser, named, turn.now) {
        Ok(session) => Ok(session.user_id.clone()),
        Err(Refusal::NotFound | Refusal::SessionOver) => Err(Refusal::SignedOut.into()),
        Err(refusal) => Err(refusal.into()),
    }
}
