//! The calls of test runners.

use serde_json::json;

use crate::emulator::instance::random;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::{Answer, Shared};

/// In seconds.
const LIFE: i64 = 60 * 60;

pub(super) fn routes() -> Routes {
    Routes::new().post("/v1/testing_tokens", create)
}

/// There are no robots to keep out of an emulator, so nothing ever looks at the token.
fn create(app: &Shared) -> Answer {
    let token = format!(
        "{}-{}",
        app.now().seconds(),
        random::alphanumeric(&*app.random, 40)
    );
    Ok(json_answer(&json!({
        "object": "testing_token",
        "token": token,
        "expires_at": app.now().seconds() + LIFE,
    })))
}
