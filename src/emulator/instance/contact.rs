//! Where a user can be reached: e-mail addresses and phone numbers, and how each was proven to be the user's.

use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};

use super::email::{self, EmailCode};
use super::{Refusal, Strategy};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactKind {
    Email,
    Phone,
}

impl ContactKind {
    /// The name of its field.
    pub const fn field(self) -> &'static str {
        match self {
            Self::Email => "email_address",
            Self::Phone => "phone_number",
        }
    }

    /// The kind that the code of a strategy goes to.
    pub const fn of(strategy: Strategy) -> Option<Self> {
        match strategy {
            Strategy::EmailCode | Strategy::EmailLink | Strategy::ResetPasswordEmailCode => {
                Some(Self::Email)
            }
            Strategy::PhoneCode | Strategy::ResetPasswordPhoneCode => Some(Self::Phone),
            _ => None,
        }
    }

    /// The strategy by which its owner proves it.
    pub const fn strategy(self) -> Strategy {
        match self {
            Self::Email => Strategy::EmailCode,
            Self::Phone => Strategy::PhoneCode,
        }
    }

    /// In the form in which it is kept.
    ///
    /// # Errors
    /// [`Refusal::ParamFormat`].
    pub fn normalized(self, text: &str) -> Result<String, Refusal> {
        match self {
            Self::Email => email::normalized(text),
            Self::Phone => phone(text),
        }
    }
}

/// A number as `+` and 7 to 15 digits; what people write between them for the eye goes.
fn phone(text: &str) -> Result<String, Refusal> {
    let is_decoration = |c: char| matches!(c, ' ' | '-' | '(' | ')' | '.');
    let number: String = text.chars().filter(|c| !is_decoration(*c)).collect();
    let digits = number.strip_prefix('+').unwrap_or_default();
    if (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(number)
    } else {
        Err(Refusal::ParamFormat("phone_number"))
    }
}

/// How it is known that a contact is the user's.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// A code came back.
    Code,
    /// A server says so.
    Admin,
    /// A ticket that was sent there.
    Ticket,
    /// A provider says so.
    Oauth(String),
}

/// An address or a number of a user.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Contact {
    /// `idn_…`
    pub id: String,
    /// In normal form.
    pub address: String,
    /// Absent until it is verified.
    #[serde(default = "by_code")]
    pub proof: Option<Proof>,
    /// The code under way, or the one that proved it.
    #[serde(default)]
    pub code: Option<EmailCode>,
    /// Not verified, and yet nobody else's.
    #[serde(default)]
    pub reserved: bool,
    /// A number that serves as second factor, and no more as first.
    #[serde(default)]
    pub second_factor: bool,
    #[serde(default)]
    pub default_second_factor: bool,
    pub created_at: UnixMillis,
}

/// What a record of the time before proofs means.
#[allow(clippy::unnecessary_wraps, reason = "the type of the field")]
fn by_code() -> Option<Proof> {
    Some(Proof::Code)
}

impl Contact {
    pub fn new(id: String, address: String, proof: Option<Proof>, now: UnixMillis) -> Self {
        Self {
            id,
            address,
            proof,
            code: None,
            reserved: false,
            second_factor: false,
            default_second_factor: false,
            created_at: now,
        }
    }

    pub fn is_verified(&self) -> bool {
        self.proof.is_some()
    }

    /// True if nobody else can have it.
    pub fn is_claimed(&self) -> bool {
        self.is_verified() || self.reserved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_kept_without_what_is_for_the_eye() {
        for (text, number) in [
            ("+1 (202) 555-0123", Some("+12025550123")),
            ("+49.30.1234567", Some("+49301234567")),
            ("12025550123", None),
            ("+12", None),
            ("+1234567890123456", None),
            ("+1202555o123", None),
            ("", None),
        ] {
            let found = ContactKind::Phone.normalized(text);
            assert_eq!(found.ok().as_deref(), number, "{text}");
        }
    }
}
