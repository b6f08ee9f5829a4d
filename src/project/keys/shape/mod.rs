//! Finds the fault of a text that should be a key, its place, and what the text probably was.
//!
//! The core decides what a key is. Here are the ways in which people and programs spoil one between the dashboard and a
//! file. A text that is or may be a secret is never repeated.

mod malformed;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use clerk_auth::config::{
    ProblemKind, Refusal, explain, is_placeholder, read_machine_secret_key, read_publishable_key,
    read_secret_key,
};
use clerk_auth::keys::{KeyFault, MachineSecretKey, PublishableKey, SecretKey};

pub use malformed::{Malformed, Space};

use super::Slot;

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
/// A publishable key.
pub fn publishable(text: &str) -> Result<PublishableKey, Malformed> {
    read_publishable_key(text).map_err(|refusal| {
        let refusal = explain("CLERK_PUBLISHABLE_KEY", text, &refusal);
        why(text, Slot::Publishable, &refusal)
    })
}

/// A secret key.
pub fn secret(text: &str) -> Result<SecretKey, Malformed> {
    read_secret_key(text).map_err(|refusal| {
        let refusal = explain("CLERK_SECRET_KEY", text, &refusal);
        why(text, Slot::Secret, &refusal)
    })
}

/// The secret key of a machine. Nothing but its prefix is certain.
pub fn machine(text: &str) -> Result<MachineSecretKey, Malformed> {
    read_machine_secret_key(text).map_err(|refusal| {
        let refusal = explain("CLERK_MACHINE_SECRET_KEY", text, &refusal);
        why(text, Slot::Machine, &refusal)
    })
}

/// The core's refusal and its remedy, in more words if the text shows more.
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
        ProblemKind::Encoded => return Malformed::Encoded(refusal.clone()),
        ProblemKind::Other => return other(text, refusal),
        ProblemKind::Malformed | ProblemKind::Placeholder => {}
        // The refusal is about more than this text.
        _ => return refused(),
    }
    if let Err(why) = general(text, slot) {
        return why;
    }
    match slot {
        Slot::Publishable => match PublishableKey::parse(text) {
            Ok(key) => quoting(key.frontend_api_host(), Malformed::NoHost),
            Err(_) => KeyFault::of(text).map_or_else(refused, |fault| encoding(text, &fault)),
        },
        Slot::Secret => why_secret(text).unwrap_or_else(refused),
        Slot::Machine => odd_character(text).unwrap_or_else(|| match text.starts_with("ak_") {
            true => refused(),
            false => Malformed::Prefix(deviation(text, ["ak_"])),
        }),
    }
}

/// The text is something else. If this file has more precise words for it, they come first.
fn other(text: &str, refusal: &Refusal) -> Malformed {
    let bare = bare(text);
    if bare.is_empty() {
        return Malformed::Empty;
    }
    match is_name_inside(bare) && !bare.contains(['\n', '\r']) {
        true => Malformed::NameInside,
        false => Malformed::Other(refusal.clone()),
    }
}

fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| is_blank(c) || QUOTES.contains(&c))
}

fn is_name_inside(bare: &str) -> bool {
    bare.starts_with("CLERK_")
        || bare.contains("CLERK_PUBLISHABLE_KEY=")
        || bare.contains("CLERK_SECRET_KEY=")
}

/// A character that no secret key has. It is no part of the secret, so it may be shown.
fn odd_character(text: &str) -> Option<Malformed> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-.+/=".contains(c);
    let found = text.chars().enumerate().find(|(_, c)| !is_plain(*c));
    found.map(|(index, c)| Malformed::Character(index + 1, c))
}

fn why_secret(text: &str) -> Option<Malformed> {
    if let Some(why) = odd_character(text) {
        return Some(why);
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

/// Faults in any slot, and keys in the wrong slot. The worst comes first.
fn general(text: &str, slot: Slot) -> Result<(), Malformed> {
    let bare = bare(text);
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
    if is_name_inside(bare) {
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
        KeyFault::NoDot => {
            let host = decoded(&text["pk_test_".len()..]);
            quoting(host.trim_end_matches('$'), Malformed::NoDot)
        }
        KeyFault::Length | KeyFault::Unfinished => {
            let host = decoded(&text["pk_test_".len()..]);
            if host.ends_with(".clerk.accounts.dev") {
                quoting(&host, Malformed::NoMark)
            } else {
                quoting(&host, Malformed::Truncated)
            }
        }
        KeyFault::Prefix => {
            let host = decoded(text);
            match host.strip_suffix('$') {
                Some(host) if host.contains('.') && host.chars().all(is_of_host) => {
                    Malformed::NoPrefix(host.to_owned())
                }
                _ => Malformed::Prefix(deviation(text, ["pk_test_", "pk_live_"])),
            }
        }
    }
}

/// The text in as much of the base64 as can be decoded.
fn decoded(body: &str) -> String {
    let whole = body.len() - usize::from(body.len() % 4 == 1);
    let bytes = body
        .get(..whole)
        .and_then(|body| FORGIVING.decode(body).ok());
    bytes
        .unwrap_or_default()
        .into_iter()
        .map(char::from)
        .collect()
}

fn is_of_host(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-.:_".contains(c)
}

/// Repeats what a key encodes only if it looks like a host. Other companies' keys begin the same way and may hold
/// anything.
fn quoting(host: &str, say: impl Fn(String) -> Malformed) -> Malformed {
    /// So many letters of a host are no accident.
    const FEW: usize = 6;
    let right = host.chars().take_while(|c| is_of_host(*c)).count();
    if right == host.chars().count() {
        say(host.to_owned())
    } else if right >= FEW {
        // Four characters encode three.
        Malformed::Garbled("pk_test_".len() + right * 4 / 3 + 1)
    } else {
        Malformed::NotClerks
    }
}

/// White space and other invisible characters.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}'
        )
}

/// The first place at which the text differs from all of these beginnings.
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
