//! Values as texts: tokens without white space, as arguments and bound names have them.

/// Calls that change nothing of what is in something, or leave its end.
const PLAIN: [&str; 44] = [
    "unwrap",
    "unwrap_or_default",
    "unwrap_or",
    "unwrap_or_else",
    "expect",
    "clone",
    "cloned",
    "copied",
    "to_owned",
    "to_string",
    "to_str",
    "to_vec",
    "to_lowercase",
    "to_ascii_lowercase",
    "as_ref",
    "as_deref",
    "as_str",
    "as_bytes",
    "into",
    "into_owned",
    "into_string",
    "into_bytes",
    "value",
    "ok",
    "ok_or",
    "ok_or_else",
    "map_err",
    "iter",
    "into_iter",
    "values",
    "trim",
    "trim_start",
    "trim_start_matches",
    "trim_end_matches",
    "strip_prefix",
    "strip_suffix",
    "split",
    "split_whitespace",
    "splitn",
    "split_once",
    "last",
    "await",
    "collect",
    "join",
];
/// Functions that only hand on what they are given.
const WRAPS: [&str; 6] = [
    "from_utf8_lossy",
    "from_utf8",
    "String::from",
    "Some",
    "debug",
    "display",
];
/// Ways to get one header or cookie.
const ONE: [&str; 8] = [
    "get",
    "get_one",
    "get_all",
    "header",
    "cookie",
    "remove",
    "typed_get",
    "[",
];

/// Parts of words of what is told, in any function where it stands.
const TOLD: [&str; 8] = [
    "eader",
    "earer",
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
    let mut value = value;
    loop {
        let shorter = value.trim_start_matches(['&', '*', '?', '%']);
        let shorter = shorter.strip_prefix("mut ").unwrap_or(shorter);
        let shorter = shorter.trim_end_matches('?');
        let shorter = match last_dot(shorter).and_then(|dot| shorter.split_at_checked(dot)) {
            // Of a pair this is the first.
            Some((of, ".0")) if name(of).is_some() => of,
            Some((of, last)) if is_plain_call(last.trim_start_matches('.')) => of,
            _ => unwrapped(shorter).unwrap_or(shorter),
        };
        if shorter.len() == value.len() {
            return value;
        }
        value = shorter;
    }
}

/// What a function only hands on, or the end of which is taken: `String::from_utf8_lossy(value)`, `value[7..]`
fn unwrapped(value: &str) -> Option<&str> {
    if value.ends_with("..]") {
        let of = value.get(..opening(value)?)?;
        return (!of.is_empty()).then_some(of);
    }
    let (function, handed) = value.strip_suffix(')')?.split_at_checked(opening(value)?)?;
    let mut wraps = WRAPS.iter();
    let is_wrap = wraps.any(|wrap| {
        let before = function.strip_suffix(wrap);
        before.is_some_and(|before| before.is_empty() || before.ends_with("::"))
    });
    handed.strip_prefix('(').filter(|_| is_wrap)
}

/// True for `unwrap()`, `.to_str().ok()`, and for a conversion such as `.and_then(|v|v.to_str().ok())`
pub fn is_plain(calls: &str) -> bool {
    split(calls, '.').into_iter().all(is_plain_call)
}

fn is_plain_call(call: &str) -> bool {
    let call = call.trim_end_matches('?');
    let name = call.split(['(', ':', '[']).next().unwrap_or_default();
    let handed = call.split_once('(').map_or("", |(_, handed)| handed);
    let handed = parts(handed.strip_suffix(')').unwrap_or(handed));
    let last = handed.last().copied().unwrap_or_default();
    match name {
        _ if call.ends_with(']') => false,
        "" => true,
        "and_then" | "map" | "map_or" | "filter_map" => keeps(last),
        // What is put in its place may be a mask.
        "replace" | "replacen" => handed.get(1) == Some(&"\"\""),
        "get" => last.ends_with(".."),
        "nth" => last != "0",
        name => PLAIN.contains(&name),
    }
}

/// True if a closure gives what it takes: `|v|v.to_str()`, but not `|_|1`. Of a pair that is the second.
fn keeps(closure: &str) -> bool {
    let closure = closure.strip_prefix("move ").unwrap_or(closure);
    let Some((taken, body)) = closure
        .strip_prefix('|')
        .and_then(|rest| rest.split_once('|'))
    else {
        return PLAIN.contains(&closure.rsplit("::").next().unwrap_or_default())
            || WRAPS.contains(&closure);
    };
    let mut names = taken.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    names
        .rfind(|name| !name.is_empty())
        .is_some_and(|name| has_in(body, name))
}

/// True if a value is a name's, or has it among others: `(k, v.to_str()?)`, `format!("{k}: {v:?}")`
fn has_in(value: &str, name: &str) -> bool {
    let value = plain(value);
    if let Some(inner) = formatted(value) {
        return parts(inner)
            .into_iter()
            .any(|part| match part.strip_prefix('"') {
                Some(format) => captured(format).any(|captured| captured == name),
                None => has_in(part, name),
            });
    }
    let inner = value
        .strip_prefix(['(', '[', '{'])
        .filter(|_| opening(value) == Some(0));
    match inner.and_then(|inner| inner.get(..inner.len() - 1)) {
        Some(inner) => {
            let last = inner.rsplit(';').next().unwrap_or_default();
            parts(last).into_iter().any(|part| has_in(part, name))
        }
        None => value == name,
    }
}

/// The names in a format: `{headers:?}`
pub fn captured(format: &str) -> impl Iterator<Item = &str> {
    let mut rest = format;
    std::iter::from_fn(move || {
        loop {
            let (_, behind) = rest.split_once('{')?;
            // Two of them are one that is written.
            if let Some(behind) = behind.strip_prefix('{') {
                rest = behind;
                continue;
            }
            rest = behind;
            return behind.split(['}', ':']).next();
        }
    })
}

/// Where the bracket is opened with which a value ends.
pub fn opening(value: &str) -> Option<usize> {
    let mut open = 0_usize;
    value.ends_with([')', ']', '}']).then_some(())?;
    value.bytes().rposition(|byte| {
        open += usize::from(b")]}".contains(&byte));
        let is_open = b"([{".contains(&byte);
        open = open.saturating_sub(usize::from(is_open));
        is_open && open == 0
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
    let mut signs = value.match_indices(['.', '[']);
    let (of, by_type, rest) = signs.find_map(|(at, sign)| {
        let (of, rest) = (value.get(..at)?, value.get(at + 1..)?);
        if sign == "[" {
            return Some((of, "", rest));
        }
        let (name, rest) = rest.split_at_checked(rest.find(['(', ':'])?)?;
        // `header::<String>("cookie")`, `typed_get::<Authorization<Bearer>>()`
        let (by_type, rest) = rest.split_once('(')?;
        ONE.contains(&name).then_some((of, by_type, rest))
    })?;
    let (mut open, mut is_text) = (1_usize, false);
    let end = rest.find(|c| {
        is_text ^= c == '"';
        open += usize::from(!is_text && "([".contains(c));
        open -= usize::from(!is_text && ")]".contains(c));
        open == 0
    });
    let (header, behind) = rest.split_at_checked(end?)?;
    let header = match header {
        "" => by_type.trim_start_matches("::<").split('<').next()?,
        header => header,
    };
    (is_whole(of) && !of.is_empty()).then_some((of, header, behind.get(1..)?))
}

/// The name of a header or cookie as it is written in quotes, by a constant or by a type, in small letters.
pub fn named(header: &str) -> String {
    let name = match header.split('"').nth(1) {
        Some(quoted) => quoted,
        None => header.rsplit("::").next().unwrap_or_default(),
    };
    name.trim_start_matches('&').to_ascii_lowercase()
}

/// True for the names of headers and cookies by which somebody signs in.
pub fn opens(header: &str) -> bool {
    let name = named(header);
    ["cookie", "authorization"].contains(&&*name)
        || name.starts_with("__session")
        || name.starts_with("__client")
}

/// True for what is put over a value: `HeaderValue::from_static("***")`
pub fn masking(value: &str) -> bool {
    value.contains('"') && formatted(value).is_none()
}

/// True for a look into a list of what is not to be shown: `SENSITIVE.contains(name)`
pub fn is_listed(condition: &str) -> bool {
    let named = ["SENSITIVE", "SECRET", "REDACT", "HIDDEN", "MASK", "PRIVATE"];
    condition.contains(".contains(") && named.iter().any(|word| condition.contains(word))
}

/// True for a choice among words: `match auth { Some(_) => "yes", None => "no" }`
pub fn is_worded(value: &str) -> bool {
    let sign = match value {
        _ if value.starts_with("match ") => "=>",
        _ if value.starts_with("if ") => "{",
        _ => return false,
    };
    let is_word = |arm: &str| {
        let starts = ["\"", "true", "false"];
        starts
            .iter()
            .any(|start| arm.trim_start_matches('{').starts_with(start))
    };
    let mut arms = value.split(sign).skip(1).peekable();
    arms.peek().is_some() && arms.all(is_word)
}

/// True for the answer of somebody who decides: `authorize(&headers)`
pub fn is_decision(value: &str) -> bool {
    let asked = value.split('(').next().unwrap_or_default();
    let asked = asked.rsplit([':', '.', ' ']).next().unwrap_or_default();
    let verbs = [
        "authoriz",
        "authoris",
        "authentic",
        "is_",
        "has_",
        "can_",
        "may_",
        "check",
        "verif",
        "allow",
    ];
    is_worded(value)
        || asked.len() < value.len()
            && verbs.iter().any(|verb| asked.starts_with(verb))
            && asked != "authorization"
}

/// `headers=?request.headers()` -> `request.headers()`
pub fn value(part: &str) -> &str {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_.:?%".contains(c);
    let named = part
        .split_once('=')
        .filter(|(name, _)| name.chars().all(is_name));
    let value = named.map_or(part, |(_, value)| value);
    // `log::info!(headers:?; "…")`
    let mut forms = [":?", ":%", ":debug", ":display"].iter();
    let value = forms
        .find_map(|form| value.strip_suffix(form))
        .unwrap_or(value);
    value.trim_start_matches(['?', '%', '&', '*'])
}

/// Arguments, at the commas between them.
pub fn parts(arguments: &str) -> Vec<&str> {
    split(arguments, ',')
}

/// Those of a macro that writes, which may have a semicolon before its text.
pub fn said(arguments: &str) -> impl Iterator<Item = &str> {
    parts(arguments)
        .into_iter()
        .flat_map(|part| split(part, ';'))
}

/// A text at each of these signs that stands outside of brackets and quotes.
fn split(text: &str, sign: char) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    let (mut is_text, mut is_escaped) = (false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_text => is_escaped = true,
            '"' => is_text = !is_text,
            _ if is_text => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            c if c == sign && depth == 0 => {
                parts.push(text.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text.get(start..).unwrap_or_default());
    parts
}
