//! Content security policies of the app's own, beside what Clerk's scripts need.

use clerk_auth::keys::PublishableKey;

use super::{Looked, Rule};
use crate::check::facts::Facts;
use crate::check::texts::Kind;
use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};

pub const RULE: Rule = Rule {
    checks: &[&[Id::PolicyBlocksClerk]],
    check,
};

fn check(facts: &Facts<'_>) -> Looked {
    let in_code = facts.code().iter().flat_map(|code| {
        let texts = code.texts.iter();
        texts.map(|text| (code.at(text.line), text.text.as_str()))
    });
    let pages = [Kind::Page, Kind::ReverseProxy];
    let texts = facts
        .texts()
        .all
        .iter()
        .filter(|text| pages.contains(&text.kind));
    let lines = texts.flat_map(|text| text.lines());
    let policies = in_code.chain(lines).filter(|(_, text)| is_policy(text));
    let policies: Vec<_> = policies.collect();
    if policies.is_empty() {
        return Looked::not("the project sets no content security policy of its own");
    }
    let Some(clerk) = Clerk::of(facts) else {
        return Looked::not("no publishable key is set, which names the host of the scripts");
    };
    let findings = policies.into_iter().filter_map(|(place, policy)| {
        let directive = clerk.blocked(policy)?;
        let detail = format!("`{directive}` keeps Clerk's scripts out: they come from {}", visible(&clerk.host));
        let finding = Finding::new(Id::PolicyBlocksClerk, Verdict::No, "policy", detail);
        Some(finding.place(place).help(format!(
            "add https://{} to it; the core's pages bring a policy of their own, to which `.allow(\u{2026})` adds",
            visible(&clerk.host)
        )))
    });
    Looked::At(findings.collect())
}

fn is_policy(text: &str) -> bool {
    let has = |name: &str| text.contains(&format!("{name} "));
    has("script-src") || has("default-src")
}

/// Where Clerk's scripts come from.
struct Clerk {
    host: String,
    is_own: bool,
}

impl Clerk {
    fn of(facts: &Facts<'_>) -> Option<Self> {
        let (_, variables) = facts.readable().find(|(package, _)| package.is_root())?;
        let key = variables.publishable_keys().into_iter().next()?;
        let key = PublishableKey::parse(&key.value).ok()?;
        let proxy = variables.get("CLERK_PROXY_URL");
        Some(Self {
            host: key.frontend_api_host().to_owned(),
            is_own: proxy.is_some_and(|found| !found.value.is_empty()),
        })
    }

    /// The directive of a policy that allows neither Clerk's host nor what leads to it. What is put together from parts
    /// is not judged.
    fn blocked(&self, policy: &str) -> Option<&'static str> {
        let sources = |name: &str| {
            let mut directives = policy.split([';', '"']).map(str::trim);
            directives.find_map(|one| {
                let (_, sources) = one.split_once(name)?;
                sources.starts_with(' ').then_some(sources)
            })
        };
        let scripts = ["script-src-elem", "script-src", "default-src"];
        let connections = ["connect-src", "default-src"];
        let first = |names: &[&'static str]| {
            let mut names = names.iter();
            names.find_map(|name| Some((*name, sources(name)?)))
        };
        let is_blocked = |sources: &str| !self.is_allowed(sources);
        let found = [first(&scripts), first(&connections)].into_iter().flatten();
        let mut blocked = found.filter(|(_, sources)| is_blocked(sources));
        blocked.next().map(|(name, _)| name)
    }

    fn is_allowed(&self, sources: &str) -> bool {
        if sources.contains(['{', '$', '<']) {
            return true;
        }
        let mut sources = sources.split_whitespace();
        sources.any(|source| {
            let host = source.strip_prefix("https://").unwrap_or(source);
            let host = host.trim_end_matches('/');
            let is_below = |pattern: &str| {
                pattern
                    .strip_prefix('*')
                    .is_some_and(|end| self.host.ends_with(end))
            };
            ["*", "https:", "'strict-dynamic'"].contains(&source)
                || host == self.host
                || is_below(host)
                || self.is_own && source == "'self'"
        })
    }
}
