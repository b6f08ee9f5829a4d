//! Judges variables as the app would at its next start. The tool has no other judge of them.
//!
//! The core's configuration decides. Each refusal gets its place here and, for keys, more words about how they were
//! spoilt. Code that shows, writes or uses variables asks here and has no rules of its own: `problems` about everything
//! that is set, `one` about a value that is to be set.

use clerk_auth::config::{
    self, ConfigError, PUBLISHABLE_KEY_NAMES, ProblemKind, Refusal, Source, explain, is_switch,
};
use clerk_auth::env_files::Origin;

use super::accepted::core;
use super::keys::{Slot, shape};
use super::manifest::Secret;
use super::names::{self, Reading};
use super::secrets::{holds_secret, without_words};
use super::shown::harmless;
use super::variables::{Found, Place, Variables};
use crate::escape::visible;

const SECRET: &str = "CLERK_SECRET_KEY";
const MACHINE: &str = "CLERK_MACHINE_SECRET_KEY";

/// Something the app would refuse. Its texts may be shown: they hold no secrets, no control characters, and nothing
/// that a reference brought from the environment into a file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Problem {
    /// The variable, by the name under which it is set.
    pub name: String,
    /// Its kind, in the core's words.
    pub kind: ProblemKind,
    /// The problem: `"https://a/" is not an origin`, `it is not set`.
    pub detail: String,
    pub help: String,
    /// The place where it is set; `None` if it is missing or not written yet.
    pub place: Option<Place>,
}

/// Everything the app would refuse, in the core's order. `secret` says if the app needs a secret key.
pub fn problems(variables: &Variables<'_>, secret: Secret) -> Vec<Problem> {
    let mut problems = refused(variables, secret);
    let names = variables.names().into_iter();
    problems.extend(names.filter_map(|name| kits_switch(&variables.get(name)?)));
    problems
}

/// The problem of a value where it stands, even if it is not the one that counts or has a prefix before its name. Two
/// names with different values are a matter for [`problems`].
pub fn found(found: &Found, variables: &Variables<'_>) -> Option<Problem> {
    if let Some(problem) = kits_switch(found) {
        return Some(problem);
    }
    let changed = Changed::by(&found.name, &found.value, variables);
    let problems = core(&changed, Secret::Optional).into_iter();
    let mut own = problems.filter(|problem| problem.variable == changed.name);
    let own = own.find(|problem| problem.kind() != ProblemKind::Differs)?;
    Some(worded(&own.refusal, found))
}

/// The reason why a variable must not get this value, given what is set already. It is no reason that something else is
/// missing, so that variables can be set one by one; it is one if this value makes the app refuse another variable.
pub fn one(name: &str, value: &str, variables: &Variables<'_>) -> Option<Problem> {
    let written = Found::written(name, value);
    let own = found(&written, variables).map(|problem| Problem {
        place: None,
        ..problem
    });
    own.or_else(|| caused(&Changed::by(name, value, variables)))
}

/// The problem that a value would cause and that is not there yet.
fn caused(changed: &Changed<'_>) -> Option<Problem> {
    use ProblemKind::{Differs, Pair, Unencrypted};
    let before = core(changed.variables, Secret::Optional);
    let mut after = core(changed, Secret::Optional).into_iter();
    let is_same = |one: &ConfigError, other: &ConfigError| {
        (one.variable, &one.refusal) == (other.variable, &other.refusal)
    };
    let caused = after.find(|problem| {
        matches!(problem.kind(), Differs | Pair | Unencrypted)
            && !before.iter().any(|known| is_same(known, problem))
    })?;
    let set = changed.variables.get(caused.variable);
    let place = set.as_ref().map(|found| found.place.clone());
    let found = set.unwrap_or_else(|| Found::written(caused.variable, ""));
    Some(Problem {
        place,
        ..worded(&caused.refusal, &found)
    })
}

/// The name that the app reads: without its prefix, unless the app reads both.
fn base(name: &str) -> String {
    match names::read(name) {
        _ if PUBLISHABLE_KEY_NAMES.contains(&name) => name.to_owned(),
        Reading::Known { known, .. } => known.name.to_owned(),
        _ => name.to_owned(),
    }
}

fn refused(variables: &Variables<'_>, secret: Secret) -> Vec<Problem> {
    let problems = core(variables, secret).into_iter();
    let worded = problems.map(|problem| {
        let set = variables.all(problem.variable).into_iter().next();
        let found = set
            .clone()
            .unwrap_or_else(|| Found::written(problem.variable, ""));
        Problem {
            place: set.map(|found| found.place),
            ..worded(&problem.refusal, &found)
        }
    });
    let mut problems: Vec<_> = worded.collect();
    // Each entry of a list is refused, but the words may be about the whole of it.
    problems.dedup();
    problems
}

/// A switch of Clerk's other kits. They read it as the core reads its own.
fn kits_switch(found: &Found) -> Option<Problem> {
    let Reading::Known { known, .. } = names::read(&found.name) else {
        return None;
    };
    let is_wrong = known.is_switch && !found.value.is_empty() && !is_switch(&found.value);
    (is_wrong && !is_read_by_core(known.name)).then(|| Problem {
        name: found.name.clone(),
        kind: ProblemKind::Malformed,
        detail: match config::shown(&found.value).filter(|_| !found.is_composed) {
            Some(part) => format!("\"{}\" counts as no", cut(&part)),
            None => "it counts as no".to_owned(),
        },
        help: "write true or false".to_owned(),
        place: Some(found.place.clone()),
    })
}

fn is_read_by_core(name: &str) -> bool {
    let only = |asked: &str| (asked == name).then(|| "?".to_owned());
    let problems = core(&only, Secret::Optional);
    problems.iter().any(|problem| problem.variable == name)
}

fn worded(refusal: &Refusal, found: &Found) -> Problem {
    let refusal = &explain(&base(&found.name), &found.value, refusal);
    let (detail, help) = match slot(&found.name) {
        // Words about a key name what is in it.
        Some(slot) if !found.is_composed && !found.value.is_empty() => {
            shape::words(&found.value, slot, refusal)
        }
        _ if found.is_composed => (format!("it {}", refusal.problem), general_help(refusal)),
        // A remedy may offer the value written otherwise.
        _ if refusal.kind == ProblemKind::Malformed
            && !names::read(&found.name).is_secret()
            && holds_secret(&found.value) =>
        {
            (
                shown(refusal),
                "take the secret out of it: it belongs in a variable of its own".to_owned(),
            )
        }
        _ => (shown(refusal), refusal.remedy.clone()),
    };
    Problem {
        name: found.name.clone(),
        kind: refusal.kind,
        detail: visible(&without_words(&detail)).into_owned(),
        help: without_words(&harmless(&help)),
        place: Some(found.place.clone()),
    }
}

/// The remedy may repeat the value.
fn general_help(refusal: &Refusal) -> String {
    match refusal.kind {
        ProblemKind::Malformed | ProblemKind::Unencrypted => {
            "look at what the value refers to".to_owned()
        }
        _ => refusal.remedy.clone(),
    }
}

fn shown(refusal: &Refusal) -> String {
    match &refusal.part {
        Some(part) => format!("\"{}\" {}", cut(part), refusal.problem),
        None => format!("it {}", refusal.problem),
    }
}

fn cut(text: &str) -> String {
    without_words(&harmless(text)).chars().take(80).collect()
}

fn slot(name: &str) -> Option<Slot> {
    match name {
        SECRET => Some(Slot::Secret),
        MACHINE => Some(Slot::Machine),
        _ if PUBLISHABLE_KEY_NAMES.contains(&name) => Some(Slot::Publishable),
        _ => None,
    }
}

/// The variables as they would be with one more value.
struct Changed<'a> {
    variables: &'a Variables<'a>,
    name: String,
    value: &'a str,
}

impl<'a> Changed<'a> {
    fn by(name: &str, value: &'a str, variables: &'a Variables<'a>) -> Self {
        Self {
            variables,
            name: base(name),
            value,
        }
    }
}

impl Source for Changed<'_> {
    fn value(&self, name: &str) -> Option<String> {
        if name == self.name {
            return Some(self.value.to_owned());
        }
        self.variables.value(name)
    }

    fn empty_references(&self, name: &str) -> Vec<String> {
        if name == self.name {
            return Vec::new();
        }
        self.variables.empty_references(name)
    }
}

impl Source for Variables<'_> {
    fn value(&self, name: &str) -> Option<String> {
        self.get(name).map(|found| found.value)
    }

    fn place(&self, name: &str) -> Option<Origin> {
        match self.all(name).into_iter().next()?.place {
            Place::Process => Some(Origin::Process),
            Place::File { name, line } => {
                let name = clerk_auth::env_files::FILES
                    .into_iter()
                    .find(|file| *file == name)?;
                Some(Origin::File { name, line })
            }
        }
    }

    fn empty_references(&self, name: &str) -> Vec<String> {
        let first = self.all(name).into_iter().next();
        let references = first.into_iter().flat_map(|found| found.references);
        references.map(|reference| reference.name).collect()
    }
}
