//! The clock, read and moved.

use serde_json::json;

use crate::emulator::app::App;
use crate::emulator::clock::Move;
use crate::emulator::instance::Refusal;
use crate::emulator::routes::call::Call;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::{Answer, Shared};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/__emulator/clock", show)
        .post("/__emulator/clock", change)
}

fn show(app: &Shared) -> Answer {
    Ok(time(app))
}

/// `move=+70s`, `move=-5m`, `move=reset`. A plus that nobody encoded arrives as a space, and means the same.
fn change(app: &Shared, call: Call) -> Answer {
    let change = Move::parse(call.form.required("move")?).ok_or(Refusal::ParamValue("move"))?;
    app.move_clock(change);
    Ok(time(app))
}

fn time(app: &App) -> axum::response::Response {
    json_answer(&json!({ "now": app.now().0, "moved_by": app.clock.moved_by() }))
}
