//! A session's user proves once more who they are (`frontend-api-2.md` section 3.3).

use crate::emulator::instance::reverification::Level;
use crate::emulator::instance::{Refusal, Strategy};
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::call::Call;
use crate::emulator::routes::fault::Fault;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::Turn;
use crate::emulator::routes::{Answer, Shared};

pub(super) fn routes() -> Routes {
    Routes::new()
        .post("/v1/client/sessions/{session_id}/verify", start)
        .post(
            "/v1/client/sessions/{session_id}/verify/prepare_first_factor",
            prepare,
        )
        .post(
            "/v1/client/sessions/{session_id}/verify/attempt_first_factor",
            attempt_first,
        )
        .post(
            "/v1/client/sessions/{session_id}/verify/prepare_second_factor",
            prepare,
        )
        .post(
            "/v1/client/sessions/{session_id}/verify/attempt_second_factor",
            attempt_second,
        )
}

fn start(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    let level = Level::named(call.form.required("level")?);
    let level = level.ok_or(Refusal::ParamValue("level"))?;
    let mut turn = Turn::new(app, &call);
    let now = turn.now;
    turn.instance
        .start_reverification(call.dev_browser(), &id, level, now)?;
    answer(&turn, &id)
}

fn prepare(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    let strategy = strategy(&call)?;
    let contact = call.form.get("email_address_id");
    let contact = contact.or_else(|| call.form.get("phone_number_id"));
    let mut turn = Turn::new(app, &call);
    let now = turn.now;
    turn.instance
        .prepare_reverification(call.dev_browser(), &id, strategy, contact, now)?;
    turn.with_mail_note(answer(&turn, &id))
}

fn attempt_first(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    let strategy = strategy(&call)?;
    let proof = match strategy {
        Strategy::Password => call.form.required("password")?,
        _ => call.form.required("code")?,
    };
    let mut turn = Turn::new(app, &call);
    let now = turn.now;
    turn.instance
        .attempt_reverification(call.dev_browser(), &id, strategy, proof, now)?;
    answer(&turn, &id)
}

fn attempt_second(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    let strategy = strategy(&call)?;
    let code = call.form.required("code")?;
    let mut turn = Turn::new(app, &call);
    let now = turn.now;
    turn.instance
        .attempt_second_reverification(call.dev_browser(), &id, strategy, code, now)?;
    answer(&turn, &id)
}

fn strategy(call: &Call) -> Result<Strategy, Fault> {
    let strategy = Strategy::named(call.form.required("strategy")?);
    Ok(strategy.ok_or(Refusal::ParamValue("strategy"))?)
}

fn answer(turn: &Turn<'_>, id: &str) -> Answer {
    let session = turn.instance.session(id).ok_or(Refusal::NotFound)?;
    turn.wrapped(&turn.view().reverification(session)?)
}
