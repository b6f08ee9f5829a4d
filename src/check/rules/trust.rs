//! Calls that believe what nobody checked, or show what nobody should see.

use super::logged::{instrumented, logged};
use super::{Looked, Rule};
use crate::check::code::functions::Functions;
use crate::check::code::named::Named;
use crate::check::code::{Call, Chain, Code};
use crate::check::facts::Facts;
use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};

pub const RULE: Rule = Rule {
    checks: &[
        &[Id::SignatureNotChecked],
        &[Id::CertificatesNotChecked],
        &[Id::HeadersLogged],
        &[Id::UserFromRequest],
        &[Id::FolderServed],
    ],
    check,
};

fn check(facts: &Facts<'_>) -> Looked {
    if facts.sources().is_empty() {
        return Looked::not("there are no Rust sources here");
    }
    // Marked so, they are not written out.
    let is_marked = |text: &str| text.contains("SetSensitive") || text.contains("set_sensitive");
    let are_marked = facts.own_sources().any(|source| is_marked(&source.text));
    let mut findings = Vec::new();
    for code in facts.code() {
        let mut sources = facts.own_sources();
        let text = sources
            .find(|source| source.shown == code.shown)
            .map_or("", |source| &source.text);
        let functions = Functions::of(text);
        findings.extend(by_hand(code, &functions));
        let macros = code.macros.iter();
        let macros =
            macros.filter_map(|call| Some((call.line, logged(call, functions.around(call.line))?)));
        let spans = functions.functions.iter();
        let spans = spans.filter_map(|one| Some((*one.lines.start(), instrumented(one)?)));
        let written = macros.chain(spans).filter(|_| !are_marked);
        findings.extend(written.map(|(line, what)| {
            let detail = format!(
                "the log gets `{}`, and with it what others can sign in by",
                visible(&what)
            );
            let finding = Finding::new(Id::HeadersLogged, Verdict::Warn, "log", detail).guess();
            finding
                .place(code.at(line))
                .help("take it out, or write the names of headers and none of their values")
        }));
    }
    let called = facts.code().iter().flat_map(|code| {
        let chains = code.chains.iter();
        chains.flat_map(move |chain| {
            let calls = chain.calls.iter();
            let findings =
                calls.filter_map(move |call| of(facts, chain, call).map(|finding| (call, finding)));
            findings.map(|(call, finding)| finding.place(code.at(call.line)))
        })
    });
    findings.extend(called);
    Looked::At(findings)
}

/// A token that is taken apart at its dots, and whose part is read in the same function without a look at the signature.
fn by_hand(code: &Code, functions: &Functions) -> Option<Finding> {
    let calls = || {
        let chains = code.chains.iter();
        chains.flat_map(|chain| chain.calls.iter().map(move |call| (chain, call)))
    };
    let name = |call: &Call| call.name.rsplit("::").next().unwrap_or_default().to_owned();
    // What is behind the last dot is the end of a file's name.
    let is_split = |call: &Call| {
        let mut dots = ["'.'", "\".\""].iter();
        name(call).starts_with("split") && dots.any(|dot| call.arguments.contains(dot))
    };
    let is_check = |call: &Call| {
        let name = call.name.to_ascii_lowercase();
        let mut checks = ["verify", "hmac", "signature"].iter();
        checks.any(|word| name.contains(word))
    };
    let (_, decoded) = calls().find(|(chain, call)| {
        let whole = format!("{} {}", chain.start(), call.name).to_ascii_lowercase();
        let is_base64 = whole.contains("base64") || whole.contains("url_safe");
        let lines = functions.around(call.line).map(|function| &function.lines);
        let is_here = |call: &Call| lines.is_some_and(|lines| lines.contains(&call.line));
        let mut here = calls().map(|(_, call)| call).filter(|call| is_here(call));
        is_base64
            && name(call).starts_with("decode")
            && here.clone().any(is_split)
            && !here.any(is_check)
    })?;
    let detail = "a part of something with dots is decoded by hand: if it is a token, it is believed without its signature";
    let finding = Finding::new(Id::SignatureNotChecked, Verdict::Warn, "token", detail).guess();
    Some(
        finding
            .place(code.at(decoded.line))
            .help("let the gate check it, and ask with `SignedIn` or `Auth` who it is"),
    )
}

fn of(facts: &Facts<'_>, chain: &Chain, call: &Call) -> Option<Finding> {
    let name = call.name.rsplit("::").next().unwrap_or_default();
    let finding = match name {
        "insecure_disable_signature_validation"
        | "insecure_decode"
        | "dangerous_insecure_decode"
        | "dangerous_unsafe_decode"
        | "parse_unverified" => {
            let detail = "the token is believed without its signature: anybody can write one";
            Finding::new(Id::SignatureNotChecked, Verdict::No, "token", detail)
                .help("let the gate check it, and ask with `SignedIn` or `Auth` who it is")
        }
        "danger_accept_invalid_certs" | "danger_accept_invalid_hostnames"
            if call.arguments == "true" =>
        {
            let detail = "whoever answers is believed to be the one who was asked, and gets what is sent, keys included";
            Finding::new(Id::CertificatesNotChecked, Verdict::No, "TLS", detail)
                .help("take it out; a certificate of your own is added with `add_root_certificate`")
        }
        "include_headers" if call.arguments == "true" => {
            let detail = "the log gets each request's headers, and with them cookies and tokens by which others can sign in";
            Finding::new(Id::HeadersLogged, Verdict::Warn, "log", detail)
                .help("take it out, or put `SetSensitiveRequestHeadersLayer` for Cookie and Authorization before it")
        }
        "get" | "get_one" | "get_all" | "header" | "[]"
            if is_of_headers(chain) && is_user(facts, &call.arguments) =>
        {
            let detail = format!(
                "who it is comes from the header {}, which anybody can write",
                call.arguments
            );
            Finding::new(Id::UserFromRequest, Verdict::Warn, "user", detail)
                .guess()
                .help("take it from the session: `SignedIn` has the user's id")
        }
        "new" | "from" if is_server_of_files(&call.name) && is_own_folder(&call.arguments) => {
            let detail = "the project's own folder is served: whoever asks gets its .env";
            Finding::new(Id::FolderServed, Verdict::No, "files", detail)
                .help("serve a folder of its own, such as static/")
        }
        _ => return None,
    };
    Some(finding)
}

/// True for the name of a header that says who somebody is, in quotes or by the name of a constant.
fn is_user(facts: &Facts<'_>, argument: &str) -> bool {
    let name = argument.rsplit("::").next().unwrap_or_default();
    let is_constant = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    if !name.is_empty() && name.chars().all(is_constant) {
        let is_there = |text: &str| text.contains(&format!("{name}:"));
        let mut sources = facts.own_sources().filter(|source| is_there(&source.text));
        return sources.any(|source| {
            let named = Named::of(&source.text);
            let texts = |value: &String| value.split('"').nth(1).is_some_and(names_user);
            named.values(name).iter().any(texts)
        });
    }
    let text = argument
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    text.is_some_and(names_user)
}

fn names_user(header: &str) -> bool {
    [
        "x-user-id",
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

/// True for what a request says; what somebody answered who was asked is nothing of the visitor's.
fn is_of_headers(chain: &Chain) -> bool {
    let is_answer = ["response", "resp", "res", "reply"].contains(&chain.start());
    let mut names = chain
        .calls
        .iter()
        .filter_map(|call| call.name.rsplit("::").next());
    !is_answer && names.any(|name| name.contains("headers") || name == "header")
}

fn is_server_of_files(path: &str) -> bool {
    let parts: Vec<_> = path.split("::").collect();
    let [.., of, _] = parts.as_slice() else {
        return false;
    };
    [
        "ServeDir",
        "Files",
        "FileServer",
        "StaticFilesEndpoint",
        "StaticDir",
    ]
    .contains(of)
}

/// `"."` and what else means the folder in which the app is started, or its package's.
fn is_own_folder(arguments: &str) -> bool {
    let last = arguments.rsplit(',').next().unwrap_or_default();
    let last = last.trim_matches(['[', ']', '&']);
    [
        "\".\"",
        "\"./\"",
        "\"..\"",
        "\"\"",
        "env!(\"CARGO_MANIFEST_DIR\")",
    ]
    .contains(&last)
}
