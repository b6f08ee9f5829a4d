//! Clients: who is signed in on which browser, and what a server is told at the end of a handshake
//! (`frontend-api.md` section 13).

use serde::Deserialize;
use serde_json::json;

use crate::emulator::instance::{AccessRefusal, Client, Refusal};
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::ServerCall;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::window::old_list;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::backend_client;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/v1/clients", list)
        .post("/v1/clients/verify", verify)
        .get("/v1/clients/handshake_payload", handshake_payload)
        .get("/v1/clients/{client_id}", show)
}

/// Newest first.
fn list(app: &Shared, call: ServerCall) -> Answer {
    let now = app.now();
    let instance = app.instance();
    let all = instance.clients().rev().collect();
    let shape = |client: &Client| backend_client(&instance, client, now);
    Ok(json_answer(&old_list(&call.query, all, shape)?))
}

fn show(app: &Shared, Path(id): Path<String>) -> Answer {
    let instance = app.instance();
    let client = instance.client_of_id(&id).ok_or(Refusal::NotFound)?;
    Ok(json_answer(&backend_client(&instance, client, app.now())))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Token {
    token: String,
}

/// The token is the one by which a client outside a browser is known.
fn verify(app: &Shared, call: ServerCall) -> Answer {
    let Token { token } = call.body()?;
    let refused = || Refusal::from(AccessRefusal::ClientTokenInvalid);
    let id = app.mint.client_of_token(&token).ok_or_else(refused)?;
    let instance = app.instance();
    let client = instance.client_of_id(&id).ok_or(Refusal::NotFound)?;
    Ok(json_answer(&backend_client(&instance, client, app.now())))
}

/// The cookies of a handshake, once.
fn handshake_payload(app: &Shared, call: ServerCall) -> Answer {
    let nonce = call.query.required("nonce")?;
    let directives = app
        .instance()
        .take_directives(nonce, app.now())
        .ok_or(Refusal::NotFound)?;
    Ok(json_answer(&json!({ "directives": directives })))
}
