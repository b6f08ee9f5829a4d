//! The report of `update`: what it did, or would do.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;

use super::ENTRY;
use crate::commands::planned;
use crate::error::Exit;
use crate::escape::visible;
use crate::output::{BOLD, DIM, Report, Verbosity, fold, to_data};
use crate::scaffold::CORE;
use crate::update::{Change, Edited, Kind, Left, Security, Update};

/// The files that are safe in git.
pub enum Saved {
    /// Every file but these.
    But(BTreeSet<String>),
    NoRepository,
    /// Git gave no answer.
    Unknown,
}

impl Saved {
    /// True if git has a file as it is.
    pub fn has(&self, path: &str) -> bool {
        matches!(self, Self::But(unsaved) if !unsaved.contains(path))
    }

    fn told(&self) -> String {
        match self {
            Self::But(unsaved) if unsaved.is_empty() => {
                "every file is committed or added".to_owned()
            }
            Self::But(unsaved) => match unsaved.len() {
                1 => "1 file is not committed".to_owned(),
                count => format!("{count} files are not committed"),
            },
            Self::NoRepository => "the project is in no repository".to_owned(),
            Self::Unknown => "git gave no answer".to_owned(),
        }
    }
}

#[derive(Serialize)]
pub struct Updated {
    ok: bool,
    dry_run: bool,
    written: bool,
    from: String,
    to: String,
    git: String,
    security: Vec<Security>,
    files: Vec<File>,
    /// Files of the core that are not as they were written.
    edited: Vec<Edited>,
    left: Vec<Left>,
    /// Copies of edited files that git does not have.
    pub kept: Vec<String>,
    next: Vec<String>,
}

#[derive(Serialize)]
struct File {
    path: String,
    action: Kind,
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<String>,
}

impl Updated {
    pub fn new(update: &Update, saved: &Saved, dry_run: bool) -> Self {
        let file = |change: &Change| File {
            path: change.path.clone(),
            action: change.kind,
            diff: dry_run.then(|| {
                planned::change(
                    &change.path,
                    change.before.as_deref(),
                    change.after.as_deref(),
                )
            }),
        };
        let files: Vec<_> = update.changes.files.iter().map(file).collect();
        let written = !dry_run && !files.is_empty();
        Self {
            ok: update.changes.left.is_empty(),
            dry_run,
            written,
            from: update.from.to_string(),
            to: update.to.to_string(),
            git: saved.told(),
            security: update.security.clone(),
            edited: update.changes.edited.clone(),
            left: update.changes.left.clone(),
            kept: Vec::new(),
            // A file with the marks of a conflict does not compile.
            next: if written && update.changes.left.is_empty() {
                vec!["cargo test".to_owned()]
            } else {
                Vec::new()
            },
            files,
        }
    }

    /// The owner said no.
    pub fn was_refused(&mut self) {
        (self.ok, self.written) = (false, false);
        self.next.clear();
    }

    /// The words before the question.
    pub fn summary(&self) -> String {
        let counts = counts(self.files.iter());
        let mut text = format!("{CORE} {}: {counts}\ngit: {}", self.versions(), self.git);
        for path in self.files.iter().filter(|file| self.was_missing(file)) {
            let _ = write!(text, "\n{} is missing; it is put back", visible(&path.path));
        }
        for left in &self.left {
            let _ = write!(text, "\n{}", told(left));
        }
        text
    }

    /// True for a file that its owner took out and that comes back.
    fn was_missing(&self, file: &File) -> bool {
        let mut missing = self.edited.iter().filter(|edited| edited.missing);
        missing.any(|edited| edited.path == file.path)
    }

    /// One version where only files of another feature came or went.
    fn versions(&self) -> String {
        let (from, to) = (&self.from, &self.to);
        if from == to {
            to.to_string()
        } else {
            format!("{from} -> {to}")
        }
    }

    fn head(&self) -> String {
        let (versions, to) = (self.versions(), &self.to);
        match (self.files.is_empty(), self.dry_run, self.written) {
            (true, ..) => format!("  {CORE} {to} is current\n"),
            (_, true, _) => format!("  {BOLD}Would update {CORE} {versions}{BOLD:#}\n"),
            (_, _, true) => format!("  {BOLD}Updated {CORE} {versions}{BOLD:#}\n"),
            (_, _, false) => "  Nothing was changed\n".to_owned(),
        }
    }

    fn list(&self, text: &mut String, verbosity: Verbosity) {
        let (core, own): (Vec<_>, Vec<_>) = self
            .files
            .iter()
            .partition(|file| file.path.starts_with(&format!("{CORE}/")));
        if !core.is_empty() {
            let _ = writeln!(
                text,
                "    {:32} {}",
                format!("{CORE}/"),
                counts(core.iter().copied())
            );
        }
        let edited = |file: &&&File| matches!(file.action, Kind::Merged | Kind::Conflict);
        let all = verbosity == Verbosity::Verbose;
        let shown = core
            .iter()
            .filter(|file| all || edited(file) || self.was_missing(file));
        for file in shown.chain(&own) {
            let word = match self.was_missing(file) {
                true => "put back; it was missing",
                false => word(file.action),
            };
            let _ = writeln!(text, "    {:32} {word}", visible(&file.path));
        }
        let _ = writeln!(text, "    {DIM}git: {}{DIM:#}", self.git);
    }

    fn sections(&self, text: &mut String, width: usize) {
        let mut lines = |title: &str, lines: Vec<String>| {
            if lines.is_empty() {
                return;
            }
            let _ = writeln!(text, "\n  {title}");
            for line in lines {
                text.push_str("    ");
                fold(text, &line, 4, 6, width);
                text.push('\n');
            }
        };
        let points = self.security.iter().flat_map(|section| {
            let told = |point: &String| format!("{}: {point}", section.version);
            section.points.iter().map(told)
        });
        lines("Security", points.collect());
        // Those that change are in the list above.
        let edited = self.edited.iter().filter(|edited| {
            let changes = |file: &File| file.path == edited.path;
            !self.files.iter().any(changes)
        });
        lines("Edited by you, and left alone", edited.map(named).collect());
        lines("Left to you", self.left.iter().map(told).collect());
        if !self.files.is_empty() && (self.dry_run || self.written) {
            let kept = self.kept.iter().map(|name| visible(name).into_owned());
            lines(
                "Your text before it, which git does not have",
                kept.collect(),
            );
            lines("Next", self.next.clone());
        }
    }
}

fn named(edited: &Edited) -> String {
    let missing = if edited.missing { ", taken out" } else { "" };
    format!("{}{missing}", visible(&edited.path))
}

fn told(left: &Left) -> String {
    format!(
        "{}:{}  {}",
        visible(&left.path),
        left.line,
        visible(&left.what)
    )
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Added => "new",
        Kind::Replaced => "replaced",
        Kind::Merged => "merged with your edits",
        Kind::Conflict => "merged, with marks of conflicts",
        Kind::Removed => "removed",
    }
}

/// `3 replaced, 1 new`
fn counts<'a>(files: impl Iterator<Item = &'a File>) -> String {
    let mut counts: BTreeMap<Kind, usize> = BTreeMap::new();
    for file in files {
        *counts.entry(file.action).or_default() += 1;
    }
    let words = counts
        .into_iter()
        .map(|(kind, count)| format!("{count} {}", word(kind)));
    words.collect::<Vec<_>>().join(", ")
}

impl Report for Updated {
    fn schema(&self) -> &'static str {
        ENTRY.schema
    }

    fn data(&self) -> serde_json::Result<Value> {
        to_data(self)
    }

    fn text(&self, verbosity: Verbosity, width: usize) -> String {
        if verbosity == Verbosity::Quiet && !self.dry_run {
            return String::new();
        }
        let mut text = self.head();
        if !self.files.is_empty() && (self.dry_run || self.written) {
            text.push('\n');
            self.list(&mut text, verbosity);
        }
        self.sections(&mut text, width);
        if self.dry_run && verbosity == Verbosity::Verbose {
            for file in &self.files {
                text.push('\n');
                text.push_str(file.diff.as_deref().unwrap_or_default());
            }
        }
        text
    }

    fn exit(&self) -> Exit {
        if self.ok { Exit::Yes } else { Exit::No }
    }
}
