//! Keys that somebody hands us: what is wrong with them, in words that help.
//!
//! The core says what a key is; here is added what people do to keys on the way from the
//! dashboard: swapped, cut off, mixed from two instances. A secret key is never repeated.

use clerk_auth::keys::{KeyFault, PublishableKey, SecretKey};

use crate::error::{Exit, Explain};

/// Which of the two.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Slot {
    /// Public.
    Publishable,
    /// Not.
    Secret,
}

impl Slot {
    fn name(self) -> &'static str {
        match self {
            Self::Publishable => "publishable key",
            Self::Secret => "secret key",
        }
    }

    fn prefixes(self) -> &'static str {
        match self {
            Self::Publishable => "pk_test_ or pk_live_",
            Self::Secret => "sk_test_ or sk_live_",
        }
    }
}

/// A key, or a pair, that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Wrong by itself.
    #[error("the {} {origin} cannot be used", slot.name())]
    Bad {
        /// Which.
        slot: Slot,
        /// Where it comes from, such as `in CLERK_SECRET_KEY`.
        origin: String,
        /// What is wrong.
        why: String,
    },
    /// A `pk_test_` with an `sk_live_`, or the other way round.
    #[error("the two keys belong to different instances")]
    Mixed {
        /// Whether the publishable one is for development.
        publishable_is_test: bool,
    },
}

impl KeyError {
    fn bad(slot: Slot, origin: &str, why: impl ToString) -> Self {
        Self::Bad {
            slot,
            origin: origin.to_owned(),
            why: why.to_string(),
        }
    }
}

impl Explain for KeyError {
    fn code(&self) -> &'static str {
        match self {
            Self::Bad {
                slot: Slot::Publishable,
                ..
            } => "bad-publishable-key",
            Self::Bad {
                slot: Slot::Secret, ..
            } => "bad-secret-key",
            Self::Mixed { .. } => "keys-mixed",
        }
    }

    fn exit(&self) -> Exit {
        Exit::Usage
    }

    fn because(&self) -> Option<String> {
        Some(match self {
            Self::Bad { why, .. } => why.clone(),
            Self::Mixed {
                publishable_is_test: true,
            } => "pk_test_ is for development, sk_live_ for production".to_owned(),
            Self::Mixed {
                publishable_is_test: false,
            } => "pk_live_ is for production, sk_test_ for development".to_owned(),
        })
    }

    fn help(&self) -> Option<String> {
        Some(match self {
            Self::Bad { slot, .. } => format!(
                "copy the whole key ({}) from Clerk's dashboard, API keys",
                slot.prefixes(),
            ),
            Self::Mixed { .. } => {
                "copy both from one page of Clerk's dashboard, API keys".to_owned()
            }
        })
    }
}

/// A publishable key of a Clerk instance.
pub fn publishable(text: &str, origin: &str) -> Result<PublishableKey, KeyError> {
    let bad = |why: String| KeyError::bad(Slot::Publishable, origin, why);
    if let Some(position) = white_space(text) {
        return Err(bad(position));
    }
    let key = PublishableKey::parse(text).map_err(|error| {
        bad(match error.fault() {
            None => "it is empty".to_owned(),
            Some(KeyFault::SecretKey) => "it is a secret key, which nobody else may see".to_owned(),
            Some(fault) => fault.to_string(),
        })
    })?;
    if key.is_local_emulator() {
        return Err(bad(
            "it is a key of the local emulator; --keys local makes those".to_owned(),
        ));
    }
    Ok(key)
}

/// A secret key of a Clerk instance.
pub fn secret(text: &str, origin: &str) -> Result<SecretKey, KeyError> {
    let bad = |why: String| Err(KeyError::bad(Slot::Secret, origin, why));
    if let Some(position) = white_space(text) {
        return bad(position);
    }
    if text.starts_with("pk_") {
        return bad("it is a publishable key".to_owned());
    }
    let key = SecretKey::new(text).map_err(|error| KeyError::bad(Slot::Secret, origin, error))?;
    // What else could be sent would mean something else in the file the key is written to.
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-.+/=".contains(c);
    if let Some(position) = text.chars().position(|c| !is_plain(c)) {
        let position = position + 1;
        return bad(format!(
            "the character at position {position} cannot be part of a key"
        ));
    }
    let body = ["sk_test_", "sk_live_"]
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix));
    match body {
        None => bad(format!(
            "it does not start with {}",
            Slot::Secret.prefixes()
        )),
        Some("") => bad("nothing follows the prefix".to_owned()),
        Some(_) => Ok(key),
    }
}

/// Whether two good keys may belong together.
pub fn pair(publishable: &PublishableKey, secret: &SecretKey) -> Result<(), KeyError> {
    if publishable.is_development() == secret.is_development() {
        return Ok(());
    }
    Err(KeyError::Mixed {
        publishable_is_test: publishable.is_development(),
    })
}

fn white_space(text: &str) -> Option<String> {
    let position = text.chars().position(char::is_whitespace)? + 1;
    Some(format!(
        "there is white space at position {position}; a key has none"
    ))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const TEST: &str = "pk_test_YnJhdmUtb3R0ZXItNy5jbGVyay5hY2NvdW50cy5kZXYk";
    const LIVE: &str = "pk_live_Y2xlcmsub3JjaGFyZC5leGFtcGxlJA";
    const LOCAL: &str = "pk_test_ZW11bGF0b3ItMDEyMzQ1NjcubG9jYWxob3N0LmNsZXJrLmFjY291bnRzLmRldiQ";

    fn because<T: std::fmt::Debug>(result: Result<T, KeyError>) -> String {
        result.unwrap_err().because().unwrap()
    }

    #[test]
    fn good_keys_pass() {
        assert!(publishable(TEST, "x").unwrap().is_development());
        assert!(!publishable(LIVE, "x").unwrap().is_development());
        assert_eq!(secret("sk_live_a1", "x").unwrap().expose(), "sk_live_a1");
    }

    #[test]
    fn a_bad_publishable_key_says_why() {
        for (text, why) in [
            ("", "empty"),
            ("sk_test_hidden", "it is a secret key"),
            ("pk_test_YnJh dmU", "white space at position 13"),
            ("pk_prod_YnJh", "does not start with pk_test_ or pk_live_"),
            ("CLERK_PUBLISHABLE_KEY=pk_test_YnJh", "does not start with"),
            ("pk_test_", "nothing follows"),
            ("pk_test_YnJ*", "'*' at position 12"),
            (&TEST[..TEST.len() - 4], "the end of the key is missing"),
            (LOCAL, "local emulator"),
        ] {
            let error = publishable(text, "in X").unwrap_err();
            let said = error.because().unwrap();
            assert!(said.contains(why), "{text}: {said}");
            assert!(!format!("{error}{said}{:?}", error.help()).contains("hidden"));
        }
    }

    #[test]
    fn a_bad_secret_key_says_why_and_is_not_repeated() {
        for (text, why) in [
            ("", "empty"),
            (TEST, "it is a publishable key"),
            ("sk_test_hid den", "white space at position 12"),
            ("hidden", "does not start with sk_test_ or sk_live_"),
            ("sk_live_", "nothing follows"),
            ("sk_live_hidd\u{e9}n", "position 13"),
            ("sk_live_hid#den", "position 12"),
            ("\"sk_live_hid\"", "position 1 "),
        ] {
            let error = secret(text, "in X").unwrap_err();
            let said = error.because().unwrap();
            assert!(said.contains(why), "{text}: {said}");
            assert!(!format!("{error}{said}{:?}{error:?}", error.help()).contains("hid"));
        }
    }

    #[test]
    fn keys_of_two_instances_are_told_apart() {
        let (test, live) = (
            publishable(TEST, "x").unwrap(),
            publishable(LIVE, "x").unwrap(),
        );
        let secret = secret("sk_live_a1", "x").unwrap();
        assert!(pair(&live, &secret).is_ok());
        assert!(because(pair(&test, &secret)).contains("sk_live_ for production"));
    }
}
