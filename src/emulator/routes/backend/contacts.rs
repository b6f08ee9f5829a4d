//! E-mail addresses and phone numbers of users, by their own ids.

use serde::Deserialize;

use super::user_body::IdentificationStatus;
use crate::emulator::instance::contact::{ContactKind, Proof};
use crate::emulator::instance::contacts::ContactChanges;
use crate::emulator::instance::{Instance, Refusal};
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::ServerCall;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::access::deleted;
use crate::emulator::shape::contact;

const EMAIL: ContactKind = ContactKind::Email;
const PHONE: ContactKind = ContactKind::Phone;

pub(super) fn routes() -> Routes {
    emails().and(phones())
}

fn emails() -> Routes {
    const ONE: &str = "/v1/email_addresses/{email_address_id}";
    Routes::new()
        .post("/v1/email_addresses", |app: &Shared, call: ServerCall| {
            create_email(app, call.body()?)
        })
        .get(ONE, |app: &Shared, Path(id): Path<String>| {
            show(app, EMAIL, &id)
        })
        .patch(
            ONE,
            |app: &Shared, Path(id): Path<String>, call: ServerCall| {
                change(app, EMAIL, &id, call.body::<EmailChanges>()?.into())
            },
        )
        .delete(ONE, |app: &Shared, Path(id): Path<String>| {
            remove(app, EMAIL, &id)
        })
        .put(
            "/v1/users/{user_id}/email_address",
            |app: &Shared, Path(id): Path<String>, call: ServerCall| {
                let body: OnlyEmail = call.body()?;
                replace(
                    app,
                    EMAIL,
                    &id,
                    &body.email_address,
                    body.identification_status,
                )
            },
        )
}

fn phones() -> Routes {
    const ONE: &str = "/v1/phone_numbers/{phone_number_id}";
    Routes::new()
        .post("/v1/phone_numbers", |app: &Shared, call: ServerCall| {
            create_phone(app, call.body()?)
        })
        .get(ONE, |app: &Shared, Path(id): Path<String>| {
            show(app, PHONE, &id)
        })
        .patch(
            ONE,
            |app: &Shared, Path(id): Path<String>, call: ServerCall| {
                change(app, PHONE, &id, call.body::<PhoneChanges>()?.into())
            },
        )
        .delete(ONE, |app: &Shared, Path(id): Path<String>| {
            remove(app, PHONE, &id)
        })
        .put(
            "/v1/users/{user_id}/phone_number",
            |app: &Shared, Path(id): Path<String>, call: ServerCall| {
                let body: OnlyPhone = call.body()?;
                replace(
                    app,
                    PHONE,
                    &id,
                    &body.phone_number,
                    body.identification_status,
                )
            },
        )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewEmail {
    user_id: String,
    email_address: String,
    verified: Option<bool>,
    primary: Option<bool>,
    #[serde(rename = "notify_primary_email_address_changed")]
    _notify: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPhone {
    user_id: String,
    phone_number: String,
    verified: Option<bool>,
    primary: Option<bool>,
    reserved_for_second_factor: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EmailChanges {
    verified: Option<bool>,
    primary: Option<bool>,
    #[serde(rename = "notify_primary_email_address_changed")]
    _notify: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PhoneChanges {
    verified: Option<bool>,
    primary: Option<bool>,
    reserved_for_second_factor: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OnlyEmail {
    email_address: String,
    identification_status: Option<IdentificationStatus>,
    #[serde(rename = "notify_primary_email_address_changed")]
    _notify: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OnlyPhone {
    phone_number: String,
    identification_status: Option<IdentificationStatus>,
}

impl From<EmailChanges> for ContactChanges {
    fn from(body: EmailChanges) -> Self {
        Self {
            verified: body.verified,
            primary: body.primary == Some(true),
            ..Self::default()
        }
    }
}

impl From<PhoneChanges> for ContactChanges {
    fn from(body: PhoneChanges) -> Self {
        Self {
            verified: body.verified,
            primary: body.primary == Some(true),
            second_factor: body.reserved_for_second_factor,
            ..Self::default()
        }
    }
}

fn create_email(app: &Shared, body: NewEmail) -> Answer {
    let changes = ContactChanges {
        primary: body.primary == Some(true),
        ..ContactChanges::default()
    };
    create(
        app,
        EMAIL,
        &body.user_id,
        &body.email_address,
        body.verified,
        changes,
    )
}

fn create_phone(app: &Shared, body: NewPhone) -> Answer {
    let changes = ContactChanges {
        primary: body.primary == Some(true),
        second_factor: body.reserved_for_second_factor,
        ..ContactChanges::default()
    };
    create(
        app,
        PHONE,
        &body.user_id,
        &body.phone_number,
        body.verified,
        changes,
    )
}

fn create(
    app: &Shared,
    kind: ContactKind,
    user_id: &str,
    text: &str,
    verified: Option<bool>,
    changes: ContactChanges,
) -> Answer {
    let verified = verified == Some(true);
    if !verified && (changes.primary || changes.second_factor == Some(true)) {
        return Err(Refusal::Unverified.into());
    }
    let proof = verified.then_some(Proof::Admin);
    let now = app.now();
    let mut instance = app.instance();
    let id = instance.add_contact(user_id, kind, text, proof, now)?;
    instance.change_contact(user_id, kind, &id, changes, now)?;
    answer(app, &instance, kind, &id)
}

fn show(app: &Shared, kind: ContactKind, id: &str) -> Answer {
    answer(app, &app.instance(), kind, id)
}

fn change(app: &Shared, kind: ContactKind, id: &str, changes: ContactChanges) -> Answer {
    let now = app.now();
    let mut instance = app.instance();
    let user_id = instance.contact(kind, id)?.0.id.clone();
    instance.change_contact(&user_id, kind, id, changes, now)?;
    answer(app, &instance, kind, id)
}

fn remove(app: &Shared, kind: ContactKind, id: &str) -> Answer {
    let now = app.now();
    let mut instance = app.instance();
    let user_id = instance.contact(kind, id)?.0.id.clone();
    instance.remove_contact(&user_id, kind, id, now)?;
    Ok(json_answer(&deleted(kind.field(), id)))
}

/// Makes it the only contact of its kind that the user has.
fn replace(
    app: &Shared,
    kind: ContactKind,
    user_id: &str,
    text: &str,
    status: Option<IdentificationStatus>,
) -> Answer {
    let now = app.now();
    let mut instance = app.instance();
    let verified = status.is_none_or(|status| status == IdentificationStatus::Verified);
    let reserved = status == Some(IdentificationStatus::Reserved);
    let id = instance.replace_contacts(user_id, kind, text, verified, reserved, now)?;
    answer(app, &instance, kind, &id)
}

fn answer(app: &Shared, instance: &Instance, kind: ContactKind, id: &str) -> Answer {
    let (user, found) = instance.contact(kind, id)?;
    Ok(json_answer(&contact(user, kind, found, app.now())))
}
