//! `clerk-rs doctor explain ID`: the page of a finding.

use std::fmt::Write as _;

use clap::Args;
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

#[derive(Args, Debug)]
pub struct Arguments {
    /// The finding's word, such as `route-without-gate`
    #[arg(value_name = "ID")]
    id: String,
}

/// Nothing is found under that word.
#[derive(Debug, thiserror::Error)]
#[error("there is no finding {0}")]
struct UnknownFinding(String);

impl Explain for UnknownFinding {
    fn explain(&self) -> Explanation {
        let near = Id::ALL
            .iter()
            .map(|id| (distance(&self.0, id.word()), id.word()));
        let nearest = near.min().filter(|(far, _)| *far <= 4);
        Explanation::usage("unknown-finding").help(match nearest {
            Some((_, word)) => format!("did you mean {word}?"),
            None => "docs/doctor.md lists them; `clerk-rs doctor --json` names those of a project"
                .to_owned(),
        })
    }
}

#[derive(Serialize)]
struct Page {
    ok: bool,
    id: Id,
    area: Area,
    meaning: &'static str,
    /// Paragraphs, with an empty line between two.
    text: &'static str,
}

pub fn run(args: &Arguments) -> Result<Box<dyn Report>, Error> {
    let Some(id) = Id::named(&args.id) else {
        return Err(UnknownFinding(visible(&args.id).into_owned()).into());
    };
    Ok(Box::new(Page {
        ok: true,
        id,
        area: id.area(),
        meaning: id.meaning(),
        text: pages::of(id).unwrap_or_default(),
    }))
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
