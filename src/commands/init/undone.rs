//! The report of `init --undo`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use super::ENTRY;
use crate::error::Exit;
use crate::escape::visible;
use crate::output::{BOLD, Report, Verbosity, to_data};
use crate::scaffold::CORE;
use crate::wire::undo::{Back, KEPT};

/// The files that were taken back, or would be.
#[derive(Serialize)]
pub struct Undone {
    ok: bool,
    kind: &'static str,
    dry_run: bool,
    path: String,
    restored: Vec<String>,
    removed: Vec<String>,
    /// Changed since, or what others keep, so they stay as they are.
    left: Vec<String>,
}

impl Undone {
    pub fn new(folder: &Path, back: &Back, dry_run: bool) -> Self {
        // The record of what was written is nothing that anybody waits for.
        let finished = back.finished.iter();
        let finished = finished.filter(|path| !path.starts_with(".clerk/"));
        let finished = finished.map(|path| (path.as_str(), !folder.join(path).exists()));
        let all: BTreeSet<_> = back.paths().chain(finished).collect();
        let named = |is_gone: bool| {
            let paths = all.iter().filter(move |(_, gone)| *gone == is_gone);
            paths.map(|(path, _)| (*path).to_owned()).collect()
        };
        Self {
            ok: true,
            kind: "undone",
            dry_run,
            path: folder.to_string_lossy().into_owned(),
            restored: named(false),
            removed: named(true),
            left: back.left.clone(),
        }
    }

    /// The owner said no.
    pub fn refused(folder: &Path) -> Self {
        let nothing = Self::new(folder, &Back::default(), false);
        Self {
            ok: false,
            ..nothing
        }
    }
}

impl Report for Undone {
    fn exit(&self) -> Exit {
        if self.ok { Exit::Yes } else { Exit::No }
    }

    fn schema(&self) -> &'static str {
        ENTRY.schema
    }

    fn data(&self) -> serde_json::Result<Value> {
        to_data(self)
    }

    fn text(&self, verbosity: Verbosity, _: usize) -> String {
        if !self.ok {
            return "  Nothing was changed\n".to_owned();
        }
        if verbosity == Verbosity::Quiet && !self.dry_run {
            return String::new();
        }
        let head = if self.dry_run {
            "Would take back"
        } else {
            "Taken back"
        };
        let mut text = format!("  {BOLD}{head}{BOLD:#}\n");
        for path in &self.restored {
            let _ = writeln!(text, "    ~ {:32} as it was", visible(path));
        }
        let (core, own): (Vec<_>, Vec<_>) = self
            .removed
            .iter()
            .partition(|path| path.starts_with(&format!("{CORE}/")));
        if !core.is_empty() {
            let _ = writeln!(text, "    - {:32} {} files", format!("{CORE}/"), core.len());
        }
        for path in own {
            let _ = writeln!(text, "    - {}", visible(path));
        }
        for path in &self.left {
            let why = match path == KEPT {
                true => "what `clerk-rs dev` keeps: yours to delete",
                false => "changed since, and left alone",
            };
            let _ = writeln!(text, "    = {:32} {why}", visible(path));
        }
        text
    }
}
