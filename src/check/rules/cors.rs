//! Layers for CORS: whom they let call with the cookies of a visitor, and whether they ever see a preflight.

use super::{Looked, Rule};
use crate::check::code::{Chain, Code};
use crate::check::facts::Facts;
use crate::check::sources::Source;
use crate::finding::{Finding, Id, Verdict};

pub const RULE: Rule = Rule {
    checks: &[&[Id::CorsAnyOrigin], &[Id::CorsBehindGate]],
    check,
};

const HELP: &str = "name the origins that may call: the browser sends a visitor's cookies along, and the app takes them for its own page";

fn check(facts: &Facts<'_>) -> Looked {
    let has_cors = |source: &Source| {
        ["cors", "Cors", "CORS"]
            .iter()
            .any(|word| source.text.contains(word))
    };
    if !facts.own_sources().any(has_cors) {
        return Looked::not("nothing in the sources is about CORS");
    }
    let is_actix = facts
        .own_sources()
        .any(|source| source.text.contains("actix_cors"));
    let code = facts.code().iter();
    let mut findings: Vec<_> = code.flat_map(|code| of(code, is_actix)).collect();
    findings.extend(facts.own_sources().filter_map(rocket_options));
    Looked::At(findings)
}

fn of(code: &Code, is_actix: bool) -> Vec<Finding> {
    let chains = code.chains.iter();
    let findings = chains.flat_map(|chain| {
        let why = any_origin(chain, is_actix).map(|(line, why)| {
            Finding::new(Id::CorsAnyOrigin, Verdict::No, "CORS", why)
                .place(code.at(line))
                .help(HELP)
        });
        [why, behind_gate(chain, code)]
    });
    findings.flatten().collect()
}

/// The line where a chain lets any origin call with credentials, and what is said of it.
fn any_origin(chain: &Chain, is_actix: bool) -> Option<(usize, &'static str)> {
    let first = chain.calls.first()?;
    let start = chain.start();
    let last = start.rsplit("::").next().unwrap_or_default();
    let is_of_cors = start.contains("Cors");
    if start.ends_with("CorsLayer::very_permissive") || start.ends_with("Cors::very_permissive") {
        return Some((
            first.line,
            "any page may call the app with the cookies of its visitors",
        ));
    }
    // That of actix-cors allows credentials, unlike those of tower-http and salvo.
    if is_actix && start.ends_with("Cors::permissive") {
        return Some((
            first.line,
            "any page may call the app with the cookies of its visitors",
        ));
    }
    if !is_of_cors || !["new", "default", "builder", "permissive", "restrictive"].contains(&last) {
        return None;
    }
    let on = |call: &&crate::check::code::Call| {
        let names = ["allow_credentials", "supports_credentials"];
        names.contains(&&*call.name) && ["", "true"].contains(&&*call.arguments)
    };
    let credentials = chain.calls.iter().find(on)?;
    let mut origins = chain.calls.iter().filter(|call| {
        let names = [
            "allow_origin",
            "allow_origins",
            "allow_origins_fn",
            "allowed_origin",
            "allowed_origins",
            "allow_any_origin",
            "allowed_origin_fn",
            "send_wildcard",
        ];
        names.contains(&&*call.name)
    });
    let is_any = |arguments: &str| {
        [
            "mirror_request",
            "AllowOrigin::any",
            "AllowedOrigins::all",
            "|true)",
            "|true",
        ]
        .iter()
        .any(|word| arguments.contains(word))
            || ["Any", "tower_http::cors::Any", "cors::Any"].contains(&arguments)
    };
    let is_open = match origins.clone().next() {
        Some(_) => origins.any(|call| call.name == "allow_any_origin" || is_any(&call.arguments)),
        // poem takes an empty list for any origin.
        None => start.ends_with("Cors::new") && !start.contains("CorsLayer"),
    };
    is_open.then_some((
        credentials.line,
        "any page may call the app with the cookies of its visitors",
    ))
}

/// rocket_cors is set up by a struct.
fn rocket_options(source: &Source) -> Option<Finding> {
    let text = &source.text;
    if !text.contains("CorsOptions") || !text.contains("AllowedOrigins::all") {
        return None;
    }
    let is_on = |line: &str| line.trim().replace(' ', "") == "allow_credentials:true,";
    let line = text.lines().position(is_on)?;
    let detail = "any page may call the app with the cookies of its visitors";
    let finding = Finding::new(Id::CorsAnyOrigin, Verdict::No, "CORS", detail);
    Some(
        finding
            .place(format!("{}:{}", source.shown, line + 1))
            .help(HELP),
    )
}

/// The calls that add layers. The last one of a chain stands outermost, a hoop of salvo innermost.
const ADDED: [&str; 4] = ["layer", "wrap", "with", "hoop"];
const GATES: [&str; 4] = ["clerklayer", "clerkmiddleware", "clerkhoop", "clerk::new"];

/// A layer for CORS that the gate stands before, both by their places in the chain.
pub struct Behind {
    pub cors: usize,
    pub gate: usize,
}

impl Behind {
    pub fn of(chain: &Chain) -> Option<Self> {
        ADDED.iter().find_map(|added| {
            let place = |words: &[&str]| {
                chain.calls.iter().position(|call| {
                    let arguments = call.arguments.to_lowercase();
                    call.name == *added && words.iter().any(|word| arguments.contains(word))
                })
            };
            let (cors, gate) = (place(&["cors"])?, place(&GATES)?);
            let is_inside = match *added {
                "hoop" => gate < cors,
                _ => cors < gate,
            };
            is_inside.then_some(Self { cors, gate })
        })
    }
}

fn behind_gate(chain: &Chain, code: &Code) -> Option<Finding> {
    let Behind { cors, gate } = Behind::of(chain)?;
    let detail =
        "the gate stands before this layer: it answers preflights, which bring no token, with 401";
    let help = match gate < cors {
        true => "add the layer for CORS above the gate: in salvo the first one stands outermost",
        false => "add the layer for CORS behind the gate's, so that it stands outermost",
    };
    let finding = Finding::new(Id::CorsBehindGate, Verdict::Warn, "CORS", detail).help(help);
    Some(finding.place(code.at(chain.calls.get(cors)?.line)))
}
