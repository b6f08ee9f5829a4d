//! Billing: the emulator sells nothing, so tables of prices and histories are empty.

use serde_json::{Value, json};

use crate::emulator::instance::Refusal;
use crate::emulator::routes::call::Call;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::{Turn, json_answer};
use crate::emulator::routes::window::Window;
use crate::emulator::routes::{Answer, Shared};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/v1/billing/plans", plans)
        .get("/v1/me/billing/subscription", subscription)
        .get("/v1/me/billing/subscription_items", nothing)
        .get("/v1/me/billing/payment_methods", nothing)
        .get("/v1/me/billing/payment_attempts", nothing)
        .get("/v1/me/billing/statements", nothing)
}

fn empty(call: &Call) -> Result<Value, crate::emulator::routes::fault::Fault> {
    Ok(Window::of(&call.query)?.list(Vec::<()>::new(), |()| Value::Null))
}

/// Shown to strangers as well.
fn plans(_: &Shared, call: Call) -> Answer {
    let kind = call.query.get("payer_type").unwrap_or("user");
    if !["user", "org"].contains(&kind) {
        return Err(Refusal::ParamValue("payer_type").into());
    }
    Ok(json_answer(&empty(&call)?))
}

fn nothing(app: &Shared, call: Call) -> Answer {
    let turn = Turn::new(app, &call);
    turn.acting_session()?;
    turn.wrapped(&empty(&call)?)
}

/// To nothing.
fn subscription(app: &Shared, call: Call) -> Answer {
    let turn = Turn::new(app, &call);
    let user_id = turn.acting_user()?;
    let user = turn.instance.user(&user_id).ok_or(Refusal::SignedOut)?;
    turn.wrapped(&json!({
        "object": "commerce_subscription",
        "id": user_id.replace("user_", "csub_"),
        "instance_id": app.instance_id,
        "status": "active",
        "payer_id": user_id.replace("user_", "cpayer_"),
        "created_at": user.created_at.0,
        "updated_at": user.created_at.0,
        "active_at": user.created_at.0,
        "past_due_at": null,
        "subscription_items": [],
        "next_payment": null,
        "eligible_for_free_trial": false,
    }))
}
