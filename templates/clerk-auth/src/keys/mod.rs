//! Clerk's keys as an app is configured with them: the publishable key, which names the instance, and secret keys,
//! which cannot be printed (`request-authentication.md` section 1).

#[cfg(feature = "tool")]
mod build;
mod decode;
#[cfg(feature = "tool")]
mod fault;
mod hosts;
mod publishable;
mod secret;

#[cfg(feature = "tool")]
pub use build::BuildKeyError;
#[cfg(feature = "tool")]
pub use fault::KeyFault;
pub use hosts::{accounts_portal_origin, is_known_portal, is_local_emulator_host};
pub use publishable::{CookieNames, PublishableKey, PublishableKeyError, cookie_suffix};
#[cfg(feature = "machines")]
pub use secret::MachineSecretKey;
pub use secret::{SecretKey, SecretKeyError};

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
    #[cfg(feature = "tool")]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Production => "production",
        }
    }

    /// Reads the prefix of a secret key, `test_` and `live_` of older instances included.
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
