//! Mails and messages with codes or links, as apps that send them themselves are told of them. The emulator sends none.

use serde_json::{Value, json};

use super::scene::Scene;
use crate::emulator::instance::contact::{Contact, ContactKind};
use crate::emulator::instance::email::{Content, Mail};
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
    let to = &mail.to;
    let (user, contact) = addressee(scene, ContactKind::Email, to);
    let proof = match &mail.content {
        Content::Code(code) => format!("<b>{code}</b>"),
        Content::Link(link) => format!("<a href=\"{link}\">Verify</a>"),
    };
    json!({
        "object": "email",
        "id": random::id(scene.random, "ema"),
        "slug": slug(mail, contact),
        "from_email_name": "notifications",
        "reply_to_email_name": null,
        "to_email_address": to,
        "email_address_id": contact.map(|contact| &contact.id),
        "user_id": user.map(|user| &user.id),
        "subject": subject(mail),
        "body": format!("<!DOCTYPE html><html><body><p>{proof}</p></body></html>"),
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
        "slug": slug(mail, contact),
        "from_phone_number": SENDER,
        "to_phone_number": mail.to,
        "phone_number_id": contact.map(|contact| &contact.id),
        "user_id": user.map(|user| &user.id),
        "message": format!("{}.", subject(mail)),
        "status": "queued",
        "data": data(scene, mail, user),
        "delivered_by_clerk": true,
        "created_at_ms": mail.at.0,
    })
}

fn subject(mail: &Mail) -> String {
    match &mail.content {
        Content::Link(_) => "Your link".to_owned(),
        Content::Code(code) if is_for_reset(mail) => format!("{code} is your reset password code"),
        Content::Code(code) => format!("{code} is your verification code"),
    }
}

fn is_for_reset(mail: &Mail) -> bool {
    mail.purpose.starts_with("reset_password")
}

/// The name of Clerk's template.
fn slug(mail: &Mail, contact: Option<&Contact>) -> &'static str {
    match (&mail.content, contact) {
        (Content::Code(_), _) if is_for_reset(mail) => "reset_password_code",
        (Content::Code(_), _) => "verification_code",
        (Content::Link(_), None) => "magic_link_sign_up",
        (Content::Link(_), Some(contact)) if contact.is_verified() => "magic_link_sign_in",
        (Content::Link(_), Some(_)) => "magic_link_user_profile",
    }
}

fn data(scene: &Scene<'_>, mail: &Mail, user: Option<&User>) -> Value {
    let (name, proof) = match &mail.content {
        Content::Code(code) => ("otp_code", code),
        Content::Link(link) => ("magic_link", link),
    };
    let mut data = json!({
        "app": { "name": scene.application },
        "user": { "public_metadata": user.map(|user| &user.public_metadata) },
    });
    data[name] = json!(proof);
    data
}

/// The user it goes to and the contact. A contact that is not verified yet is claimed by nobody, but its user was
/// touched, because the code belongs to it.
fn addressee<'a>(
    scene: &Scene<'a>,
    kind: ContactKind,
    address: &str,
) -> (Option<&'a User>, Option<&'a Contact>) {
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
            return (Some(user), Some(contact));
        }
    }
    (None, None)
}
