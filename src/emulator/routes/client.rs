//! The client as a whole: shown, made, signed out, forgotten (`frontend-api.md` sections 6 and 9.3).

use axum::Router;
use axum::extract::State;
use axum::routing::{delete, get};

use super::call::Call;
use super::turn::Turn;
use super::{Answer, Shared};

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route(
            "/v1/client",
            get(show).put(create).post(create).delete(forget),
        )
        .route("/v1/client/sessions", delete(sign_out))
}

async fn show(State(app): State<Shared>, call: Call) -> Answer {
    Turn::new(&app, &call).client_alone()
}

async fn create(State(app): State<Shared>, call: Call) -> Answer {
    let mut turn = Turn::new(&app, &call);
    turn.instance.client(call.dev_browser())?;
    let now = turn.now;
    turn.instance.ensure_client(call.dev_browser(), now);
    turn.client_alone()
}

async fn sign_out(State(app): State<Shared>, call: Call) -> Answer {
    let mut turn = Turn::new(&app, &call);
    let now = turn.now;
    turn.instance.sign_out(call.dev_browser(), now);
    turn.client_alone()
}

async fn forget(State(app): State<Shared>, call: Call) -> Answer {
    let mut turn = Turn::new(&app, &call);
    let now = turn.now;
    turn.instance.sign_out(call.dev_browser(), now);
    turn.instance.forget_client(call.dev_browser());
    turn.client_alone()
}
