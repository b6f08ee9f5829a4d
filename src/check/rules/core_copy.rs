//! The project's copy of the core: current, and as it was written?

use super::{Looked, Rule};
use crate::check::facts::Facts;
use crate::escape::word;
use crate::finding::{Finding, Id, Verdict};
use crate::source::{syntax, with_deep_stack};
use crate::update;

pub const RULE: Rule = Rule {
    checks: &[
        &[Id::CoreOlder, Id::CoreCopy],
        &[Id::CoreInsecure],
        &[Id::CoreEdited],
        &[Id::CoreFileMissing],
    ],
    check,
};

const FOLDER: &str = "clerk-auth";
const MOST: usize = 10;

fn check(facts: &Facts<'_>) -> Looked {
    if let Some(why) = facts.without_core() {
        return Looked::Not(why);
    }
    let update = match facts.update() {
        Ok(update) => update,
        Err(why) => return Looked::not(why),
    };
    let mut findings = Vec::new();
    let versions = || format!("{} here, {} in this clerk-rs", update.from, update.to);
    if update.from == update.to {
        let detail = format!("{}, the newest that this clerk-rs has", update.from);
        findings.push(Finding::new(Id::CoreCopy, Verdict::Ok, "core", detail).place(FOLDER));
    } else {
        let finding = Finding::new(Id::CoreOlder, Verdict::Warn, "core", versions());
        findings.push(
            finding
                .place(FOLDER)
                .help("`clerk-rs update` brings it up to date, and keeps your edits"),
        );
    }
    findings.extend(update.security.iter().map(|note| {
        let (count, are) = match note.points.len() {
            1 => ("a fault".to_owned(), "is"),
            many => (format!("{many} faults"), "are"),
        };
        let detail = format!(
            "{} mends {count} in security that {are} in this copy; CHANGELOG.md and `clerk-rs update --dry-run` name them",
            note.version
        );
        Finding::new(Id::CoreInsecure, Verdict::No, "core", detail)
            .place(FOLDER)
            .help("`clerk-rs update`")
    }));
    let edited = update.changes.edited.iter().map(|file| match file.missing {
        true => {
            let detail = "this file of the core is missing";
            Finding::new(Id::CoreFileMissing, Verdict::No, "core", detail).help(
                match update::must_be_there(&file.path) {
                    true => "`clerk-rs update` puts it back",
                    false => "put it back, from git or from a new project of `clerk-rs init`",
                },
            )
        }
        .place(&file.path),
        false if !parses(facts, &file.path) => {
            let detail = "edited, and it does not parse: the app does not compile";
            Finding::new(Id::CoreEdited, Verdict::No, "core", detail)
                .place(&file.path)
                .help("mend it, or get the file from git or from a new project of `clerk-rs init`")
        }
        false => {
            let detail = "edited: an update keeps the edit, but clerk-rs was never tested with it";
            Finding::new(Id::CoreEdited, Verdict::Warn, "core", detail)
                .place(&file.path)
                .help(format!(
                    "read the edit once more; `git log -p -- {}` shows what was committed of it. To take it back, get the file from git or from a new project of `clerk-rs init`",
                    word(&file.path)
                ))
        }
    });
    // What does not compile comes before what is only told of.
    let (broken, edited): (Vec<_>, Vec<_>) =
        edited.partition(|finding| finding.verdict == Verdict::No);
    findings.extend(broken.into_iter().chain(edited).take(MOST));
    Looked::At(findings)
}

/// True if a file is Rust, or need not be.
fn parses(facts: &Facts<'_>, path: &str) -> bool {
    let text = facts.text(path).ok().flatten();
    let Some(text) = text.filter(|_| path.ends_with(".rs")) else {
        return true;
    };
    with_deep_stack(|| syntax(&text).is_some()) == Some(true)
}
