//! The routes of the project's programs, and what stands before them.

use clerk_auth::routes::RouteMatcher;

use super::{Looked, Rule};
use crate::check::code::Code;
use crate::check::facts::Facts;
use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};
use crate::source::{Kind, Place, Protection, Reading, Remark, Route};

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
/// Below these stands what belongs to one user.
const OF_USERS: [&str; 6] = ["me", "user", "account", "profile", "settings", "billing"];

fn check(facts: &Facts<'_>) -> Looked {
    let programs = match facts.programs() {
        Ok(programs) => programs,
        Err(why) => return Looked::not(why),
    };
    if programs.iter().all(|program| program.routes.is_empty()) {
        return Looked::Not(match programs.iter().flat_map(|one| &one.unread).next() {
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
        findings.extend(gates(program, facts.code()));
        findings.extend(program.routes.iter().filter_map(by_remark));
        findings.extend(patterns(program));
        findings.extend(handlers(program, facts));
        findings.extend(unread(program));
    }
    findings.dedup_by(|a, b| (a.id, &a.place, &a.detail) == (b.id, &b.place, &b.detail));
    let left_out = facts.left_out_sources();
    findings.extend(left_out.map(|(shown, why)| not_read(shown.clone(), why)));
    Looked::At(findings)
}

/// Routes before which no gate stands.
fn gates(program: &Reading, code: &[Code]) -> Vec<Finding> {
    let mut outside = program.routes.iter().filter(|route| route.lacks_gate());
    let is_open = |route: &Route| route.protection == Protection::WithoutGate;
    if program.routes.iter().all(is_open) {
        let (Some(first), more) = (outside.next(), outside.count()) else {
            return Vec::new();
        };
        let whole = match program.unread.is_empty() {
            true => String::new(),
            false => ", as far as the program could be read".to_owned(),
        };
        let routes = match more {
            0 => format!("strangers reach {}", shown(first)),
            more => format!("strangers reach {} and {more} more", shown(first)),
        };
        let detail = format!("no gate of clerk-auth stands before the app{whole}: {routes}");
        let finding = Finding::new(Id::GateMissing, Verdict::No, "gate", detail)
            .place(at(&first.place))
            .help("`clerk-rs init` in the project's folder puts it there");
        return vec![finding];
    }
    let findings = outside.map(|route| match layer_above(route, code) {
        Some(layer) => {
            let detail = format!(
                "{} is added behind the layer in line {layer}, which covers what was there before",
                shown(route)
            );
            Finding::new(Id::RouteAfterLayer, Verdict::No, "route", detail)
                .place(at(&route.place))
                .help("move the line with the layer below it, so that it is the last one")
        }
        None => {
            let detail = format!(
                "no gate stands before {}: strangers reach it whatever the lists say",
                shown(route)
            );
            Finding::new(Id::RouteWithoutGate, Verdict::No, "route", detail)
                .place(at(&route.place))
                .help("put it on the router that the gate stands before; what is meant to be open goes into `public`")
        }
    });
    findings.collect()
}

/// The line of a gate's layer that stands before the route in one chain of calls.
fn layer_above(route: &Route, code: &[Code]) -> Option<usize> {
    let source = code
        .iter()
        .find(|code| *code.shown == *visible(&route.place.file))?;
    let layers = source.chains.iter().filter_map(|chain| {
        let calls = chain.calls.iter();
        let is_gate = |arguments: &str| arguments.contains("ClerkLayer");
        let layer = calls
            .clone()
            .position(|call| call.name == "layer" && is_gate(&call.arguments))?;
        let mut behind = chain.calls.iter().skip(layer + 1);
        behind.find(|call| call.line == route.place.line)?;
        Some(chain.calls.get(layer)?.line)
    });
    layers.min()
}

fn by_remark(route: &Route) -> Option<Finding> {
    let finding = route.remarks.iter().find_map(|remark| match remark {
        Remark::GateBelow(path) => {
            let detail = format!(
                "the gate before {} stands below {path} alone: addresses that do not exist, and what is added beside it \
                 later, are open",
                shown(route)
            );
            let finding = Finding::new(Id::GateBelowPrefix, Verdict::Warn, "gate", detail);
            Some(finding.help("put it around the whole app, as its last layer"))
        }
        Remark::LetsNobodyIn(asked) => {
            let detail = format!("`{asked}` lets nobody in at {}: auth does not run there", shown(route));
            let finding = Finding::new(Id::ExtractorInVain, Verdict::Warn, "handler", detail);
            Some(finding.help("take the path out of `without_auth`; `public` opens it and says who is there"))
        }
        Remark::CallerOutsideMachines => {
            let detail = format!("`Caller` lets nobody in at {}: its path is not in `machines`", shown(route));
            let finding = Finding::new(Id::ExtractorInVain, Verdict::Warn, "handler", detail);
            Some(finding.help("put the path into `machines`"))
        }
        Remark::AnyTokenGetsIn => {
            let detail = format!("any token of a program opens {}, whatever its scope", shown(route));
            let finding = Finding::new(Id::ProgramsGetIn, Verdict::Warn, "handler", detail);
            Some(finding.help("name whom the handler takes: `Caller` for programs, `SignedIn` for people"))
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
            Some(finding.help("add the route, take the pattern out, or let the handler ask with `SignedIn`"))
        }
        _ => None,
    });
    Some(finding?.place(at(&route.place)))
}

/// The public patterns, beside the routes that they open.
fn patterns(program: &Reading) -> Vec<Finding> {
    let place = |finding: Finding| match &program.public_place {
        Some(place) => finding.place(at(place)),
        None => finding,
    };
    let patterns = program.public.iter().flatten();
    let findings = patterns.flat_map(|pattern| {
        let matcher = match RouteMatcher::new(std::slice::from_ref(pattern)) {
            Ok(matcher) => matcher,
            Err(error) => {
                let detail = visible(&error.to_string()).into_owned();
                return vec![Finding::new(Id::PatternRefused, Verdict::No, "pattern", detail)];
            }
        };
        let opens = |path: &str| matcher.matches_as_written(path);
        if opens("/x7q-z") && opens("/x7q-z/x7q-z") {
            let detail = format!("{} opens every address", visible(pattern));
            let finding = Finding::new(Id::PatternOpensAll, Verdict::No, "pattern", detail)
                .help("name what is to be open; the gate protects the rest");
            return vec![finding];
        }
        let others = program.routes.iter().filter(|route| {
            route.kind == Kind::Route
                && route.protection == Protection::Public
                && is_parameter_beside(pattern, &route.path)
                && opens(&route.path)
        });
        let findings = others.map(|route| {
            let detail = format!("{} opens {} as well", visible(pattern), shown(route));
            Finding::new(Id::PatternOpensMore, Verdict::Warn, "pattern", detail)
                .help("if that is meant, let it stand in the list by itself; else let its handler ask with `SignedIn`")
        });
        findings.collect()
    });
    findings.map(place).collect()
}

/// True if a literal path is one that a parameter of the pattern takes, and not what stands below all of it.
fn is_parameter_beside(pattern: &str, path: &str) -> bool {
    let is_literal = !path.contains(['{', '<', ':', '*']);
    let (patterns, paths) = (pattern.split('/'), path.split('/'));
    let is_open = |part: &str| part.starts_with(':') && !part.ends_with('*');
    is_literal && patterns.zip(paths).any(|(pattern, _)| is_open(pattern))
}

/// Handlers that strangers reach, at addresses of a user's own.
fn handlers(program: &Reading, facts: &Facts<'_>) -> Vec<Finding> {
    let open = program.routes.iter().filter(|route| {
        let is_open = [Protection::Public, Protection::WithoutAuth].contains(&route.protection);
        is_open && route.kind == Kind::Route && !route.handler.starts_with("the kit")
    });
    let findings = open.filter_map(|route| {
        let body = body_of(facts, route);
        let asks = body.and_then(|body| USERS.iter().find(|word| body.contains(**word)));
        let of_user = || {
            let mut parts = route
                .path
                .split('/')
                .filter(|part| !["", "api", "v1"].contains(part));
            parts.next().filter(|part| OF_USERS.contains(part))
        };
        let detail = match (asks, of_user()) {
            (Some(word), _) => format!(
                "strangers reach {}, and its handler works with `{word}`",
                shown(route)
            ),
            (None, Some(_)) if body.is_some_and(|body| !body.contains("Page")) => format!(
                "strangers reach {}, which sounds like something of one user",
                shown(route)
            ),
            _ => return None,
        };
        let finding = Finding::new(Id::HandlerAsksNobody, Verdict::Warn, "handler", detail).guess();
        Some(
            finding
                .place(at(&route.place))
                .help("let the handler ask with `SignedIn`, or take its path out of `public`"),
        )
    });
    findings.collect()
}

/// What works with users of Clerk's.
const USERS: [&str; 6] = [
    ".get_user(",
    ".user_list(",
    ".users()",
    ".user(",
    "private_metadata",
    "/v1/users",
];

/// The text of a route's handler, which stands beside the route or in the module that the route names.
pub(super) fn body_of<'f>(facts: &'f Facts<'_>, route: &Route) -> Option<&'f str> {
    let module = route.handler.rsplit("::").nth(1);
    let is_there = |shown: &str| {
        let stem = shown
            .strip_suffix("/mod.rs")
            .or_else(|| shown.strip_suffix(".rs"));
        let last = stem.and_then(|stem| stem.rsplit('/').next());
        *shown == *visible(&route.place.file) || last.is_some() && last == module
    };
    let mut sources = facts.own_sources().filter(|source| is_there(&source.shown));
    sources.find_map(|source| body(&source.text, &route.handler))
}

/// The text of the function of this name, if there is one; where several have it nobody knows which is meant.
fn body<'a>(source: &'a str, handler: &str) -> Option<&'a str> {
    let name = handler.rsplit("::").next()?;
    let head = format!("fn {name}(");
    let (before, rest) = source.split_once(&head)?;
    if before.trim_end().ends_with("//") || rest.contains(&head) {
        return None;
    }
    let mut open = 0_usize;
    let end = rest.char_indices().find(|(_, c)| {
        match c {
            '{' => open += 1,
            '}' => open = open.saturating_sub(1),
            _ => {}
        }
        *c == '}' && open == 0
    });
    let end = end.map_or(rest.len(), |(at, _)| at);
    rest.get(..end)
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

fn not_read(place: String, why: &str) -> Finding {
    Finding::new(Id::SourceNotRead, Verdict::Skipped, "source", visible(why)).place(place)
}

pub(super) fn at(place: &Place) -> String {
    format!("{}:{}", visible(&place.file), place.line)
}

/// `GET /late`
pub(super) fn shown(route: &Route) -> String {
    let method = route.method.as_deref().map(|method| format!("{method} "));
    format!("{}{}", method.unwrap_or_default(), visible(&route.path))
}
