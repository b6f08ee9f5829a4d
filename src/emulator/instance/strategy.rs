//! The ways to prove to be the user.

use serde::{Deserialize, Serialize};

use super::social::provider::Provider;

/// A way for users to prove who they are.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    Password,
    /// A code sent to the address.
    EmailCode,
    /// A link sent to the address.
    EmailLink,
    /// A code sent to the address, which allows to set a new password.
    ResetPasswordEmailCode,
    /// A code sent to the number.
    PhoneCode,
    /// The same to the number.
    ResetPasswordPhoneCode,
    /// A code of an authenticator app.
    Totp,
    /// A code that stands in for the app.
    BackupCode,
    /// A ticket that a server made.
    Ticket,
    /// A key that a device keeps.
    Passkey,
    /// An account with a provider.
    Oauth(Provider),
}

impl Strategy {
    /// The strategy of Clerk's name.
    pub fn named(name: &str) -> Option<Self> {
        [
            Self::Password,
            Self::EmailCode,
            Self::EmailLink,
            Self::ResetPasswordEmailCode,
            Self::PhoneCode,
            Self::ResetPasswordPhoneCode,
            Self::Totp,
            Self::BackupCode,
            Self::Passkey,
        ]
        .into_iter()
        .find(|s| s.as_str() == name)
    }

    /// True if a code is sent for it.
    pub const fn has_code(self) -> bool {
        matches!(
            self,
            Self::EmailCode
                | Self::ResetPasswordEmailCode
                | Self::PhoneCode
                | Self::ResetPasswordPhoneCode
        )
    }

    /// Clerk's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::EmailCode => "email_code",
            Self::EmailLink => "email_link",
            Self::ResetPasswordEmailCode => "reset_password_email_code",
            Self::PhoneCode => "phone_code",
            Self::ResetPasswordPhoneCode => "reset_password_phone_code",
            Self::Totp => "totp",
            Self::BackupCode => "backup_code",
            Self::Ticket => "ticket",
            Self::Passkey => "passkey",
            Self::Oauth(provider) => provider.strategy(),
        }
    }

    /// True if its code alone signs in; the others lead to a new password.
    pub const fn completes(self) -> bool {
        matches!(self, Self::EmailCode | Self::EmailLink | Self::PhoneCode)
    }
}
