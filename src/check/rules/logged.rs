//! What is written to a log: headers and cookies as a whole, or those by which somebody signs in.

use crate::check::code::Call;
use crate::check::code::functions::{Function, Input, words};
use crate::check::code::named::Named;

/// Macros that write somewhere.
const WRITE: [&str; 18] = [
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
    "eprint",
    "eprintln",
    "dbg",
];
/// Names of all headers and cookies. Files of tables have headers, too.
const ALL: [&str; 6] = [
    "headers",
    "request_headers",
    "req_headers",
    "header_map",
    "cookies",
    "cookie_jar",
];
/// Names of what opens something.
const KEYS: [&str; 3] = ["cookie", "authorization", "auth_header"];
/// Types that show headers or cookies when they are written. That of actix for a request leaves out what opens something.
const SHOWING: [&str; 7] = [
    "HeaderMap",
    "Headers",
    "CookieJar",
    "Cookies",
    "Cookie",
    "Request",
    "Parts",
];
/// Those types in something else, or of somebody else.
const OTHERS: [&str; 4] = ["Json", "Form", "Query", "reqwest"];
/// Ends of the names of requests.
const REQUESTS: [&str; 6] = ["req", "request", "parts", "self", "jar", "ctx"];

/// The headers or cookies that a macro writes, as they stand there, in the function around it.
pub fn logged(call: &Call, around: Option<&Function>) -> Option<String> {
    let name = call.name.rsplit("::").next().unwrap_or_default();
    if !WRITE.contains(&name) {
        return None;
    }
    let takes = around.map(Function::takes).unwrap_or_default();
    let body = around.map_or("", |function| &function.body);
    Scope { takes, body }.written(&call.arguments)
}

/// What `#[instrument]` writes of that which a function takes.
pub fn instrumented(function: &Function) -> Option<String> {
    let mut attributes = function.attributes.iter();
    let said = attributes.find_map(|said| {
        let (path, said) = said.split_once('(').unwrap_or((said, ""));
        (path.rsplit("::").next() == Some("instrument")).then_some(said)
    })?;
    let skipped = match said.split_once("skip(") {
        Some((_, skipped)) => words(skipped.split(')').next().unwrap_or_default()),
        None => Vec::new(),
    };
    let takes = function.takes().into_iter();
    let mut shown = takes
        .filter(shows)
        .filter_map(|mut input| input.names.pop());
    shown.find(|name| !said.contains("skip_all") && !skipped.contains(name))
}

fn shows(input: &Input) -> bool {
    let has = |words: &[&str]| input.of.iter().any(|word| words.contains(&&**word));
    has(&SHOWING) && !has(&OTHERS)
}

/// What is known of names where something is written.
struct Scope<'a> {
    takes: Vec<Input>,
    body: &'a str,
}

impl Scope<'_> {
    fn written(&self, arguments: &str) -> Option<String> {
        parts(arguments).into_iter().find_map(|part| {
            if let Some(format) = part.strip_prefix('"') {
                return self.captured(format);
            }
            let value = value(part);
            match value.strip_prefix("format!(") {
                Some(inner) => self.written(inner.strip_suffix(')').unwrap_or(inner)),
                None => self.is_telling(value).then(|| value.to_owned()),
            }
        })
    }

    /// `{headers:?}` in a format.
    fn captured(&self, format: &str) -> Option<String> {
        // Two of them are one that is written.
        let format = format.replace("{{", "");
        let mut pieces = format.split('{').skip(1);
        pieces.find_map(|piece| {
            let name = piece.split(['}', ':']).next()?;
            self.is_telling(name).then(|| name.to_owned())
        })
    }

    /// True for `headers`, `request.headers()`, `jar.cookies`, `headers.get("cookie")`, but not for what is only counted or asked.
    fn is_telling(&self, value: &str) -> bool {
        let value = [".unwrap()", ".unwrap_or_default()", ".clone()"]
            .iter()
            .fold(value, |value, end| value.strip_suffix(end).unwrap_or(value));
        if let Some((of, header, behind)) = one(value) {
            // What a server that was asked said is nothing of the visitor's.
            let is_answer = ["response", "resp.", "res.", "reply"]
                .iter()
                .any(|start| of.starts_with(start));
            let is_asked = [".is_", "len()", "|_|"]
                .iter()
                .any(|end| behind.contains(end));
            return opens(header) && !is_answer && !is_asked;
        }
        match value.rsplit_once('.') {
            Some((of, last)) => {
                let last = last.trim_end_matches("()");
                KEYS.contains(&last) || ALL.contains(&last) && self.is_request(of)
            }
            None => self.is_telling_name(value),
        }
    }

    fn is_telling_name(&self, name: &str) -> bool {
        if KEYS.contains(&name) {
            return true;
        }
        if let Some(input) = self.input(name) {
            return shows(input);
        }
        // What a name stands for says more than the name.
        ALL.contains(&name) && {
            let named = Named::of(self.body);
            let values = named.values(name);
            let is_of_request = |value: &String| value.contains('.') && self.is_telling(value);
            values.is_empty() || values.iter().any(is_of_request)
        }
    }

    fn is_request(&self, of: &str) -> bool {
        let last = of
            .rsplit('.')
            .next()
            .unwrap_or_default()
            .trim_end_matches("()");
        let is_typed = |input: &Input| {
            input
                .of
                .iter()
                .any(|word| word.contains("Request") || word == "Parts")
        };
        REQUESTS.iter().any(|end| last.ends_with(end)) || self.input(last).is_some_and(is_typed)
    }

    fn input(&self, name: &str) -> Option<&Input> {
        let mut takes = self.takes.iter();
        takes.find(|input| input.names.iter().any(|known| known == name))
    }
}

/// Of `headers.get("cookie").unwrap()` or `headers["cookie"]` what is before the header's name, that, and what is behind it.
fn one(value: &str) -> Option<(&str, &str, &str)> {
    let (of, rest) = [".get(", ".get_one(", "["]
        .iter()
        .find_map(|open| value.split_once(open))?;
    let (header, behind) = rest.split_once([')', ']'])?;
    Some((of, header, behind))
}

/// True for the names of headers and cookies by which somebody signs in.
fn opens(header: &str) -> bool {
    let header = header.trim_matches('"').to_ascii_lowercase();
    let name = header.rsplit("::").next().unwrap_or_default();
    ["cookie", "authorization"].contains(&name)
        || name.starts_with("__session")
        || name.starts_with("__client")
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
    use crate::check::code::functions::Functions;

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
            let text = format!("fn f() {{ {line}; }}");
            let code = Code::of("x.rs", &text).unwrap();
            let told: Vec<_> = code
                .macros
                .iter()
                .filter_map(|call| logged(call, None))
                .collect();
            assert_eq!(told.first().map(String::as_str), expected, "{line}");
        }
    }

    #[test]
    fn the_function_around_says_what_a_name_is() {
        for (takes, body, expected) in [
            ("req: Request", "info!(?req)", Some("req")),
            ("req: Request<Body>", "dbg!(&req)", Some("req")),
            ("mut parts: Parts", "info!(\"{parts:?}\")", Some("parts")),
            ("jar: CookieJar", "info!(\"{:?}\", jar)", Some("jar")),
            ("h: HeaderMap", "eprint!(\"{:?}\", h)", Some("h")),
            (
                "req: Request",
                "eprint!(\"{:?}\", req.headers())",
                Some("req.headers()"),
            ),
            ("r: HttpRequest", "info!(?r.headers())", Some("r.headers()")),
            (
                "jar: CookieJar",
                "info!(\"{:?}\", jar.get(\"__session\"))",
                Some("jar.get(\"__session\")"),
            ),
            (
                "headers: HeaderMap",
                "info!(\"{}\", format!(\"{headers:?}\"))",
                Some("headers"),
            ),
            (
                "headers: HeaderMap",
                "info!(\"{:?}\", headers[\"authorization\"])",
                Some("headers[\"authorization\"]"),
            ),
            (
                "headers: HeaderMap",
                "info!(\"{:?}\", headers.get(\"cookie\").and_then(|v| v.to_str().ok()))",
                Some("headers.get(\"cookie\").and_then(|v|v.to_str().ok())"),
            ),
            (
                "",
                "let headers = req.headers().clone(); info!(?headers)",
                Some("headers"),
            ),
            ("Json(req): Json<Request>", "info!(?req)", None),
            ("req: HttpRequest", "info!(?req)", None),
            ("req: CreateOrder", "info!(?req)", None),
            ("headers: &StringRecord", "info!(?headers)", None),
            ("", "let headers = rdr.headers()?; info!(?headers)", None),
            ("", "info!(\"{:?}\", rdr.headers())", None),
            ("", "info!(\"{:?}\", reply.headers())", None),
            (
                "headers: HeaderMap",
                "info!(\"{:?}\", headers.get(\"cookie\").map(|_| 1))",
                None,
            ),
        ] {
            let text = format!("async fn f({takes}) {{ {body}; }}");
            let code = Code::of("x.rs", &text).unwrap();
            let functions = Functions::of(&text).functions;
            let told: Vec<_> = code
                .macros
                .iter()
                .filter_map(|call| logged(call, functions.first()))
                .collect();
            assert_eq!(told.first().map(String::as_str), expected, "{text}");
        }
    }

    #[test]
    fn what_is_instrumented_is_written_but_for_what_is_skipped() {
        for (said, takes, expected) in [
            ("tracing::instrument", "headers: HeaderMap", Some("headers")),
            (
                "instrument(level = \"debug\")",
                "a: u8, req: Request",
                Some("req"),
            ),
            ("instrument(skip(headers))", "headers: HeaderMap", None),
            ("instrument(skip_all)", "headers: HeaderMap", None),
            ("instrument", "id: u8", None),
            ("handler", "headers: HeaderMap", None),
        ] {
            let functions =
                Functions::of(&format!("#[{said}]\nasync fn f({takes}) {{}}")).functions;
            let told = functions.first().and_then(instrumented);
            assert_eq!(told.as_deref(), expected, "{said}");
        }
    }
}
