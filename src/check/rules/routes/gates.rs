//! Routes before which no gate stands, and apps without one.

use super::{Looked, RULE, at, shown};
use crate::check::code::Code;
use crate::check::facts::Facts;
use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};
use crate::source::{Framework, Protection, Reading, Remark, Route};

/// So many routes without a gate beside the first are told together.
const MANY: usize = 3;

/// An app that serves something and has nothing of Clerk's. Of the checks of this rule just that one was made.
pub fn unprotected(facts: &Facts<'_>) -> Option<Looked> {
    if facts.manifest.has_core() {
        return None;
    }
    let programs = facts.served().ok()?;
    let first = programs.iter().find_map(|program| program.routes.first())?;
    let more = programs
        .iter()
        .map(|program| program.routes.len())
        .sum::<usize>()
        - 1;
    let detail = format!(
        "nothing of Clerk protects this app: {}",
        reached(first, more)
    );
    let finding = Finding::new(Id::GateMissing, Verdict::No, "gate", detail)
        .place(at(&first.place))
        .help("`clerk-rs init` in the project's folder adds clerk-auth and puts its gate before the app");
    let rest = RULE.checks.iter().skip(1).filter_map(|ids| ids.first());
    let why = "nothing in Cargo.toml depends on clerk-auth";
    let rest = rest.map(|id| Finding::new(*id, Verdict::Skipped, id.word(), why));
    Some(Looked::At(std::iter::once(finding).chain(rest).collect()))
}

/// `strangers reach GET / and 3 more`
fn reached(first: &Route, more: usize) -> String {
    format!("strangers reach {}", counted(first, more))
}

/// `GET / and 3 more`
fn counted(first: &Route, more: usize) -> String {
    match more {
        0 => shown(first),
        more => format!("{} and {more} more", shown(first)),
    }
}

/// The remedy for an app without a gate. In a project that was made with one the line was taken out, and `init` has
/// nothing to add there.
fn missing_gate(program: &Reading, facts: &Facts<'_>) -> String {
    let is_made = facts.manifest.made.as_ref().is_some_and(|made| !made.wired);
    let spot = program.spots.first().filter(|_| is_made);
    let Some(spot) = spot else {
        return "`clerk-rs init` in the project's folder puts it there".to_owned();
    };
    let line = match spot.framework {
        Framework::Axum => "`.layer(ClerkLayer::new(kit))` as the last line of the router",
        Framework::ActixWeb => "`.wrap(ClerkMiddleware::new(&kit))` as the last line of the app",
        Framework::Rocket => "`.attach(ClerkFairing::new(kit))` behind `rocket::build()`",
        Framework::Poem => "`.with(ClerkMiddleware::new(kit))` around all routes",
        Framework::Salvo => "`.hoop(ClerkHoop::new(kit))` at the service",
    };
    format!("write {line}; the app is served at {}", at(&spot.place))
}

/// A gate of axum's that is added for the routes alone: addresses that none of them takes stay open.
fn route_layer(code: &[Code]) -> Option<String> {
    code.iter().find_map(|code| {
        let mut calls = code.chains.iter().flat_map(|chain| &chain.calls);
        let call = calls.find(|call| {
            call.name == "route_layer" && call.arguments.contains("ClerkLayer::new")
        })?;
        Some(code.at(call.line))
    })
}

/// Routes before which no gate stands.
pub fn gates(program: &Reading, facts: &Facts<'_>) -> Vec<Finding> {
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
        let routes = reached(first, more);
        let detail = format!("no gate of clerk-auth stands before the app{whole}: {routes}");
        let finding = Finding::new(Id::GateMissing, Verdict::No, "gate", detail)
            .place(at(&first.place))
            .help(missing_gate(program, facts));
        return vec![finding];
    }
    let (late, beside): (Vec<_>, Vec<_>) = outside
        .map(|route| (route, layer_above(route, facts.code())))
        .partition(|(_, layer)| layer.is_some());
    let late = late.into_iter().map(|(route, layer)| {
        let detail = format!(
            "{} is added behind the layer in line {}, which covers what was there before",
            shown(route),
            layer.unwrap_or_default()
        );
        Finding::new(Id::RouteAfterLayer, Verdict::No, "route", detail)
            .place(at(&route.place))
            .help("move the layer below this route: a layer covers only the routes above it")
    });
    let mut findings: Vec<_> = late.collect();
    let told = |first: &Route, more: usize| {
        let them = if more == 0 { "it" } else { "them" };
        let detail = format!(
            "no gate stands before {}: strangers reach {them} whatever the lists say",
            counted(first, more)
        );
        let help = match route_layer(facts.code()) {
            Some(place) => format!(
                "use `.layer` in place of `.route_layer` at {place}: it stands before addresses that no route takes, too"
            ),
            None => format!(
                "put {them} on the router that the gate stands before; what is meant to be open goes into `public`"
            ),
        };
        Finding::new(Id::RouteWithoutGate, Verdict::No, "route", detail)
            .place(at(&first.place))
            .help(help)
    };
    // Many of them have one cause, and one line of the program mends it.
    match beside.as_slice() {
        [(first, _), rest @ ..] if rest.len() >= MANY => findings.push(told(first, rest.len())),
        few => findings.extend(few.iter().map(|(route, _)| told(route, 0))),
    }
    findings
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

/// Gates below a prefix, each told once, however many routes it has.
pub fn below_prefix(program: &Reading) -> Vec<Finding> {
    let mut prefixes: Vec<(&String, &Route, usize)> = Vec::new();
    for route in &program.routes {
        let below = route.remarks.iter().find_map(|remark| match remark {
            Remark::GateBelow(path) => Some(path),
            _ => None,
        });
        let Some(path) = below else { continue };
        match prefixes.iter_mut().find(|(known, ..)| *known == path) {
            Some((.., more)) => *more += 1,
            None => prefixes.push((path, route, 0)),
        }
    }
    let findings = prefixes.into_iter().map(|(path, first, more)| {
        let detail = format!(
            "the gate before {} stands below {} alone: addresses that do not exist, and what is added beside it later, are \
             open",
            counted(first, more),
            visible(path)
        );
        Finding::new(Id::GateBelowPrefix, Verdict::Warn, "gate", detail)
            .place(at(&first.place))
            .help("put it around the whole app, as its last layer")
    });
    findings.collect()
}
