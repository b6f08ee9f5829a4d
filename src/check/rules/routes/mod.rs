//! The routes of the project's programs, and what stands before them.

mod asked;
mod bodies;
mod brought;
mod gates;
mod handler;
mod handlers;
mod patterns;
mod read;
mod words;

use super::{Looked, Rule};
use crate::check::facts::Facts;
use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};
pub(super) use bodies::{Bodies, body_of};
use handlers::Handlers;

use crate::source::{Place, Remark, Route};

pub const RULE: Rule = Rule {
    checks: &[
        &[Id::RouteWithoutGate, Id::GateMissing],
        &[Id::RouteAfterLayer],
        &[Id::GateBelowPrefix],
        &[Id::PatternOpensAll],
        &[Id::PatternOpensMore],
        &[Id::PatternRefused],
        &[Id::HandlerAsksNobody],
        &[Id::ExtractorInVain],
        &[Id::ProgramsGetIn],
    ],
    check,
};

fn check(facts: &Facts<'_>) -> Looked {
    let programs = match facts.programs() {
        Ok(programs) => programs,
        Err(why) => return gates::unprotected(facts).unwrap_or_else(|| Looked::not(why)),
    };
    if programs.iter().all(|program| program.routes.is_empty()) {
        let mut unread = programs.iter().flat_map(|one| &one.unread);
        return Looked::Not(match unread.next() {
            Some(unread) => format!(
                "no routes could be read; {}: {}",
                at(&unread.place),
                unread.why
            ),
            None => "no routes were found".to_owned(),
        });
    }
    let bodies = Bodies::new(facts);
    let handlers = Handlers::new(&bodies);
    let mut findings = Vec::new();
    for program in programs {
        findings.extend(gates::gates(program, facts));
        findings.extend(gates::below_prefix(program));
        findings.extend(program.routes.iter().filter_map(by_remark));
        findings.extend(patterns::patterns(program, facts));
        findings.extend(handlers.of(program));
    }
    findings.dedup_by(|a, b| (a.id, &a.place, &a.detail) == (b.id, &b.place, &b.detail));
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

pub(super) fn at(place: &Place) -> String {
    format!("{}:{}", visible(&place.file), place.line)
}

/// `GET /late`
pub(super) fn shown(route: &Route) -> String {
    let method = route.method.as_deref().map(|method| format!("{method} "));
    format!("{}{}", method.unwrap_or_default(), visible(&route.path))
}
