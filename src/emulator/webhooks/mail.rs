//! Mails and messages with codes, as apps that send them themselves are told of them. The emulator sends none.

use serde_json::{Value, json};

use super::scene::Scene;
use crate::emulator::instance::contact::ContactKind;
use crate::emulator::instance::email::Mail;
use crate::emulator::instance::{User, random};
use crate::emulator::store::Change;

/// A number that is nobody's.
const SENDER: &str = "+15005550006";

/// The kind of event, and its object.
pub fn told(scene: &Scene<'_>, mail: &Mail) -> (&'static str, Value) {
    if mail.to.starts_with('+') {
        ("sms.created", message(scene, mail))
    } else {
        ("email.created", email(scene, mail))
    }
}

fn email(scene: &Scene<'_>, mail: &Mail) -> Value {
    let Mail { code, to, .. } = mail;
    let (user, contact) = addressee(scene, ContactKind::Email, to);
    json!({
        "object": "email",
        "id": random::id(scene.random, "ema"),
        "slug": slug(mail),
        "from_email_name": "notifications",
        "reply_to_email_name": null,
        "to_email_address": to,
        "email_address_id": contact,
        "user_id": user.map(|user| &user.id),
        "subject": subject(mail),
        "body": format!("<!DOCTYPE html><html><body><p><b>{code}</b></p></body></html>"),
        "body_plain": format!("{}.\n", subject(mail)),
        "status": "queued",
        "data": data(scene, mail, user),
        "delivered_by_clerk": true,
    })
}

fn message(scene: &Scene<'_>, mail: &Mail) -> Value {
    let (user, contact) = addressee(scene, ContactKind::Phone, &mail.to);
    json!({
        "object": "sms_message",
        "id": random::id(scene.random, "sms"),
        "slug": slug(mail),
        "from_phone_number": SENDER,
        "to_phone_number": mail.to,
        "phone_number_id": contact,
        "user_id": user.map(|user| &user.id),
        "message": format!("{}.", subject(mail)),
        "status": "queued",
        "data": data(scene, mail, user),
        "delivered_by_clerk": true,
        "created_at_ms": mail.at.0,
    })
}

fn subject(mail: &Mail) -> String {
    let what = match slug(mail) {
        "reset_password_code" => "reset password code",
        _ => "verification code",
    };
    format!("{} is your {what}", mail.code)
}

/// The name of Clerk's template.
fn slug(mail: &Mail) -> &'static str {
    if mail.purpose.starts_with("reset_password") {
        "reset_password_code"
    } else {
        "verification_code"
    }
}

fn data(scene: &Scene<'_>, mail: &Mail, user: Option<&User>) -> Value {
    json!({
        "app": { "name": scene.application },
        "otp_code": mail.code,
        "user": { "public_metadata": user.map(|user| &user.public_metadata) },
    })
}

/// The user it goes to and the id of the contact. A contact that is not verified yet is claimed by nobody, but its user was
/// touched, because the code belongs to it.
fn addressee<'a>(
    scene: &Scene<'a>,
    kind: ContactKind,
    address: &str,
) -> (Option<&'a User>, Option<&'a str>) {
    let touched = scene
        .happened
        .users
        .iter()
        .filter_map(|change| match change {
            Change::Made(user) | Change::Changed { now: user, .. } => Some(user),
            Change::Gone(_) => None,
        });
    let holder = scene.instance.holder(kind, address);
    for user in touched.chain(holder) {
        let mut contacts = user.contacts(kind).iter();
        if let Some(contact) = contacts.find(|contact| contact.address == address) {
            return (Some(user), Some(&contact.id));
        }
    }
    (None, None)
}
