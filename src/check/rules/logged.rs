//! What is written to a log: headers and cookies as a whole, or those by which somebody signs in.

use super::request::{Scope, Scopes};
use crate::check::code::Call;
use crate::check::code::functions::{Function, Functions, words};

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

/// True if a macro writes somewhere.
pub fn writes(call: &Call) -> bool {
    WRITE.contains(&call.name.rsplit("::").next().unwrap_or_default())
}

/// The headers or cookies that such a macro writes, as they stand there.
pub fn logged(call: &Call, scopes: &Scopes<'_>) -> Option<String> {
    scopes.at(call.line).telling(&call.arguments)
}

/// What `#[instrument]` writes of that which a function takes, and in the fields that it is told to add.
pub fn instrumented(function: &Function, functions: &Functions) -> Option<String> {
    let mut attributes = function.attributes.iter();
    let said = attributes.find_map(|said| {
        let (path, said) = said.split_once('(').unwrap_or((said, ""));
        (path.rsplit("::").next() == Some("instrument")).then_some(said)
    })?;
    let skipped = match said.split_once("skip(") {
        Some((_, skipped)) => words(skipped.split(')').next().unwrap_or_default()),
        None => Vec::new(),
    };
    let scope = Scope::new(functions, Some(function));
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
                .filter(|call| writes(call))
                .filter_map(|call| logged(call, &Scopes::new(&Functions::default())))
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
            let functions = Functions::of(&text);
            let told: Vec<_> = code
                .macros
                .iter()
                .filter(|call| writes(call))
                .filter_map(|call| logged(call, &Scopes::new(&functions)))
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
            let functions = Functions::of(&format!("#[{said}]\nasync fn f({takes}) {{}}"));
            let told = functions.functions.first();
            let told = told.and_then(|function| instrumented(function, &functions));
            assert_eq!(told.as_deref(), expected, "{said}");
        }
    }
}
