//! Sign-ups (`frontend-api.md` section 8).

use super::{links, social, tickets};
use crate::emulator::app::App;
use crate::emulator::instance::contact::ContactKind;
use crate::emulator::instance::sign_up::SignUpFields;
use crate::emulator::instance::social::provider::Provider;
use crate::emulator::instance::{AccessRefusal, Refusal};
use crate::emulator::passes::TicketFor;
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::call::{Call, metadata};
use crate::emulator::routes::fault::Fault;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::Turn;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::sign_up;

pub(super) fn routes() -> Routes {
    Routes::new()
        .post("/v1/client/sign_ups", create)
        .get("/v1/client/sign_ups/{id}", show)
        .patch("/v1/client/sign_ups/{id}", update)
        .post("/v1/client/sign_ups/{id}/prepare_verification", prepare)
        .post("/v1/client/sign_ups/{id}/attempt_verification", attempt)
}

fn fields(app: &App, call: &Call) -> Result<SignUpFields, Fault> {
    let invitation = match call.form.get("strategy") {
        // It asks for nothing.
        None | Some("email_code" | "email_link" | "phone_code") => None,
        Some("ticket") => {
            let (purpose, id) = tickets::read(app, call.form.required("ticket")?)?;
            if purpose != TicketFor::Invited {
                return Err(Refusal::from(AccessRefusal::TicketInvalid).into());
            }
            Some(id)
        }
        Some(_) if social::provider(call)?.is_some() => None,
        Some(_) => return Err(Refusal::ParamValue("strategy").into()),
    };
    Ok(SignUpFields {
        email_address: call.form.owned("email_address"),
        phone_number: call.form.owned("phone_number"),
        password: call.form.owned("password"),
        first_name: call.form.owned("first_name"),
        last_name: call.form.owned("last_name"),
        invitation,
        referral: None,
        unsafe_metadata: metadata(call)?,
    })
}

fn create(app: &Shared, call: Call) -> Answer {
    let fields = fields(app, &call)?;
    if let Some(provider) = social::provider(&call)? {
        return by_provider(app, &call, None, fields, provider);
    }
    if call.form.flag("transfer")? == Some(true) {
        let mut turn = Turn::new(app, &call);
        let now = turn.now;
        let made = turn
            .instance
            .transfer_to_sign_up(call.dev_browser(), fields, now)?;
        return turn.wrapped(&sign_up(&made, now));
    }
    let mut turn = Turn::new(app, &call);
    let now = turn.now;
    let made = turn
        .instance
        .create_sign_up(call.dev_browser(), fields, now)?;
    turn.wrapped(&sign_up(&made, now))
}

/// To the provider's page; the sign-up goes on when the browser is back.
fn by_provider(
    app: &Shared,
    call: &Call,
    id: Option<&str>,
    fields: SignUpFields,
    provider: Provider,
) -> Answer {
    let request = social::request(app, call, provider)?;
    let mut turn = Turn::new(app, call);
    let now = turn.now;
    let made = turn
        .instance
        .sign_up_by_provider(call.dev_browser(), id, fields, request, now)?;
    turn.wrapped(&sign_up(&made, now))
}

fn show(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    let turn = Turn::new(app, &call);
    if let Some(done) = turn.instance.sign_up_by_link(call.dev_browser(), &id) {
        return turn.wrapped_within("sign_up", &sign_up(done, turn.now));
    }
    let found = turn.instance.sign_up(call.dev_browser(), &id)?;
    turn.wrapped(&sign_up(found, turn.now))
}

fn update(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    let fields = fields(app, &call)?;
    if let Some(provider) = social::provider(&call)? {
        return by_provider(app, &call, Some(&id), fields, provider);
    }
    let mut turn = Turn::new(app, &call);
    let now = turn.now;
    let updated = turn
        .instance
        .update_sign_up(call.dev_browser(), &id, fields, now)?;
    turn.wrapped(&sign_up(&updated, now))
}

fn prepare(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    if links::is_asked_for(&call) {
        return send_link(app, &call, &id);
    }
    let kind = proven(&call)?;
    let mut turn = Turn::new(app, &call);
    let now = turn.now;
    let prepared = turn
        .instance
        .prepare_sign_up(call.dev_browser(), &id, kind, now)?;
    turn.with_mail_note(turn.wrapped(&sign_up(&prepared, now)))
}

fn send_link(app: &App, call: &Call, id: &str) -> Answer {
    let mut turn = Turn::new(app, call);
    let now = turn.now;
    let owner = links::owner(&turn.instance, call)?;
    let what = links::For {
        owner: &owner,
        attempt: id,
    };
    let link = links::new_link(app, &turn.instance, call, &what, now)?;
    let prepared = turn
        .instance
        .prepare_sign_up_by_link(call.dev_browser(), id, link, now)?;
    turn.with_mail_note(turn.wrapped(&sign_up(&prepared, now)))
}

fn attempt(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    let kind = proven(&call)?;
    let code = call.form.required("code")?;
    let mut turn = Turn::new(app, &call);
    let now = turn.now;
    let attempted = turn
        .instance
        .attempt_sign_up(call.dev_browser(), &id, kind, code, now)?;
    turn.wrapped(&sign_up(&attempted, now))
}

/// What a code is for.
fn proven(call: &Call) -> Result<ContactKind, Fault> {
    match call.form.required("strategy")? {
        "email_code" => Ok(ContactKind::Email),
        "phone_code" => Ok(ContactKind::Phone),
        _ => Err(Refusal::ParamValue("strategy").into()),
    }
}
