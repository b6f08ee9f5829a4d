//! Calls that believe what nobody checked, or show what nobody should see.

use std::cell::{LazyCell, OnceCell};
use std::collections::{HashMap, HashSet};

use super::logged::{formatted, instrumented, logged, writing};
use super::request::{Scopes, Steps};
use super::user::user;
use super::{Looked, Rule, served};
use crate::check::code::bound::{bound, flowing};
use crate::check::code::functions::{Functions, words};
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
    let are_marked = LazyCell::new(|| facts.own_sources().any(|source| is_marked(&source.text)));
    let (mut findings, mut spent) = (Vec::new(), None);
    let steps = Steps::default();
    for code in facts.code() {
        let mut sources = facts.own_sources();
        let text = sources
            .find(|source| source.shown == code.shown)
            .map_or("", |source| &source.text);
        let functions = OnceCell::new();
        let functions = || functions.get_or_init(|| Functions::of(text));
        let scopes = LazyCell::new(|| Scopes::new(functions(), code, &steps));
        findings.extend(by_hand(code, functions));
        let renamed = served::renamed(text);
        for (chain, call) in calls(code) {
            let finding = of(call)
                .or_else(|| {
                    let here = (facts, &*code.shown);
                    served::of(here, &renamed, chain, call, |line| scopes.at(line))
                })
                .or_else(|| user((facts, &code.shown), chain, call, |line| scopes.at(line)));
            findings.extend(finding.map(|finding| finding.place(code.at(call.line))));
        }
        let calls = writing(code).filter_map(|call| {
            let told = logged(call, &scopes);
            if !scopes.at(call.line).is_spent() {
                return Some((call.line, told?));
            }
            spent.get_or_insert_with(|| code.at(call.line));
            None
        });
        let spans = text
            .contains("instrument")
            .then(|| functions().functions.iter());
        let spans = spans.into_iter().flatten();
        let spans = spans
            .filter_map(|one| Some((*one.lines.start(), instrumented(one, functions(), &steps)?)));
        let written = calls.chain(spans).filter(|_| !*are_marked);
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
        findings.extend(code.texts.iter().filter_map(|text| {
            let header = formatted(&text.text)?;
            let detail = format!(
                "the log gets `{header}` of each request, and with it what others can sign in by"
            );
            let finding = Finding::new(Id::HeadersLogged, Verdict::Warn, "log", detail);
            let help = format!("take `{header}` out of the format");
            Some(finding.place(code.at(text.line)).help(help))
        }));
    }
    findings.extend(spent.map(|place| {
        let why = "what the log gets is not looked at any further: names stand for each other in too many ways";
        Finding::new(Id::HeadersLogged, Verdict::Skipped, "log", why).place(place)
    }));
    Looked::At(findings)
}

fn calls(code: &Code) -> impl Iterator<Item = (&Chain, &Call)> {
    let chains = code.chains.iter();
    chains.flat_map(|chain| chain.calls.iter().map(move |call| (chain, call)))
}

/// Tokens that are taken apart at their dots, and whose part is read in the same function without a look at the signature; each
/// function is told once.
fn by_hand<'f>(code: &Code, functions: impl Fn() -> &'f Functions) -> Vec<Finding> {
    let is_decoded = |(chain, call): &(&Chain, &Call)| {
        let whole = format!("{} {}", chain.start(), call.name).to_ascii_lowercase();
        let name = call.name.rsplit("::").next().unwrap_or_default();
        (whole.contains("base64") || whole.contains("url_safe")) && name.starts_with("decode")
    };
    let is_check = |call: &Call| {
        let name = call.name.rsplit("::").next().unwrap_or_default();
        let name = name.to_ascii_lowercase();
        let mut checks = ["verify", "hmac", "signature"].iter();
        checks.any(|word| name.contains(word))
    };
    let decoded: Vec<_> = calls(code).filter(is_decoded).collect();
    if decoded.is_empty() {
        return Vec::new();
    }
    let around = functions().around();
    let checks = calls(code).filter(|(_, call)| is_check(call));
    let checks: Vec<_> = checks.map(|(_, call)| call.line).collect();
    // The names of parts in each function; none where a token is checked, or told of.
    let mut all = HashMap::new();
    let mut findings = Vec::new();
    for (_, decoded) in decoded {
        let Some(function) = around.get(decoded.line).copied().flatten() else {
            continue;
        };
        let parts = all.entry(function.lines.clone()).or_insert_with(|| {
            if checks.iter().any(|line| function.lines.contains(line)) {
                return None;
            }
            let bound = bound(&function.body);
            let parts = flowing(&bound, is_split).into_iter();
            Some(parts.map(str::to_owned).collect::<HashSet<_>>())
        });
        let Some(names) = parts else {
            continue;
        };
        let handed = words(&decoded.arguments);
        if is_split(&decoded.arguments) || handed.iter().any(|word| names.contains(word)) {
            *parts = None;
            let detail = "a part of something with dots is decoded by hand: if it is a token, it is believed without its signature";
            let finding =
                Finding::new(Id::SignatureNotChecked, Verdict::Warn, "token", detail).guess();
            findings.push(
                finding
                    .place(code.at(decoded.line))
                    .help("let the gate check it, and ask with `SignedIn` or `Auth` who it is"),
            );
        }
    }
    findings
}

/// True for what is taken apart at its dots. What is behind the last one, as by `rsplit`, is the end of a file's name.
fn is_split(value: &str) -> bool {
    let mut splits = value.match_indices(".split");
    splits.any(|(at, _)| {
        let rest = value.get(at..).and_then(|rest| rest.split_once('('));
        let handed = rest.and_then(|(_, rest)| rest.split(')').next());
        handed.is_some_and(|handed| ["'.'", "\".\""].iter().any(|dot| handed.contains(dot)))
    })
}

fn of(call: &Call) -> Option<Finding> {
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
        _ => return None,
    };
    Some(finding)
}
