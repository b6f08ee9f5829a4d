//! Layers for CORS: whom they let call with the cookies of a visitor, and whether they ever see a preflight.

use std::cell::LazyCell;

use memchr::memmem;

use super::{Looked, Rule};
use crate::check::code::named::Named;
use crate::check::code::{Call, Chain, Code};
use crate::check::facts::Facts;
use crate::check::sources::Source;
use crate::finding::{Finding, Id, Verdict};

pub const RULE: Rule = Rule {
    checks: &[&[Id::CorsAnyOrigin], &[Id::CorsBehindGate]],
    check,
};

const HELP: &str = "name the origins that may call: the browser sends a visitor's cookies along, and the app takes them for its own page";

fn check(facts: &Facts<'_>) -> Looked {
    let names = |source: &Source, word: &str| {
        memmem::find(source.text.as_bytes(), word.as_bytes()).is_some()
    };
    let has_cors = |source: &Source| {
        ["cors", "Cors", "CORS"]
            .iter()
            .any(|word| names(source, word))
    };
    if !facts.own_sources().any(has_cors) {
        return Looked::not("nothing in the sources is about CORS");
    }
    let is_actix = facts
        .own_sources()
        .any(|source| names(source, "actix_cors"));
    let mut findings = Vec::new();
    for code in facts.code() {
        let source = || {
            let mut sources = facts.own_sources();
            let source = sources.find(|source| source.shown == code.shown);
            source.map_or_else(Named::default, |source| Named::of(&source.text))
        };
        findings.extend(of(code, source, is_actix));
    }
    findings.extend(facts.own_sources().filter_map(rocket_options));
    Looked::At(findings)
}

fn of(code: &Code, named: impl FnOnce() -> Named, is_actix: bool) -> Vec<Finding> {
    let named = LazyCell::new(named);
    let mut findings = Vec::new();
    for chain in &code.chains {
        let origins = origins(chain, is_actix, &|name| named.values(name).to_vec());
        findings.extend(origins.and_then(|(line, origins)| {
            let (verdict, why, help) = match origins {
                Origins::Listed => return None,
                Origins::Any => (Verdict::No, ANY, HELP),
                Origins::Unknown => (Verdict::Warn, UNKNOWN, HELP_UNKNOWN),
            };
            let finding = Finding::new(Id::CorsAnyOrigin, verdict, "CORS", why)
                .guess_if(origins == Origins::Unknown);
            Some(finding.place(code.at(line)).help(help))
        }));
        findings.extend(behind_gate(chain, code));
    }
    findings
}

const ANY: &str = "any page may call the app with the cookies of its visitors";
const UNKNOWN: &str =
    "which pages may call the app with the cookies of its visitors could not be read here";
const HELP_UNKNOWN: &str =
    "see that no page of a stranger is among them; a list that is written out here can be read";

/// Whom a layer for CORS lets call with cookies.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Origins {
    Any,
    Listed,
    /// They stand where they are not read.
    Unknown,
}

/// What is known of a name in the same source.
type Values<'a> = dyn Fn(&str) -> Vec<String> + 'a;

/// Names that stand for names are followed no further, and of many values of one name no more are looked at.
const MOST_STEPS: usize = 3;
const MOST_VALUES: usize = 8;

/// The line where a chain allows credentials, and the origins that it lets call.
fn origins(chain: &Chain, is_actix: bool, values: &Values<'_>) -> Option<(usize, Origins)> {
    let first = chain.calls.first()?;
    let start = chain.start();
    let last = start.rsplit("::").next().unwrap_or_default();
    let is_of_cors = start.contains("Cors");
    // That of actix-cors allows credentials, unlike those of tower-http and salvo.
    let is_very = start.ends_with("CorsLayer::very_permissive")
        || start.ends_with("Cors::very_permissive")
        || is_actix && start.ends_with("Cors::permissive");
    if is_very {
        return Some((first.line, Origins::Any));
    }
    if !is_of_cors || !["new", "default", "builder", "permissive", "restrictive"].contains(&last) {
        return None;
    }
    let on = |call: &&Call| {
        let names = ["allow_credentials", "supports_credentials"];
        names.contains(&&*call.name) && ["", "true"].contains(&&*call.arguments)
    };
    let credentials = chain.calls.iter().find(on)?;
    let calls = chain.calls.iter().filter(|call| {
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
    let judged: Vec<_> = calls
        .map(|call| match call.name.as_str() {
            "allow_any_origin" => Origins::Any,
            "send_wildcard" => Origins::Listed,
            _ => of_value(&call.arguments, values, 0),
        })
        .collect();
    let origins = match judged.is_empty() {
        // poem takes an empty list for any origin.
        true if start.ends_with("Cors::new") && !start.contains("CorsLayer") => Origins::Any,
        _ => worst(&judged),
    };
    Some((credentials.line, origins))
}

fn worst(judged: &[Origins]) -> Origins {
    let has = |origins| judged.contains(&origins);
    match (has(Origins::Any), has(Origins::Unknown)) {
        (true, _) => Origins::Any,
        (false, true) => Origins::Unknown,
        (false, false) => Origins::Listed,
    }
}

/// Judges a value, or what the source says of the name that stands for it.
fn of_value(said: &str, values: &Values<'_>, steps: usize) -> Origins {
    if is_any(said) {
        return Origins::Any;
    }
    // Somebody wrote addresses or a condition here. A list may come from elsewhere: layers refuse `*` in one.
    let told = ["\"", "|", "parse", "AllowOrigin::list", "HeaderValue::"];
    let values_of = name_of(said).map(values).unwrap_or_default();
    if values_of.is_empty() || steps == MOST_STEPS {
        return match told.iter().any(|word| said.contains(word)) {
            true => Origins::Listed,
            false => Origins::Unknown,
        };
    }
    let judged = values_of.iter().take(MOST_VALUES);
    worst(
        &judged
            .map(|value| of_value(value, values, steps + 1))
            .collect::<Vec<_>>(),
    )
}

fn is_any(said: &str) -> bool {
    [
        "mirror_request",
        "AllowOrigin::any",
        "AllowedOrigins::all",
        "|true)",
        "|true",
    ]
    .iter()
    .any(|word| said.contains(word))
        // The last one is the body of a function that is asked for each origin.
        || ["Any", "tower_http::cors::Any", "cors::Any", "true"].contains(&said)
}

/// The name that stands for a value: `origins`, `&ORIGINS`, `config.origins.clone()`, `cors::origins(config)`. Nothing
/// for what is a value itself, or is computed.
fn name_of(said: &str) -> Option<&str> {
    let asked = said.strip_prefix("AllowOrigin::predicate(");
    let said = asked
        .and_then(|asked| asked.strip_suffix(')'))
        .unwrap_or(said);
    let said = said.trim_start_matches(['&', '*']);
    let is_name = |c: char| c.is_alphanumeric() || "_:.".contains(c);
    let (name, rest) = said.split_at(said.find(|c| !is_name(c)).unwrap_or(said.len()));
    let is_called_once =
        rest.starts_with('(') && rest.find(')') == Some(rest.len().saturating_sub(1));
    if name.is_empty() || !(rest.is_empty() || is_called_once) {
        return None;
    }
    let copied = [".clone", ".into", ".to_owned", ".iter"];
    let name = copied
        .iter()
        .find_map(|copied| name.strip_suffix(copied))
        .unwrap_or(name);
    name.rsplit(['.', ':']).next()
}

/// rocket_cors is set up by a struct.
fn rocket_options(source: &Source) -> Option<Finding> {
    let text = &source.text;
    if !text.contains("CorsOptions") || !text.contains("AllowedOrigins::all") {
        return None;
    }
    let is_on = |line: &str| line.trim().replace(' ', "") == "allow_credentials:true,";
    let line = text.lines().position(is_on)?;
    let finding = Finding::new(Id::CorsAnyOrigin, Verdict::No, "CORS", ANY);
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
        true => {
            "add the layer for CORS before the gate: in salvo the first one sees a request first"
        }
        false => {
            "add the layer for CORS after the gate: the layer that is added last sees a request first"
        }
    };
    let finding = Finding::new(Id::CorsBehindGate, Verdict::Warn, "CORS", detail).help(help);
    Some(finding.place(code.at(chain.calls.get(cors)?.line)))
}
