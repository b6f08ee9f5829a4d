//! Everything that is meant for production: files that deploy, and live keys.

use clerk_auth::config::is_on;
use clerk_auth::keys::PublishableKey;

use super::lines::is_lost;
use super::published::secret;
use super::{Looked, Rule};
use crate::check::facts::{Facts, Package, entries, line_of};
use crate::check::texts::{Kind, Text};
use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};
use crate::project::packages::Role;
use crate::project::shown::masked;
use crate::project::variables::{Found, Variables};

pub const FILES: Rule = Rule {
    checks: &[
        &[Id::TestKeyInProduction],
        &[Id::EmulatorInProduction],
        &[Id::DevelopmentHostInProduction],
        &[Id::SecretInWorkflow],
        &[Id::SecretInDeployment],
    ],
    check: files,
};

pub const LIVE: Rule = Rule {
    checks: &[
        &[Id::AuthorizedPartiesMissing],
        &[Id::LocalParty],
        &[Id::ProxyHeadersBelieved],
    ],
    check: live,
};

const DEVELOPMENT_HOST: &str = ".clerk.accounts.dev";
const PARTIES: &str = "CLERK_AUTHORIZED_PARTIES";
const TRUST: &str = "CLERK_TRUST_PROXY_HEADERS";

fn files(facts: &Facts<'_>) -> Looked {
    let mut findings = Vec::new();
    let texts = facts.texts();
    let deployed = texts.all.iter().filter(|text| is_for_production(text));
    let deployed: Vec<_> = deployed.collect();
    for text in &deployed {
        for (place, line) in text.lines() {
            findings.extend(
                of_line(line)
                    .map(|finding| finding.place(&place).guess_if(text.kind == Kind::Workflow)),
            );
        }
    }
    for text in &texts.all {
        let id = match text.kind {
            Kind::Workflow => Id::SecretInWorkflow,
            Kind::Deployment => Id::SecretInDeployment,
            _ => continue,
        };
        let lines = text.lines();
        findings
            .extend(lines.filter_map(|(place, line)| Some(written_out(id, line)?.place(place))));
    }
    for page in texts.of(Kind::Page) {
        findings.extend(
            page.lines()
                .filter_map(|(place, line)| hosted(line).map(|finding| finding.place(place))),
        );
    }
    let profiles = facts.files().filter(|(_, file)| {
        file.role == Role::OneMode && ["prod", "live"].iter().any(|word| file.name.contains(word))
    });
    let mut has_profile = false;
    for (package, file) in profiles {
        has_profile = true;
        findings.extend(entries(file).iter().filter_map(|entry| {
            let line = format!("{}={}", entry.name, entry.value);
            Some(
                of_line(&line)?
                    .place(line_of(file, entry.line))
                    .of(&package.below()),
            )
        }));
    }
    let others = texts
        .all
        .iter()
        .any(|text| [Kind::Workflow, Kind::Page].contains(&text.kind));
    if deployed.is_empty() && !has_profile && !others {
        return Looked::not("no file says how the project is deployed");
    }
    Looked::At(findings)
}

/// A workflow may test with a test key. Whether it deploys, its name says.
fn is_for_production(text: &Text) -> bool {
    let name = text.shown.to_ascii_lowercase();
    let is_of_development = ["dev", "test", "local", "staging"]
        .iter()
        .any(|word| name.contains(word));
    match text.kind {
        Kind::Dockerfile | Kind::Deployment => !is_of_development,
        Kind::Workflow => ["deploy", "release", "prod", "publish"]
            .iter()
            .any(|word| name.contains(word)),
        Kind::Page | Kind::ReverseProxy => false,
    }
}

fn of_line(line: &str) -> Option<Finding> {
    if is_comment(line) {
        return None;
    }
    let words = line.split(|c: char| !(c.is_ascii_alphanumeric() || "_=-".contains(c)));
    let mut values = words.map(|word| {
        word.rsplit_once("=p")
            .map_or(word, |(_, key)| &word[word.len() - key.len() - 1..])
    });
    let key = values.find_map(|word| PublishableKey::parse(word).ok());
    match key {
        Some(key) if key.is_local_emulator() => {
            let detail =
                "the keys of the local emulator stand here: nobody outside this machine knows them";
            return Some(production(Id::EmulatorInProduction, detail).value(masked(key.as_str())));
        }
        Some(key) if key.is_development() => {
            let detail = "the key of a development instance stands here: it takes 100 users, and shows that on its pages";
            return Some(production(Id::TestKeyInProduction, detail).value(masked(key.as_str())));
        }
        _ => {}
    }
    if let Some(secret) = secret(line).filter(|secret| secret.starts_with("sk_test_")) {
        let detail = "the secret key of a development instance stands here";
        return Some(production(Id::TestKeyInProduction, detail).value(masked(secret)));
    }
    let is_api = line.contains("CLERK_API_URL") || line.contains("CLERK_FAPI_URL");
    if is_api
        && ["localhost", "127.0.0.1", "[::1]"]
            .iter()
            .any(|host| line.contains(host))
    {
        let detail = "Clerk is asked on this machine: that is the emulator";
        return Some(production(Id::EmulatorInProduction, detail));
    }
    line.contains(DEVELOPMENT_HOST).then(|| {
        let detail = "the host of a development instance stands here";
        production(Id::DevelopmentHostInProduction, detail)
    })
}

fn production(id: Id, detail: &str) -> Finding {
    Finding::new(id, Verdict::No, "production", detail)
        .help("give it the keys of the production instance when it is started, from the host's own store of secrets")
}

/// Pages that load Clerk's script from the host of one instance.
fn hosted(line: &str) -> Option<Finding> {
    let is_loaded = line.contains(DEVELOPMENT_HOST) && !is_comment(line);
    is_loaded.then(|| {
        let detail = "the host of a development instance stands in this page, whatever the keys are where it is deployed";
        Finding::new(Id::DevelopmentHostInProduction, Verdict::Warn, "page", detail)
            .help("take the host from the publishable key: the core's pages bring the scripts by themselves")
    })
}

/// A secret in a file for deployment, or one that it prints.
fn written_out(id: Id, line: &str) -> Option<Finding> {
    if let Some(secret) = secret(line).filter(|secret| !secret.starts_with("sk_test_")) {
        let detail = "a secret stands in a file that everybody reads who reads the repository";
        let finding = Finding::new(id, Verdict::No, "secret", detail);
        return Some(finding.value(masked(secret)).help(
            "take it out, make a new one in Clerk's dashboard, and put that into the host's store of secrets",
        ));
    }
    let prints = ["echo", "printf"]
        .iter()
        .any(|word| line.split_whitespace().any(|part| part == *word));
    let names = line.contains("secrets.CLERK_") || line.contains("$CLERK_SECRET_KEY");
    let is_kept = line.contains('>') || line.contains('|');
    (prints && names && !is_kept && !is_comment(line)).then(|| {
        let detail = "a secret is printed here, and stays in the log: masking fails as soon as it is printed in parts or encoded";
        Finding::new(id, Verdict::Warn, "secret", detail)
            .help("hand it over as a variable, and print nothing of it")
    })
}

fn is_comment(line: &str) -> bool {
    ["#", "//", "<!--"]
        .iter()
        .any(|start| line.trim_start().starts_with(start))
}

/// Settings that matter as soon as the keys are those of a production instance.
fn live(facts: &Facts<'_>) -> Looked {
    let mut findings = Vec::new();
    let mut is_seen = false;
    for (package, variables) in facts.readable() {
        let Some((key, found)) = live_key(package, variables) else {
            continue;
        };
        is_seen = true;
        let own = of_live(facts, package, variables, &key, &found);
        findings.extend(own.into_iter().map(|finding| finding.of(&package.below())));
    }
    match is_seen {
        true => Looked::At(findings),
        false => Looked::not("the keys here are not those of a production instance"),
    }
}

fn live_key(package: &Package<'_>, variables: &Variables<'_>) -> Option<(PublishableKey, Found)> {
    let mut keys = variables.publishable_keys().into_iter();
    let found = keys.find(|found| package.has_rust() && package.owns(&found.place))?;
    let key = PublishableKey::parse(&found.value).ok()?;
    (!key.is_development() && !key.is_local_emulator()).then_some((key, found))
}

fn of_live(
    facts: &Facts<'_>,
    package: &Package<'_>,
    variables: &Variables<'_>,
    key: &PublishableKey,
    found: &Found,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let set = |name| {
        package
            .own(variables, name)
            .filter(|found| !found.value.is_empty())
    };
    // With a proxy the rule of the parties says more.
    let is_known = |name| set(name).is_some() || is_lost(variables, name);
    if !is_known(PARTIES) && !is_known("CLERK_PROXY_URL") {
        let host = key.frontend_api_host();
        let domain = host.split_once('.').map_or(host, |(_, domain)| domain);
        let detail = format!(
            "not set: the app also accepts tokens that were issued to any other page of {}",
            visible(domain)
        );
        let finding = Finding::new(Id::AuthorizedPartiesMissing, Verdict::Warn, PARTIES, detail);
        findings.push(finding.place(package.place(&found.place)).help(
            "set it to the origins of the app's own pages, such as https://app.example.com, and CLERK_ACCEPT_ABSENT_AZP=true beside it",
        ));
    }
    if let Some(parties) = set(PARTIES) {
        let mut origins = parties.value.split(',').map(str::trim);
        let is_local = |origin: &&str| {
            let host = origin.split("://").nth(1).unwrap_or_default();
            ["localhost", "127.0.0.1", "[::1]"].iter().any(|local| {
                host.strip_prefix(local)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
            })
        };
        findings.extend(origins.find(is_local).map(|origin| {
            let detail = format!(
                "{} is a party beside live keys: any program on a visitor's machine may serve it",
                visible(origin)
            );
            Finding::new(Id::LocalParty, Verdict::Warn, PARTIES, detail)
                .place(package.place(&parties.place))
                .help("leave it to the .env of development")
        }));
    }
    let trusts = set(TRUST).filter(|found| is_on(&found.value));
    let listens = set("HOST").filter(|found| ["0.0.0.0", "::", "[::]"].contains(&&*found.value));
    let kinds = [Kind::Dockerfile, Kind::Deployment, Kind::ReverseProxy];
    let is_placed = facts
        .texts()
        .all
        .iter()
        .any(|text| kinds.contains(&text.kind));
    if let (Some(trusts), Some(_), false) = (trusts, listens, is_placed) {
        let detail =
            "the app listens to everybody, and believes what visitors write into X-Forwarded-Host";
        let finding = Finding::new(Id::ProxyHeadersBelieved, Verdict::Warn, TRUST, detail).guess();
        findings.push(finding.place(package.place(&trusts.place)).help(
            "let it listen to the reverse proxy alone (HOST=127.0.0.1, or a firewall), which overwrites that header",
        ));
    }
    findings
}
