//! The emulator's own routes, for people, tools and tests (`frontend-api.md` section 11).

use serde_json::json;

use crate::emulator::event::Told;
use crate::emulator::instance::Refusal;
use crate::emulator::routes::call::Call;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::{Audience, backend_session, user};

pub(super) fn routes() -> Routes {
    Routes::new()
        .post("/__emulator/reset", reset)
        .post("/__emulator/tokens", tokens)
        .get("/__emulator/state", state)
        .get("/__emulator/outbox", outbox)
        .get("/__emulator/events", events)
}

fn reset(app: &Shared) -> Answer {
    let now = app.now();
    app.instance().reset(now);
    app.leave_azp_out(false);
    app.events.tell(Told::Reset);
    app.faults.clear();
    app.findings.clear();
    Ok(json_answer(&json!({ "reset": true })))
}

/// `azp=absent`: the session tokens from now on name no authorized party, as many of a real instance's do;
/// `azp=present` takes that back.
fn tokens(app: &Shared, call: Call) -> Answer {
    let out = match call.form.required("azp")? {
        "absent" => true,
        "present" => false,
        _ => return Err(Refusal::ParamValue("azp").into()),
    };
    app.leave_azp_out(out);
    Ok(json_answer(
        &json!({ "azp": if out { "absent" } else { "present" } }),
    ))
}

fn state(app: &Shared) -> Answer {
    let instance = app.instance();
    let users: Vec<_> = instance
        .users()
        .map(|found| user(found, Audience::Server, app.now()))
        .collect();
    let sessions: Vec<_> = instance
        .sessions()
        .map(|session| backend_session(&instance, session, app.now()))
        .collect();
    Ok(json_answer(
        &json!({ "users": users, "sessions": sessions }),
    ))
}

fn outbox(app: &Shared) -> Answer {
    let instance = app.instance();
    let mails: Vec<_> = instance.outbox().mails().collect();
    Ok(json_answer(&json!({ "mails": mails })))
}

fn events(app: &Shared) -> Answer {
    Ok(json_answer(&json!({ "events": app.events.all() })))
}
