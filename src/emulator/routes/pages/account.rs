//! Calls of a signed-in page about its user (`frontend-api.md` section 10.1).

use axum::extract::State;
use serde_json::{Value, json};

use crate::emulator::instance::UserChanges;
use crate::emulator::instance::account::PasswordChange;
use crate::emulator::routes::call::{Call, metadata};
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::{Turn, json_answer};
use crate::emulator::routes::{Answer, Shared};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/v1/me", me)
        .patch("/v1/me", update_me)
        .post("/v1/me/change_password", change_password)
        .get("/v1/me/sessions/active", active_sessions)
}

async fn me(State(app): State<Shared>, call: Call) -> Answer {
    let turn = Turn::new(&app, &call);
    let user_id = turn.acting_user()?;
    turn.user_answer(&user_id)
}

async fn update_me(State(app): State<Shared>, call: Call) -> Answer {
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
    let mut turn = Turn::new(&app, &call);
    let user_id = turn.acting_user()?;
    let now = turn.now;
    turn.instance.update_user(&user_id, changes, now)?;
    turn.user_answer(&user_id)
}

async fn change_password(State(app): State<Shared>, call: Call) -> Answer {
    let change = PasswordChange {
        current: call.form.get("current_password"),
        new: call.form.required("new_password")?,
        sign_out_of_other_sessions: call.form.get("sign_out_of_other_sessions") == Some("true"),
    };
    let mut turn = Turn::new(&app, &call);
    let session = turn.acting_session()?.id.clone();
    let now = turn.now;
    let changed = turn.instance.change_password(&session, change, now)?;
    let user_id = changed.id.clone();
    turn.user_answer(&user_id)
}

/// A bare array of the user's live sessions, wherever they are.
async fn active_sessions(State(app): State<Shared>, call: Call) -> Answer {
    let turn = Turn::new(&app, &call);
    let user_id = turn.acting_user()?;
    let mut sessions = Vec::new();
    let all = turn.instance.sessions_of(&user_id);
    for session in all.filter(|session| session.is_live(turn.now)) {
        let mut shape = turn.view().session(session)?;
        shape["user"] = Value::Null;
        // The page has no right to a token of another client's session.
        shape["last_active_token"] = Value::Null;
        shape["latest_activity"] = json!({
            "object": "session_activity", "id": session.id, "is_mobile": false,
            "ip_address": "127.0.0.1", "city": "this machine",
        });
        sessions.push(shape);
    }
    Ok(json_answer(&Value::Array(sessions)))
}
