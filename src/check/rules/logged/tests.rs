//! What is told of what is logged, and what is not.

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
            .filter_map(|call| {
                logged(
                    call,
                    &Scopes::new(&Functions::default(), &code, &Steps::default()),
                )
            })
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
        (
            "headers: HeaderMap",
            "let t = headers.get(AUTHORIZATION).unwrap().to_str().unwrap().strip_prefix(\"Bearer \").unwrap(); info!(t)",
            Some("t"),
        ),
        (
            "headers: HeaderMap",
            "let t = headers[\"authorization\"].to_str()?.trim_start_matches(\"Bearer \"); info!(%t)",
            Some("t"),
        ),
        (
            "headers: HeaderMap",
            "let t = headers[\"authorization\"].to_str()?.replace(\"Bearer \", \"\"); info!(%t)",
            Some("t"),
        ),
        (
            "headers: HeaderMap",
            "let a = headers[\"authorization\"].to_str()?; let t = &a[7..]; info!(%t)",
            Some("t"),
        ),
        (
            "headers: HeaderMap",
            "let a = headers[\"authorization\"].to_str()?; info!(\"{}\", a.get(7..).unwrap())",
            Some("a.get(7..).unwrap()"),
        ),
        (
            "headers: HeaderMap",
            "if let Some((scheme, t)) = headers[\"authorization\"].to_str()?.split_once(' ') { info!(t) }",
            Some("t"),
        ),
        (
            "headers: HeaderMap",
            "let t = headers[\"authorization\"].to_str()?.split(' ').nth(1); info!(?t)",
            Some("t"),
        ),
        (
            "headers: HeaderMap",
            "let t = String::from_utf8_lossy(headers.get(HeaderName::from_static(\"authorization\")).unwrap().as_bytes()); info!(%t)",
            Some("t"),
        ),
        (
            "headers: HeaderMap",
            "let t = headers.get(\"cookie\").and_then(|v| String::from_utf8(v.to_vec()).ok()); info!(?t)",
            Some("t"),
        ),
        (
            "headers: HeaderMap",
            "let all: HashMap<String, String> = headers.iter().filter_map(|(k, v)| Some((k.to_string(), v.to_str().ok()?.to_owned()))).collect(); info!(?all)",
            Some("all"),
        ),
        (
            "headers: HeaderMap",
            "let all = headers.iter().map(|(k, v)| format!(\"{k}: {v:?}\")).collect::<Vec<_>>().join(\", \"); info!(\"{all}\")",
            Some("all"),
        ),
        (
            "TypedHeader(auth): TypedHeader<Authorization<Bearer>>",
            "info!(\"{}\", auth.token())",
            Some("auth.token()"),
        ),
        (
            "TypedHeader(Authorization(bearer)): TypedHeader<Authorization<Bearer>>",
            "let t = bearer.token().to_owned(); info!(t)",
            Some("t"),
        ),
        (
            "auth: BearerAuth",
            "info!(t = auth.token())",
            Some("auth.token()"),
        ),
        (
            "headers: HeaderMap",
            "let auth = headers.typed_get::<Authorization<Bearer>>(); info!(?auth)",
            Some("auth"),
        ),
        (
            "headers: HeaderMap",
            "writeln!(std::io::stderr(), \"{headers:?}\")",
            Some("headers"),
        ),
        (
            "headers: HeaderMap",
            "let mut out = std::io::stdout().lock(); writeln!(out, \"{:?}\", headers)",
            Some("headers"),
        ),
        (
            "headers: HeaderMap",
            "Span::current().record(\"auth\", tracing::field::debug(headers.get(\"authorization\")))",
            Some("tracing::field::debug(headers.get(\"authorization\"))"),
        ),
        (
            "req: &Request",
            "info!(\"{:?}\", req.header(\"authorization\"))",
            Some("req.header(\"authorization\")"),
        ),
        (
            "req: &mut Request",
            "let t = req.header::<String>(\"Authorization\").unwrap_or_default(); info!(t)",
            Some("t"),
        ),
        (
            "mut headers: HeaderMap",
            "headers.remove(\"authorization\");\n info!(?headers)",
            Some("headers"),
        ),
        (
            "mut headers: HeaderMap",
            "info!(?headers);\n headers.remove(\"authorization\"); headers.remove(header::COOKIE)",
            Some("headers"),
        ),
        (
            "mut headers: HeaderMap",
            "headers.remove(\"authorization\"); headers.remove(header::COOKIE);\n info!(?headers)",
            None,
        ),
        (
            "mut headers: HeaderMap",
            "headers.remove(\"authorization\"); headers.remove(header::COOKIE);\n for (name, value) in &headers { info!(\"{name}: {value:?}\") }",
            None,
        ),
        (
            "mut req: Request",
            "req.headers_mut().remove(AUTHORIZATION); req.headers_mut().remove(COOKIE);\n info!(\"{:?}\", req.headers())",
            None,
        ),
        (
            "headers: HeaderMap",
            "let names: Vec<_> = headers.iter().map(|(k, _)| k.as_str()).collect(); info!(?names)",
            None,
        ),
        (
            "headers: HeaderMap",
            "let (scheme, _) = headers[\"authorization\"].to_str()?.split_once(' ')?; info!(scheme)",
            None,
        ),
        (
            "headers: HeaderMap",
            "let t = headers[\"authorization\"].to_str()?; let hidden = t.replace(t, \"***\"); info!(hidden)",
            None,
        ),
        (
            "headers: HeaderMap",
            "let a = headers[\"authorization\"].to_str()?; let start = &a[..10]; info!(start)",
            None,
        ),
        (
            "headers: HeaderMap",
            "let all: Vec<_> = headers.iter().map(|(k, v)| (k.as_str(), v.len())).collect(); info!(?all)",
            None,
        ),
        (
            "headers: HeaderMap, page: &mut String",
            "writeln!(page, \"{headers:?}\")",
            None,
        ),
        // What opens something was left out, masked, or only asked after.
        (
            "headers: HeaderMap",
            "for (name, value) in &headers { if name == COOKIE || name == AUTHORIZATION { continue; }\n info!(\"{name}: {value:?}\"); }",
            None,
        ),
        (
            "headers: HeaderMap",
            "for (name, value) in headers.iter() { if matches!(name.as_str(), \"cookie\" | \"authorization\") {\n continue;\n }\n info!(?value); }",
            None,
        ),
        (
            "headers: HeaderMap",
            "for (name, value) in &headers { if SENSITIVE.contains(name) { continue; }\n info!(?value); }",
            None,
        ),
        (
            "headers: HeaderMap",
            "for (name, value) in &headers { if name == AUTHORIZATION { continue; }\n info!(?value); }",
            Some("value"),
        ),
        (
            "headers: HeaderMap",
            "for (name, value) in &headers { if name != COOKIE && name != AUTHORIZATION { continue; }\n info!(?value); }",
            Some("value"),
        ),
        (
            "headers: HeaderMap",
            "for (name, value) in &headers { let value = if SENSITIVE.contains(name) { \"***\" } else { value.to_str().unwrap_or(\"\") };\n info!(\"{name}: {value}\"); }",
            None,
        ),
        (
            "headers: HeaderMap",
            "for (name, value) in &headers { let shown = if SENSITIVE.contains(name) { \"***\" } else { value.to_str().unwrap_or(\"\") };\n info!(\"{name}: {shown}\"); }",
            None,
        ),
        (
            "mut headers: HeaderMap",
            "for h in [header::COOKIE, header::AUTHORIZATION] { headers.remove(h); }\n info!(?headers)",
            None,
        ),
        (
            "mut headers: HeaderMap",
            "for h in [header::COOKIE, header::ACCEPT] { headers.remove(h); }\n info!(?headers)",
            Some("headers"),
        ),
        (
            "mut headers: HeaderMap",
            "headers.insert(COOKIE, HeaderValue::from_static(\"***\")); headers.insert(\"authorization\", \"***\".parse().unwrap());\n info!(?headers)",
            None,
        ),
        (
            "mut headers: HeaderMap",
            "headers.insert(COOKIE, \"***\"); headers.insert(AUTHORIZATION, token);\n info!(?headers)",
            Some("headers"),
        ),
        (
            "headers: HeaderMap",
            "match headers[\"cookie\"].to_str() { Ok(_) => {} Err(error) => info!(%error) }",
            None,
        ),
        (
            "headers: HeaderMap",
            "if let Err(error) = headers[\"cookie\"].to_str() { info!(%error) }",
            None,
        ),
        (
            "headers: HeaderMap",
            "let authorization = authorize(&headers).await; info!(?authorization)",
            None,
        ),
        (
            "headers: HeaderMap",
            "let auth = headers.get(AUTHORIZATION); let authorization = match auth { Some(_) => \"yes\", None => \"no\" }; info!(authorization)",
            None,
        ),
        (
            "headers: HeaderMap",
            "info!(auth = match headers.get(\"authorization\") { Some(_) => \"yes\", None => \"no\" })",
            None,
        ),
        (
            "headers: HeaderMap",
            "let t = headers[\"authorization\"].to_str()?;\n let t = t.replace(t, \"***\");\n info!(t)",
            None,
        ),
        (
            "headers: HeaderMap",
            "let t = headers[\"authorization\"].to_str()?;\n info!(t);\n let t = t.replace(t, \"***\")",
            Some("t"),
        ),
        ("lexer: Lexer", "info!(\"{:?}\", lexer.token())", None),
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
        let scopes = Scopes::new(&functions, &code, &Steps::default());
        let told: Vec<_> = writing(&code)
            .filter_map(|call| logged(call, &scopes))
            .collect();
        assert_eq!(told.first().map(String::as_str), expected, "{text}");
    }
}

#[test]
fn a_format_of_actix_web_may_write_what_opens_something() {
    for (format, expected) in [
        ("%a %{authorization}i", Some("%{Authorization}i")),
        ("%r %{Cookie}i", Some("%{Cookie}i")),
        ("%a \"%r\" %{User-Agent}i", None),
    ] {
        assert_eq!(formatted(format), expected, "{format}");
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
        let told = told.and_then(|function| instrumented(function, &functions, &Steps::default()));
        assert_eq!(told.as_deref(), expected, "{said}");
    }
}
