//! Judges keys that somebody gives us, in words that help.
//!
//! The core says what a key is. This adds what happens to keys on their way from the dashboard: they are swapped,
//! cut off, or mixed from two instances. A secret key is never repeated.

pub mod shape;

use clerk_auth::keys::{PublishableKey, SecretKey};
use shape::Malformed;

use crate::error::{Explain, Explanation};

/// The place a key is meant for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Slot {
    Publishable,
    Secret,
    Machine,
}

impl Slot {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Publishable => "publishable key",
            Self::Secret => "secret key",
            Self::Machine => "machine secret key",
        }
    }

    /// The beginnings of such a key.
    pub fn prefixes(self) -> &'static str {
        match self {
            Self::Publishable => "pk_test_ or pk_live_",
            Self::Secret => "sk_test_ or sk_live_",
            Self::Machine => "ak_",
        }
    }

    /// The page of Clerk's dashboard that shows it.
    pub fn page(self) -> &'static str {
        match self {
            Self::Publishable | Self::Secret => "API keys",
            Self::Machine => "Machines",
        }
    }

    /// The word for it at the beginning of a line.
    pub fn subject(self) -> &'static str {
        match self {
            Self::Publishable => "publishable",
            Self::Secret => "secret",
            Self::Machine => "machine key",
        }
    }

    /// The word for it in front of a [`Malformed::id`].
    pub fn id(self) -> &'static str {
        match self {
            Self::Publishable => "publishable-key",
            Self::Secret => "secret-key",
            Self::Machine => "machine-secret-key",
        }
    }
}

/// A key, or a pair, that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Wrong by itself.
    #[error("the {} {origin} cannot be used", slot.name())]
    Bad {
        slot: Slot,
        /// Where it comes from, such as `in CLERK_SECRET_KEY`.
        origin: String,
        why: Malformed,
    },
    /// A key for the local emulator, which only the tool itself makes.
    #[error("the publishable key {0} cannot be used")]
    Local(String),
    /// A `pk_test_` with an `sk_live_`, or the other way round.
    #[error("the two keys belong to different instances")]
    Mixed {
        /// True if the publishable key is for development.
        publishable_is_test: bool,
    },
}

impl KeyError {
    fn bad(slot: Slot, origin: &str, why: Malformed) -> Self {
        Self::Bad {
            slot,
            origin: origin.to_owned(),
            why,
        }
    }
}

impl Explain for KeyError {
    fn explain(&self) -> Explanation {
        match self {
            Self::Bad { slot, why, .. } => Explanation::usage(match slot {
                Slot::Publishable => "bad-publishable-key",
                _ => "bad-secret-key",
            })
            .because(why)
            .help(why.help(*slot)),
            Self::Local(_) => Explanation::usage("bad-publishable-key")
                .because("it is a key of the local emulator; --keys local makes those")
                .help(format!(
                    "copy the whole key ({}) from Clerk's dashboard, API keys",
                    Slot::Publishable.prefixes(),
                )),
            Self::Mixed {
                publishable_is_test,
            } => Explanation::usage("keys-mixed")
                .because(if *publishable_is_test {
                    "pk_test_ is for development, sk_live_ for production"
                } else {
                    "pk_live_ is for production, sk_test_ for development"
                })
                .help("copy both from one page of Clerk's dashboard, API keys"),
        }
    }
}

/// A publishable key of a Clerk instance.
pub fn publishable(text: &str, origin: &str) -> Result<PublishableKey, KeyError> {
    let key =
        shape::publishable(text).map_err(|why| KeyError::bad(Slot::Publishable, origin, why))?;
    if key.is_local_emulator() {
        return Err(KeyError::Local(origin.to_owned()));
    }
    Ok(key)
}

/// A secret key of a Clerk instance.
pub fn secret(text: &str, origin: &str) -> Result<SecretKey, KeyError> {
    shape::secret(text).map_err(|why| KeyError::bad(Slot::Secret, origin, why))
}

/// Accepts two good keys that may belong together.
pub fn pair(publishable: &PublishableKey, secret: &SecretKey) -> Result<(), KeyError> {
    if publishable.is_development() == secret.is_development() {
        return Ok(());
    }
    Err(KeyError::Mixed {
        publishable_is_test: publishable.is_development(),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const TEST: &str = "pk_test_YnJhdmUtb3R0ZXItNy5jbGVyay5hY2NvdW50cy5kZXYk";
    const LIVE: &str = "pk_live_Y2xlcmsub3JjaGFyZC5leGFtcGxlJA";
    const LOCAL: &str = "pk_test_ZW11bGF0b3ItMDEyMzQ1NjcubG9jYWxob3N0LmNsZXJrLmFjY291bnRzLmRldiQ";

    fn because<T: std::fmt::Debug>(result: Result<T, KeyError>) -> String {
        result.unwrap_err().explain().because.unwrap()
    }

    #[test]
    fn good_keys_pass() {
        assert!(publishable(TEST, "x").unwrap().is_development());
        assert!(!publishable(LIVE, "x").unwrap().is_development());
        assert_eq!(
            secret("sk_live_0a1b2c3d4e5f6g7h8i9j", "x")
                .unwrap()
                .expose(),
            "sk_live_0a1b2c3d4e5f6g7h8i9j"
        );
    }

    #[test]
    fn a_key_of_the_emulator_is_none_of_an_instance() {
        assert!(because(publishable(LOCAL, "x")).contains("local emulator"));
    }

    #[test]
    fn keys_of_two_instances_are_told_apart() {
        let (test, live) = (
            publishable(TEST, "x").unwrap(),
            publishable(LIVE, "x").unwrap(),
        );
        let secret = secret("sk_live_0a1b2c3d4e5f6g7h8i9j", "x").unwrap();
        assert!(pair(&live, &secret).is_ok());
        assert!(because(pair(&test, &secret)).contains("sk_live_ for production"));
    }
}
