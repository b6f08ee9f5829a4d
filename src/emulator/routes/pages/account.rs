//! Calls of a signed-in page about its user (`frontend-api.md` section 10.1).

use serde_json::{Value, json};

use crate::emulator::instance::account::PasswordChange;
use crate::emulator::instance::people::MetadataChanges;
use crate::emulator::instance::{Refusal, Session, UserChanges};
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::call::{Call, metadata};
use crate::emulator::routes::fault::Fault;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::{Turn, json_answer};
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::access::deleted;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/v1/me", me)
        .patch("/v1/me", update_me)
        .delete("/v1/me", delete_me)
        .patch("/v1/me/metadata", merge_metadata)
        .post("/v1/me/change_password", change_password)
        .post("/v1/me/remove_password", remove_password)
        .get("/v1/me/sessions", all_sessions)
        .post("/v1/me/sessions/{session_id}/revoke", revoke_session)
        .get("/v1/me/sessions/active", active_sessions)
}

fn me(app: &Shared, call: Call) -> Answer {
    let turn = Turn::new(app, &call);
    let user_id = turn.acting_user()?;
    turn.user_answer(&user_id)
}

fn update_me(app: &Shared, call: Call) -> Answer {
    let changes = UserChanges {
        // Present and empty takes the name away.
        first_name: call.form.given("first_name"),
        last_name: call.form.given("last_name"),
        username: call.form.given("username"),
        primary_email_address_id: call.form.owned("primary_email_address_id"),
        primary_phone_number_id: call.form.owned("primary_phone_number_id"),
        unsafe_metadata: metadata(&call)?,
        ..UserChanges::default()
    };
    let mut turn = Turn::new(app, &call);
    let matters = changes.username.is_some()
        || changes.primary_email_address_id.is_some()
        || changes.primary_phone_number_id.is_some();
    let user_id = if matters {
        turn.settled_user()?
    } else {
        turn.acting_user()?
    };
    let now = turn.now;
    turn.instance.update_user(&user_id, changes, now)?;
    turn.user_answer(&user_id)
}

fn change_password(app: &Shared, call: Call) -> Answer {
    let change = PasswordChange {
        current: call.form.get("current_password"),
        new: call.form.required("new_password")?,
        sign_out_of_other_sessions: call.form.get("sign_out_of_other_sessions") == Some("true"),
    };
    let mut turn = Turn::new(app, &call);
    turn.settled_user()?;
    let session = turn.acting_session()?.id.clone();
    let now = turn.now;
    let changed = turn.instance.change_password(&session, change, now)?;
    let user_id = changed.id.clone();
    turn.user_answer(&user_id)
}

fn remove_password(app: &Shared, call: Call) -> Answer {
    let current = call.form.required("current_password")?;
    let mut turn = Turn::new(app, &call);
    let user_id = turn.settled_user()?;
    let now = turn.now;
    if !turn.instance.has_password(&user_id, current)? {
        return Err(Refusal::CurrentPasswordIncorrect.into());
    }
    turn.instance.replace_password(&user_id, None, false, now)?;
    turn.user_answer(&user_id)
}

/// A merge: null takes a key away.
fn merge_metadata(app: &Shared, call: Call) -> Answer {
    let text = call.form.required("unsafe_metadata")?;
    let patch = serde_json::from_str(text).map_err(|_| Refusal::ParamValue("unsafe_metadata"))?;
    let changes = MetadataChanges {
        unsafe_: Some(patch),
        ..MetadataChanges::default()
    };
    let mut turn = Turn::new(app, &call);
    let user_id = turn.acting_user()?;
    let now = turn.now;
    turn.instance
        .change_metadata(&user_id, changes, true, now)?;
    turn.user_answer(&user_id)
}

fn delete_me(app: &Shared, call: Call) -> Answer {
    let mut turn = Turn::new(app, &call);
    let user_id = turn.settled_user()?;
    let now = turn.now;
    let user = turn.instance.user(&user_id).ok_or(Refusal::SignedOut)?;
    if !user.standing.delete_self {
        return Err(Refusal::DeleteSelf.into());
    }
    turn.instance.delete_user(&user_id, now)?;
    turn.wrapped(&deleted("user", &user_id))
}

/// A bare array of the user's live sessions, wherever they are.
fn active_sessions(app: &Shared, call: Call) -> Answer {
    list_sessions(app, &call, true)
}

/// The same with those that are over.
fn all_sessions(app: &Shared, call: Call) -> Answer {
    list_sessions(app, &call, false)
}

fn list_sessions(app: &Shared, call: &Call, live: bool) -> Answer {
    let turn = Turn::new(app, call);
    let user_id = turn.acting_user()?;
    let all = turn.instance.sessions_of(&user_id);
    let shown = all.filter(|session| !live || session.is_live(turn.now));
    let mut shapes = Vec::new();
    for session in shown {
        let mut shape = device(&turn, session)?;
        if live {
            shape["user"] = Value::Null;
        }
        shapes.push(shape);
    }
    Ok(json_answer(&Value::Array(shapes)))
}

fn revoke_session(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    let mut turn = Turn::new(app, &call);
    let user_id = turn.acting_user()?;
    let now = turn.now;
    let session = turn.instance.session(&id);
    if session.is_none_or(|session| session.user_id != user_id) {
        return Err(Refusal::NotFound.into());
    }
    turn.instance.revoke_session(&id, now)?;
    let session = turn.instance.session(&id).ok_or(Refusal::NotFound)?;
    turn.wrapped(&device(&turn, session)?)
}

/// A session, wherever it is, as the list of devices shows it.
fn device(turn: &Turn<'_>, session: &Session) -> Result<Value, Fault> {
    let mut shape = turn.view().session(session)?;
    // The page has no right to a token of another client's session.
    shape["last_active_token"] = Value::Null;
    shape["latest_activity"] = json!({
        "object": "session_activity", "id": session.id, "is_mobile": false,
        "ip_address": "127.0.0.1", "city": "this machine",
    });
    Ok(shape)
}
