//! The addresses to which the gate sends people: the sign-in page, and Clerk under the app's own address.

use super::{Looked, Rule};
use crate::check::facts::{Facts, Package};
use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};
use crate::project::variables::Found;
use crate::source::{Kind, Protection, Reading, Route};

pub const RULE: Rule = Rule {
    checks: &[
        &[Id::SignInRouteMissing],
        &[Id::SignInRouteProtected],
        &[Id::ProxyRouteMissing],
    ],
    check,
};

const URL: &str = "CLERK_SIGN_IN_URL";
const PROXY: &str = "CLERK_PROXY_URL";
/// What the kit answers itself, below this path.
const FORWARDED: &str = "/__clerk/*";

fn check(facts: &Facts<'_>) -> Looked {
    let programs = match facts.programs() {
        Ok(programs) => programs,
        Err(why) => return Looked::not(why),
    };
    let is_gated = |route: &Route| route.protection != Protection::WithoutGate;
    if !programs.iter().any(|one| one.routes.iter().any(is_gated)) {
        return Looked::not("no gate was found that could send anybody there");
    }
    let mut findings = sign_in(facts, programs);
    findings.extend(proxy(facts, programs));
    Looked::At(findings)
}

fn sign_in(facts: &Facts<'_>, programs: &[Reading]) -> Vec<Finding> {
    let Some((path, place)) = address(facts) else {
        let why = "no address of the app's own is named: visitors sign in at Clerk's pages";
        let skipped = |id| Finding::new(id, Verdict::Skipped, "sign-in", why);
        return vec![
            skipped(Id::SignInRouteMissing),
            skipped(Id::SignInRouteProtected),
        ];
    };
    let shown = visible(&path);
    let mut routes = programs.iter().flat_map(|program| &program.routes);
    if let Some(route) = routes.clone().find(|route| answers(route, &path)) {
        if route.protection.lets_strangers_in() {
            return Vec::new();
        }
        let detail = format!(
            "{shown} is where visitors sign in, and it wants them signed in: the app does not start"
        );
        let finding = Finding::new(Id::SignInRouteProtected, Verdict::No, "sign-in", detail);
        let place = format!("{}:{}", visible(&route.place.file), route.place.line);
        return vec![
            finding
                .place(place)
                .help(format!("put {shown}/:path* into the list `public`")),
        ];
    }
    let is_served =
        |route: &Route| route.path == "all other addresses" || route.kind == Kind::Fallback;
    let is_whole = programs.iter().all(|program| program.unread.is_empty());
    let detail = format!("visitors are sent to {shown} to sign in, and no route answers there");
    let finding = Finding::new(Id::SignInRouteMissing, Verdict::No, "sign-in", detail).place(place);
    if routes.any(|route| is_served(route) && route.protection == Protection::Public) {
        return Vec::new();
    }
    vec![match is_whole {
        true => finding.help(format!(
            "add the page, name the one that there is in {URL}, or leave it out: then Clerk's own page is shown"
        )),
        false => Finding {
            verdict: Verdict::Skipped,
            detail: format!("no route for {shown} was seen, but not all of the program could be read"),
            ..finding
        },
    }]
}

/// The path of the app's own sign-in page, and what names it. Variables win over the program.
fn address(facts: &Facts<'_>) -> Option<(String, String)> {
    if let Some((package, found)) = set(facts, URL) {
        let path = found.value.split(['?', '#']).next().unwrap_or_default();
        return path
            .starts_with('/')
            .then(|| (path.to_owned(), package.place(&found.place)));
    }
    let mut calls = facts.code().iter().flat_map(|code| {
        let chains = code
            .chains
            .iter()
            .filter(|chain| chain.start().ends_with("Kit::builder"));
        let calls = chains.filter_map(|chain| chain.call("sign_in"));
        calls.map(|call| (call, code.at(call.line)))
    });
    calls.find_map(|(call, place)| {
        let path = call.arguments.strip_prefix('"')?.strip_suffix('"')?;
        Some((path.to_owned(), place))
    })
}

fn set<'f, 'a>(facts: &'f Facts<'a>, name: &str) -> Option<(&'f Package<'a>, Found)> {
    let mut readable = facts.readable().filter(|(package, _)| package.is_root());
    let (package, variables) = readable.next()?;
    let found = package.own(variables, name)?;
    (!found.value.is_empty()).then_some((package, found))
}

fn proxy(facts: &Facts<'_>, programs: &[Reading]) -> Option<Finding> {
    let (package, found) = set(facts, PROXY)?;
    let mut routes = programs.iter().flat_map(|program| &program.routes);
    let path = match found.value.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |at| &rest[at..]),
        None => &found.value,
    };
    if routes.any(|route| route.path == FORWARDED || answers(route, &format!("{path}/v1/client"))) {
        return None;
    }
    let detail = format!(
        "pages are to reach Clerk at {}, and the app hands nothing on there",
        visible(path)
    );
    let finding = Finding::new(Id::ProxyRouteMissing, Verdict::No, PROXY, detail);
    Some(finding.place(package.place(&found.place)).help(
        "switch on the feature `proxy` of clerk-auth in Cargo.toml; or leave the variable out, where Clerk is reached directly",
    ))
}

/// True if a route takes a path.
fn answers(route: &Route, path: &str) -> bool {
    if !route.path.starts_with('/') || route.kind == Kind::Fallback {
        return false;
    }
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    for wanted in route.path.split('/').filter(|part| !part.is_empty()) {
        let is_rest = wanted == "*" || wanted.contains('*') || wanted.contains("..");
        if is_rest {
            return true;
        }
        let is_open = wanted.starts_with(['{', '<', ':']);
        match parts.next() {
            Some(part) if is_open || part == wanted => {}
            _ => return false,
        }
    }
    parts.next().is_none()
}
