//! All that the instance knows as one text, and such a text taken in its place.

use axum::extract::{Request, State};
use axum::response::IntoResponse as _;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde_json::json;

use crate::emulator::routes::call::body_up_to;
use crate::emulator::routes::fault::Fault;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::store::LONGEST;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/__emulator/export", export)
        .post("/__emulator/import", import)
}

async fn export(State(app): State<Shared>) -> Answer {
    let text = app.instance().export().map_err(|_| Fault::Internal)?;
    let headers = [
        (CONTENT_TYPE, "application/x-ndjson"),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, text).into_response())
}

async fn import(State(app): State<Shared>, request: Request) -> Answer {
    let text = body_up_to(LONGEST, request.into_body()).await?;
    let now = app.now();
    let mut instance = app.instance();
    instance.import(&text).map_err(|_| Fault::NoState)?;
    instance.furnish(now);
    instance.look_away();
    Ok(json_answer(&json!({ "users": instance.users().len() })))
}
