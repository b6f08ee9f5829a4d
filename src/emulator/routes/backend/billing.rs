//! Billing: the emulator sells nothing, so there are no plans.

use serde_json::Value;

use crate::emulator::instance::Refusal;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::ServerCall;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::window::Window;
use crate::emulator::routes::{Answer, Shared};

pub(super) fn routes() -> Routes {
    Routes::new().get("/v1/billing/plans", plans)
}

fn plans(_: &Shared, call: ServerCall) -> Answer {
    let kind = call.query.get("payer_type").unwrap_or("user");
    if !["user", "org"].contains(&kind) {
        return Err(Refusal::ParamValue("payer_type").into());
    }
    let none = Vec::<()>::new();
    Ok(json_answer(
        &Window::of(&call.query)?.list(none, |()| Value::Null),
    ))
}
