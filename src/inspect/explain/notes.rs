//! Things a person should notice about a token, besides its content.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clerk_auth::token::Unverified;
use serde::Serialize;
use serde_json::Value;

use super::dates::milliseconds;
use crate::escape::visible;
use crate::inspect::duplicates;
use crate::inspect::kind::{Form, Kind, Token};
use crate::inspect::signature::{self, Signature};

/// Browsers keep cookies up to 4,096 bytes, name and attributes included. From here on it is tight.
const NEAR_COOKIE_LIMIT: usize = 3584;
/// A cookie of this length is lost, whatever its name.
const COOKIE_LIMIT: usize = 4096;

/// One thing to notice.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Note {
    /// A stable word for programs.
    pub id: &'static str,
    pub text: String,
}

impl Note {
    fn new(id: &'static str, text: impl Into<String>) -> Self {
        Self {
            id,
            text: text.into(),
        }
    }
}

/// Everything there is to notice.
pub fn of(token: &Token) -> Vec<Note> {
    let mut notes = Vec::new();
    let breaks = token.found.breaks;
    if !breaks.is_empty() {
        let id = match breaks.has_lines() {
            true => "line-breaks",
            false => "white-space",
        };
        let text = format!("There were {breaks} in it; they are left out.");
        notes.push(Note::new(id, text));
    }
    if let times @ 2.. = token.found.places.len() {
        let text = format!("It stands {times} times in this text.");
        notes.push(Note::new("repeated", text));
    }
    if token.found.was_encoded {
        notes.push(Note::new(
            "base64-around",
            "It was encoded in base64 once more; that is taken off.",
        ));
    }
    if token.found.hidden.count > 0 {
        let text = format!("It holds {}, left out here.", token.found.hidden);
        notes.push(Note::new("invisible-characters", text));
    }
    if let Form::Jwt(jwt) = &token.form {
        // No other kind is kept in a cookie of the app.
        if token.kind.is_session() {
            notes.extend(size(token.found.token.len()));
        }
        header(jwt, &mut notes);
        match &token.signature {
            Signature::Given => length(jwt, &mut notes),
            Signature::Cut(has, whole) => {
                let told = signature::told_cut(*has, *whole);
                notes.push(without_signature("signature-length", &told));
            }
            Signature::TakenOut(text) => {
                notes.push(without_signature(
                    "signature-taken-out",
                    &signature::told(text),
                ));
            }
        }
        parts(jwt, &mut notes);
        claims(jwt, token.kind, &mut notes);
    }
    notes
}

fn size(length: usize) -> Option<Note> {
    let advice = "Move data out of the session token's claims.";
    match length {
        ..NEAR_COOKIE_LIMIT => None,
        NEAR_COOKIE_LIMIT..COOKIE_LIMIT => Some(Note::new(
            "near-cookie-limit",
            format!(
                "{length} bytes: near the 4,096 at which browsers drop a cookie without a word. {advice}"
            ),
        )),
        _ => Some(Note::new(
            "over-cookie-limit",
            format!("{length} bytes: no browser keeps a cookie of more than 4,096. {advice}"),
        )),
    }
}

fn header(jwt: &Unverified, notes: &mut Vec<Note>) {
    for name in ["jku", "jwk", "x5u", "x5c"] {
        if jwt.has_header(name) {
            let text = format!(
                "The header brings a key of its own ({name}). Nobody may use it, and nothing here does."
            );
            notes.push(Note::new("key-in-header", text));
        }
    }
}

fn without_signature(id: &'static str, told: &str) -> Note {
    let told = told.replacen("the", "The", 1);
    Note::new(id, format!("{told}. So nobody can verify this token."))
}

fn length(jwt: &Unverified, notes: &mut Vec<Note>) {
    let bytes = jwt.signature().len();
    if bytes == 0 {
        notes.push(Note::new(
            "unsigned",
            "There is no signature: anybody can write such a token.",
        ));
        return;
    }
    let is_rsa = jwt
        .header_str("alg")
        .is_some_and(|alg| alg.starts_with("RS"));
    if is_rsa && !matches!(bytes, 256 | 384 | 512 | 1024) {
        let text = format!(
            "The signature has {bytes} bytes and an RSA signature has 256 or 512: it was cut off or changed."
        );
        notes.push(Note::new("signature-length", text));
    }
    if jwt
        .header_str("alg")
        .is_some_and(|alg| alg.starts_with("HS"))
    {
        notes.push(Note::new(
            "shared-secret",
            "Signed with a shared secret, as some JWT templates are; Clerk's own keys cannot verify it.",
        ));
    }
}

/// Oddities of the JSON texts that a reader of their members never sees.
fn parts(jwt: &Unverified, notes: &mut Vec<Note>) {
    let names = [("header", jwt.header()), ("payload", jwt.claims())];
    for (part, (name, read)) in jwt.signed_text().split('.').zip(names) {
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')) else {
            continue;
        };
        let text = match std::str::from_utf8(&bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => {
                let text = format!(
                    "The {name} holds bytes that are no UTF-8; they are shown as \u{fffd}."
                );
                notes.push(Note::new("not-utf-8", text));
                String::from_utf8_lossy(&bytes)
            }
        };
        let json = text.strip_prefix('\u{feff}');
        if json.is_some() {
            let text = format!("The {name} starts with a byte order mark.");
            notes.push(Note::new("byte-order-mark", text));
        }
        let repeated = duplicates::find(json.unwrap_or(&text), read);
        if !repeated.is_empty() {
            let names = repeated.join(", ");
            let text = format!(
                "The {name} has members twice: {names}. The last one counts, here and at Clerk."
            );
            notes.push(Note::new("duplicate-members", text));
        }
    }
}

fn claims(jwt: &Unverified, kind: Kind, notes: &mut Vec<Note>) {
    let claims = jwt.claims();
    if let Some(text) = milliseconds(claims) {
        notes.push(Note::new("milliseconds", text));
    }
    let version = claims.get("v");
    if kind == Kind::SessionV1
        && let Some(version) = version
    {
        let version = version.to_string();
        let text = format!(
            "Version {} is not known; it is read as version 1, as Clerk's SDKs do.",
            visible(&version)
        );
        notes.push(Note::new("unknown-version", text));
    }
    if kind.is_session() && !matches!(claims.get("sub"), Some(Value::String(_))) {
        notes.push(Note::new(
            "no-user",
            "It names no user, so no server takes it.",
        ));
    }
}
