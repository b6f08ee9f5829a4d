//! Sessions of any user (`backend-api.md` section 7.2).

use axum::extract::{Path, State};

use crate::emulator::instance::Refusal;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::backend_session;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/v1/sessions/{session_id}", show)
        .post("/v1/sessions/{session_id}/revoke", revoke)
}

async fn show(State(app): State<Shared>, Path(id): Path<String>) -> Answer {
    let instance = app.instance();
    Ok(json_answer(&backend_session(
        instance.session(&id).ok_or(Refusal::NotFound)?,
    )))
}

async fn revoke(State(app): State<Shared>, Path(id): Path<String>) -> Answer {
    let now = app.now();
    let mut instance = app.instance();
    Ok(json_answer(&backend_session(
        instance.revoke_session(&id, now)?,
    )))
}
