//! The answers to passkeys that prove nothing. Clerk has one code for all of it; the words say what it was.

use super::row::Row;
use crate::emulator::instance::passkey::PasskeyRefusal;

const FIELD: Option<&str> = Some("public_key_credential");

#[rustfmt::skip]
pub(super) fn passkey_row(refusal: PasskeyRefusal) -> Row<'static> {
    match refusal {
        PasskeyRefusal::Off => (403, "feature_not_enabled", "Passkeys not enabled", "Users have no passkeys here: turn passkey on, PATCH /__emulator/settings", None),
        PasskeyRefusal::Quota => (403, "passkeys_quota_exceeded", "Passkeys quota exceeded", "A user has at most ten passkeys; remove one first", None),
        PasskeyRefusal::NoName => (400, "passkey_invalid_rpID_or_domain", "Invalid domain", "A passkey belongs to the name of a host: open the page at localhost, not at an address of numbers", None),
        PasskeyRefusal::Malformed => (422, "passkey_invalid_public_key_credential", "Invalid passkey", "This is no answer of a browser that was asked for a passkey", FIELD),
        PasskeyRefusal::Unknown => (422, "passkey_not_registered", "Passkey not registered", "Nobody here has this passkey. Use another, or another method", None),
        PasskeyRefusal::Exists => (400, "passkey_already_exists", "Passkey exists", "This passkey is registered already", None),
        PasskeyRefusal::Kind => unproven("It answers something else: a sign-in takes one that was made before, a registration a new one"),
        PasskeyRefusal::Challenge => unproven("It answers another challenge than the last one"),
        PasskeyRefusal::Origin => unproven("It was made on a page of another origin than the one that asked"),
        PasskeyRefusal::Party => unproven("It belongs to another host than the page that asked"),
        PasskeyRefusal::NotPresent => unproven("Nobody touched the device"),
        PasskeyRefusal::NotVerified => unproven("The device did not ask who is there"),
        PasskeyRefusal::Key => unproven("Its key is of another kind than ES256 and RS256, or broken"),
        PasskeyRefusal::Signature => unproven("The signature is not by its key"),
        PasskeyRefusal::Counter => unproven("It was used before: its counter did not grow, so there may be a copy"),
        PasskeyRefusal::Owner => unproven("It belongs to another user"),
    }
}

const fn unproven(why: &'static str) -> Row<'static> {
    (
        400,
        "passkey_invalid_verification",
        "Passkey could not be verified",
        why,
        None,
    )
}
