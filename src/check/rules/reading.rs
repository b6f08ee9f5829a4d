//! What could not be read. Whatever needs it was not looked at: [`Examined`](crate::check::examined::Examined) says so of the
//! checks.

use super::routes::{at, shown};
use super::{Looked, Rule};
use crate::check::facts::Facts;
use crate::check::sources::Source;
use crate::error::Explain as _;
use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};
use crate::project::manifest::ManifestError;
use crate::source::{Protection, Reading, SourceError, Unread};

pub const RULE: Rule = Rule {
    checks: &[&[Id::ManifestNotRead], &[Id::SourceNotRead]],
    check,
};

/// More places of a program that are not read say no more.
const MOST_UNREAD: usize = 20;

fn check(facts: &Facts<'_>) -> Looked {
    let mut findings: Vec<_> = manifest(facts).into_iter().collect();
    let is_told = !findings.is_empty();
    match facts.served() {
        Ok(programs) => {
            let has_core = facts.manifest.has_core();
            findings.extend(programs.iter().flat_map(|one| unread(one, has_core)));
        }
        Err(SourceError::Manifest(..)) if is_told => {}
        Err(error) => findings.push(no_program(error)),
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
                .is_some_and(|line| line.starts_with(':'))
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
    if matches!(fault, ManifestError::Metadata(_)) {
        return None;
    }
    let why = visible(&fault.with_reason()).into_owned();
    let finding = Finding::new(Id::ManifestNotRead, Verdict::Unknown, "manifest", why);
    Some(
        finding
            .place("Cargo.toml")
            .help("put it right first: `cargo metadata` says more"),
    )
}

/// There may be no program here. Or there is one that nobody could look at.
fn no_program(error: &SourceError) -> Finding {
    let verdict = match error {
        SourceError::Manifest(..) | SourceError::Closed(..) | SourceError::Broken => {
            Verdict::Unknown
        }
        _ => Verdict::Skipped,
    };
    let why = visible(&error.with_reason()).into_owned();
    Finding::new(Id::SourceNotRead, verdict, "source", why)
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
