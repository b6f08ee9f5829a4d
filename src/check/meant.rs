//! Findings that are no mistakes here, as the owner says in `[package.metadata.clerk-rs]`: `meant = ["FINDING FILE"]`. Only
//! a guess or a warning can be meant so, and each entry is good for one kind of finding in one file.

use std::collections::HashSet;

use super::examined::Examined;
use super::rules;
use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};

/// More entries that take out nothing say no more.
const MOST: usize = 20;

impl Examined {
    /// Takes out what is meant so, and tells of the entries that take out nothing.
    pub(super) fn take_out_meant(&mut self, entries: &[String]) {
        let mut unused = Vec::new();
        let mut known = HashSet::new();
        for entry in entries {
            let named = entry.trim().split_once(' ');
            let named = named.and_then(|(word, file)| Some((Id::named(word)?, file.trim())));
            let Some((id, file)) = named else {
                unused.push(told(entry, "which is no finding and its file"));
                continue;
            };
            let file = file.trim_start_matches("./");
            if has_line(file) {
                let why = "which names a line: lines move, and the file alone is enough";
                unused.push(told(entry, why));
                continue;
            }
            if !known.insert((id, file)) {
                unused.push(told(entry, "which stands there twice"));
                continue;
            }
            let is_named = |one: &Finding| {
                one.id == id
                    && one
                        .place
                        .as_deref()
                        .is_some_and(|place| stands_in(place, file))
            };
            let (meant, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut self.findings)
                .into_iter()
                .partition(|one| is_named(one) && may_be_meant(one));
            self.findings = rest;
            let is_failure = self.findings.iter().any(is_named);
            if meant.is_empty() && is_failure {
                unused.push(told(
                    entry,
                    "which is neither a guess nor a warning, and stays",
                ));
            } else if meant.is_empty() && self.has_looked_for(id) {
                unused.push(told(entry, "which doctor does not find"));
            }
            self.meant.extend(meant);
        }
        if !unused.is_empty() {
            self.passed.retain(|id| *id != Id::NotesUnused);
        }
        let more = unused.len().saturating_sub(MOST);
        unused.truncate(MOST);
        if more > 0 {
            let detail = format!("{more} more entries of `meant` take out nothing");
            unused.push(unused_notes(detail));
        }
        self.findings.extend(unused);
    }

    /// False if its check was not made, or not on all of the project.
    fn has_looked_for(&self, id: Id) -> bool {
        let unread = [Id::ManifestNotRead, Id::SourceNotRead];
        let mut checks = rules::all().flat_map(|rule| rule.checks.iter());
        let check = checks.find(|ids| ids.contains(&id));
        !self.findings.iter().any(|one| match one.verdict {
            Verdict::Unknown => unread.contains(&one.id),
            Verdict::Skipped => check.is_some_and(|ids| ids.contains(&one.id)),
            _ => false,
        })
    }
}

fn may_be_meant(finding: &Finding) -> bool {
    match finding.verdict {
        Verdict::Warn => true,
        Verdict::No => finding.guess,
        _ => false,
    }
}

/// `src/api.rs:12` stands in `src/api.rs`.
fn stands_in(place: &str, file: &str) -> bool {
    let rest = place.strip_prefix(file);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}

/// `src/api.rs:12`
fn has_line(file: &str) -> bool {
    let line = file.rsplit_once(':').map_or("", |(_, line)| line);
    !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit())
}

fn told(entry: &str, why: &str) -> Finding {
    unused_notes(format!("`meant` names \"{}\", {why}", visible(entry)))
}

fn unused_notes(detail: String) -> Finding {
    Finding::new(Id::NotesUnused, Verdict::Warn, "manifest", detail)
        .place("Cargo.toml")
        .help("write the word of a finding and the file that it is told of, or take the entry out")
}
