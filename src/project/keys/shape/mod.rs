//! What is wrong with a text that should be a key, at which place, and what it probably was.
//!
//! The core decides what a key is; here are the ways in which people and programs spoil one between the dashboard and
//! a file. A text that is or may be a secret is never repeated.

mod malformed;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use clerk_auth::config::{
    ProblemKind, Refusal, is_placeholder, read_machine_secret_key, read_publishable_key,
    read_secret_key,
};
use clerk_auth::keys::{KeyFault, MachineSecretKey, PublishableKey, SecretKey};

pub use malformed::{Malformed, Space};

use super::Slot;
use crate::escape::visible;

/// Decodes what is left of a key.
const FORGIVING: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);
const QUOTES: &[char] = &[
    '"', '\'', '`', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}',
];
const ELLIPSES: [&str; 4] = ["...", "\u{2026}", "***", "\u{2022}\u{2022}"];
/// Whose text tells by its beginning that it is no key of an instance.
const OTHERS: [(&str, &str); 8] = [
    ("ak_", "an API key or a machine secret key (ak_)"),
    ("mt_", "a machine-to-machine token (mt_)"),
    ("oat_", "an OAuth access token (oat_)"),
    ("whsec_", "the signing secret of a webhook (whsec_)"),
    ("ins_", "the id of an instance (ins_)"),
    ("app_", "the id of an application (app_)"),
    ("eyJ", "a token (JWT)"),
    ("-----BEGIN", "a PEM key, as for CLERK_JWT_KEY"),
];

/// A publishable key.
pub fn publishable(text: &str) -> Result<PublishableKey, Malformed> {
    read_publishable_key(text).map_err(|refusal| why(text, Slot::Publishable, &refusal))
}

/// A secret key.
pub fn secret(text: &str) -> Result<SecretKey, Malformed> {
    read_secret_key(text).map_err(|refusal| why(text, Slot::Secret, &refusal))
}

/// The secret key of a machine. Nothing but its prefix is certain.
pub fn machine(text: &str) -> Result<MachineSecretKey, Malformed> {
    read_machine_secret_key(text).map_err(|refusal| why(text, Slot::Machine, &refusal))
}

/// What the core refused, and what to do about it, in more words where the text shows more.
pub fn words(text: &str, slot: Slot, refusal: &Refusal) -> (String, String) {
    match why(text, slot, refusal) {
        Malformed::Refused { problem, remedy } => (format!("it {problem}"), remedy),
        why => (why.to_string(), why.help(slot)),
    }
}

fn why(text: &str, slot: Slot, refusal: &Refusal) -> Malformed {
    let refused = || Malformed::Refused {
        problem: refusal.problem.clone(),
        remedy: refusal.remedy.clone(),
    };
    match refusal.kind {
        ProblemKind::Encoded => return Malformed::Encoded,
        // About more than this text.
        ProblemKind::Malformed | ProblemKind::Placeholder => {}
        _ => return refused(),
    }
    if let Err(why) = general(text, slot) {
        return why;
    }
    match slot {
        Slot::Publishable => match PublishableKey::parse(text) {
            Ok(key) => Malformed::NoHost(visible(key.frontend_api_host()).into_owned()),
            Err(error) => error
                .fault()
                .map_or_else(refused, |fault| encoding(text, fault)),
        },
        Slot::Secret => why_secret(text).unwrap_or_else(refused),
        Slot::Machine if !text.starts_with("ak_") => Malformed::Prefix(deviation(text, ["ak_"])),
        Slot::Machine => match text.chars().position(|c| !c.is_ascii_graphic()) {
            Some(index) => Malformed::SecretCharacter(index + 1),
            None => {
                Malformed::Other("the id of a key (ak_ and 32 hexadecimal digits), not the key")
            }
        },
    }
}

fn why_secret(text: &str) -> Option<Malformed> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-.+/=".contains(c);
    if let Some(index) = text.chars().position(|c| !is_plain(c)) {
        return Some(Malformed::SecretCharacter(index + 1));
    }
    let body = text
        .strip_prefix("sk_test_")
        .or(text.strip_prefix("sk_live_"));
    let is_legacy = text.starts_with("test_") || text.starts_with("live_");
    match body {
        None if is_legacy => None,
        None => Some(Malformed::Prefix(deviation(text, ["sk_test_", "sk_live_"]))),
        Some("") => Some(Malformed::OnlyPrefix),
        Some(_) => None,
    }
}

/// What is wrong whatever the slot, and things in the wrong slot. The worst comes first.
fn general(text: &str, slot: Slot) -> Result<(), Malformed> {
    let bare = text.trim_matches(|c: char| is_blank(c) || QUOTES.contains(&c));
    if bare.is_empty() {
        return Err(Malformed::Empty);
    }
    let is_secret = bare.starts_with("sk_test_") || bare.starts_with("sk_live_");
    match slot {
        Slot::Publishable if is_secret && !is_placeholder(bare) => {
            return Err(Malformed::SecretInPublic);
        }
        Slot::Secret | Slot::Machine if bare.starts_with("pk_") => {
            return Err(Malformed::PublicInSecret);
        }
        Slot::Machine if is_secret => {
            return Err(Malformed::Other(
                "the secret key of an instance (sk_), not that of a machine",
            ));
        }
        _ => {}
    }
    let masked = ELLIPSES.iter().filter_map(|mark| bare.find(mark)).min();
    let body = bare
        .find("_test_")
        .or(bare.find("_live_"))
        .map_or(0, |at| at + "_test_".len());
    if let Some(at) = masked.filter(|at| *at > body) {
        return Err(Malformed::Masked(bare[..at].chars().count() + 1));
    }
    if is_placeholder(bare) && !matches!(bare, "pk_test_" | "pk_live_" | "sk_test_" | "sk_live_") {
        return Err(Malformed::Placeholder);
    }
    if bare.starts_with("CLERK_")
        || bare.contains("CLERK_PUBLISHABLE_KEY=")
        || bare.contains("CLERK_SECRET_KEY=")
    {
        return Err(Malformed::NameInside);
    }
    if bare
        .get(..7)
        .is_some_and(|start| start.eq_ignore_ascii_case("bearer "))
    {
        return Err(Malformed::Bearer);
    }
    if let Some((index, quote)) = text.chars().enumerate().find(|(_, c)| QUOTES.contains(c)) {
        return Err(Malformed::Quote(index + 1, quote));
    }
    if let Some(index) = text.chars().position(is_blank) {
        return Err(Malformed::Space(Space {
            position: index + 1,
            character: text.chars().nth(index).unwrap_or(' '),
            before: index,
            after: text.chars().skip(index).filter(|c| !is_blank(*c)).count(),
        }));
    }
    let is_other = |start: &str| text.starts_with(start) && !slot.prefixes().contains(start);
    if let Some((_, what)) = OTHERS.iter().find(|(start, _)| is_other(start)) {
        return Err(Malformed::Other(what));
    }
    if slot == Slot::Publishable && (text.starts_with("test_") || text.starts_with("live_")) {
        return Err(Malformed::Legacy);
    }
    Ok(())
}

/// The core's finding, in more words.
fn encoding(text: &str, fault: &KeyFault) -> Malformed {
    match *fault {
        KeyFault::SecretKey => Malformed::SecretInPublic,
        KeyFault::OnlyPrefix => Malformed::OnlyPrefix,
        KeyFault::Character {
            character: character @ ('-' | '_'),
            position,
        } => Malformed::UrlSafe(position, character),
        KeyFault::Character {
            character,
            position,
        } => Malformed::Character(position, character),
        KeyFault::InnerMark => Malformed::InnerMark,
        KeyFault::NoDot => Malformed::NoDot(
            decoded(&text["pk_test_".len()..])
                .trim_end_matches('$')
                .to_owned(),
        ),
        KeyFault::Length | KeyFault::Unfinished => {
            let host = decoded(&text["pk_test_".len()..]);
            if host.ends_with(".clerk.accounts.dev") {
                Malformed::NoMark(host)
            } else {
                Malformed::Truncated(host)
            }
        }
        KeyFault::Prefix => {
            let host = decoded(text);
            match host.strip_suffix('$') {
                Some(host) if host.contains('.') => Malformed::NoPrefix(host.to_owned()),
                _ => Malformed::Prefix(deviation(text, ["pk_test_", "pk_live_"])),
            }
        }
    }
}

/// What as much of base64 as can be decoded says.
fn decoded(body: &str) -> String {
    let whole = body.len() - usize::from(body.len() % 4 == 1);
    let bytes = body
        .get(..whole)
        .and_then(|body| FORGIVING.decode(body).ok());
    let text: String = bytes
        .unwrap_or_default()
        .into_iter()
        .map(char::from)
        .collect();
    visible(&text).into_owned()
}

/// White space, and what is as invisible.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}'
        )
}

/// The first place at which the text begins like none of these.
fn deviation<const N: usize>(text: &str, prefixes: [&str; N]) -> usize {
    let common = |prefix: &str| {
        text.chars()
            .zip(prefix.chars())
            .take_while(|(a, b)| a == b)
            .count()
    };
    prefixes.map(common).into_iter().max().unwrap_or_default() + 1
}

#[cfg(test)]
mod tests;
