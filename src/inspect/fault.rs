//! Words for the reason why a text is not a JWT: the fault, the part, the place, and advice.

use std::fmt;

use serde::Serialize;

use super::absent::Absent;
use super::mistaken::Mistaken;
use super::signature;
use crate::escape::visible;

/// One of the three parts of a JWT.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    Header,
    Payload,
    Signature,
}

impl Part {
    pub const ALL: [Self; 3] = [Self::Header, Self::Payload, Self::Signature];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Signature => "signature",
        }
    }
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Cause {
    /// Words, none of which is a token.
    Prose,
    /// There was no token when this was written.
    Absent(Absent),
    /// Something else that has a name.
    Mistaken(Mistaken),
    /// Whoever displayed it shortened it.
    Ellipsis,
    /// Somebody put this mark in its place.
    TakenOut(String),
    /// Another number of parts than three.
    Parts(usize),
    /// The five parts of an encrypted token.
    Encrypted,
    /// The first part is missing.
    NoHeader,
    /// It starts in the middle of the header. Holds the number of missing characters, if it is known.
    Start(Option<usize>),
    /// The signature is too short for its algorithm: its characters, and the number it should have.
    Cut(usize, usize),
    /// A character that no token has.
    Character(char),
    /// One of the two characters that only standard base64 has.
    StandardBase64(char),
    /// Padding in the middle.
    Padding,
    /// No base64 text has this length.
    Length,
    /// The last character has bits that belong to no byte.
    LastCharacter,
    /// The part is empty.
    Empty,
    /// The JSON text ends too early.
    Unfinished,
    /// Nested too deeply.
    Depth,
    /// It is not JSON. Holds what the reader expected instead.
    Json(String),
    /// It is JSON, but of this kind.
    NotObject(&'static str),
}

/// The reason why a text is not a JWT.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fault {
    pub cause: Cause,
    /// The part; `None` if it is about the whole.
    pub part: Option<Part>,
    /// The position in the text, in characters counted from 1.
    pub position: Option<usize>,
}

impl Fault {
    /// A stable word for programs.
    pub const fn code(&self) -> &'static str {
        match self.cause {
            Cause::Prose => "no-token",
            Cause::Mistaken(mistaken) => mistaken.code(),
            Cause::Ellipsis => "shortened",
            Cause::TakenOut(_) => "taken-out",
            Cause::Absent(_) => "absent",
            Cause::Encrypted => "encrypted",
            Cause::NoHeader | Cause::Start(_) => "start-missing",
            Cause::Parts(_) => "parts",
            Cause::Character(_) => "character",
            Cause::StandardBase64(_) => "standard-base64",
            Cause::Padding => "padding",
            Cause::Length | Cause::Cut(..) => "length",
            Cause::LastCharacter => "last-character",
            Cause::Empty => "empty",
            Cause::Unfinished => "unfinished",
            Cause::Depth => "too-deep",
            Cause::Json(_) => "not-json",
            Cause::NotObject(_) => "not-an-object",
        }
    }

    /// True if there was no token at all.
    pub const fn is_absence(&self) -> bool {
        matches!(self.cause, Cause::Absent(_))
    }

    /// Advice, if there is any.
    pub const fn help(&self) -> Option<&'static str> {
        Some(match self.cause {
            Cause::Absent(absent) => absent.help(),
            Cause::Mistaken(mistaken) => mistaken.help(),
            Cause::Prose | Cause::Parts(0..=1) => {
                "a token is one long word; a JWT starts with `eyJ`"
            }
            Cause::Ellipsis => "copy it from where it is shown in full",
            Cause::Encrypted => {
                "Clerk issues no encrypted tokens: this one comes from somewhere else"
            }
            Cause::Parts(2) | Cause::Length | Cause::Unfinished | Cause::Empty => {
                "it was probably cut off: copy all of it"
            }
            Cause::Cut(..) => "its end was cut off: copy all of it",
            Cause::NoHeader | Cause::Start(_) => {
                "its beginning was cut off: copy all of it, from `eyJ` on"
            }
            Cause::Character(c) if !c.is_ascii() => {
                "whatever showed or sent the text changed it: copy it as plain text"
            }
            Cause::TakenOut(_) => "whoever wrote this down took it out; only the source has it",
            Cause::StandardBase64(_) => {
                "tokens use the url-safe alphabet: `-` for `+`, `_` for `/`"
            }
            Cause::LastCharacter => {
                "a character was changed, or the end was cut off: copy all of it"
            }
            _ => return None,
        })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part {
            Some(part) => write!(f, "the {} ", part.name())?,
            None if self.cause == Cause::Prose => f.write_str("the text ")?,
            None if matches!(self.cause, Cause::Absent(_)) => f.write_str("there is no token: ")?,
            None => f.write_str("it ")?,
        }
        match &self.cause {
            Cause::Prose => f.write_str("holds no token")?,
            Cause::Mistaken(mistaken) => {
                f.write_str(mistaken.told())?;
                if let Mistaken::Id(what) = mistaken {
                    f.write_str(what)?;
                }
            }
            Cause::Ellipsis => f.write_str("was shortened: there is an ellipsis in it")?,
            Cause::TakenOut(text) => write!(
                f,
                "was taken out: `{}` stands in its place",
                visible(&signature::shown(text))
            )?,
            Cause::Parts(1) => {
                f.write_str("has no dots: a JWT has three parts, separated by dots")?
            }
            Cause::Parts(2) => f.write_str("has two parts: the signature is missing")?,
            Cause::Absent(absent) => f.write_str(absent.cause())?,
            Cause::Encrypted => f.write_str("has five parts: an encrypted token (JWE)")?,
            Cause::NoHeader => f.write_str("has two parts: the header is missing")?,
            Cause::Start(Some(1)) => f.write_str("lacks its first character")?,
            Cause::Start(Some(count)) => write!(f, "lacks its first {count} characters")?,
            Cause::Start(None) => f.write_str("starts in the middle")?,
            Cause::Parts(parts) => {
                write!(f, "has {parts} parts: a JWT has three, separated by dots")?
            }
            Cause::Character(c) => {
                let text = c.to_string();
                let shown = visible(&text);
                write!(f, "holds `{shown}`")?;
                if !c.is_ascii() {
                    write!(f, " (U+{:04X})", u32::from(*c))?;
                }
                f.write_str(", which no token has")?;
            }
            Cause::StandardBase64(c) => {
                write!(f, "holds `{c}`, which is of the standard base64 alphabet")?
            }
            Cause::Padding => f.write_str("has `=` before its end")?,
            Cause::Length => {
                f.write_str("has an impossible length: characters are missing or too many")?
            }
            Cause::LastCharacter => {
                f.write_str("ends in a character that cannot be the last one")?
            }
            Cause::Cut(has, whole) => f.write_str(&signature::cut(*has, *whole))?,
            Cause::Empty => f.write_str("is empty")?,
            Cause::Unfinished => f.write_str("ends in the middle of its JSON")?,
            Cause::Depth => f.write_str("is nested deeper than 127 levels")?,
            Cause::Json(expected) => write!(f, "is not JSON: {}", visible(expected))?,
            Cause::NotObject(kind) => write!(f, "is {kind}, not a JSON object")?,
        }
        match self.position {
            Some(position) => write!(f, " (character {position})"),
            None => Ok(()),
        }
    }
}
