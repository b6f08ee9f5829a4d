//! The report of `env set` and `env unset`: each variable with its old and its new value, masked.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;

use crate::escape::visible;
use crate::finding::Finding;
use crate::output::{BOLD, DIM, Report, Verbosity, findings, to_data};

/// The changes that were made, or would be.
#[derive(Serialize)]
pub struct Written {
    #[serde(skip)]
    pub schema: &'static str,
    pub ok: bool,
    pub dry_run: bool,
    pub changes: Vec<Line>,
    /// Lines that `.gitignore` gets.
    pub ignored: Vec<String>,
    pub findings: Vec<Finding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim_url: Option<String>,
    #[serde(skip)]
    pub title: String,
    #[serde(skip)]
    pub next: &'static str,
}

/// One variable of one file.
#[derive(Serialize)]
pub struct Line {
    pub file: String,
    pub name: String,
    pub action: Action,
    pub line: usize,
    /// As shown on a screen: a secret is masked.
    pub before: Option<String>,
    pub after: Option<String>,
}

#[derive(Clone, Copy, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    Added,
    Changed,
    Removed,
}

impl Report for Written {
    fn schema(&self) -> &'static str {
        self.schema
    }

    fn data(&self) -> serde_json::Result<Value> {
        to_data(self)
    }

    fn text(&self, verbosity: Verbosity, width: usize) -> String {
        let mut text = match (self.dry_run, verbosity) {
            (true, _) => self.diff(),
            (false, Verbosity::Quiet) => String::new(),
            (false, _) => self.done(),
        };
        if verbosity != Verbosity::Quiet && !self.findings.is_empty() {
            text.push('\n');
            text.push_str(&findings::text(&self.findings, width));
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
