//! Reverse proxies and health checks: what stands between visitors and the app.

use clerk_auth::config::is_on;

use super::lines::is_lost;
use super::{Looked, Rule};
use crate::check::facts::Facts;
use crate::check::texts::{Kind, Text};
use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};
use crate::source::{Protection, Route};

pub const RULE: Rule = Rule {
    checks: &[
        &[Id::ProxyHeadersAppended],
        &[Id::ProxyHeadersIgnored],
        &[Id::HeadTooLong],
    ],
    check,
};

pub const HEALTH: Rule = Rule {
    checks: &[&[Id::HealthCheckRefused]],
    check: health,
};

const TRUST: &str = "CLERK_TRUST_PROXY_HEADERS";
/// The cookies of a handshake take up to so many KiB.
const HEAD: usize = 8;

fn check(facts: &Facts<'_>) -> Looked {
    let files: Vec<_> = facts.texts().of(Kind::ReverseProxy).collect();
    if files.is_empty() {
        return Looked::not("there are no settings of nginx here");
    }
    let mut findings: Vec<_> = files.iter().flat_map(|file| lines(file)).collect();
    findings.extend(ignored(facts, &files));
    Looked::At(findings)
}

/// The words of each directive, with its place.
fn directives(file: &Text) -> impl Iterator<Item = (String, Vec<&str>)> {
    file.lines().map(|(place, line)| {
        let code = line.split('#').next().unwrap_or_default().trim();
        let words = code.trim_end_matches(';').split_whitespace();
        (place, words.collect())
    })
}

fn lines(file: &Text) -> Vec<Finding> {
    let findings = directives(file).filter_map(|(place, words)| {
        let finding = match words.as_slice() {
            ["proxy_set_header", name, value] => appended(name, value),
            ["proxy_buffer_size", size] => too_short(size),
            _ => None,
        };
        Some(finding?.place(place))
    });
    findings.collect()
}

/// A visitor's own word about the host or the scheme. Of the addresses in `X-Forwarded-For` the last counts.
fn appended(name: &str, value: &str) -> Option<Finding> {
    let name = name.to_ascii_lowercase();
    let is_believed = ["x-forwarded-host", "x-forwarded-proto"].contains(&&*name);
    let is_of_visitor = value.starts_with("$http_");
    (is_believed && is_of_visitor).then(|| {
        let detail = format!("{name} is handed on as a visitor sent it, and the app believes it");
        Finding::new(Id::ProxyHeadersAppended, Verdict::No, "nginx", detail)
            .help("overwrite it: `$host` for the host, `$scheme` for the scheme")
    })
}

fn too_short(size: &str) -> Option<Finding> {
    let kilobytes: usize = match size.trim_end_matches(['k', 'K']).parse() {
        Ok(number) if size.ends_with(['k', 'K']) => number,
        Ok(bytes) if size.bytes().all(|byte| byte.is_ascii_digit()) => usize::div_ceil(bytes, 1024),
        _ => return None,
    };
    (kilobytes < HEAD).then(|| {
        let detail = format!(
            "{size} is less than Clerk's cookies may take: people who come back from Clerk see 502"
        );
        Finding::new(Id::HeadTooLong, Verdict::Warn, "nginx", detail)
            .help(format!("proxy_buffer_size {HEAD}k; or more"))
    })
}

/// With TLS ended at the proxy, an app that does not listen takes itself for http.
fn ignored(facts: &Facts<'_>, files: &[&Text]) -> Option<Finding> {
    let place = files.iter().find_map(|file| {
        directives(file).find_map(|(place, words)| {
            let is_proto = matches!(words.as_slice(), ["proxy_set_header", name, _] if name.eq_ignore_ascii_case("x-forwarded-proto"));
            is_proto.then_some(place)
        })
    })?;
    let is_live = |value: &str| value.starts_with("pk_live_");
    let (_, variables) = facts.readable().find(|(package, _)| package.is_root())?;
    let mut keys = variables.publishable_keys().into_iter();
    if !keys.any(|found| is_live(&found.value)) {
        return None;
    }
    let trusts = variables
        .get(TRUST)
        .is_some_and(|found| is_on(&found.value));
    (!trusts && !is_lost(variables, TRUST)).then(|| {
        let detail = format!("nginx says by which scheme and host people came, and without {TRUST} the app does not listen");
        Finding::new(Id::ProxyHeadersIgnored, Verdict::Warn, "nginx", detail)
            .place(place)
            .help(format!("set {TRUST}=true where nginx is the only way to the app"))
    })
}

/// Health checks of hosts, beside what the app answers there.
fn health(facts: &Facts<'_>) -> Looked {
    let kinds = [Kind::Dockerfile, Kind::Deployment];
    let texts = facts
        .texts()
        .all
        .iter()
        .filter(|text| kinds.contains(&text.kind));
    let asked: Vec<_> = texts.flat_map(asked).collect();
    if asked.is_empty() {
        return Looked::not("no health check was found");
    }
    let programs = match facts.programs() {
        Ok(programs) => programs,
        Err(why) => return Looked::not(why),
    };
    let routes: Vec<_> = programs
        .iter()
        .flat_map(|program| &program.routes)
        .collect();
    let is_whole = programs.iter().all(|program| program.unread.is_empty());
    let findings = asked.into_iter().filter_map(|(place, path)| {
        let shown = visible(&path);
        let finding = |verdict, detail: String| {
            Finding::new(Id::HealthCheckRefused, verdict, "health check", detail)
                .place(place)
                .help("ask at /readyz or /healthz, which `Kit::builder().health()` answers to everybody")
        };
        match routes.iter().find(|route| route.path == path) {
            Some(route) if !route.protection.lets_strangers_in() => {
                Some(finding(Verdict::No, format!("{shown} wants somebody signed in, and the health check is nobody")))
            }
            Some(_) => None,
            None if is_whole && !routes.iter().any(|route| takes_rest(route)) => {
                Some(finding(Verdict::No, format!("{shown} is asked, and no route of the app answers there")))
            }
            None => Some(finding(Verdict::Skipped, format!("no route for {shown} was seen, but not all of the program could be read"))),
        }
    });
    Looked::At(findings.collect())
}

fn takes_rest(route: &Route) -> bool {
    route.path == "all other addresses" && route.protection == Protection::Public
}

/// The paths that health checks ask at.
fn asked(text: &Text) -> Vec<(String, String)> {
    let is_fly = text.shown.ends_with("fly.toml");
    let found = text.lines().filter_map(|(place, line)| {
        let code = line.trim();
        if code.starts_with('#') {
            return None;
        }
        let in_quotes = |name: &str| {
            let (key, value) = code.split_once(['=', ':'])?;
            let key = key.trim().trim_matches('"');
            (key == name).then(|| value.trim().trim_matches([',', '"', '\'']).to_owned())
        };
        let path = in_quotes("healthcheckPath")
            .or_else(|| in_quotes("healthCheckPath"))
            .or_else(|| in_quotes("path").filter(|_| is_fly))
            .or_else(|| asked_by_curl(code))?;
        path.starts_with('/').then_some((place, path))
    });
    found.collect()
}

/// `curl -f http://localhost:3000/health`
fn asked_by_curl(code: &str) -> Option<String> {
    let is_check = ["HEALTHCHECK", "CMD", "test:"]
        .iter()
        .any(|word| code.contains(word));
    let asks = ["curl", "wget"].iter().any(|word| code.contains(word));
    let (_, rest) = code.split_once("http://").filter(|_| is_check && asks)?;
    let address = rest
        .split(|c: char| c.is_whitespace() || "\"'|]".contains(c))
        .next()?;
    Some(
        address
            .find('/')
            .map_or("/", |at| &address[at..])
            .to_owned(),
    )
}
