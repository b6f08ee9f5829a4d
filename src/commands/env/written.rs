//! Writes what `env set` planned, and reports it: each variable with its old and its new value, masked.

use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use super::set::SCHEMA;
use crate::check::rules::files;
use crate::error::Error;
use crate::escape::visible;
use crate::finding::{Finding, Verdict};
use crate::output::{BOLD, DIM, Report, Verbosity, findings, to_data};
use crate::project::change::{Edit, Edits};
use crate::project::git::Git;
use crate::project::ignore::Missing;
use crate::project::shown;
use crate::project::variables::{Place, Variables};

/// What was done, or would be.
#[derive(Serialize)]
pub struct Written {
    ok: bool,
    dry_run: bool,
    changes: Vec<Line>,
    /// Lines that `.gitignore` gets.
    ignored: Vec<String>,
    findings: Vec<Finding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claim_url: Option<String>,
    #[serde(skip)]
    title: String,
    #[serde(skip)]
    next: &'static str,
}

/// One variable of one file.
#[derive(Serialize)]
struct Line {
    file: String,
    name: String,
    action: Action,
    line: usize,
    /// As shown on a screen: a secret is masked.
    before: Option<String>,
    after: Option<String>,
}

#[derive(Clone, Copy, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Action {
    Added,
    Changed,
    Removed,
}

/// What is to be written, and said.
pub struct Work<'a> {
    /// The project.
    pub folder: &'a Path,
    /// As they were.
    pub variables: &'a Variables<'a>,
    /// The changes.
    pub edits: Edits,
    /// Nothing is touched.
    pub dry_run: bool,
    /// What else git must ignore.
    pub ignore: Option<&'static str>,
    /// What was noticed on the way.
    pub findings: Vec<Finding>,
    /// The line on top.
    pub title: String,
    /// The line at the end.
    pub next: &'static str,
    /// Where a temporary application is claimed.
    pub claim_url: Option<String>,
}

impl Work<'_> {
    /// Writes the files, those with secrets for their owner only, and what `.gitignore` lacks.
    pub fn finish(mut self) -> Result<Written, Error> {
        let secret = self.edits.files().iter();
        let secret = secret.filter(|edit| files::holds_secret(edit.after()));
        let secret: Vec<&str> = secret.map(|edit| edit.file.as_str()).collect();
        let changes: Vec<_> = self.edits.files().iter().flat_map(lines).collect();
        let git = Git::find(self.folder);
        let to_ignore: Vec<_> = secret.iter().copied().chain(self.ignore).collect();
        let missing = Missing::find(self.folder, &git, &to_ignore)?;
        if !self.dry_run {
            // First, so that at no moment a secret could be committed by accident.
            missing.write()?;
            self.edits.write(files::holds_secret)?;
            let published = files::git(&git, &secret).into_iter();
            self.findings
                .extend(published.filter(|finding| finding.verdict != Verdict::Ok));
        }
        let hidden = changes.iter().filter_map(|line| self.hidden(line));
        self.findings.extend(hidden.collect::<Vec<_>>());
        Ok(Written {
            ok: true,
            dry_run: self.dry_run,
            changes,
            ignored: missing.lines().to_vec(),
            findings: self.findings,
            claim_url: self.claim_url,
            title: self.title,
            next: self.next,
        })
    }

    /// A change that the app does not see, because a stronger place says otherwise.
    fn hidden(&self, line: &Line) -> Option<Finding> {
        if line.action == Action::Removed {
            return None;
        }
        let stronger = self.variables.all(&line.name).into_iter().next()?.place;
        let is_same = matches!(&stronger, Place::File { name, .. } if *name == line.file);
        let is_weaker = line.file == ".env.local" && stronger != Place::Process;
        if is_same || is_weaker {
            return None;
        }
        let finding = Finding::new(
            "change-hidden",
            Verdict::Warn,
            line.name.as_str(),
            format!("{stronger} sets it too, and wins over {}", line.file),
        );
        Some(finding.help(match stronger {
            Place::Process => format!("`unset {}` in the shell", line.name),
            Place::File { .. } => "take it out there".to_owned(),
        }))
    }
}

/// Every variable that is another than before.
fn lines(edit: &Edit) -> Vec<Line> {
    let before = edit.before().map(|file| file.entries()).unwrap_or_default();
    let mut lines: Vec<Line> = Vec::new();
    for entry in edit.after().entries().iter().chain(before) {
        if lines.iter().any(|line| line.name == entry.name) {
            continue;
        }
        let old = edit.before().and_then(|file| file.get(&entry.name));
        let new = edit.after().get(&entry.name);
        let (action, line) = match (old, new) {
            (Some(old), Some(new)) if old.value == new.value => continue,
            (Some(_), Some(new)) => (Action::Changed, new.line),
            (None, Some(new)) => (Action::Added, new.line),
            (Some(old), None) => (Action::Removed, old.line),
            (None, None) => continue,
        };
        lines.push(Line {
            file: edit.file.clone(),
            name: entry.name.clone(),
            action,
            line,
            before: old.map(shown::entry),
            after: new.map(shown::entry),
        });
    }
    lines
}

impl Report for Written {
    fn schema(&self) -> &'static str {
        SCHEMA
    }

    fn data(&self) -> serde_json::Result<Value> {
        to_data(self)
    }

    fn text(&self, verbosity: Verbosity) -> String {
        let mut text = match (self.dry_run, verbosity) {
            (true, _) => self.diff(),
            (false, Verbosity::Quiet) => String::new(),
            (false, _) => self.done(),
        };
        if verbosity != Verbosity::Quiet && !self.findings.is_empty() {
            text.push('\n');
            text.push_str(&findings::text(&self.findings));
        }
        if verbosity != Verbosity::Quiet && !self.dry_run && !self.next.is_empty() {
            let _ = write!(text, "\n  {}\n", self.next);
        }
        text
    }
}

impl Written {
    fn done(&self) -> String {
        let mut text = format!("  {BOLD}{}{BOLD:#}\n", self.title);
        let width = self.changes.iter().map(|line| line.name.len()).max();
        let width = width.unwrap_or_default() + 3;
        for line in &self.changes {
            let name = visible(&line.name);
            let (symbol, value) = match line.action {
                Action::Added => ('+', line.after.as_deref()),
                Action::Changed => ('~', line.after.as_deref()),
                Action::Removed => ('-', line.before.as_deref()),
            };
            let value = value.unwrap_or_default();
            let place = match line.action {
                Action::Removed => format!("taken out of {}", line.file),
                _ => format!("{}:{}", line.file, line.line),
            };
            let _ = writeln!(
                text,
                "  {symbol} {name:width$}{value:24} {DIM}{place}{DIM:#}"
            );
        }
        for line in &self.ignored {
            let _ = writeln!(text, "  + {line:width$}{:24} {DIM}.gitignore{DIM:#}", "");
        }
        if let Some(url) = &self.claim_url {
            let _ = write!(text, "\n  Claim it, to keep it:\n    {}\n", visible(url));
        }
        text
    }

    /// A unified diff of the lines that change, secrets masked; it is to be read, not applied.
    fn diff(&self) -> String {
        let mut text = String::new();
        let mut file = "";
        for line in &self.changes {
            if line.file != file {
                file = &line.file;
                let _ = write!(text, "--- a/{file}\n+++ b/{file}\n");
            }
            let _ = writeln!(text, "@@ line {} @@", line.line);
            for (sign, value) in [('-', &line.before), ('+', &line.after)] {
                if let Some(value) = value {
                    let _ = writeln!(text, "{sign}{}={value}", visible(&line.name));
                }
            }
        }
        if !self.ignored.is_empty() {
            text.push_str("--- a/.gitignore\n+++ b/.gitignore\n@@ at the end @@\n");
        }
        for line in &self.ignored {
            let _ = writeln!(text, "+{line}");
        }
        if text.is_empty() {
            text.push_str("  Nothing would change.\n");
        }
        text
    }
}
