//! All that the instance knows as one text, and such a text taken in its place.

use axum::response::IntoResponse as _;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde_json::json;

use crate::emulator::routes::asked::Text;
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

fn export(app: &Shared) -> Answer {
    let text = app.instance().export().map_err(|_| Fault::Internal)?;
    let headers = [
        (CONTENT_TYPE, "application/x-ndjson"),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, text).into_response())
}

fn import(app: &Shared, Text(text): Text<LONGEST>) -> Answer {
    let now = app.now();
    let mut instance = app.instance();
    instance.import(&text).map_err(|_| Fault::NoState)?;
    instance.furnish(now);
    instance.look_away();
    Ok(json_answer(&json!({ "users": instance.users().len() })))
}
