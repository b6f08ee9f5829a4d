//! Handlers that ask nobody who it is, at addresses or with data of a user's own.

use super::{at, shown};
use crate::check::facts::Facts;
use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};
use crate::source::{Kind, Protection, Reading, Route};

/// Below these stands what belongs to one user.
const OF_USERS: [&str; 6] = ["me", "user", "account", "profile", "settings", "billing"];
/// Below these stands what is for some only. A page alone is nothing that everybody may see there.
const OF_SOME: [&str; 4] = ["admin", "administration", "dashboard", "internal"];
/// Whoever is there is not signed in yet.
const BEFORE: [&str; 9] = [
    "login", "log-in", "logout", "signin", "sign-in", "signup", "sign-up", "sign-out", "register",
];
/// What works with users of Clerk's.
const USERS: [&str; 6] = [
    ".get_user(",
    ".user_list(",
    ".users()",
    ".user(",
    "private_metadata",
    "/v1/users",
];
/// What gets data from somewhere, whoever's it is.
const DATA: [&str; 9] = [
    "query",
    ".fetch",
    ".find",
    ".load",
    ".get_result",
    ".first",
    ".bind(",
    "SELECT",
    ".filter(",
];
/// The id of a user, as the words of a request name it.
const USER_IDS: [&str; 4] = ["user_id", "userid", "userId", "uid"];

/// Handlers that should ask who it is, and do not.
pub fn handlers(program: &Reading, facts: &Facts<'_>) -> Vec<Finding> {
    let routes = program.routes.iter();
    let routes = routes.filter(|route| route.kind == Kind::Route && route.asks_nobody);
    let findings = routes.filter_map(|route| {
        let body = body_of(facts, route);
        if body.is_some_and(|body| asks_by_itself(body, facts)) {
            return None;
        }
        let (detail, help) = match route.protection {
            Protection::Public | Protection::WithoutAuth => (
                of_strangers(route, body)?,
                "let the handler ask with `SignedIn`, or take its path out of `public`",
            ),
            Protection::SignedIn => (
                of_others(route, body?)?,
                "let the handler ask with `SignedIn`, and compare or use its `user_id`; or with `Allowed` for those who may see everybody's",
            ),
            _ => return None,
        };
        let finding = Finding::new(Id::HandlerAsksNobody, Verdict::Warn, "handler", detail);
        Some(finding.guess().place(at(&route.place)).help(help))
    });
    findings.collect()
}

/// What is to be said of a handler that strangers reach.
fn of_strangers(route: &Route, body: Option<&str>) -> Option<String> {
    let asks = body.and_then(|body| USERS.iter().find(|word| body.contains(**word)));
    if let Some(word) = asks {
        let shown = shown(route);
        return Some(format!(
            "strangers reach {shown}, and its handler works with `{word}`"
        ));
    }
    if let Some(id) = body.and_then(|body| id_with_data(route, body)) {
        let shown = shown(route);
        return Some(format!(
            "strangers reach {shown}, and its handler answers with the data of whoever `{id}` names"
        ));
    }
    let mut parts = route.path.split('/').filter(|part| !part.is_empty());
    if parts.clone().any(|part| BEFORE.contains(&part)) {
        return None;
    }
    let first = parts.find(|part| !["api", "v1", "v2"].contains(part))?;
    // A page of the core's is filled in by Clerk's scripts, for whoever is signed in.
    let is_page = || body.is_none_or(|body| body.contains("Page"));
    if OF_SOME.contains(&first) {
        let shown = shown(route);
        return Some(format!(
            "strangers reach {shown}, which sounds like something for some people only, and its handler asks nobody"
        ));
    }
    (OF_USERS.contains(&first) && !is_page()).then(|| {
        let shown = shown(route);
        format!("strangers reach {shown}, which sounds like something of one user")
    })
}

/// What is to be said of a handler that everybody who is signed in reaches.
fn of_others(route: &Route, body: &str) -> Option<String> {
    let id = id_with_data(route, body)?;
    let shown = shown(route);
    Some(format!(
        "whoever is signed in gets the data of whoever `{id}` names at {shown}: the handler does not ask who it is"
    ))
}

/// The name of a user's id that comes with the request, if the handler looks something up.
fn id_with_data(route: &Route, body: &str) -> Option<&'static str> {
    let arguments = body.split('{').next().unwrap_or_default();
    let named = |text: &str| {
        let mut words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        words.find_map(|word| USER_IDS.iter().find(|id| **id == word))
    };
    let mut parameters = route
        .path
        .split('/')
        .filter(|part| part.contains(['{', '<']));
    let id = named(arguments).or_else(|| parameters.find_map(named))?;
    let mut words = USERS.iter().chain(&DATA);
    words.any(|word| body.contains(word)).then_some(*id)
}

/// True if a handler takes something of the app's own that is made of a request, and may refuse it; or names who is there.
fn asks_by_itself(body: &str, facts: &Facts<'_>) -> bool {
    let words = |text: &'_ str| -> Vec<String> {
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        words
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    const WHO: [&str; 5] = ["auth", "Auth", "SignedIn", "CurrentUser", "current_user"];
    if words(body).iter().any(|word| WHO.contains(&&**word)) {
        return true;
    }
    let arguments = body.split('{').next().unwrap_or_default();
    let is_type = |word: &String| word.starts_with(char::is_uppercase);
    let mut types = words(arguments).into_iter().filter(is_type);
    types.any(|of| {
        let made = format!(" for {of} ");
        let mut sources = facts.own_sources();
        sources.any(|source| {
            let lines = source.text.lines();
            let is_taken =
                |line: &str| line.contains("FromRequest") || line.contains("Extractible");
            lines
                .filter(|line| is_taken(line))
                .any(|line| line.contains(&made))
        })
    })
}

/// The text of a route's handler, which stands beside the route or in the module that the route names.
pub fn body_of<'f>(facts: &'f Facts<'_>, route: &Route) -> Option<&'f str> {
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
