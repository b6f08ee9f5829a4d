//! Clients: what a server is told at the end of a handshake (`frontend-api.md` section 13).

use axum::extract::State;
use serde_json::json;

use crate::emulator::instance::Refusal;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::ServerCall;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::{Answer, Shared};

pub(super) fn routes() -> Routes {
    Routes::new().get("/v1/clients/handshake_payload", handshake_payload)
}

/// The cookies of a handshake, once.
async fn handshake_payload(State(app): State<Shared>, call: ServerCall) -> Answer {
    let nonce = call.query.required("nonce")?;
    let directives = app
        .instance()
        .take_directives(nonce, app.now())
        .ok_or(Refusal::NotFound)?;
    Ok(json_answer(&json!({ "directives": directives })))
}
