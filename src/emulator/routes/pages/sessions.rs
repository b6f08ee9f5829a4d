//! One session: its tokens, its touch, its end (`frontend-api.md` section 9.3).

use axum::extract::{Path, State};

use crate::emulator::instance::{Refusal, SessionStatus};
use crate::emulator::routes::call::Call;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::{Turn, json_answer};
use crate::emulator::routes::{Answer, Shared};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/v1/client/sessions/{id}", show)
        .post("/v1/client/sessions/{id}/tokens", token)
        .post("/v1/client/sessions/{id}/touch", touch)
        .post("/v1/client/sessions/{id}/end", end)
        .post("/v1/client/sessions/{id}/remove", remove)
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
