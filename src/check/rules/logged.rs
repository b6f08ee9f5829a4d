//! What is written to a log: headers and cookies as a whole, or those by which somebody signs in.

use super::request::{Scope, Scopes, Steps};
use crate::check::code::functions::{Function, Functions, words};
use crate::check::code::statements::LOG;
use crate::check::code::{Call, Code};

/// Macros that end with a message.
const ENDS: [&str; 2] = ["panic", "unreachable"];
/// Macros that write to what they name first.
const TO: [&str; 2] = ["write", "writeln"];

/// What writes somewhere: macros, and what notes something for a span.
pub fn writing(code: &Code) -> impl Iterator<Item = &Call> {
    let macros = code.macros.iter().filter(|call| writes(call));
    let noted = code.chains.iter().flat_map(|chain| {
        let mut calls = chain.calls.iter();
        let is_of_span = calls.any(|call| call.name.to_ascii_lowercase().contains("span"));
        let calls = chain.calls.iter();
        calls.filter(move |call| is_of_span && call.name == "record")
    });
    macros.chain(noted)
}

/// True if a macro writes somewhere.
fn writes(call: &Call) -> bool {
    let name = call.name.rsplit("::").next().unwrap_or_default();
    [&LOG[..], &ENDS, &TO]
        .iter()
        .any(|known| known.contains(&name))
}

/// The headers or cookies that are written so, as they stand there.
pub fn logged(call: &Call, scopes: &Scopes<'_>) -> Option<String> {
    let scope = scopes.at(call.line);
    let is_elsewhere = TO.contains(&&*call.name) && {
        let to = call.arguments.split(',').next().unwrap_or_default();
        !scope.is_terminal(to)
    };
    scope.telling(&call.arguments).filter(|_| !is_elsewhere)
}

/// The header that a format of actix-web's log writes, as that names it: `%{Authorization}i`
pub fn formatted(format: &str) -> Option<&'static str> {
    let format = format.to_ascii_lowercase();
    let mut opening = ["%{Authorization}i", "%{Cookie}i"].into_iter();
    opening.find(|header| format.contains(&header.to_ascii_lowercase()))
}

/// What `#[instrument]` writes of that which a function takes, and in the fields that it is told to add.
pub fn instrumented(function: &Function, functions: &Functions, steps: &Steps) -> Option<String> {
    let mut attributes = function.attributes.iter();
    let said = attributes.find_map(|said| {
        let (path, said) = said.split_once('(').unwrap_or((said, ""));
        (path.rsplit("::").next() == Some("instrument")).then_some(said)
    })?;
    let skipped = match said.split_once("skip(") {
        Some((_, skipped)) => words(skipped.split(')').next().unwrap_or_default()),
        None => Vec::new(),
    };
    let scope = Scope::new(functions, Some(function), steps);
    let takes = function.takes().into_iter();
    let mut shown = takes
        .filter(|input| scope.shows(input))
        .filter_map(|mut input| input.names.pop());
    let taken = shown.find(|name| !said.contains("skip_all") && !skipped.contains(name));
    taken.or_else(|| scope.telling(inside(said.split_once("fields(")?.1)))
}

/// A text up to the bracket that closes it.
fn inside(text: &str) -> &str {
    let mut open = 1_usize;
    let end = text.find(|c| {
        open += usize::from(c == '(');
        open -= usize::from(c == ')');
        open == 0
    });
    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests;
