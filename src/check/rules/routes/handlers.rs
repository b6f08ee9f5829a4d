//! Handlers that ask nobody who it is, at addresses or with data of a user's own.

use super::bodies::Bodies;
use super::handler::{Handler, is_open};
use super::{at, shown};
use crate::check::code::functions::Function;
use crate::check::facts::Facts;
use crate::finding::{Finding, Id, Verdict};
use crate::source::{Kind, Protection, Reading, Route};

/// At these and below them stands what is for some only.
const OF_SOME: [&str; 2] = ["admin", "administration"];
/// Below these stands what belongs to one user or to some, if it comes from a store.
const OF_USERS: [&str; 8] = [
    "me",
    "user",
    "account",
    "profile",
    "settings",
    "billing",
    "dashboard",
    "internal",
];
/// Whoever is there is not signed in yet, or a machine that asks if the app is well.
const FOR_ALL: [&str; 17] = [
    "login", "log-in", "logout", "signin", "sign-in", "signup", "sign-up", "sign-out", "register",
    "health", "healthz", "ready", "ping", "status", "version", "help", "assets",
];

/// Handlers that should ask who it is, and do not.
pub fn handlers(program: &Reading, facts: &Facts<'_>) -> Vec<Finding> {
    let bodies = Bodies::new(facts);
    let routes = program.routes.iter();
    let routes = routes.filter(|route| route.kind == Kind::Route && route.asks_nobody);
    let findings = routes.filter_map(|route| {
        let function = bodies.of(route);
        let handler = function.as_ref().and_then(Handler::of);
        // By another name nobody knows what is done with it.
        let is_known = function.as_ref().is_some_and(|one| !bodies.noted(&one.takes()).is_empty());
        if route.takes_note && !is_known {
            return None;
        }
        let ids = handler.as_ref().map(|handler| handler.ids(route, &bodies));
        let id = ids.as_ref().and_then(|ids| ids.found.as_deref());
        let (detail, help) = match route.protection {
            Protection::Public | Protection::WithoutAuth => (
                of_strangers(route, handler.as_ref(), id)?,
                "let the handler ask with `SignedIn`, or take its path out of `public`",
            ),
            Protection::SignedIn => (
                of_others(route, id?),
                "let the handler ask with `SignedIn`, and compare or use its `user_id`; or with `Allowed` for those who may see everybody's",
            ),
            _ => return None,
        };
        let ids = ids.iter().flat_map(|ids| &ids.names);
        let ids: Vec<_> = ids.map(String::as_str).collect();
        let asks = |function: &Function| bodies.asks(function, &ids);
        if function.as_ref().is_some_and(asks) || bodies.is_guarded(route) {
            return None;
        }
        let finding = Finding::new(Id::HandlerAsksNobody, Verdict::Warn, "handler", detail);
        Some(finding.guess().place(at(&route.place)).help(help))
    });
    findings.collect()
}

/// What is to be said of a handler that strangers reach.
fn of_strangers(route: &Route, handler: Option<&Handler>, id: Option<&str>) -> Option<String> {
    let shown = shown(route);
    if let Some(word) = handler.and_then(Handler::works_with_users) {
        return Some(format!(
            "strangers reach {shown}, and its handler works with `{word}`"
        ));
    }
    if let Some(id) = id {
        return Some(format!(
            "strangers reach {shown}, and its handler answers with the data of whoever `{id}` names"
        ));
    }
    let path = route.path.to_ascii_lowercase();
    let parts: Vec<_> = path.split('/').filter(|part| !part.is_empty()).collect();
    let is_file = parts
        .last()
        .is_some_and(|last| last.contains('.') && !is_open(last));
    if is_file || parts.iter().any(|part| FOR_ALL.contains(part)) {
        return None;
    }
    if parts.iter().any(|part| OF_SOME.contains(part)) {
        return Some(format!(
            "strangers reach {shown}, which sounds like something for some people only, and its handler asks nobody"
        ));
    }
    // `/profile/{handle}` is what somebody shows to all.
    let is_one = parts.iter().all(|part| !is_open(part));
    let is_version = |part: &&&str| {
        let number = part.strip_prefix('v').unwrap_or_default();
        **part != "api" && number.parse::<u8>().is_err()
    };
    let is_of_users = parts
        .iter()
        .find(is_version)
        .is_some_and(|first| OF_USERS.contains(first));
    (is_of_users && is_one && handler.is_some_and(Handler::gets_data)).then(|| {
        format!("strangers reach {shown}, which sounds like something of one user, and its handler gets data")
    })
}

/// What is to be said of a handler that everybody who is signed in reaches.
fn of_others(route: &Route, id: &str) -> String {
    let shown = shown(route);
    format!(
        "whoever is signed in gets the data of whoever `{id}` names at {shown}: the handler does not ask who it is"
    )
}
