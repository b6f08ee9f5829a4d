//! What could not be read. Whatever needs it was not looked at: [`Examined`](crate::check::examined::Examined) says so of the
//! checks.

use std::path::Path;

use super::routes::{at, shown};
use super::{Looked, Rule};
use crate::check::facts::Facts;
use crate::check::refused::refused;
use crate::check::sources::Source;
use crate::error::{Explain as _, InToml};
use crate::escape::{visible, word};
use crate::finding::{Finding, Id, Verdict};
use crate::project::manifest::ManifestError;
use crate::project::names::{are_near, distance};
use crate::source::{self, Files, Protection, Reading, Route, SourceError, Unread, meant};
use crate::update::origin::unknown_words;

pub const RULE: Rule = Rule {
    checks: &[
        &[Id::ManifestNotRead],
        &[Id::MemberNotLookedAt],
        &[Id::NotesMalformed],
        &[Id::NotesUnused],
        &[Id::SourceNotRead],
    ],
    check,
};

/// More places of a program that are not read say no more.
const MOST_UNREAD: usize = 20;

/// Crates that serve something, and whose routes nobody reads here.
const FOREIGN: [&str; 12] = [
    "cot",
    "dropshot",
    "gotham",
    "iron",
    "ntex",
    "pavex",
    "rouille",
    "tide",
    "tiny_http",
    "trillium",
    "viz",
    "warp",
];

const PUT_RIGHT: &str = "put it right first: `cargo metadata` says more";

fn check(facts: &Facts<'_>) -> Looked {
    let mut findings: Vec<_> = manifest(facts).into_iter().collect();
    let is_told = facts.manifest_fault.is_some();
    findings.extend(refused_of(facts.root));
    findings.extend(words(facts));
    findings.extend(unused(facts));
    findings.extend(members(facts));
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
            finding.place("Cargo.toml").help(
                "put the entry right: `extras`, `without-gate` and `meant` are lists of texts",
            ),
        );
    }
    let finding = Finding::new(Id::ManifestNotRead, Verdict::Unknown, "manifest", why);
    let place = match fault {
        ManifestError::NoToml(InToml {
            line: Some(line), ..
        }) => format!("Cargo.toml:{line}"),
        _ => "Cargo.toml".to_owned(),
    };
    Some(finding.place(place).help(PUT_RIGHT))
}

fn refused_of(root: &Path) -> impl Iterator<Item = Finding> {
    let faults = refused(root).into_iter().take(MOST_UNREAD);
    faults.map(|fault| {
        let verdict = match fault.is_taken {
            true => Verdict::Warn,
            false => Verdict::Unknown,
        };
        let finding = Finding::new(Id::ManifestNotRead, verdict, "manifest", fault.why);
        let help = fault.help.unwrap_or_else(|| PUT_RIGHT.to_owned());
        finding.place(fault.place).help(help)
    })
}

/// Words in the notes that nothing knows.
fn words(facts: &Facts<'_>) -> Vec<Finding> {
    let unknown = facts.manifest.made.as_ref().map(unknown_words);
    let findings = unknown.into_iter().flatten().map(|unknown| {
        let word = visible(&unknown.word);
        let detail = format!(
            "`{}` in [package.metadata.clerk-rs] is \"{word}\", which this clerk-rs does not know",
            unknown.key
        );
        let help = match nearest(&unknown.word, &unknown.known) {
            Some(meant) => format!("did you mean \"{meant}\"?"),
            None => format!("it knows {}", unknown.known.join(", ")),
        };
        Finding::new(Id::NotesMalformed, Verdict::No, "manifest", detail)
            .place("Cargo.toml")
            .help(help)
    });
    findings.collect()
}

fn nearest<'a>(word: &str, known: &'a [String]) -> Option<&'a String> {
    let near = known.iter().filter(|known| are_near(word, known));
    near.min_by_key(|known| (distance(word, known), *known))
}

/// Packages that serve something, at the root of their workspace. Where that serves something itself, it is what was meant.
fn members(facts: &Facts<'_>) -> Vec<Finding> {
    let workspace = source::workspace(&Files::default(), facts.root);
    let Some(workspace) = workspace.filter(|found| found.folder == facts.root) else {
        return Vec::new();
    };
    let served = facts.served().unwrap_or_default();
    let is_meant = |one: &Reading| !one.routes.is_empty() || !one.unread.is_empty();
    let verdict = match served.iter().any(is_meant) {
        true => Verdict::Skipped,
        false => Verdict::Unknown,
    };
    let others = source::serving(&workspace).into_iter();
    let others = others.filter(|(folder, _)| folder != facts.root);
    let others: Vec<_> = others.collect();
    let below = |folder: &Path| source::seen_from(facts.root, folder);
    let finding = |folder: &Path, verdict, detail: String| {
        Finding::new(Id::MemberNotLookedAt, verdict, "workspace", detail)
            .place(visible(&format!("{}/", below(folder))))
    };
    let findings = others.iter().map(|(folder, name)| {
        let detail = format!(
            "{} serves something, and is a project of its own",
            visible(name)
        );
        let help = format!("run `clerk-rs doctor` in {}", word(&below(folder)));
        finding(folder, verdict, detail).help(help)
    });
    let mut findings: Vec<_> = findings.collect();
    // What these serve is not read in their own folders either.
    let foreign = source::built_with(&workspace, &|package| FOREIGN.contains(&package));
    let foreign = foreign.iter().filter(|(folder, _)| {
        folder != facts.root && !others.iter().any(|(known, _)| known == folder)
    });
    findings.extend(foreign.map(|(folder, name)| {
        let detail = format!(
            "{} is built with a framework whose routes are not read: nothing of it was looked at",
            visible(name)
        );
        finding(folder, Verdict::Skipped, detail)
    }));
    findings
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
    findings.extend(facts.manifest.misplaced_notes.iter().map(|name| {
        finding(format!("nothing reads [{}]", visible(name)))
            .help("the table is [package.metadata.clerk-rs]")
    }));
    let (Some(made), Ok(programs)) = (&facts.manifest.made, facts.served()) else {
        return findings;
    };
    // In what was not read there may be the route.
    if programs.iter().any(|program| !program.unread.is_empty()) {
        return findings;
    }
    let routes = || programs.iter().flat_map(|program| &program.routes);
    findings.extend(made.without_gate.iter().filter_map(|written| {
        let paths = routes().map(|route| route.path.as_str());
        let named = meant(std::slice::from_ref(written), paths);
        let is_behind = |route: &Route| {
            ![Protection::WithoutGate, Protection::NotRead].contains(&route.protection)
        };
        let mut routes = routes().filter(|route| named.contains(&route.path));
        let written = visible(written);
        if named.is_empty() {
            let detail = format!("`without-gate` names {written}, and no route has that path");
            return Some(
                finding(detail).help("name it as `clerk-rs routes` shows it, or take it out"),
            );
        }
        routes.all(is_behind).then(|| {
            let detail =
                format!("`without-gate` names {written}, and the gate stands before that route");
            finding(detail)
                .help("take it out; a path that is to be open behind the gate goes into `public`")
        })
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
