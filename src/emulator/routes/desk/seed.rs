//! A seed, applied to an instance that runs.

use axum::Json;
use axum::response::IntoResponse as _;
use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::emulator::routes::asked::Text;
use crate::emulator::routes::fault::{Fault, words};
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::seed::{Seed, SeedError, Sowing};

/// In bytes: some ten thousand users.
const LONGEST: usize = 4 * 1024 * 1024;

pub(super) fn routes() -> Routes {
    Routes::new().post("/__emulator/seed", sow)
}

/// The body is TOML.
fn sow(app: &Shared, Text(text): Text<LONGEST>) -> Answer {
    let text = str::from_utf8(&text).map_err(|_| Fault::BodyMalformed)?;
    let sown = Seed::parse(text).and_then(|seed| app.sow(&seed, words));
    Ok(match sown {
        Ok(sowing) => json_answer(&told(&sowing)),
        Err(error) => refused(&error),
    })
}

fn told(sowing: &Sowing) -> Value {
    let made = sowing
        .made
        .iter()
        .map(|(table, count)| ((*table).to_owned(), json!(count)));
    json!({ "made": made.collect::<Map<_, _>>(), "there": sowing.there })
}

/// The words are about the sender's own text.
fn refused(error: &SeedError) -> axum::response::Response {
    let error = json!({
        "code": "emulator_seed_invalid",
        "message": "Seed not applied",
        "long_message": error.to_string(),
        "meta": { "line": error.line },
    });
    let body = json!({ "errors": [error], "clerk_trace_id": "" });
    (StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response()
}
