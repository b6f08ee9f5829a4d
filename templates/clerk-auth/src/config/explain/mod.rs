//! The tool's words for refused values: what stands there instead, and what was probably meant. They decide nothing, so
//! that app and tool cannot differ.

mod lists;
mod marks;
mod other_things;

pub use lists::check_issuer_entry;
pub use marks::is_placeholder;

use super::keys::{AS_PEM, IN_WEBHOOKS, PASTE_AGAIN, check_webhook_secret, is_of_secret};
use super::names::{PUBLISHABLE_KEY_NAMES, SECRET_KEY};
use super::problem::{ProblemKind, Refusal};
use crate::public_key::PemFault;
use other_things::{Wanted, lone_cr, other_thing};

/// The refusal of a variable's value in more telling words. `text` is the whole value.
pub fn explain(variable: &str, text: &str, refusal: &Refusal) -> Refusal {
    use ProblemKind::{Malformed, Other, Placeholder};
    // The other kinds are about more than this text.
    if !matches!(refusal.kind, Malformed | Other | Placeholder) {
        return refusal.clone();
    }
    let own = || match variable {
        _ if PUBLISHABLE_KEY_NAMES.contains(&variable) => publishable_key(text),
        SECRET_KEY if text.starts_with("pk_") => None,
        SECRET_KEY => secret(text, Wanted::Secret),
        "CLERK_MACHINE_SECRET_KEY" => secret(text, Wanted::Machine),
        "CLERK_WEBHOOK_SIGNING_SECRET" => webhook_secrets(text, refusal),
        "CLERK_JWT_KEY" => jwt_key(text),
        "CLERK_AUTHORIZED_PARTIES" | "CLERK_ALLOWED_REDIRECT_ORIGINS" => {
            lists::origins(text, refusal)
        }
        _ => None,
    };
    lone_cr(text)
        .or_else(own)
        .unwrap_or_else(|| refusal.clone())
}

fn publishable_key(text: &str) -> Option<Refusal> {
    let is_swapped = text.trim_start().starts_with("sk_");
    if is_swapped && !is_placeholder(text) {
        return None;
    }
    other_thing(text, Wanted::Publishable)
}

fn secret(text: &str, wanted: Wanted) -> Option<Refusal> {
    other_thing(text, wanted).or_else(|| odd_character(text, wanted))
}

/// Names a character that no key has, and that is no part of a secret therefore.
fn odd_character(text: &str, wanted: Wanted) -> Option<Refusal> {
    let mut characters = text.chars().enumerate();
    let (index, c) = characters.find(|(_, c)| !is_of_secret(*c))?;
    if text.trim() != text {
        return None;
    }
    let shown = match c {
        '!'..='~' => format!("\u{201c}{c}\u{201d}"),
        ' ' => "a space".to_owned(),
        _ if c.is_whitespace() || c.is_control() => {
            format!("\u{201c}{}\u{201d}", c.escape_default())
        }
        _ => format!("\u{201c}{c}\u{201d} (U+{:04X})", u32::from(c)),
    };
    let what = match wanted {
        Wanted::Machine => "machine secret key",
        Wanted::Webhook => "signing secret",
        _ => "secret key",
    };
    let problem = format!(
        "holds {shown}, which no {what} has, at position {}",
        index + 1
    );
    Some(Refusal::malformed(problem, PASTE_AGAIN))
}

/// One secret, or several separated by commas; other texts have commas of their own.
fn webhook_secrets(text: &str, refusal: &Refusal) -> Option<Refusal> {
    let items: Vec<&str> = text.split(',').map(str::trim).collect();
    let is_secret = |item: &&str| item.starts_with("whsec_");
    let is_signature = |pair: &[&str]| is_signature_version(pair[0]) && !is_secret(&pair[1]);
    if items.windows(2).any(is_signature) {
        let problem = "is a signature of a webhook (v1,\u{2026}), not the signing secret";
        return Some(Refusal::malformed(problem, IN_WEBHOOKS));
    }
    if !items.iter().any(is_secret)
        && let Some(other) = other_thing(text, Wanted::Webhook)
    {
        return Some(other);
    }
    let is_it = |item: &str| check_webhook_secret(item).is_err_and(|own| own == *refusal);
    let at = items.iter().copied().position(is_it)?;
    let item = items[at];
    match items.get(at + 1) {
        // `v1,whsec_…`: the version would be taken for a secret.
        Some(next) if is_secret(next) && is_signature_version(item) => Some(Refusal::malformed(
            format!("starts with {item}, which is the version in front of a signature"),
            format!("leave the {item}, out: the secret starts with whsec_"),
        )),
        _ => secret(item, Wanted::Webhook),
    }
}

fn is_signature_version(text: &str) -> bool {
    let number = text.strip_prefix('v').unwrap_or_default();
    let digits = number.trim_end_matches(|c: char| c.is_ascii_lowercase());
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn jwt_key(text: &str) -> Option<Refusal> {
    let fault = PemFault::of(text)?;
    let other = (!fault.is_certain()).then(|| other_thing(text, Wanted::Jwt));
    let problem = format!("cannot be read: {fault}");
    let unread = || Refusal::malformed(problem, AS_PEM);
    Some(other.flatten().unwrap_or_else(unread))
}
