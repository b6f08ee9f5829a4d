//! One entry of a seed, ready to be applied.

use std::ops::Range;

use clerk_auth::time::UnixMillis;
use toml::Spanned;

use crate::emulator::instance::random::{self, SeededRandom};
use crate::emulator::instance::{Instance, Refusal};

/// In characters, behind its prefix.
const MAX_ID: usize = 64;

pub(super) type Made = Result<(), Wrong>;

type Make<'a> = Box<dyn FnOnce(&mut Instance, UnixMillis) -> Made + 'a>;

pub(super) struct Entry<'a> {
    /// Whose count it is part of.
    pub table: &'static str,
    /// The name that tells it from all others, in every version of the file.
    pub name: String,
    pub span: Range<usize>,
    pub make: Make<'a>,
}

/// What is wrong with an entry.
pub(super) enum Wrong {
    Refused(Refusal),
    Said { key: String, words: String },
}

impl From<Refusal> for Wrong {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl<'a> Entry<'a> {
    pub fn new<T>(
        table: &'static str,
        key: &str,
        place: &Spanned<T>,
        make: impl FnOnce(&mut Instance, UnixMillis) -> Made + 'a,
    ) -> Self {
        Self {
            table,
            name: format!("{table}/{key}"),
            span: place.span(),
            make: Box::new(make),
        }
    }
}

/// The id that is given, or else one that hangs on the name alone.
pub(super) fn id_of(given: Option<&String>, prefix: &str, name: &str) -> String {
    let chance = SeededRandom::of(&format!("{prefix}/{name}"));
    given.map_or_else(|| random::id(&chance, prefix), String::clone)
}

/// Makes sure that an id is one as Clerk's.
pub(super) fn check_id(id: &str, prefix: &str) -> Made {
    let rest = id
        .strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('_'));
    let fits = |rest: &str| {
        (1..=MAX_ID).contains(&rest.len())
            && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    if rest.is_some_and(fits) {
        return Ok(());
    }
    Err(Wrong::Said {
        key: "id".to_owned(),
        words: format!("is to be `{prefix}_` and up to {MAX_ID} letters, digits and `_`"),
    })
}

/// That there is no such thing, and what there is instead.
pub(super) fn unknown<'a>(
    key: &'static str,
    value: &str,
    known: impl Iterator<Item = &'a str>,
) -> Wrong {
    const SHOWN: usize = 12;
    let mut known: Vec<_> = known.take(SHOWN + 1).collect();
    if known.len() > SHOWN {
        known[SHOWN] = "…";
    }
    let words = if known.is_empty() {
        format!("`{value}` is not known, and nothing is yet")
    } else {
        format!("`{value}` is not known; known are {}", known.join(", "))
    };
    Wrong::Said {
        key: key.to_owned(),
        words,
    }
}

/// The id of the user whose id, address, number or user name this is.
pub(super) fn user_id(
    instance: &Instance,
    key: &'static str,
    named: &str,
) -> Result<String, Wrong> {
    let name = named.trim().to_lowercase();
    let is_it = |contact: &crate::emulator::instance::contact::Contact| contact.address == name;
    let found = instance
        .user(named)
        .or_else(|| instance.user_with_email(&name));
    let found = found.or_else(|| {
        instance.users().find(|user| {
            user.username.as_deref() == Some(&name) || user.phone_numbers.iter().any(is_it)
        })
    });
    let addresses = instance.users().filter_map(|user| user.primary_email());
    let known = addresses.map(|email| email.address.as_str());
    found
        .map(|user| user.id.clone())
        .ok_or_else(|| unknown(key, named, known))
}
