//! The findings of doctor, as text and as JSON.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;

use super::formats::{self, Format};
use super::pages;
use crate::check::Outcome;
use crate::check::examined::Examined;
use crate::error::Exit;
use crate::escape::visible;
use crate::finding::{Area, Finding, Id, Verdict};
use crate::output::findings::{self, Row, folded};
use crate::output::{BOLD, DIM, GREEN, Report, Verbosity, to_data};

pub const SCHEMA: &str = "clerk-rs.doctor/1";

/// The worst comes first.
const ORDER: [Verdict; 3] = [Verdict::No, Verdict::Unknown, Verdict::Warn];

#[derive(Serialize)]
pub struct Told {
    ok: bool,
    #[serde(skip)]
    format: Format,
    /// The path of the project below the top of its repository, with a `/` at the end.
    #[serde(skip)]
    below: String,
    /// How many files `--fix` would change.
    #[serde(skip)]
    pub can_be_fixed: usize,
    /// The reason why `--fix` wrote nothing.
    #[serde(skip)]
    pub unwritten: Option<&'static str>,
    /// The files that were mended.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fixed: Vec<String>,
    /// The changes that would mend something, or did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
    /// The checks that were made and found nothing to say.
    passed: Vec<Id>,
    /// What the owner says is no mistake: `handler-asks-nobody src/api.rs:12`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    meant: Vec<String>,
    findings: Vec<One>,
}

#[derive(Serialize)]
struct One {
    #[serde(flatten)]
    finding: Finding,
    area: Area,
    /// Why it matters.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

impl Told {
    /// The report of an examination.
    pub fn of(examined: Examined, format: Format, below: String) -> Self {
        let is_wrong = |finding: &Finding| ORDER.contains(&finding.verdict);
        let ok = Outcome::of(&examined.findings) == Outcome::Right;
        let findings = examined.findings.into_iter().map(|finding| One {
            area: finding.id.area(),
            why: is_wrong(&finding).then(|| pages::why(finding.id)).flatten(),
            finding,
        });
        let meant = examined.meant.iter().map(|finding| {
            let place = finding.place.as_deref().unwrap_or_default();
            format!("{} {place}", finding.id.word())
        });
        Self {
            meant: meant.collect(),
            ok,
            format,
            below,
            can_be_fixed: 0,
            unwritten: None,
            fixed: Vec::new(),
            diff: None,
            findings: findings.collect(),
            passed: examined.passed,
        }
    }

    fn with(&self, verdict: Verdict) -> impl Iterator<Item = &Finding> {
        let findings = self.findings.iter().map(|one| &one.finding);
        findings.filter(move |finding| finding.verdict == verdict)
    }

    /// The reasons why checks were not made, each with the checks, and the places of a program that were not read.
    fn skipped(&self) -> (Vec<(&str, Vec<&str>)>, Vec<&Finding>) {
        let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
        let (placed, others): (Vec<_>, Vec<_>) = self
            .with(Verdict::Skipped)
            .partition(|finding| finding.place.is_some());
        for finding in others {
            let word = finding.id.word();
            match reasons.iter_mut().find(|(why, _)| *why == finding.detail) {
                Some((_, words)) => words.push(word),
                None => reasons.push((&finding.detail, vec![word])),
            }
        }
        (reasons, placed)
    }

    /// The checks that found nothing to say, by area.
    fn passed(&self, text: &mut String, width: usize) {
        let said: Vec<_> = self.with(Verdict::Ok).map(|finding| finding.id).collect();
        let silent = self.passed.iter().filter(|id| !said.contains(id));
        let mut areas: Vec<(Area, Vec<&str>)> = Vec::new();
        for id in silent {
            match areas.iter_mut().find(|(area, _)| *area == id.area()) {
                Some((_, words)) => words.push(id.word()),
                None => areas.push((id.area(), vec![id.word()])),
            }
        }
        for (area, words) in areas {
            let count = words.len();
            let line = format!("{}, {count} passed: {}", area.title(), words.join(", "));
            let line = folded(&line, 4, width);
            let _ = writeln!(text, "  {GREEN}\u{2713}{GREEN:#} {line}");
        }
    }

    /// `61 passed, 1 failure, 2 warnings, 9 not made`
    fn summary(&self) -> String {
        let (reasons, placed) = self.skipped();
        let skipped = reasons.iter().map(|(_, words)| words.len()).sum::<usize>() + placed.len();
        let counts = [
            (self.passed.len(), "check passed", "checks passed"),
            (self.with(Verdict::No).count(), "failure", "failures"),
            (
                self.with(Verdict::Unknown).count(),
                "could not be found out",
                "could not be found out",
            ),
            (self.with(Verdict::Warn).count(), "warning", "warnings"),
            (skipped, "not looked at", "not looked at"),
            (self.meant.len(), "meant so", "meant so"),
        ];
        let parts = counts.iter().filter_map(|(count, one, many)| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            several => Some(format!("{several} {many}")),
        });
        parts.collect::<Vec<_>>().join(", ")
    }
}

impl Told {
    /// Why `--fix` has nothing to write.
    pub fn nothing_to_mend(&self) -> &'static str {
        let mut wrong = ORDER.iter().flat_map(|verdict| self.with(*verdict));
        match wrong.next() {
            Some(_) => "Nothing of it can be mended by itself.",
            None => "There is nothing to mend.",
        }
    }

    /// What could be mended, and was not.
    fn mending(&self, text: &mut String) {
        let _ = match (&self.diff, self.fixed.as_slice()) {
            (Some(diff), _) if diff.is_empty() => {
                writeln!(text, "\n  {}", self.nothing_to_mend())
            }
            // It was shown before it was written.
            (Some(_), [_, ..]) => Ok(()),
            (Some(diff), []) => write!(text, "\n{diff}"),
            (None, []) if self.can_be_fixed > 0 => {
                let files = match self.can_be_fixed {
                    1 => "1 file".to_owned(),
                    many => format!("{many} files"),
                };
                writeln!(text, "  {DIM}clerk-rs doctor --fix mends {files}{DIM:#}")
            }
            (None, _) => Ok(()),
        };
        if let Some(why) = self.unwritten {
            let _ = writeln!(text, "\n  {why}");
        }
    }
}

impl Report for Told {
    fn schema(&self) -> &'static str {
        SCHEMA
    }

    fn data(&self) -> serde_json::Result<Value> {
        to_data(self)
    }

    fn exit(&self) -> Exit {
        match (self.ok, self.with(Verdict::No).next()) {
            (true, _) => Exit::Yes,
            (false, Some(_)) => Exit::No,
            (false, None) => Exit::Failed,
        }
    }

    fn text(&self, verbosity: Verbosity, width: usize) -> String {
        // A log for a program is whole; annotations are lines for people.
        let all = self.findings.iter().map(|one| &one.finding);
        let is_told =
            |finding: &&Finding| verbosity > Verbosity::Quiet || finding.verdict == Verdict::No;
        match self.format {
            Format::Text => {}
            Format::Sarif => return formats::sarif(all, &self.below),
            Format::Github => return formats::github(all.filter(is_told), &self.below),
        }
        let mut wrong: Vec<_> = ORDER
            .iter()
            .flat_map(|verdict| self.with(*verdict))
            .collect();
        if verbosity == Verbosity::Quiet {
            wrong.retain(|finding| finding.verdict == Verdict::No);
            return rows(&wrong, width);
        }
        let mut text = match self.fixed.as_slice() {
            [] => String::new(),
            fixed => format!("  Mended: {}\n\n", visible(&fixed.join(", "))),
        };
        let _ = writeln!(text, "  {BOLD}{}{BOLD:#}", self.summary());
        if !wrong.is_empty() {
            let _ = write!(text, "\n{}", rows(&wrong, width));
        }
        let (reasons, placed) = self.skipped();
        if verbosity == Verbosity::Verbose {
            let right: Vec<_> = self.with(Verdict::Ok).collect();
            let _ = write!(text, "\n{}", rows(&right, width));
            self.passed(&mut text, width);
            for one in &self.meant {
                let line = folded(&format!("{one}: meant so"), 4, width);
                let _ = writeln!(text, "  {DIM}\u{2013}{DIM:#} {line}");
            }
        }
        if !reasons.is_empty() || !placed.is_empty() {
            let _ = write!(text, "\n{}", rows(&placed, width));
        }
        for (why, words) in reasons {
            let names = match (verbosity, words.as_slice()) {
                (_, [one]) => (*one).to_owned(),
                (Verbosity::Verbose, many) => many.join(", "),
                (_, many) => format!("{} checks", many.len()),
            };
            let line = folded(&format!("{names}: {why}"), 4, width);
            let _ = writeln!(text, "  {DIM}\u{2013}{DIM:#} {line}");
        }
        if let Some(first) = wrong.first() {
            let _ = writeln!(
                text,
                "\n  {DIM}clerk-rs doctor explain {} says more{DIM:#}",
                first.id.word()
            );
        }
        self.mending(&mut text);
        text
    }
}

/// Each finding under its word, by which `explain` knows it.
fn rows(findings: &[&Finding], width: usize) -> String {
    let rows = findings.iter().map(|finding| {
        let row = Row::from(*finding);
        let is_named = finding.detail.contains(&finding.subject);
        let named = match finding.id.area() {
            Area::Keys | Area::Environment | Area::Network | Area::Production if !is_named => {
                format!("{}: {}", finding.subject, finding.detail)
            }
            _ => finding.detail.clone(),
        };
        let guess = if finding.guess { " (a guess)" } else { "" };
        Row {
            subject: finding.id.word(),
            detail: format!("{named}{guess}").into(),
            ..row
        }
    });
    findings::rows(&rows.collect::<Vec<_>>(), width)
}
