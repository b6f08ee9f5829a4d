//! Clerk's browser libraries, from the cache (`frontend-api.md` section 4.2).

use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use crate::emulator::bundles::{Found, stand_in};
use crate::emulator::event::Note;
use crate::emulator::routes::Shared;
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::listed::Routes;

const EXACT: &str = "public, max-age=31536000, immutable";
const RANGE: &str = "public, max-age=60";

const NOT_AT_HAND: &str = "not in the cache of the emulator\n";
const DAMAGED: &str = "damaged in the cache of the emulator: `clerk-rs emulator fetch` mends it\n";

pub(super) fn routes() -> Routes {
    Routes::new().get("/npm/@clerk/{package}/dist/{file}", script)
}

fn script(app: &Shared, Path((package, file)): Path<(String, String)>) -> Response {
    let headers = |cache| {
        [
            (CONTENT_TYPE, "application/javascript; charset=utf-8"),
            (CACHE_CONTROL, cache),
        ]
    };
    match app.bundles.find(&package, &file) {
        Found::Exact(body) => (headers(EXACT), body).into_response(),
        Found::InRange(body) => (headers(RANGE), body).into_response(),
        Found::NotAtHand => {
            let suffix = app.publishable_key.cookie_suffix();
            match stand_in(&package, &file, suffix) {
                Some(script) => (headers("no-store"), script).into_response(),
                None => (StatusCode::NOT_FOUND, NOT_AT_HAND).into_response(),
            }
        }
        Found::Missing(why) => (StatusCode::NOT_FOUND, why).into_response(),
        Found::Damaged => {
            let mut answer = (StatusCode::SERVICE_UNAVAILABLE, DAMAGED).into_response();
            let note = Note(DAMAGED.trim_end().to_owned());
            answer.extensions_mut().insert(note);
            answer
        }
    }
}
