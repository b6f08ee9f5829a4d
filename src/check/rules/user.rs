//! Who somebody is, by a header or a cookie that whoever sends the request can write.

use std::cell::LazyCell;
use std::rc::Rc;

use super::request::Scope;
use crate::check::code::functions::words;
use crate::check::code::{Call, Chain};
use crate::check::facts::Facts;
use crate::finding::{Finding, Id, Verdict};

/// Ways to get a header or a cookie.
const ASKED: [&str; 7] = [
    "get", "get_one", "get_all", "header", "cookie", "find", "[]",
];
/// Parts of the names of jars that give nothing but what the server wrote.
const SIGNED: [&str; 3] = ["igned", "rivate", "ession"];

/// A call that gets it.
pub fn user<'f>(
    (facts, shown): (&Facts<'_>, &str),
    chain: &Chain,
    call: &Call,
    scope: impl Fn(usize) -> Rc<Scope<'f>>,
) -> Option<Finding> {
    let name = call.name.rsplit("::").next().unwrap_or_default();
    if !ASKED.contains(&name) {
        return None;
    }
    // Whether it is there says nothing of who it is.
    let mut behind = chain
        .calls
        .iter()
        .skip_while(|one| !std::ptr::eq(*one, call));
    if behind.any(|one| ["is_some", "is_none"].contains(&&*one.name)) {
        return None;
    }
    let argument = call.arguments.trim_start_matches('&');
    let scope = LazyCell::new(|| scope(call.line));
    let of_chain = || {
        let calls = chain.calls.iter();
        calls.map(|call| call.name.rsplit("::").next().unwrap_or_default())
    };
    let start = chain.start();
    let is_jar = || {
        let is_named =
            of_chain().any(|name| ["jar", "ookie"].iter().any(|word| name.contains(word)));
        let is_signed = |name: &str| SIGNED.iter().any(|word| name.contains(word));
        let types = scope.types(start);
        !of_chain()
            .chain(types.iter().map(String::as_str))
            .any(is_signed)
            && (is_named || types.iter().any(|of| of.starts_with("Cookie")))
    };
    let is_header = || {
        of_chain().any(|name| name.contains("headers") || name == "header")
            || scope.is_headers(start)
    };
    let (what, name) = match header((facts, shown), name, argument, &scope) {
        Some(header) if is_header() => ("header", header),
        _ => ("cookie", cookie(argument).filter(|_| is_jar())?),
    };
    let first = chain.calls.first().filter(|first| first.is_called);
    let handed = first
        .map(|first| words(&first.arguments))
        .unwrap_or_default();
    // What somebody answered who was asked is nothing of the visitor's.
    if scope.is_answer(start) || handed.iter().any(|word| scope.is_answer(word)) {
        return None;
    }
    let detail = format!("who it is comes from the {what} {name}, which anybody can write");
    let finding = Finding::new(Id::UserFromRequest, Verdict::Warn, "user", detail).guess();
    Some(finding.help("take it from the session: `SignedIn` has the user's id"))
}

/// The header that says who somebody is: in quotes, or by the name of a constant or a variable.
fn header(
    (facts, shown): (&Facts<'_>, &str),
    asked: &str,
    argument: &str,
    scope: &Scope<'_>,
) -> Option<String> {
    let quoted = |text: &str| text.split('"').nth(1).is_some_and(names_user);
    let is_quoted = argument.starts_with('"') && argument.matches('"').count() == 2;
    let is_alone =
        is_quoted && argument.ends_with('"') || argument.contains("HeaderName::from_static(\"");
    if is_alone || asked == "find" {
        let mut texts = argument.split('"').skip(1).step_by(2);
        return texts
            .find(|text| names_user(text))
            .map(|text| format!("\"{text}\""));
    }
    let name = argument.rsplit("::").next().unwrap_or_default();
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    if name.is_empty() || !name.chars().all(is_name) {
        return None;
    }
    let is_named = match name.contains(char::is_lowercase) {
        true => scope.values(argument).any(quoted),
        false => facts.constant_is(shown, name, quoted),
    };
    is_named.then(|| argument.to_owned())
}

/// The cookie that says who somebody is.
fn cookie(argument: &str) -> Option<String> {
    let name = argument.strip_prefix('"')?.strip_suffix('"')?;
    let name = name.to_ascii_lowercase().replace('-', "_");
    let is_user = ["user_id", "userid", "uid"].contains(&&*name);
    is_user.then(|| argument.to_owned())
}

fn names_user(header: &str) -> bool {
    [
        "x-user-id",
        "x-uid",
        "user-id",
        "x-user",
        "x-userid",
        "x-user-email",
        "x-clerk-user-id",
        "x-auth-user",
        "x-auth-user-id",
        "x-authenticated-user",
        "x-forwarded-user",
        "x-remote-user",
        "remote-user",
    ]
    .contains(&&*header.to_ascii_lowercase())
}
