//! Remedies that need no knowledge of what the owner means: a line that stands in the wrong place, a file that others
//! may read, a pattern that is missing. Nothing is written here.

mod layers;

use std::collections::BTreeSet;
use std::fs;

use super::facts::Facts;
use super::rules::images;
use crate::finding::{Finding, Id, Verdict};
use crate::project::ignore::Missing;
use crate::project::variables;

/// A file as it is to be. Each stands for itself: whichever are written, the project is better than before.
#[derive(Clone, Debug)]
pub struct Remedy {
    /// Its path below the root.
    pub path: String,
    pub before: Option<String>,
    pub after: String,
    /// Closed to others; its text stays as it is.
    pub is_private: bool,
}

/// The remedies for these findings, sorted by path.
pub fn of(facts: &Facts<'_>, findings: &[Finding]) -> Vec<Remedy> {
    let wrong = |finding: &&Finding| ![Verdict::Ok, Verdict::Skipped].contains(&finding.verdict);
    let findings: Vec<_> = findings.iter().filter(wrong).cloned().collect();
    let findings = findings.as_slice();
    let has = |id: Id| findings.iter().any(|finding| finding.id == id);
    let mut remedies = layers::in_place(facts, findings);
    if has(Id::FileNotIgnored) {
        remedies.extend(ignored(facts, findings));
    }
    if has(Id::EnvFileInImage) {
        let files = places(findings, Id::EnvFileInImage).into_iter();
        let files = files.map(|place| place.rsplit_once(':').map_or(place, |(file, _)| file));
        let ignored: BTreeSet<_> = files.map(|file| images::ignored_by(facts, file)).collect();
        remedies.extend(ignored.into_iter().filter_map(|name| left_out(facts, name)));
    }
    remedies.extend(closed(facts, findings));
    remedies.sort_by(|a, b| a.path.cmp(&b.path));
    remedies
}

fn places(findings: &[Finding], id: Id) -> Vec<&str> {
    let places = findings.iter().filter(|finding| finding.id == id);
    places
        .filter_map(|finding| finding.place.as_deref())
        .collect()
}

fn ignored(facts: &Facts<'_>, findings: &[Finding]) -> Option<Remedy> {
    let paths = places(findings, Id::FileNotIgnored);
    let missing = Missing::find(facts.root, facts.git(), &paths).ok()?;
    let replacement = missing.replacement()?;
    Some(Remedy {
        path: replacement.name.to_owned(),
        before: replacement.before.map(str::to_owned),
        after: replacement.after?.to_owned(),
        is_private: false,
    })
}

/// Leaves the files of variables out of images.
fn left_out(facts: &Facts<'_>, path: String) -> Option<Remedy> {
    let before = facts.text(&path).ok()?;
    let mut after = before.clone().unwrap_or_default();
    if !after.is_empty() && !after.ends_with('\n') {
        after.push('\n');
    }
    after.push_str("**/.env*\n");
    Some(Remedy {
        path,
        before,
        after,
        is_private: false,
    })
}

/// Files with secrets that everybody on this machine may read.
fn closed(facts: &Facts<'_>, findings: &[Finding]) -> Vec<Remedy> {
    let files = places(findings, Id::FileMode).into_iter();
    let remedies = files.filter_map(|file| {
        let path = facts.root.join(file);
        // What is shared with a group may be so on purpose.
        if !is_open_to_all(&fs::metadata(&path).ok()?) {
            return None;
        }
        let text = variables::read(&path).ok()?;
        Some(Remedy {
            path: file.to_owned(),
            before: Some(text.clone()),
            after: text,
            is_private: true,
        })
    });
    remedies.collect()
}

#[cfg(unix)]
fn is_open_to_all(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o007 != 0
}

#[cfg(not(unix))]
fn is_open_to_all(_: &fs::Metadata) -> bool {
    false
}
