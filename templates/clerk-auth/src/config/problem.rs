//! Problems of the settings: the kind is for programs, the words are for people.

use std::fmt;
use std::net::IpAddr;

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
    /// The part of the value that is wrong, if it may be shown.
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

    /// Shows the part that is wrong, unless it could be a secret.
    pub(super) fn about(mut self, part: &str) -> Self {
        if may_be_shown(part) {
            self.part = Some(part.chars().take(80).collect());
        }
        self
    }
}

/// True if a value reads like what settings hold: an address, a path, a host, a word, a number. Anything else that is
/// refused may be a secret that was meant for another variable, and not every secret has a beginning that tells.
pub fn may_be_shown(value: &str) -> bool {
    const SECRET: [&str; 8] = [
        "sk_", "whsec_", "ak_", "test_", "live_", "eyJ", "-----", "@",
    ];
    let is_key = |run: &str| {
        let has = |is: fn(&u8) -> bool| run.bytes().any(|byte| is(&byte));
        run.len() >= LONG && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
    };
    let holds_secret = SECRET.iter().any(|mark| value.contains(mark))
        || value
            .split(|c: char| !c.is_ascii_alphanumeric())
            .any(is_key);
    !holds_secret && (is_address(value) || is_host(value) || is_word(value))
}

/// No name in an address has so many letters and digits in one piece.
const LONG: usize = 20;

fn is_address(value: &str) -> bool {
    let value = value.trim_start_matches(['[', '"', '\'', ' ']);
    value.starts_with('/')
        || value
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case("http"))
}

/// `app.example.com:3000/path`, `*.example.com`, `[::1]:3000`; the last label tells it from other texts with a dot.
fn is_host(value: &str) -> bool {
    let host = value.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = match host.rsplit_once(':') {
        Some((host, port)) if !host.ends_with(':') => (host, port),
        _ => (host, ""),
    };
    let is_label = |label: &str| {
        label
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-*".contains(&byte))
    };
    let is_named = host.rsplit_once('.').is_some_and(|(rest, last)| {
        rest.split('.').all(is_label)
            && last.len() > 1
            && last.bytes().all(|byte| byte.is_ascii_alphabetic())
    });
    let is_numbered = host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    port.bytes().all(|byte| byte.is_ascii_digit())
        && (is_named || is_numbered || host == "localhost")
}

/// A short one: `yes`, `production`, `v1`, `300000`, `2026-05-12`.
fn is_word(value: &str) -> bool {
    let are = |is: fn(&u8) -> bool| value.bytes().all(|byte| is(&byte));
    match value.len() {
        1..=4 => are(u8::is_ascii_alphanumeric),
        5..=6 => are(u8::is_ascii_digit) || are(u8::is_ascii_alphabetic),
        7..=10 => {
            are(u8::is_ascii_alphabetic) || are(|byte| byte.is_ascii_digit() || *byte == b'-')
        }
        _ => false,
    }
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
