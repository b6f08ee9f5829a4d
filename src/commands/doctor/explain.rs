//! `clerk-rs doctor explain ID`: the page of a finding. Without an id: all of them, by area.

use std::ffi::OsStr;
use std::fmt::Write as _;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::{Arg, Args, Command};
use serde::Serialize;
use serde_json::Value;

use super::pages;
use crate::error::{Error, Explain, Explanation};
use crate::escape::visible;
use crate::finding::{Area, Id};
use crate::output::findings::folded;
use crate::output::{BOLD, Report, Verbosity, to_data};
use crate::project::names::distance;

pub const SCHEMA: &str = "clerk-rs.doctor-explain/1";

/// The most ids that are suggested.
const MOST: usize = 6;

#[derive(Args, Debug)]
pub struct Arguments {
    /// The finding's word, such as `route-without-gate` [default: lists all of them]
    #[arg(value_name = "ID", value_parser = Word, hide_possible_values = true)]
    id: Option<String>,
}

/// Any word: the wrong ones are answered here. Shells complete the right ones.
#[derive(Clone)]
struct Word;

impl TypedValueParser for Word {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(
            Id::ALL.iter().map(|id| PossibleValue::new(id.word())),
        ))
    }
}

/// Nothing is found under that word.
#[derive(Debug, thiserror::Error)]
#[error("there is no finding {0}")]
struct UnknownFinding(String);

impl Explain for UnknownFinding {
    fn explain(&self) -> Explanation {
        Explanation::usage("unknown-finding").help(match near(&self.0).as_slice() {
            [] => "`clerk-rs doctor explain` lists all findings".to_owned(),
            [one] => format!("did you mean {one}?"),
            several => format!(
                "did you mean one of these? {}; `clerk-rs doctor explain` lists all findings",
                several.join(", ")
            ),
        })
    }
}

/// The one that is spelled nearly like it, else those that have the word in them, or its stem: `keys` is about `key`, too.
fn near(word: &str) -> Vec<&'static str> {
    let word = word.to_lowercase();
    let words = || Id::ALL.iter().map(|id| id.word());
    let nearest = words().map(|id| (distance(&word, id), id)).min();
    if let Some((far, id)) = nearest
        && far <= word.chars().count() / 4
    {
        return vec![id];
    }
    let stem = word.strip_suffix('s').unwrap_or(&word);
    let has_it = |id: &&str| stem.len() > 2 && id.contains(stem);
    words().filter(has_it).take(MOST).collect()
}

#[derive(Serialize)]
struct Page {
    ok: bool,
    id: Id,
    area: Area,
    meaning: &'static str,
    /// Paragraphs, with an empty line between two.
    text: String,
}

/// All findings.
#[derive(Serialize)]
struct List {
    ok: bool,
    findings: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    id: Id,
    area: Area,
    meaning: &'static str,
}

pub fn run(args: &Arguments) -> Result<Box<dyn Report>, Error> {
    let Some(word) = &args.id else {
        let entry = |id: &Id| Entry {
            id: *id,
            area: id.area(),
            meaning: id.meaning(),
        };
        // Those of other commands have no page here.
        let paged = Id::ALL.iter().filter(|id| pages::of(**id).is_some());
        return Ok(Box::new(List {
            ok: true,
            findings: paged.map(entry).collect(),
        }));
    };
    let Some(id) = Id::named(word) else {
        return Err(UnknownFinding(visible(word).into_owned()).into());
    };
    Ok(Box::new(Page {
        ok: true,
        id,
        area: id.area(),
        meaning: id.meaning(),
        text: pages::of(id).unwrap_or_default(),
    }))
}

impl Report for List {
    fn schema(&self) -> &'static str {
        SCHEMA
    }

    fn data(&self) -> serde_json::Result<Value> {
        to_data(self)
    }

    fn text(&self, _: Verbosity, width: usize) -> String {
        let mut text = String::new();
        let mut last = None;
        for entry in &self.findings {
            if last != Some(entry.area) {
                let gap = if last.is_some() { "\n" } else { "" };
                let _ = writeln!(text, "{gap}  {BOLD}{}{BOLD:#}", entry.area.title());
                last = Some(entry.area);
            }
            let meaning = folded(entry.meaning, 35, width);
            let _ = writeln!(text, "    {:30} {meaning}", entry.id.word());
        }
        text
    }
}

impl Report for Page {
    fn schema(&self) -> &'static str {
        SCHEMA
    }

    fn data(&self) -> serde_json::Result<Value> {
        to_data(self)
    }

    fn text(&self, _: Verbosity, width: usize) -> String {
        let mut text = format!("  {BOLD}{}{BOLD:#}\n", self.id.word());
        let _ = writeln!(text, "  {}", folded(self.meaning, 2, width));
        let mut is_code = false;
        for paragraph in self.text.split("\n\n").filter(|text| !text.is_empty()) {
            text.push('\n');
            let fences = paragraph.matches("```").count();
            if is_code || fences > 0 {
                let lines = paragraph.lines().filter(|line| !line.starts_with("```"));
                for line in lines {
                    let _ = writeln!(text, "    {line}");
                }
                is_code ^= fences % 2 == 1;
            } else {
                let line = paragraph.replace('\n', " ");
                let _ = writeln!(text, "  {}", folded(&line, 2, width));
            }
        }
        text
    }
}
