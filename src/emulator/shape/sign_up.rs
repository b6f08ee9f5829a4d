//! Sign-ups and the verification of their address (`frontend-api.md` sections 8.2 and 8.3).

use clerk_auth::time::UnixMillis;
use serde_json::{Value, json};

use super::verification::{EXISTS, Verification, by_code, by_provider, by_ticket};
use crate::emulator::instance::SignUp;
use crate::emulator::instance::access::settings::Requirement;
use crate::emulator::instance::contact::ContactKind;
use crate::emulator::instance::email::EmailCode;
use crate::emulator::instance::social::referral::Referral;

pub(in crate::emulator) fn sign_up(sign_up: &SignUp, now: UnixMillis) -> Value {
    let address = sign_up.email_address.as_ref();
    let by_account = |referral: &Referral| by_provider(referral, Some(EXISTS), now);
    let mut required = vec!["email_address", "password"];
    let mut optional = vec!["first_name", "last_name"];
    match sign_up.phone {
        Requirement::Off => {}
        Requirement::On => optional.push("phone_number"),
        Requirement::Required => required.push("phone_number"),
    }
    json!({
        "object": "sign_up_attempt",
        "id": sign_up.id,
        "status": if sign_up.is_complete() { "complete" } else { "missing_requirements" },
        "required_fields": required,
        "optional_fields": optional,
        "missing_fields": sign_up.missing_fields(),
        "unverified_fields": sign_up.unverified_fields(),
        "verifications": {
            "email_address": address.map(|_| verification(sign_up, now)),
            "phone_number": sign_up.phone_number.as_ref().map(|_| by_number(sign_up, now)),
            "web3_wallet": null,
            "external_account": sign_up.referral.as_ref().map(by_account),
        },
        "username": null,
        "email_address": address,
        "phone_number": sign_up.phone_number,
        "web3_wallet": null,
        "first_name": sign_up.first_name,
        "last_name": sign_up.last_name,
        "has_password": sign_up.password.is_some(),
        "password_enabled": true,
        "unsafe_metadata": sign_up.unsafe_metadata,
        "public_metadata": {},
        "custom_action": sign_up.custom_action,
        "external_id": sign_up.external_id,
        "external_account": null,
        "created_session_id": sign_up.created_session_id,
        "created_user_id": sign_up.created_user_id,
        "abandon_at": sign_up.abandon_at.0,
        "legal_accepted_at": null,
        "locale": null,
    })
}

fn verification(sign_up: &SignUp, now: UnixMillis) -> Value {
    if sign_up.invitation.is_some() {
        let mut shape = by_ticket();
        shape["next_action"] = "".into();
        shape["supported_strategies"] = json!(["ticket"]);
        return shape;
    }
    if let Some(referral) = sign_up
        .referral
        .as_ref()
        .filter(|_| sign_up.is_proven_by_provider())
    {
        let strategy = format!("from_{}", referral.provider.strategy());
        let verification = Verification {
            kind: "from_oauth",
            strategy: strategy.as_str().into(),
            status: "verified",
            attempts: None,
            expire_at: None,
            verified_at_client: None,
        };
        let mut shape = verification.shape();
        shape["next_action"] = "".into();
        shape["supported_strategies"] = json!([strategy]);
        return shape;
    }
    let code = sign_up.email_code.as_ref();
    let mut shape = sent(ContactKind::Email, code, now);
    if sign_up.email_link {
        shape["supported_strategies"] = json!(["email_code", "email_link"]);
    }
    shape
}

fn by_number(sign_up: &SignUp, now: UnixMillis) -> Value {
    sent(ContactKind::Phone, sign_up.phone_code.as_ref(), now)
}

fn sent(kind: ContactKind, code: Option<&EmailCode>, now: UnixMillis) -> Value {
    let strategy = kind.strategy().as_str();
    let Some(code) = code else {
        // Neither status nor strategy: the component would believe that a code is on its way (section 1, rule 5).
        return json!({ "next_action": "needs_prepare", "supported_strategies": [strategy] });
    };
    let mut shape = by_code(strategy, code, now);
    shape["next_action"] = json!(if code.is_verified() {
        ""
    } else {
        "needs_attempt"
    });
    shape["supported_strategies"] = json!([strategy]);
    shape
}
