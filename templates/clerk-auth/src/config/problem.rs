//! Problems of the settings: the kind is for programs, the words are for people.

use std::fmt;

use crate::env_files::Origin;
#[cfg(feature = "organizations")]
use crate::routes::PatternError;

/// The kind of a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// The app cannot do without it, and it is not set.
    Missing,
    /// It is empty, because it refers to something that is empty or not set.
    UnsetByReference,
    /// It still holds a template's placeholder.
    Placeholder,
    /// The key was encoded in base64 once too often.
    #[cfg(feature = "tool")]
    Encoded,
    /// Something else stands there: another key, an address, a file, or a reference that a tool should have replaced.
    Other,
    /// The value does not have the variable's form.
    Malformed,
    /// Two names of one variable are set to different values.
    Differs,
    /// The two keys are from two instances.
    Pair,
    /// A live secret could be read on its way.
    Unencrypted,
}

/// The refusal of a value. A secret is never repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The kind of the problem.
    pub kind: ProblemKind,
    /// The part of the value that is wrong, as far as it may be shown.
    pub part: Option<Box<str>>,
    /// The problem, such as `is not an origin`.
    pub problem: String,
    /// The remedy.
    pub remedy: String,
}

impl Refusal {
    /// The refusal of a value that does not have the variable's form.
    pub(super) fn malformed(problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(ProblemKind::Malformed, problem, remedy)
    }

    /// The refusal of a path pattern.
    #[cfg(feature = "organizations")]
    pub(crate) fn pattern(error: &PatternError) -> Self {
        Self::malformed("is not a pattern", error.to_string()).about(&error.pattern)
    }

    pub(super) fn new(
        kind: ProblemKind,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            part: None,
            problem: problem.into(),
            remedy: remedy.into(),
        }
    }

    /// Shows the part that is wrong, as far as it could be no secret.
    pub(super) fn about(mut self, part: &str) -> Self {
        self.part = shown(part).map(|part| part.chars().take(80).collect());
        self
    }
}

/// The beginnings of secrets, and what has a password before it.
const SECRET: &str = "sk_ whsec_ ak_ test_ live_ eyJ ----- @";

/// As much of a refused value as may be shown, if that is anything. It may be a secret that was meant for another variable,
/// and not every secret has a beginning that tells. So nothing is shown but addresses and numbers, and of these only the
/// host and plain words: `…` stands for every other word, and for a query.
pub fn shown(value: &str) -> Option<String> {
    let is_secret = SECRET.split(' ').any(|mark| value.contains(mark));
    let (address, query) = value.split_at(value.find(['?', '#']).unwrap_or(value.len()));
    let hidden = if query.is_empty() { "" } else { "\u{2026}" };
    let (host, path) = address.split_at(host_end(address).filter(|_| !is_secret)?);
    Some(words(host, is_label) + &words(path, is_plain) + hidden)
}

/// True if nothing of a value has to be hidden.
pub fn may_be_shown(value: &str) -> bool {
    shown(value).is_some_and(|shown| shown == value)
}

/// The end of the host behind a scheme; 0 in an address without a scheme, such as `/sign-in`, `app.example.com`,
/// `localhost:3000`, `2026-05-12`; `None` if it is none.
fn host_end(address: &str) -> Option<usize> {
    let text = address.trim_start_matches(['[', '"', '\'', ' ']);
    let (name, rest) = text.split_at(text.find([':', '/', '\\']).unwrap_or(text.len()));
    let is_of_name = |c: char| c.is_alphanumeric() || "-_.*".contains(c);
    let is_name = !name.is_empty() && name.chars().all(is_of_name);
    if let Some(rest) = rest.strip_prefix("://").filter(|_| is_name) {
        let path = rest.find(['/', '\\']).map_or("", |start| &rest[start..]);
        return Some(address.len() - path.len());
    }
    let last = name.rsplit_once('.').map_or("", |(_, last)| last);
    let is_host = is_name && last.len() > 1 && last.chars().all(char::is_alphabetic);
    let are_numbers = !text.is_empty() && text.split(is_sign).all(is_number);
    let is_address = text.starts_with('/') || is_host || name == "localhost" || are_numbers;
    is_address.then_some(0)
}

/// A text with `…` for each word that may not be shown.
fn words(text: &str, may_be_shown: fn(&str) -> bool) -> String {
    let mut shown = String::new();
    let mut is_behind_colon = false;
    for piece in text.split_inclusive(is_sign) {
        let word = piece.trim_end_matches(is_sign);
        // Behind a colon stands a port, or a password.
        let is_shown = is_number(word) || (!is_behind_colon && may_be_shown(word));
        shown.push_str(if is_shown { word } else { "\u{2026}" });
        shown.push_str(&piece[word.len()..]);
        is_behind_colon = !word.is_empty() && piece.ends_with(':');
    }
    shown
}

/// Signs between the words of an address.
fn is_sign(c: char) -> bool {
    "/\\-_.~*:;(){}[]\"', ".contains(c)
}

/// `3000`; a longer number could be a code.
fn is_number(word: &str) -> bool {
    word.len() <= 5 && word.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_label(word: &str) -> bool {
    word.len() < 20 && word.chars().all(char::is_alphanumeric)
}

/// `sign`, `Sign`, `v1`
fn is_plain(word: &str) -> bool {
    let is_small = word.chars().skip(1).all(|c| !c.is_uppercase());
    is_label(word) && (word.len() <= 3 || (is_small && word.chars().all(char::is_alphabetic)))
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(part) = &self.part {
            write!(f, "{part:?} ")?;
        }
        f.write_str(&self.problem)
    }
}

/// A setting that cannot be used, is missing, or contradicts another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The variable to change, by the name under which it is set.
    pub variable: &'static str,
    /// The place where it is set, if that is known.
    pub place: Option<Origin>,
    /// The refusal of its value.
    pub refusal: Refusal,
}

impl ConfigError {
    pub(crate) const fn new(variable: &'static str, refusal: Refusal) -> Self {
        Self {
            variable,
            place: None,
            refusal,
        }
    }

    /// The refusal of a setting that needs a part of this crate which the app was built without.
    #[cfg(not(all(feature = "satellites", feature = "organizations")))]
    pub(super) fn lacks(variable: &'static str, feature: &str) -> Self {
        let problem = format!("is set, but clerk-auth was built without its feature {feature}");
        let remedy = format!(
            "add {feature:?} to the features of clerk-auth in Cargo.toml and run `clerk-rs update`, or remove the variable"
        );
        Self::new(variable, Refusal::new(ProblemKind::Other, problem, remedy))
    }

    /// The kind of the problem.
    pub const fn kind(&self) -> ProblemKind {
        self.refusal.kind
    }
}

impl std::error::Error for ConfigError {}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.variable)?;
        if let Some(place @ Origin::File { .. }) = &self.place {
            write!(f, " ({place})")?;
        }
        write!(f, ": {} ({})", self.refusal, self.refusal.remedy)
    }
}
