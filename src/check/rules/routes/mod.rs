//! The routes of the project's programs, and what stands before them.

mod gates;
mod handlers;
mod patterns;

use super::{Looked, Rule};
use crate::check::facts::Facts;
use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};
pub(super) use handlers::body_of;

use crate::source::{NO_RUST, Place, Protection, Reading, Remark, Route};

pub const RULE: Rule = Rule {
    checks: &[
        &[Id::RouteWithoutGate, Id::GateMissing],
        &[Id::RouteAfterLayer],
        &[Id::GateBelowPrefix],
        &[Id::SourceNotRead],
        &[Id::PatternOpensAll],
        &[Id::PatternOpensMore],
        &[Id::PatternRefused],
        &[Id::HandlerAsksNobody],
        &[Id::ExtractorInVain],
        &[Id::ProgramsGetIn],
    ],
    check,
};

/// More places of a program that are not read say no more.
const MOST_UNREAD: usize = 20;

fn check(facts: &Facts<'_>) -> Looked {
    let programs = match facts.programs() {
        Ok(programs) => programs,
        Err(why) => return gates::unprotected(facts).unwrap_or_else(|| Looked::not(why)),
    };
    if programs.iter().all(|program| program.routes.is_empty()) {
        let mut unread = programs.iter().flat_map(|one| &one.unread);
        if unread.clone().any(|unread| unread.why.starts_with(NO_RUST)) {
            let mut findings: Vec<_> = programs.iter().flat_map(self::unread).collect();
            let others = RULE.skipped("no routes could be read").into_iter();
            findings.extend(others.filter(|finding| finding.id != Id::SourceNotRead));
            return Looked::At(findings);
        }
        return Looked::Not(match unread.next() {
            Some(unread) => format!(
                "no routes could be read; {}: {}",
                at(&unread.place),
                unread.why
            ),
            None => "no routes were found".to_owned(),
        });
    }
    let mut findings = Vec::new();
    for program in programs {
        findings.extend(gates::gates(program, facts));
        findings.extend(gates::below_prefix(program));
        findings.extend(program.routes.iter().filter_map(by_remark));
        findings.extend(patterns::patterns(program, facts));
        findings.extend(handlers::handlers(program, facts));
        findings.extend(unread(program));
    }
    findings.dedup_by(|a, b| (a.id, &a.place, &a.detail) == (b.id, &b.place, &b.detail));
    let left_out = facts.left_out_sources();
    findings.extend(left_out.map(|(shown, why)| not_read(shown.clone(), why)));
    Looked::At(findings)
}

fn by_remark(route: &Route) -> Option<Finding> {
    let finding =
        route.remarks.iter().find_map(|remark| match remark {
            Remark::LetsNobodyIn(asked) => {
                let detail = format!(
                    "`{asked}` lets nobody in at {}: auth does not run there",
                    shown(route)
                );
                let finding = Finding::new(Id::ExtractorInVain, Verdict::Warn, "handler", detail);
                Some(finding.help(
                    "take the path out of `without_auth`; `public` opens it and says who is there",
                ))
            }
            Remark::CallerOutsideMachines => {
                let detail = format!(
                    "`Caller` lets nobody in at {}: its path is not in `machines`",
                    shown(route)
                );
                let finding = Finding::new(Id::ExtractorInVain, Verdict::Warn, "handler", detail);
                Some(finding.help("put the path into `machines`"))
            }
            Remark::AnyTokenGetsIn => {
                let detail = format!(
                    "any token of a program opens {}, whatever its scope",
                    shown(route)
                );
                let finding = Finding::new(Id::ProgramsGetIn, Verdict::Warn, "handler", detail);
                Some(finding.help(
                    "name whom the handler takes: `Caller` for programs, `SignedIn` for people",
                ))
            }
            Remark::BesideOpen {
                pattern,
                is_routed: false,
                ..
            } => {
                let detail = format!(
                    "{pattern} is open and has no route of its own: {} answers strangers there",
                    shown(route)
                );
                let finding = Finding::new(Id::PatternOpensMore, Verdict::Warn, "pattern", detail);
                Some(finding.help(
                    "add the route, take the pattern out, or let the handler ask with `SignedIn`",
                ))
            }
            _ => None,
        });
    Some(finding?.place(at(&route.place)))
}

/// What of a program could not be read.
fn unread(program: &Reading) -> Vec<Finding> {
    let places = program.unread.iter();
    let places = places.map(|unread| not_read(at(&unread.place), &unread.why));
    let routes = program
        .routes
        .iter()
        .filter(|route| route.protection == Protection::NotRead);
    let routes = routes.map(|route| {
        let why = format!("what protects {} could not be read", shown(route));
        not_read(at(&route.place), &why)
    });
    let mut findings: Vec<_> = places.chain(routes).collect();
    if let Some(more) = findings
        .len()
        .checked_sub(MOST_UNREAD)
        .filter(|more| *more > 0)
    {
        findings.truncate(MOST_UNREAD);
        let why = format!("{more} more places could not be read: `clerk-rs routes` lists them");
        findings.push(not_read(program.root.clone(), &why));
    }
    findings
}

/// A piece that doctor cannot follow is not looked at. A file that is no Rust says nothing of what it holds.
fn not_read(place: String, why: &str) -> Finding {
    let verdict = match why.starts_with(NO_RUST) {
        true => Verdict::Unknown,
        false => Verdict::Skipped,
    };
    Finding::new(Id::SourceNotRead, verdict, "source", visible(why)).place(place)
}

pub(super) fn at(place: &Place) -> String {
    format!("{}:{}", visible(&place.file), place.line)
}

/// `GET /late`
pub(super) fn shown(route: &Route) -> String {
    let method = route.method.as_deref().map(|method| format!("{method} "));
    format!("{}{}", method.unwrap_or_default(), visible(&route.path))
}
