//! Routes at which Clerk delivers what happened: only what it signed may count.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use clerk_auth::keys::PublishableKey;

use super::lines;
use super::routes::{Bodies, at, body_of, shown};
use super::{Looked, Rule};
use crate::check::code::Code;
use crate::check::facts::Facts;
use crate::finding::{Finding, Id, Verdict};
use crate::source::{Kind, Protection, Remark, Route};

pub const RULE: Rule = Rule {
    checks: &[
        &[Id::WebhookNotVerified],
        &[Id::WebhookBehindSignIn],
        &[Id::WebhookSecretMissing],
    ],
    check,
};

const SECRET: &str = "CLERK_WEBHOOK_SIGNING_SECRET";
/// Calls that check a signature.
const CHECKS: [&str; 4] = [
    "verify",
    "verify_ignoring_timestamp",
    "verify_slice",
    "construct_event",
];
/// Extractors of a handler that wants somebody to be signed in.
const ASKS: [&str; 5] = ["SignedIn", "Allowed", "Caller", ": Auth,", ": Auth)"];

fn check(facts: &Facts<'_>) -> Looked {
    let programs = match facts.programs() {
        Ok(programs) => programs,
        Err(why) => return Looked::not(why),
    };
    let routes = programs.iter().flat_map(|program| &program.routes);
    let hooks: Vec<_> = routes.filter(|route| is_hook(route)).collect();
    if hooks.is_empty() {
        return Looked::not("no route for webhooks was found");
    }
    let bodies = Bodies::new(facts);
    let handlers = RefCell::default();
    let findings = hooks.iter().flat_map(|route| of(&bodies, &handlers, route));
    let mut findings: Vec<_> = findings.collect();
    findings.extend(secret(facts, &hooks));
    Looked::At(findings)
}

fn is_hook(route: &Route) -> bool {
    let path = route.path.to_ascii_lowercase();
    let is_named = path.contains("webhook") || path.contains("svix");
    route.kind == Kind::Route
        && (route.protection == Protection::Webhook
            || route.remarks.contains(&Remark::HookBehindSignIn)
            || is_named
                && route
                    .method
                    .as_deref()
                    .is_none_or(|method| method == "POST"))
}

/// Whether a handler checks the signature, and whether it asks somebody, by the file of the route and its name there.
type Handlers = RefCell<HashMap<(Arc<str>, String), Option<(bool, bool)>>>;

fn of(bodies: &Bodies<'_, '_>, handlers: &Handlers, route: &Route) -> Vec<Finding> {
    if route.remarks.contains(&Remark::HookBehindSignIn) {
        return vec![behind_sign_in(route)];
    }
    let key = (route.place.file.clone(), route.handler.clone());
    let read = || {
        let body = body_of(bodies, route)?;
        Some((checks_signature(&body), asks_somebody(&body)))
    };
    let known = *handlers.borrow_mut().entry(key).or_insert_with(read);
    let checks = known.is_some_and(|(checks, _)| checks);
    let not_verified = || {
        let detail = format!(
            "{} takes what anybody sends: no signature is checked",
            shown(route)
        );
        Finding::new(Id::WebhookNotVerified, Verdict::No, "webhook", detail)
            .guess()
            .place(at(&route.place))
            .help("let the handler take `Webhook(event)`: it gets nothing but what Clerk signed")
    };
    match route.protection {
        Protection::Public | Protection::WithoutAuth | Protection::WithoutGate if !checks => {
            vec![not_verified()]
        }
        // Whoever manages webhooks of their own here asks who it is; who delivers something cannot be asked.
        Protection::SignedIn if known.is_some_and(|(_, asks)| !asks) => {
            let mut findings = vec![behind_sign_in(route).guess()];
            findings.extend((!checks).then(not_verified));
            findings
        }
        _ => Vec::new(),
    }
}

fn behind_sign_in(route: &Route) -> Finding {
    let detail = format!(
        "{} wants Clerk to be signed in, which it cannot be",
        shown(route)
    );
    Finding::new(Id::WebhookBehindSignIn, Verdict::No, "webhook", detail)
        .place(at(&route.place))
        .help("put its path into `without_auth`")
}

fn asks_somebody(body: &str) -> bool {
    ASKS.iter().any(|word| body.contains(word))
}

/// True if a handler calls something that checks a signature, or takes only what was checked. That it names the header,
/// in a text or a comment, checks nothing.
fn checks_signature(body: &str) -> bool {
    // What is handed in is the function without its beginning and its last bracket.
    let Ok(code) = Code::of("", &format!("fn handler({body}\n}}")) else {
        return false;
    };
    let arguments = body.split('{').next().unwrap_or_default();
    let is_check = |name: &str| {
        let name = name.rsplit("::").next().unwrap_or_default();
        let is_of_hooks = ["signature", "webhook", "svix"]
            .iter()
            .any(|word| name.contains(word));
        let judges = ["verify", "check", "valid"]
            .iter()
            .any(|word| name.contains(word));
        CHECKS.contains(&name) || is_of_hooks && judges
    };
    let mut calls = code.chains.iter().flat_map(|chain| &chain.calls);
    arguments.contains("Webhook") || calls.any(|call| is_check(&call.name))
}

/// Without the secret every delivery is refused. With local keys the emulator's own is used.
fn secret(facts: &Facts<'_>, hooks: &[&Route]) -> Option<Finding> {
    let hook = hooks
        .iter()
        .find(|route| route.protection == Protection::Webhook)?;
    let (_, variables) = facts.readable().find(|(package, _)| package.is_root())?;
    let key = variables.publishable_keys().into_iter().next()?;
    let key = PublishableKey::parse(&key.value).ok()?;
    let is_set = variables.get(SECRET).is_some() || lines::is_lost(variables, SECRET);
    (!is_set && !key.is_local_emulator()).then(|| {
        let detail = format!(
            "{SECRET} is not set: {} refuses every delivery",
            shown(hook)
        );
        Finding::new(Id::WebhookSecretMissing, Verdict::Warn, "webhook", detail)
            .place(at(&hook.place))
            .help("copy it from Clerk's dashboard, Webhooks, and give it to `clerk-rs env set`")
    })
}

#[cfg(test)]
mod tests {
    use super::checks_signature;

    /// Whoever asked only if the header is there was told that the signature is checked.
    #[test]
    fn only_a_call_that_checks_counts_and_not_the_name_of_a_header() {
        for body in [
            "Webhook(event): Webhook) { go(event)",
            "h: H, b: Bytes) { hook.verify(&b, &h).unwrap();",
            "h: H, b: Bytes) { if !is_valid_signature(&h, &b) { return; }",
            "h: H, b: Bytes) { mac.verify_slice(&sent)?;",
            "h: H, b: Bytes) { stripe::Webhook::construct_event(&b, &s, &k)?;",
        ] {
            assert!(checks_signature(body), "{body}");
        }
        for body in [
            "h: H, b: Bytes) { if h.get(\"svix-id\").is_none() { return; }",
            "h: H, b: Bytes) { let signature = h.get(\"svix-signature\"); // verify(it)",
            "b: Json<Value>) { send_webhook(&b); verify_email(&b)",
        ] {
            assert!(!checks_signature(body), "{body}");
        }
    }
}
