//! `clerk-rs env list`: every variable of Clerk's that is set, with its value, masked if it is secret, and its place.

use std::collections::HashSet;
use std::fmt::Write as _;

use clap::Args;
use clerk_auth::env_files::Lost;
use serde::Serialize;
use serde_json::Value;

use crate::check::rules::{lines, references};
use crate::check::sources::Source;
use crate::check::unread;
use crate::commands::{Context, local};
use crate::error::{Error, Exit};
use crate::escape::visible;
use crate::finding::Finding;
use crate::output::{DIM, Report, Verbosity, columns, findings, to_data};
use crate::project::names::{self, OF_APPS, Reading, TABLE};
use crate::project::shown;
use crate::project::variables::{Found, Variables};

pub const SCHEMA: &str = "clerk-rs.env-list/1";

const UNREAD: &str = "not read by this project";
const NONE: &str =
    "No variable of Clerk's is set here; `clerk-rs env set --keys local` makes keys.";

/// The most places and references to name; more are only counted.
const MOST: usize = 3;

#[derive(Args, Debug)]
#[command(after_help = "\
Looks where the app looks: in the environment, then in .env.local, then in .env. Secrets are masked.
`clerk-rs env check` says whether the values are right.")]
pub struct Arguments {
    /// List also what is not set, with what each variable is for
    #[arg(long)]
    all: bool,
}

#[derive(Serialize)]
struct Listed {
    ok: bool,
    variables: Vec<Variable>,
    /// Findings about lines that cannot be read, because nobody knows what they would set.
    findings: Vec<Finding>,
}

#[derive(Serialize)]
struct Variable {
    name: String,
    /// The value the app gets, masked if it is secret; absent if nothing sets it.
    value: Option<String>,
    place: Option<String>,
    /// Other places that set it, without effect.
    hides: Vec<String>,
    /// The references in it that bring nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unset: Vec<String>,
    about: Option<&'static str>,
    instead: Option<&'static str>,
    /// False if the value changes nothing here, whatever it is.
    read: bool,
}

/// Lists them.
pub fn run(args: &Arguments, context: &Context<'_>) -> Result<Box<dyn Report>, Error> {
    let folder = local::project(context.env)?;
    let variables = Variables::read(&folder, |name| context.env.var_or_empty(name))?;
    let process = context.env.names();
    let set = process.iter().map(String::as_str).chain(variables.names());
    let mut set: Vec<_> = set.map(str::to_owned).collect();
    set.sort_by_key(|name| (place_in_table(name), name.clone()));
    set.dedup();
    set.retain(|name| !matches!(names::read(name), Reading::Foreign));
    let mut listed: Vec<_> = set.iter().map(|name| variable(&variables, name)).collect();
    if args.all {
        let unset = TABLE
            .iter()
            .chain(&OF_APPS)
            .filter(|known| !set.iter().any(|name| name == known.name));
        listed.extend(unset.map(|known| variable(&variables, known.name)));
        listed.sort_by_key(|variable| place_in_table(&variable.name));
    }
    if unread::is_known(&folder) {
        let sources = Source::all(&folder);
        for variable in &mut listed {
            variable.read = unread::is_read(&variable.name, &sources);
        }
    }
    let findings = lines::of(&variables);
    Ok(Box::new(Listed {
        ok: findings.is_empty(),
        variables: listed,
        findings,
    }))
}

/// The order of variables: that of the table, with twins one after the other and unknown ones last.
fn place_in_table(name: &str) -> usize {
    match names::read(name) {
        Reading::Known { known, .. } => TABLE
            .iter()
            .position(|row| row.name == known.name)
            .unwrap_or(TABLE.len()),
        _ => TABLE.len(),
    }
}

fn variable(variables: &Variables<'_>, name: &str) -> Variable {
    let mut places = variables.all(name).into_iter();
    let first = places.next();
    let known = match names::read(name) {
        Reading::Known { known, .. } => Some(known),
        _ => None,
    };
    let place = |found: &Found| found.place.to_string();
    Variable {
        name: visible(name).into_owned(),
        value: first.as_ref().map(shown::found),
        place: first.as_ref().map(place),
        unset: first
            .as_ref()
            .map_or_else(Vec::new, |found| unset(found, variables)),
        hides: places.map(|found| place(&found)).collect(),
        about: known.map(|known| known.about),
        instead: known.and_then(|known| known.instead),
        read: true,
    }
}

impl Report for Listed {
    fn schema(&self) -> &'static str {
        SCHEMA
    }

    fn data(&self) -> serde_json::Result<Value> {
        to_data(self)
    }

    fn exit(&self) -> Exit {
        match self.ok {
            true => Exit::Yes,
            false => Exit::No,
        }
    }

    fn text(&self, _: Verbosity, width: usize) -> String {
        let (set, unset): (Vec<_>, Vec<_>) = self
            .variables
            .iter()
            .partition(|variable| variable.place.is_some());
        let mut text = table(&set, width);
        if !self.findings.is_empty() {
            let gap = if set.is_empty() { "" } else { "\n" };
            let _ = write!(text, "{gap}{}", findings::text(&self.findings, width));
        } else if set.iter().all(|variable| variable.is_of_app()) {
            let _ = writeln!(text, "  {}", findings::folded(NONE, 2, width));
        }
        if !unset.is_empty() {
            text.push_str("\n  Not set\n");
        }
        for variable in unset {
            let about = variable.about.unwrap_or_default();
            let unread = if variable.read {
                String::new()
            } else {
                format!("; {UNREAD}")
            };
            let name = &variable.name;
            let about = findings::folded(&format!("{about}{unread}"), 6, width);
            let _ = writeln!(text, "    {name}\n      {DIM}{about}{DIM:#}");
        }
        text
    }
}

/// The references of a value that bring nothing, in words.
fn unset(found: &Found, variables: &Variables<'_>) -> Vec<String> {
    let references = found.references.iter();
    let references = references.filter(|reference| reference.lost != Lost::Default);
    let mut seen = HashSet::new();
    let references: Vec<_> = references
        .filter(|reference| seen.insert(&reference.name))
        .collect();
    let first = references.iter().take(MOST);
    let mut words: Vec<_> = first
        .map(|reference| references::unset(reference, found, variables))
        .collect();
    if references.len() > MOST {
        words.push(format!("and {} more", references.len() - MOST));
    }
    words
}

/// Those that are set, in columns. A remark that has no room beside them stands below.
fn table(variables: &[&Variable], screen: usize) -> String {
    let width = |column: fn(&Variable) -> Option<&str>| {
        let lengths = variables.iter().filter_map(|variable| column(variable));
        lengths.map(|text| text.chars().count()).max().unwrap_or(0) + 3
    };
    let name = width(|variable| Some(&variable.name));
    let value = width(|variable| variable.value.as_deref());
    let place = width(|variable| variable.place.as_deref());
    let mut text = String::new();
    for variable in variables {
        let shown = variable.value.as_deref().unwrap_or_default();
        let from = variable.place.as_deref().unwrap_or_default();
        let line = format!("  {:name$}{shown:value$}{from:place$}", variable.name);
        let remark = variable.remark();
        let has_room = remark.is_empty() || columns(&line) + columns(&remark) <= screen;
        let _ = match has_room {
            true => writeln!(text, "{}", format!("{line}{remark}").trim_end()),
            false => {
                let remark = findings::folded(&remark, 4, screen);
                writeln!(text, "{}\n    {remark}", line.trim_end())
            }
        };
    }
    text
}

impl Variable {
    /// True if it is the app's own, not Clerk's.
    fn is_of_app(&self) -> bool {
        OF_APPS.iter().any(|known| known.name == self.name)
    }

    fn remark(&self) -> String {
        let hides = match self.hides.as_slice() {
            [] => None,
            places if places.len() > MOST => Some(format!(
                "hides {} and {} more",
                places[..MOST].join(", "),
                places.len() - MOST
            )),
            places => Some(format!("hides {}", places.join(", "))),
        };
        let instead = self
            .instead
            .map(|instead| format!("deprecated: use {instead}"));
        let unread = (!self.read).then(|| UNREAD.to_owned());
        let unset = self.unset.iter().cloned();
        let remarks = hides.into_iter().chain(instead).chain(unread);
        let remarks: Vec<_> = remarks.chain(unset).collect();
        remarks.join("; ")
    }
}
