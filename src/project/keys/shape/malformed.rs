//! The ways in which a key can be spoilt, in words.

use std::fmt;

use clerk_auth::config::Refusal;

use crate::escape::visible;
use crate::project::keys::Slot;

/// The fault of a text. Positions count characters from 1.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Malformed {
    /// The text is empty.
    Empty,
    /// A secret key where the public one belongs.
    SecretInPublic,
    /// A publishable key where the secret one belongs.
    PublicInSecret,
    /// `CLERK_SECRET_KEY=…` as the value.
    NameInside,
    /// A template's placeholder.
    Placeholder,
    /// A copy of the masked key that a page or a log shows.
    Masked(usize),
    /// A quote that is part of the value.
    Quote(usize, char),
    /// White space, or something as invisible.
    Space(Space),
    /// `Bearer …`
    Bearer,
    /// Something other than a key, in the core's words.
    Other(Refusal),
    /// `test_…`, `live_…`
    Legacy,
    /// The prefix is missing; the rest encodes this host.
    NoPrefix(String),
    /// The beginning differs from this place on.
    Prefix(usize),
    /// Nothing follows the prefix.
    OnlyPrefix,
    /// `-` or `_`, in a publishable key.
    UrlSafe(usize, char),
    /// A character that no key has.
    Character(usize, char),
    /// The end is missing; the rest encodes this.
    Truncated(String),
    /// A whole host without the `$` that ends a key.
    NoMark(String),
    /// A `$` before the end.
    InnerMark,
    /// A host without a dot.
    NoDot(String),
    /// It does not encode a host.
    NoHost(String),
    /// It encodes a host up to about this place.
    Garbled(usize),
    /// It encodes nothing of Clerk's.
    NotClerks,
    /// A key in base64, in the core's words.
    Encoded(Refusal),
    /// Something else, in the core's words.
    Refused {
        /// The fault, without its subject.
        problem: String,
        remedy: String,
    },
}

/// White space in a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Space {
    pub position: usize,
    /// The character itself.
    pub character: char,
    /// The number of the key's characters before it.
    pub before: usize,
    /// The number of characters after it that are not part of a key.
    pub after: usize,
}

impl Malformed {
    /// A stable word for scripts, without the slot.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::SecretInPublic => "secret-in-publishable",
            Self::PublicInSecret => "publishable-in-secret",
            Self::NameInside => "variable-name-inside",
            Self::Placeholder => "placeholder",
            Self::Masked(_) => "masked-copy",
            Self::Quote(..) => "quote-inside",
            Self::Space(_) => "white-space",
            Self::Bearer => "bearer-inside",
            Self::Other(_) => "another-thing",
            Self::Legacy => "legacy-form",
            Self::NoPrefix(_) => "prefix-missing",
            Self::Prefix(_) => "prefix-wrong",
            Self::OnlyPrefix => "only-prefix",
            Self::UrlSafe(..) => "url-safe-alphabet",
            Self::Character(..) => "bad-character",
            Self::Truncated(_) => "truncated",
            Self::NoMark(_) => "mark-missing",
            Self::InnerMark => "mark-inside",
            Self::NoDot(_) => "no-dot",
            Self::NoHost(_) => "no-host",
            Self::Garbled(_) => "garbled",
            Self::NotClerks => "another-company",
            Self::Encoded(_) => "encoded-twice",
            Self::Refused { .. } => "refused",
        }
    }

    /// Advice for the key in this slot.
    pub fn help(&self, slot: Slot) -> String {
        let whole = format!(
            "copy the whole key ({}) from Clerk's dashboard, {}",
            slot.prefixes(),
            slot.page()
        );
        let text = match self {
            Self::SecretInPublic => {
                "are the two swapped? Publishable keys end up in browsers: if this one has been in a page or a build, make a new secret \
                 key in Clerk's dashboard, API keys"
            }
            Self::PublicInSecret => {
                return format!(
                    "the {} begins with {}; are the two swapped?",
                    slot.name(),
                    slot.prefixes()
                );
            }
            Self::NameInside => "write the variable's name once",
            Self::Quote(..) => "take the quotes out; the key itself has none",
            Self::Space(_) => "paste it again; the whole key has no white space",
            Self::Bearer => "take the word Bearer and the space out",
            Self::Masked(_) if slot != Slot::Machine => {
                "copy it with the button beside the key in Clerk's dashboard, API keys, not from what is shown"
            }
            Self::Encoded(refusal) | Self::Other(refusal) => &refusal.remedy,
            Self::Refused { remedy, .. } => remedy,
            _ => return whole,
        };
        text.to_owned()
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("it is empty"),
            Self::SecretInPublic => f.write_str("it is a secret key, which nobody else may see"),
            Self::PublicInSecret => f.write_str("it is a publishable key"),
            Self::NameInside => {
                f.write_str("position 1: the variable's name and = are part of the value")
            }
            Self::Placeholder => f.write_str("it is a placeholder out of a template"),
            Self::Masked(at) => write!(
                f,
                "position {at}: something is left out here, as in what a page or a log shows"
            ),
            Self::Quote(at, c) => write!(f, "position {at}: a quote ({c}) is part of the value"),
            Self::Space(space) => space.fmt(f),
            Self::Bearer => {
                f.write_str("position 1: it begins with Bearer, which belongs to a header")
            }
            Self::Other(refusal) | Self::Encoded(refusal) => write!(f, "it {}", refusal.problem),
            Self::Legacy => {
                f.write_str("it has the form of old keys, which begin with test_ or live_")
            }
            Self::NoPrefix(host) => write!(
                f,
                "position 1: pk_test_ or pk_live_ is missing; what follows it is there (it encodes {host})"
            ),
            Self::Prefix(at) => write!(f, "position {at}: this is not the beginning of a key"),
            Self::OnlyPrefix => f.write_str("position 9: nothing follows the prefix"),
            Self::UrlSafe(at, c) => write!(
                f,
                "position {at}: \u{201c}{c}\u{201d} is of the URL-safe alphabet; a publishable key has + and / in its place"
            ),
            Self::Character(at, c) => {
                write!(f, "position {at}: \u{201c}{}\u{201d} ", visible(&c.to_string()))?;
                if !c.is_ascii() {
                    // Some look like letters of a key.
                    write!(f, "(U+{:04X}) ", u32::from(*c))?;
                }
                f.write_str("cannot be part of a key")
            }
            Self::Truncated(rest) => write!(
                f,
                "it breaks off: what is there encodes \u{201c}{rest}\u{201d}, without the $ at the end"
            ),
            Self::NoMark(host) => write!(
                f,
                "it encodes the whole host {host}, but not the $ that ends a key"
            ),
            Self::InnerMark => f.write_str("what it encodes holds a $ before its end"),
            Self::NoDot(host) => write!(
                f,
                "what it encodes, \u{201c}{host}\u{201d}, is no host: it has no dot"
            ),
            Self::Garbled(at) => write!(
                f,
                "about position {at}: a character is missing or wrong; up to here it encodes a host"
            ),
            Self::NotClerks => f.write_str(
                "it is no key of Clerk's: what it encodes is no host (Stripe's keys begin the same way)",
            ),
            Self::Refused { problem, .. } => write!(f, "it {problem}"),
            Self::NoHost(text) => write!(f, "what it encodes, \u{201c}{text}\u{201d}, is no host"),
        }
    }
}

impl fmt::Display for Space {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = match self.character {
            ' ' => "\u{201c} \u{201d} (space)".to_owned(),
            '\n' | '\r' => "a line break".to_owned(),
            '\t' => "a tab".to_owned(),
            '\u{a0}' => "a no-break space".to_owned(),
            c => format!("an invisible character ({})", c.escape_unicode()),
        };
        write!(f, "position {}: {named} ", self.position)?;
        match (self.before, self.after) {
            (0, _) => f.write_str("in front of the key"),
            (_, 0) => f.write_str("behind the key"),
            (_, 1) => f.write_str("inside the key; 1 character follows"),
            (_, after) => write!(f, "inside the key; {after} characters follow"),
        }
    }
}
