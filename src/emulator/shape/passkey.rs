//! Passkeys, and what browsers are asked to do with them: the options of Web Authentication, as JSON text in `nonce`.

use clerk_auth::time::UnixMillis;
use serde_json::{Value, json};

use super::verification::Verification;
use crate::emulator::instance::User;
use crate::emulator::instance::passkey::key::ALGORITHMS;
use crate::emulator::instance::passkey::{Challenge, Outcome, Passkey, handle};

/// In milliseconds; so long browsers wait for a device.
const TIMEOUT: u32 = 60_000;

/// As pages see it.
pub(in crate::emulator) fn passkey(passkey: &Passkey, now: UnixMillis) -> Value {
    let mut shape = passkey_for_servers(passkey, now);
    shape["created_at"] = json!(passkey.created_at.0);
    shape["updated_at"] = json!(passkey.updated_at.0);
    shape
}

/// As servers see it, by Clerk's description: without its times.
pub(super) fn passkey_for_servers(passkey: &Passkey, now: UnixMillis) -> Value {
    json!({
        "object": "passkey",
        "id": passkey.id,
        "name": passkey.name,
        "last_used_at": passkey.last_used_at.map(|at| at.0),
        "verification": by_passkey(&passkey.challenge, now),
    })
}

/// The same with what the browser needs to have it made.
pub(in crate::emulator) fn passkey_to_make(
    passkey: &Passkey,
    user: &User,
    application: &str,
    now: UnixMillis,
) -> Value {
    let address = user.primary_email().map(|email| email.address.as_str());
    let name = address.or(user.username.as_deref()).unwrap_or(&user.id);
    let full = user.full_name();
    let shown = if full.is_empty() { name } else { &full };
    let party = &passkey.challenge.party;
    let algorithms = ALGORITHMS.map(|alg| json!({ "type": "public-key", "alg": alg }));
    let options = json!({
        "rp": { "id": party, "name": application },
        "user": { "id": handle(&user.id), "name": name, "displayName": shown },
        "challenge": passkey.challenge.text,
        "pubKeyCredParams": algorithms,
        "timeout": TIMEOUT,
        "excludeCredentials": credentials(user, party),
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": true,
            "userVerification": "required",
        },
        "attestation": "none",
    });
    let mut shape = self::passkey(passkey, now);
    shape["verification"]["nonce"] = json!(options.to_string());
    shape
}

/// The verification of a sign-in that asks for a passkey: of the user who was named, else of anybody.
pub(super) fn sign_in_by_passkey(
    challenge: &Challenge,
    user: Option<&User>,
    now: UnixMillis,
) -> Value {
    let mut shape = by_passkey(challenge, now);
    if challenge.outcome == Outcome::Pending {
        let party = &challenge.party;
        let options = json!({
            "challenge": challenge.text,
            "timeout": TIMEOUT,
            "rpId": party,
            "allowCredentials": user.map_or_else(Vec::new, |user| credentials(user, party)),
            "userVerification": "required",
        });
        shape["nonce"] = json!(options.to_string());
    }
    shape
}

fn by_passkey(challenge: &Challenge, now: UnixMillis) -> Value {
    let verification = Verification {
        kind: "passkey",
        strategy: "passkey".into(),
        status: challenge.status(now),
        attempts: (challenge.outcome != Outcome::Pending).then_some(1),
        expire_at: Some(challenge.expire_at),
        verified_at_client: None,
    };
    verification.shape()
}

/// The keys that a user has for a host.
fn credentials(user: &User, party: &str) -> Vec<Value> {
    let made = user.made_passkeys();
    let here = made.filter_map(|passkey| passkey.credential.as_ref());
    here.filter(|credential| credential.party == party)
        .map(|credential| json!({ "type": "public-key", "id": credential.id }))
        .collect()
}
