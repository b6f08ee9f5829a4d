//! Clerk's keys as an app is configured with them: what the publishable key says about the instance, and the secret
//! keys as values that cannot be printed (`request-authentication.md` section 1).

mod decode;
mod hosts;
mod publishable;
mod secret;

pub use decode::KeyFault;
pub use hosts::{
    accounts_portal_origin, is_development_portal, is_known_portal, is_legacy_development_portal,
    is_local_emulator_host,
};
pub use publishable::{
    BuildKeyError, CookieNames, PublishableKey, PublishableKeyError, cookie_suffix,
};
pub use secret::{MachineSecretKey, SecretKey, SecretKeyError};

/// The two kinds of Clerk instances.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InstanceType {
    /// For building: `pk_test_`, `sk_test_`.
    Development,
    /// For real users: `pk_live_`, `sk_live_`.
    Production,
}

impl InstanceType {
    /// `development` or `production`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Production => "production",
        }
    }

    /// What the prefix of a publishable key says, legacy `test_` and `live_` included. A key with such a prefix need
    /// not parse; only [`PublishableKey::parse`] tells.
    pub fn of_publishable_key(text: &str) -> Option<Self> {
        Self::by_prefix(text.strip_prefix("pk_").unwrap_or(text))
    }

    /// What the prefix of a secret key says, legacy `test_` and `live_` included.
    pub fn of_secret_key(text: &str) -> Option<Self> {
        Self::by_prefix(text.strip_prefix("sk_").unwrap_or(text))
    }

    fn by_prefix(text: &str) -> Option<Self> {
        if text.starts_with("test_") {
            Some(Self::Development)
        } else if text.starts_with("live_") {
            Some(Self::Production)
        } else {
            None
        }
    }
}
