//! Values as texts: tokens without white space, as arguments and bound names have them.

/// Calls that change nothing of what is in something.
const PLAIN: [&str; 21] = [
    "unwrap",
    "unwrap_or_default",
    "unwrap_or",
    "expect",
    "clone",
    "cloned",
    "to_owned",
    "to_string",
    "to_str",
    "as_ref",
    "as_deref",
    "as_str",
    "as_bytes",
    "value",
    "ok",
    "ok_or",
    "iter",
    "into_iter",
    "trim",
    "await",
    "collect",
];
/// Ways to get one header or cookie.
const ONE: [&str; 4] = [".get(", ".get_one(", ".cookie(", "["];

/// Parts of words of what is told, in any function where it stands.
const TOLD: [&str; 7] = [
    "eader",
    "ookie",
    "req",
    "Req",
    "arts",
    "uthorization",
    "jar",
];

/// True if a text may have to do with headers or cookies.
pub fn has_told(text: &str) -> bool {
    TOLD.iter().any(|word| text.contains(word))
}

/// The name that a value begins with: `&headers.get(…)` -> `headers`
pub fn root(value: &str) -> &str {
    let value = value.trim_start_matches(['&', '*']);
    let end = value.find(|c: char| !(c.is_alphanumeric() || c == '_'));
    value.get(..end.unwrap_or(value.len())).unwrap_or_default()
}

/// The name that a value is, if it is no more than that.
pub fn name(value: &str) -> Option<&str> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    (!value.is_empty() && value.chars().all(is_name)).then_some(value)
}

/// A value without what only hands it on: `req.headers().clone()` -> `req.headers()`
pub fn plain(value: &str) -> &str {
    let mut value = value.trim_start_matches(['&', '*', '?', '%']);
    value = value.strip_prefix("mut ").unwrap_or(value);
    loop {
        let shorter = value.trim_end_matches('?');
        let shorter = match last_dot(shorter).and_then(|dot| shorter.split_at_checked(dot)) {
            Some((of, last)) if is_plain(last) => of,
            _ => shorter,
        };
        if shorter.len() == value.len() {
            return value;
        }
        value = shorter;
    }
}

/// True for `unwrap()`, `.to_str().ok()`, and for a conversion such as `.and_then(|v|v.to_str().ok())`
pub fn is_plain(calls: &str) -> bool {
    let mut calls = calls.split('.').filter(|call| !call.is_empty());
    calls.all(|call| {
        let call = call.trim_matches(['?', ')', '|']);
        let name = call.split(['(', ':']).next().unwrap_or_default();
        let is_step = ["and_then", "map"].contains(&name);
        name.is_empty() || PLAIN.contains(&name) || is_step && keeps(call)
    })
}

/// True if a closure begins with what it takes: `map(|v|v.to_str())`, but not `map(|_|1)`.
fn keeps(call: &str) -> bool {
    let closure = call
        .split_once('|')
        .and_then(|(_, rest)| rest.rsplit_once('|'));
    closure.is_some_and(|(taken, body)| {
        let first = root(body.trim_start_matches(['(', '&']));
        let mut taken = taken.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        !first.is_empty() && taken.any(|name| name == first)
    })
}

/// The last dot outside of brackets.
fn last_dot(value: &str) -> Option<usize> {
    let mut open = 0_usize;
    let dot = value.bytes().rposition(|byte| {
        open += usize::from(b")]}".contains(&byte));
        open = open.saturating_sub(usize::from(b"([{".contains(&byte)));
        byte == b'.' && open == 0
    });
    dot.filter(|dot| *dot > 0)
}

/// True if each bracket that is opened is closed.
fn is_whole(value: &str) -> bool {
    let count = |sign: char| value.matches(sign).count();
    count('(') == count(')') && count('[') == count(']')
}

/// What `format!(…)` is given.
pub fn formatted(value: &str) -> Option<&str> {
    let value = value.trim_start_matches('&');
    let inner = ["format!(", "format_args!("]
        .iter()
        .find_map(|start| value.strip_prefix(start))?;
    Some(inner.strip_suffix(')').unwrap_or(inner))
}

/// Of `headers.get("cookie").unwrap()` or `headers["cookie"]` what is before the header's name, that, and what is behind it.
pub fn one(value: &str) -> Option<(&str, &str, &str)> {
    let (of, rest) = ONE.iter().find_map(|open| value.split_once(open))?;
    let (header, behind) = rest.split_once([')', ']'])?;
    (is_whole(of) && !of.is_empty()).then_some((of, header, behind))
}

/// True for the names of headers and cookies by which somebody signs in.
pub fn opens(header: &str) -> bool {
    let header = header.trim_matches('"').to_ascii_lowercase();
    let name = header.rsplit("::").next().unwrap_or_default();
    ["cookie", "authorization"].contains(&name)
        || name.starts_with("__session")
        || name.starts_with("__client")
}

/// `headers=?request.headers()` -> `request.headers()`
pub fn value(part: &str) -> &str {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_.".contains(c);
    let named = part
        .split_once('=')
        .filter(|(name, _)| name.chars().all(is_name));
    let value = named.map_or(part, |(_, value)| value);
    value.trim_start_matches(['?', '%', '&', '*'])
}

/// Arguments, at the commas between them.
pub fn parts(arguments: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    let (mut is_text, mut is_escaped) = (false, false);
    for (at, c) in arguments.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_text => is_escaped = true,
            '"' => is_text = !is_text,
            _ if is_text => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(arguments.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(arguments.get(start..).unwrap_or_default());
    parts
}
