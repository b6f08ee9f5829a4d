//! Verifications: that an address, a number or a person was proven, or is about to be (`frontend-api.md` section 8.3).

use std::borrow::Cow;

use clerk_auth::time::UnixMillis;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::emulator::instance::email::EmailCode;
use crate::emulator::instance::social::referral::{Failure, Outcome, Referral};

/// A verification by means of `kind`: `otp`, `password`, `ticket`, `oauth`, … Each kind has an object of its own.
#[derive(Serialize)]
pub(super) struct Verification<'a> {
    #[serde(rename = "object", serialize_with = "object")]
    pub kind: &'static str,
    /// `unverified`, `verified`, `failed`, `expired`, `transferable`.
    pub status: &'static str,
    pub strategy: Cow<'a, str>,
    pub attempts: Option<u32>,
    pub expire_at: Option<UnixMillis>,
    /// The client that followed a link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified_at_client: Option<String>,
}

fn object<S: Serializer>(kind: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("verification_{kind}"))
}

impl Verification<'_> {
    pub fn shape(&self) -> Value {
        json!(self)
    }
}

/// By a ticket, which proves at once.
pub(super) fn by_ticket() -> Value {
    let verification = Verification {
        kind: "ticket",
        strategy: "ticket".into(),
        status: "verified",
        attempts: None,
        expire_at: None,
        verified_at_client: None,
    };
    verification.shape()
}

/// By a code that was sent, or a link with one in it.
pub(super) fn by_code(strategy: &'static str, code: &EmailCode, now: UnixMillis) -> Value {
    code_sent(strategy, code, now).shape()
}

/// The same before it is JSON.
pub(super) fn code_sent(
    strategy: &'static str,
    code: &EmailCode,
    now: UnixMillis,
) -> Verification<'static> {
    let link = code.link();
    Verification {
        kind: if link.is_some() { "email_link" } else { "otp" },
        strategy: link.map_or(strategy, |_| "email_link").into(),
        status: code.status(now),
        attempts: Some(code.attempts()),
        expire_at: Some(code.expire_at()),
        verified_at_client: link.and_then(|link| link.verified_at_client.clone()),
    }
}

/// By an account with a provider. An outcome that asks for the other of sign-in and sign-up names it by its error.
pub(super) fn by_provider(
    referral: &Referral,
    transferred: Option<Words>,
    now: UnixMillis,
) -> Value {
    let (status, words) = match &referral.outcome {
        Outcome::Pending if now >= referral.expire_at => ("expired", None),
        Outcome::Pending => ("unverified", None),
        Outcome::Verified(_) => ("verified", None),
        Outcome::Transferable(_) => ("transferable", transferred),
        Outcome::Failed(failure) => ("failed", Some(failure_words(*failure))),
    };
    let verification = Verification {
        kind: "oauth",
        strategy: referral.provider.strategy().into(),
        status,
        attempts: None,
        expire_at: Some(referral.expire_at),
        verified_at_client: None,
    };
    let mut shape = verification.shape();
    if referral.outcome == Outcome::Pending {
        shape["external_verification_redirect_url"] = json!(referral.url);
    }
    shape["error"] = words.map_or(Value::Null, |(code, message, long)| {
        json!({ "code": code, "message": message, "long_message": long, "meta": {} })
    });
    shape
}

/// Code, message, and long message.
pub(super) type Words = (&'static str, &'static str, &'static str);

/// Nobody has the account: the page signs up instead.
pub(super) const NOT_FOUND: Words = (
    "external_account_not_found",
    "Invalid external account",
    "The External Account was not found.",
);

/// Somebody has the account, or its address: the page signs in instead.
pub(super) const EXISTS: Words = (
    "external_account_exists",
    "External account exists",
    "The external account belongs to a user already.",
);

const fn failure_words(failure: Failure) -> Words {
    match failure {
        Failure::Denied => (
            "oauth_access_denied",
            "Access denied",
            "You did not grant access to your account.",
        ),
        Failure::NotAllowed => (
            "not_allowed_access",
            "Access not allowed",
            "This address is not allowed to use the application.",
        ),
        Failure::Claimed => (
            "oauth_identification_claimed",
            "Account claimed",
            "This account, or its email address, is another user's.",
        ),
        Failure::AlreadyConnected => (
            "oauth_account_already_connected",
            "Account already connected",
            "Another account is already connected for this particular provider.",
        ),
        Failure::Banned => ("user_banned", "User is banned", "This account is banned."),
        Failure::Locked => (
            "user_locked",
            "User is locked",
            "Your account is locked. Contact support for more information.",
        ),
    }
}
