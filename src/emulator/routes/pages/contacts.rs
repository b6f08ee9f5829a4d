//! The addresses and numbers of the page's user (`frontend-api-2.md` section 3.1).

use super::links;
use crate::emulator::instance::contact::ContactKind;
use crate::emulator::instance::contacts::ContactChanges;
use crate::emulator::instance::{Refusal, Strategy};
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::call::Call;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::{Turn, json_answer};
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::access::deleted;
use crate::emulator::shape::contact;

const EMAIL: ContactKind = ContactKind::Email;
const PHONE: ContactKind = ContactKind::Phone;

pub(super) fn routes() -> Routes {
    let emails = of_kind(
        EMAIL,
        [
            "/v1/me/email_addresses",
            "/v1/me/email_addresses/{email_id}",
            "/v1/me/email_addresses/{email_id}/prepare_verification",
            "/v1/me/email_addresses/{email_id}/attempt_verification",
        ],
    );
    let one_phone = "/v1/me/phone_numbers/{phone_number_id}";
    let phones = of_kind(
        PHONE,
        [
            "/v1/me/phone_numbers",
            one_phone,
            "/v1/me/phone_numbers/{phone_number_id}/prepare_verification",
            "/v1/me/phone_numbers/{phone_number_id}/attempt_verification",
        ],
    );
    emails.and(phones).patch(one_phone, change_phone)
}

fn of_kind(kind: ContactKind, [all, one, prepared, attempted]: [&'static str; 4]) -> Routes {
    Routes::new()
        .get(all, move |app: &Shared, call: Call| list(app, &call, kind))
        .post(all, move |app: &Shared, call: Call| {
            create(app, &call, kind)
        })
        .get(
            one,
            move |app: &Shared, Path(id): Path<String>, call: Call| show(app, &call, kind, &id),
        )
        .delete(
            one,
            move |app: &Shared, Path(id): Path<String>, call: Call| remove(app, &call, kind, &id),
        )
        .post(
            prepared,
            move |app: &Shared, Path(id): Path<String>, call: Call| prepare(app, &call, kind, &id),
        )
        .post(
            attempted,
            move |app: &Shared, Path(id): Path<String>, call: Call| attempt(app, &call, kind, &id),
        )
}

/// A bare array.
fn list(app: &Shared, call: &Call, kind: ContactKind) -> Answer {
    let turn = Turn::new(app, call);
    let user_id = turn.acting_user()?;
    let user = turn.instance.user(&user_id).ok_or(Refusal::SignedOut)?;
    let all = user.contacts(kind).iter();
    let all: Vec<_> = all.map(|one| contact(user, kind, one, turn.now)).collect();
    Ok(json_answer(&all))
}

fn create(app: &Shared, call: &Call, kind: ContactKind) -> Answer {
    let text = call.form.required(kind.field())?;
    let mut turn = Turn::new(app, call);
    let user_id = turn.settled_user()?;
    let now = turn.now;
    let id = turn.instance.add_contact(&user_id, kind, text, None, now)?;
    answer(&turn, &user_id, kind, &id)
}

fn show(app: &Shared, call: &Call, kind: ContactKind, id: &str) -> Answer {
    let turn = Turn::new(app, call);
    answer(&turn, &turn.acting_user()?, kind, id)
}

fn remove(app: &Shared, call: &Call, kind: ContactKind, id: &str) -> Answer {
    let mut turn = Turn::new(app, call);
    let user_id = turn.settled_user()?;
    let now = turn.now;
    turn.instance.remove_contact(&user_id, kind, id, now)?;
    turn.wrapped(&deleted(kind.field(), id))
}

fn prepare(app: &Shared, call: &Call, kind: ContactKind, id: &str) -> Answer {
    let strategy = Strategy::named(call.form.required("strategy")?);
    let by_link = kind == EMAIL && links::is_asked_for(call);
    if !by_link && strategy != Some(kind.strategy()) {
        return Err(Refusal::ParamValue("strategy").into());
    }
    let mut turn = Turn::new(app, call);
    let user_id = turn.acting_user()?;
    let now = turn.now;
    if by_link {
        let what = links::For {
            owner: &user_id,
            attempt: id,
        };
        let link = links::new_link(app, &turn.instance, call, &what, now)?;
        turn.instance
            .prepare_contact_by_link(&user_id, id, link, now)?;
    } else {
        turn.instance.prepare_contact(&user_id, kind, id, now)?;
    }
    turn.with_mail_note(answer(&turn, &user_id, kind, id))
}

fn attempt(app: &Shared, call: &Call, kind: ContactKind, id: &str) -> Answer {
    let code = call.form.required("code")?;
    let mut turn = Turn::new(app, call);
    let user_id = turn.acting_user()?;
    let now = turn.now;
    turn.instance
        .attempt_contact(&user_id, kind, id, code, now)?;
    answer(&turn, &user_id, kind, id)
}

fn change_phone(app: &Shared, Path(id): Path<String>, call: Call) -> Answer {
    let changes = ContactChanges {
        second_factor: call.form.flag("reserved_for_second_factor")?,
        default_second_factor: call.form.flag("default_second_factor")?,
        ..ContactChanges::default()
    };
    let mut turn = Turn::new(app, &call);
    let user_id = turn.settled_user()?;
    let now = turn.now;
    turn.instance
        .change_contact(&user_id, PHONE, &id, changes, now)?;
    answer(&turn, &user_id, PHONE, &id)
}

fn answer(turn: &Turn<'_>, user_id: &str, kind: ContactKind, id: &str) -> Answer {
    let user = turn.instance.user(user_id).ok_or(Refusal::SignedOut)?;
    let found = user.contact(kind, id).ok_or(Refusal::NotFound)?;
    turn.wrapped(&contact(user, kind, found, turn.now))
}
