//! What could not be read. Whatever needs it was not looked at: [`Examined`](crate::check::examined::Examined) says so of the
//! checks.

use std::path::Path;

use super::routes::{at, shown};
use super::{Looked, Rule};
use crate::check::facts::Facts;
use crate::check::sources::Source;
use crate::error::Explain as _;
use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};
use crate::project::manifest::ManifestError;
use crate::source::{Protection, Reading, SourceError, Unread, meant};

pub const RULE: Rule = Rule {
    checks: &[
        &[Id::ManifestNotRead],
        &[Id::NotesMalformed],
        &[Id::NotesUnused],
        &[Id::SourceNotRead],
    ],
    check,
};

/// More places of a program that are not read say no more.
const MOST_UNREAD: usize = 20;

fn check(facts: &Facts<'_>) -> Looked {
    let mut findings: Vec<_> = manifest(facts).into_iter().collect();
    let is_told = facts.manifest_fault.is_some();
    findings.extend(unused(facts));
    match facts.served() {
        Ok(programs) => {
            let has_core = facts.manifest.has_core();
            findings.extend(programs.iter().flat_map(|one| unread(one, has_core)));
        }
        Err(SourceError::Manifest(..)) if is_told => {}
        Err(error) => findings.push(no_program(error, facts.root)),
    }
    let told: Vec<_> = findings
        .iter()
        .filter_map(|one| one.place.clone())
        .collect();
    let is_told = |shown: &str| {
        let mut told = told.iter();
        told.any(|place| {
            place
                .strip_prefix(shown)
                .is_some_and(|line| line.is_empty() || line.starts_with(':'))
        })
    };
    let left_out = facts.left_out_sources();
    let left_out = left_out.filter(|(shown, _)| !is_told(shown));
    findings.extend(
        left_out.map(|(shown, why)| not_read(shown.clone(), why, Source::may_be_of_app(shown))),
    );
    let mut told: Vec<Finding> = Vec::new();
    for one in findings {
        if !told
            .iter()
            .any(|known| (&known.place, &known.detail) == (&one.place, &one.detail))
        {
            told.push(one);
        }
    }
    Looked::At(told)
}

fn manifest(facts: &Facts<'_>) -> Option<Finding> {
    let fault = facts.manifest_fault.as_ref()?;
    let why = visible(fault.with_reason().trim_end()).into_owned();
    if matches!(fault, ManifestError::Metadata(_)) {
        let finding = Finding::new(Id::NotesMalformed, Verdict::No, "manifest", why);
        return Some(
            finding
                .place("Cargo.toml")
                .help("put the entry right: `extras` and `without-gate` are lists of texts"),
        );
    }
    let finding = Finding::new(Id::ManifestNotRead, Verdict::Unknown, "manifest", why);
    Some(
        finding
            .place("Cargo.toml")
            .help("put it right first: `cargo metadata` says more"),
    )
}

/// Entries of the notes that change nothing, whatever they were meant to.
fn unused(facts: &Facts<'_>) -> Vec<Finding> {
    let finding = |detail: String| {
        Finding::new(Id::NotesUnused, Verdict::Warn, "manifest", detail).place("Cargo.toml")
    };
    let keys = facts.manifest.unread_notes.iter().map(|key| {
        let detail = format!(
            "nothing reads `{}` in [package.metadata.clerk-rs]",
            visible(key)
        );
        match key.replace('_', "-").as_str() {
            "without-gate" => finding(detail).help("it is spelled `without-gate`"),
            _ => finding(detail).help("take it out, or spell it as `clerk-rs init` does"),
        }
    });
    let mut findings: Vec<_> = keys.collect();
    let (Some(made), Ok(programs)) = (&facts.manifest.made, facts.served()) else {
        return findings;
    };
    // In what was not read there may be the route.
    if programs.iter().any(|program| !program.unread.is_empty()) {
        return findings;
    }
    let routes = || programs.iter().flat_map(|program| &program.routes);
    let is_unused = |written: &&String| {
        meant(
            std::slice::from_ref(*written),
            routes().map(|route| route.path.as_str()),
        )
        .is_empty()
    };
    findings.extend(made.without_gate.iter().filter(is_unused).map(|written| {
        let detail = format!(
            "`without-gate` names {}, and no route has that path",
            visible(written)
        );
        finding(detail).help("name it as `clerk-rs routes` shows it, or take it out")
    }));
    findings
}

/// There may be no program here. Or there is one that nobody could look at.
fn no_program(error: &SourceError, root: &Path) -> Finding {
    let verdict = match error {
        SourceError::Manifest(..) | SourceError::Closed(..) | SourceError::Broken => {
            Verdict::Unknown
        }
        _ => Verdict::Skipped,
    };
    let why = visible(&error.with_reason()).into_owned();
    let finding = Finding::new(Id::SourceNotRead, verdict, "source", why);
    match error {
        SourceError::Closed(folder, _) => {
            let below = folder.strip_prefix(root).unwrap_or(folder);
            finding.place(visible(&format!("{}/", below.to_string_lossy())))
        }
        _ => finding,
    }
}

/// What of a program could not be read; whole files first.
fn unread(program: &Reading, has_core: bool) -> Vec<Finding> {
    let mut places: Vec<&Unread> = program.unread.iter().collect();
    places.sort_by_key(|unread| !unread.is_whole);
    // A piece matters to an app that is protected; one that is not has another finding.
    let places = places
        .into_iter()
        .filter(|unread| unread.is_whole || has_core);
    let places = places.map(|unread| not_read(at(&unread.place), &unread.why, unread.is_whole));
    let routes = program
        .routes
        .iter()
        .filter(|route| has_core && route.protection == Protection::NotRead);
    let routes = routes.map(|route| {
        let why = format!("what protects {} could not be read", shown(route));
        not_read(at(&route.place), &why, false)
    });
    let mut findings: Vec<_> = places.chain(routes).collect();
    if let Some(more) = findings
        .len()
        .checked_sub(MOST_UNREAD)
        .filter(|more| *more > 0)
    {
        findings.truncate(MOST_UNREAD);
        let why = format!("{more} more places could not be read: `clerk-rs routes` lists them");
        findings.push(not_read(program.root.clone(), &why, false));
    }
    findings
}

/// A piece that doctor cannot follow is not looked at. Of a whole file nobody knows what it holds.
fn not_read(place: String, why: &str, is_whole: bool) -> Finding {
    let verdict = match is_whole {
        true => Verdict::Unknown,
        false => Verdict::Skipped,
    };
    Finding::new(Id::SourceNotRead, verdict, "source", visible(why)).place(place)
}
