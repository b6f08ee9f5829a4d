//! What macros write to a log: headers and cookies as a whole, or those by which somebody signs in.

use crate::check::code::Call;

/// Macros that write somewhere.
const WRITE: [&str; 17] = [
    "trace",
    "debug",
    "info",
    "warn",
    "error",
    "event",
    "log",
    "span",
    "trace_span",
    "debug_span",
    "info_span",
    "warn_span",
    "error_span",
    "print",
    "println",
    "eprintln",
    "dbg",
];
/// Names of headers and cookies, all of them or those that open something.
const TELLING: [&str; 9] = [
    "headers",
    "request_headers",
    "req_headers",
    "header_map",
    "cookies",
    "cookie",
    "cookie_jar",
    "authorization",
    "auth_header",
];

/// The headers or cookies that a macro writes, as they stand there.
pub fn logged(call: &Call) -> Option<String> {
    let name = call.name.rsplit("::").next().unwrap_or_default();
    if !WRITE.contains(&name) {
        return None;
    }
    let parts = parts(&call.arguments);
    parts
        .into_iter()
        .find_map(|part| match part.strip_prefix('"') {
            Some(format) => captured(format),
            None => is_telling(value(part)).then(|| value(part).to_owned()),
        })
}

/// `{headers:?}` in a format.
fn captured(format: &str) -> Option<String> {
    // Two of them are one that is written.
    let format = format.replace("{{", "");
    let mut pieces = format.split('{').skip(1);
    pieces.find_map(|piece| {
        let name = piece.split(['}', ':']).next()?;
        TELLING.contains(&name).then(|| name.to_owned())
    })
}

/// `headers=?request.headers()` -> `request.headers()`
fn value(part: &str) -> &str {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_.".contains(c);
    let named = part
        .split_once('=')
        .filter(|(name, _)| name.chars().all(is_name));
    let value = named.map_or(part, |(_, value)| value);
    value.trim_start_matches(['?', '%', '&', '*'])
}

/// True for `headers`, `request.headers()`, `jar.cookies`, `headers.get("cookie")`, but not for what is only counted or asked.
fn is_telling(value: &str) -> bool {
    let value = [".unwrap()", ".unwrap_or_default()", ".clone()"]
        .iter()
        .fold(value, |value, end| value.strip_suffix(end).unwrap_or(value));
    // What a server that was asked said is nothing of the visitor's.
    let is_answer = ["response", "resp.", "res."]
        .iter()
        .any(|start| value.starts_with(start));
    if is_answer {
        return false;
    }
    if let Some((_, header)) = value.rsplit_once(".get(") {
        let header = header
            .trim_end_matches(')')
            .trim_matches('"')
            .to_ascii_lowercase();
        let name = header.rsplit("::").next().unwrap_or_default();
        return ["cookie", "authorization"].contains(&name);
    }
    let last = value.rsplit('.').next().unwrap_or_default();
    TELLING.contains(&last.trim_end_matches("()"))
}

/// Arguments, at the commas between them.
fn parts(arguments: &str) -> Vec<&str> {
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::check::code::Code;

    #[test]
    fn macros_that_write_headers_are_told_from_those_that_do_not() {
        for (line, expected) in [
            ("tracing::info!(?headers)", Some("headers")),
            ("info!(headers = ?headers)", Some("headers")),
            (
                "info!(target: \"x\", h = ?request.headers(), \"came\")",
                Some("request.headers()"),
            ),
            ("println!(\"{:?}\", headers)", Some("headers")),
            ("println!(\"{headers:?}\")", Some("headers")),
            ("dbg!(headers)", Some("headers")),
            ("dbg!(&parts.headers);", Some("parts.headers")),
            (
                "debug!(\"{:?}\", headers.get(header::COOKIE))",
                Some("headers.get(header::COOKIE)"),
            ),
            (
                "debug!(\"{:?}\", headers.get(\"authorization\").unwrap())",
                Some("headers.get(\"authorization\").unwrap()"),
            ),
            ("info!(cookies = %cookie)", Some("cookie")),
            ("info!(\"{} headers\", headers.len())", None),
            ("info!(\"headers, cookies\")", None),
            ("info!(has = headers.get(\"cookie\").is_some())", None),
            ("info!(\"{:?}\", headers.get(\"user-agent\"))", None),
            ("info!(\"{:?}\", response.headers())", None),
            ("assert_eq!(headers, other)", None),
            ("format!(\"{:?}\", headers)", None),
            ("info!(\"{{headers}}\")", None),
        ] {
            let code = Code::of("x.rs", &format!("fn f() {{ {line}; }}")).unwrap();
            let told: Vec<_> = code.macros.iter().filter_map(logged).collect();
            assert_eq!(told.first().map(String::as_str), expected, "{line}");
        }
    }
}
