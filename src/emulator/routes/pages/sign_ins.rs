//! Sign-ins (`frontend-api.md` section 8).

use super::{links, passkeys, social, tickets};

use crate::emulator::app::App;
use crate::emulator::instance::sign_in::SignInFields;
use crate::emulator::instance::social::provider::Provider;
use crate::emulator::instance::{AccessRefusal, Refusal, Strategy};
use crate::emulator::passes::TicketFor;
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::call::Call;
use crate::emulator::routes::fault::Fault;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::Turn;
use crate::emulator::routes::{Answer, Shared};

pub(super) fn routes() -> Routes {
    Routes::new()
        .post("/v1/client/sign_ins", create)
        .get("/v1/client/sign_ins/{id}", show)
        .post("/v1/client/sign_ins/{id}/prepare_first_factor", prepare)
        .post("/v1/client/sign_ins/{id}/attempt_first_factor", attempt)
        .post(
            "/v1/client/sign_ins/{id}/prepare_second_factor",
            prepare_second,
        )
        .post(
            "/v1/client/sign_ins/{id}/attempt_second_factor",
            attempt_second,
        )
        .post("/v1/client/sign_ins/{id}/reset_password", reset_password)
}

fn create(app: &Shared, call: Call) -> Answer {
    if call.form.get("strategy") == Some("ticket") {
        return by_ticket(app, &call);
    }
    if passkeys::is_asked_for(&call) {
        return passkeys::create_sign_in(app, &call);
    }
    if let Some(provider) = social::provider(&call)? {
        return by_provider(app, &call, None, provider);
    }
    if call.form.flag("transfer")? == Some(true) {
        let mut turn = Turn::new(app, &call);
        let now = turn.now;
        let made = turn.instance.transfer_to_sign_in(call.dev_browser(), now)?;
        return turn.wrapped(&turn.view().sign_in(&made));
    }
    let fields = SignInFields {
        identifier: call.form.owned("identifier"),
        password: call.form.owned("password"),
        strategy: call.form.get("strategy").map(strategy_named).transpose()?,
    };
    let mut turn = Turn::new(app, &call);
    let now = turn.now;
    let made = turn
        .instance
        .create_sign_in(call.dev_browser(), fields, now)?;
    if links::is_asked_for(&call) && made.user_id.is_some() {
        return send_link(app, turn, &made.id);
    }
    let answer = turn.wrapped(&turn.view().sign_in(&made));
    if made.code.is_some() {
        turn.with_mail_note(answer)
    } else {
        answer
    }
}

/// To the provider's page; the sign-in goes on when the browser is back.
fn by_provider(app: &Shared, call: &Call, id: Option<&str>, provider: Provider) -> Answer {
    let request = social::request(app, call, provider)?;
    let mut turn = Turn::new(app, call);
    let now = turn.now;
    let made = turn
        .instance
        .sign_in_by_provider(call.dev_browser(), id, request, now)?;
    turn.wrapped(&turn.view().sign_in(&made))
}

/// The one who has the ticket is signed in at once.
fn by_ticket(app: &Shared, call: &Call) -> Answer {
    let (purpose, id) = tickets::read(app, call.form.required("ticket")?)?;
    if purpose != TicketFor::User {
        return Err(Refusal::from(AccessRefusal::TicketInvalid).into());
    }
    let mut turn = Turn::new(app, call);
    let now = turn.now;
    let made = turn
        .instance
        .sign_in_by_ticket(call.dev_browser(), &id, now)?;
    turn.wrapped(&turn.view().sign_in(&made))
}

/// "Sends" a link for a sign-in.
fn send_link(app: &App, mut turn: Turn<'_>, id: &str) -> Answer {
    let (call, now) = (turn.call, turn.now);
    let owner = links::owner(&turn.instance, call)?;
    let what = links::For {
        owner: &owner,
        attempt: id,
    };
    let link = links::new_link(app, &turn.instance, call, &what, now)?;
    let contact = call.form.get("email_address_id");
    let prepared =
        turn.instance
            .prepare_sign_in_by_link(call.dev_browser(), id, contact, link, now)?;
    turn.with_mail_note(turn.wrapped(&turn.view().sign_in(&prepared)))
}

fn show(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    let turn = Turn::new(app, &call);
    if let Some(done) = turn.instance.sign_in_by_link(call.dev_browser(), &id) {
        return turn.wrapped_within("sign_in", &turn.view().sign_in(done));
    }
    let found = turn.instance.sign_in(call.dev_browser(), &id)?;
    turn.wrapped(&turn.view().sign_in(found))
}

fn prepare(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    if let Some(provider) = social::provider(&call)? {
        return by_provider(app, &call, Some(&id), provider);
    }
    if passkeys::is_asked_for(&call) {
        return passkeys::prepare_sign_in(app, &call, &id);
    }
    if links::is_asked_for(&call) {
        return send_link(app, Turn::new(app, &call), &id);
    }
    let strategy = strategy_named(call.form.required("strategy")?)?;
    let contact_id = call.form.get("email_address_id");
    let contact_id = contact_id.or_else(|| call.form.get("phone_number_id"));
    let mut turn = Turn::new(app, &call);
    let now = turn.now;
    let prepared =
        turn.instance
            .prepare_sign_in(call.dev_browser(), &id, strategy, contact_id, now)?;
    turn.with_mail_note(turn.wrapped(&turn.view().sign_in(&prepared)))
}

fn attempt(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    if passkeys::is_asked_for(&call) {
        return passkeys::attempt_sign_in(app, &call, &id);
    }
    let strategy = strategy_named(call.form.required("strategy")?)?;
    let mut turn = Turn::new(app, &call);
    let (browser, now) = (call.dev_browser(), turn.now);
    let attempted = if strategy == Strategy::Password {
        turn.instance
            .attempt_password(browser, &id, call.form.required("password")?, now)?
    } else {
        turn.instance
            .attempt_code(browser, &id, strategy, call.form.required("code")?, now)?
    };
    turn.wrapped(&turn.view().sign_in(&attempted))
}

fn prepare_second(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    let strategy = call.form.get("strategy").map(strategy_named).transpose()?;
    if strategy.is_some_and(|strategy| strategy != Strategy::PhoneCode) {
        return Err(Refusal::ParamValue("strategy").into());
    }
    let phone_id = call.form.get("phone_number_id");
    let mut turn = Turn::new(app, &call);
    let now = turn.now;
    let prepared = turn
        .instance
        .prepare_second_factor(call.dev_browser(), &id, phone_id, now)?;
    turn.with_mail_note(turn.wrapped(&turn.view().sign_in(&prepared)))
}

fn attempt_second(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    let strategy = strategy_named(call.form.required("strategy")?)?;
    let code = call.form.required("code")?;
    let mut turn = Turn::new(app, &call);
    let now = turn.now;
    let attempted =
        turn.instance
            .attempt_second_factor(call.dev_browser(), &id, strategy, code, now)?;
    turn.wrapped(&turn.view().sign_in(&attempted))
}

fn reset_password(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    let password = call.form.required("password")?;
    let elsewhere = call.form.get("sign_out_of_other_sessions") == Some("true");
    let mut turn = Turn::new(app, &call);
    let now = turn.now;
    let done = turn
        .instance
        .reset_password(call.dev_browser(), &id, password, elsewhere, now)?;
    turn.wrapped(&turn.view().sign_in(&done))
}

fn strategy_named(name: &str) -> Result<Strategy, Fault> {
    Strategy::named(name).ok_or(Fault::Refused(Refusal::ParamValue("strategy")))
}
