//! The passkeys of the page's user, and sign-ins with one.

use crate::emulator::instance::Refusal;
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::call::Call;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::Turn;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::access::deleted;
use crate::emulator::shape::{passkey, passkey_to_make};

const STRATEGY: &str = "passkey";

pub(super) fn routes() -> Routes {
    Routes::new()
        .post("/v1/me/passkeys", create)
        .get("/v1/me/passkeys/{passkey_id}", show)
        .patch("/v1/me/passkeys/{passkey_id}", rename)
        .delete("/v1/me/passkeys/{passkey_id}", remove)
        .post("/v1/me/passkeys/{passkey_id}/attempt_verification", attempt)
}

fn create(app: &Shared, call: Call) -> Answer {
    let mut turn = Turn::new(app, &call);
    let user_id = turn.settled_user()?;
    let (now, origin) = (turn.now, call.origin.as_deref());
    let made = turn
        .instance
        .create_passkey(call.dev_browser(), &user_id, origin, now)?;
    let user = turn.instance.user(&user_id).ok_or(Refusal::NotFound)?;
    turn.wrapped(&passkey_to_make(&made, user, &app.application_name, now))
}

fn show(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    let turn = Turn::new(app, &call);
    let user_id = turn.acting_user()?;
    let found = turn.instance.passkey(&user_id, &id)?;
    turn.wrapped(&passkey(found, turn.now))
}

fn attempt(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    call.form.only(&["strategy", "public_key_credential"])?;
    if call.form.get("strategy").is_some_and(|it| it != STRATEGY) {
        return Err(Refusal::ParamValue("strategy").into());
    }
    let answer = call.form.required("public_key_credential")?;
    let mut turn = Turn::new(app, &call);
    let user_id = turn.acting_user()?;
    let now = turn.now;
    let made = turn
        .instance
        .attempt_passkey(call.dev_browser(), &user_id, &id, answer, now)?;
    turn.wrapped(&passkey(&made, now))
}

fn rename(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    call.form.only(&["name"])?;
    let name = call.form.given("name");
    let mut turn = Turn::new(app, &call);
    let user_id = turn.acting_user()?;
    let now = turn.now;
    let named = turn
        .instance
        .rename_passkey(&user_id, &id, name.as_deref(), now)?;
    turn.wrapped(&passkey(&named, now))
}

fn remove(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    let mut turn = Turn::new(app, &call);
    let user_id = turn.settled_user()?;
    let now = turn.now;
    turn.instance.remove_passkey(&user_id, &id, now)?;
    turn.wrapped(&deleted("passkey", &id))
}

/// True if a sign-in is to go by a passkey.
pub(super) fn is_asked_for(call: &Call) -> bool {
    call.form.get("strategy") == Some(STRATEGY)
}

pub(super) fn create_sign_in(app: &Shared, call: &Call) -> Answer {
    let mut turn = Turn::new(app, call);
    let (now, origin) = (turn.now, call.origin.as_deref());
    let identifier = call.form.owned("identifier");
    let made = turn
        .instance
        .create_passkey_sign_in(call.dev_browser(), identifier, origin, now)?;
    turn.wrapped(&turn.view().sign_in(&made))
}

pub(super) fn prepare_sign_in(app: &Shared, call: &Call, id: &str) -> Answer {
    let mut turn = Turn::new(app, call);
    let (now, origin) = (turn.now, call.origin.as_deref());
    let prepared = turn
        .instance
        .prepare_passkey(call.dev_browser(), id, origin, now)?;
    turn.wrapped(&turn.view().sign_in(&prepared))
}

pub(super) fn attempt_sign_in(app: &Shared, call: &Call, id: &str) -> Answer {
    let answer = call.form.required("public_key_credential")?;
    let mut turn = Turn::new(app, call);
    let now = turn.now;
    let attempted = turn
        .instance
        .attempt_passkey_sign_in(call.dev_browser(), id, answer, now)?;
    turn.wrapped(&turn.view().sign_in(&attempted))
}
