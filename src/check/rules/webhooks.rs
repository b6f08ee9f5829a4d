//! Routes at which Clerk delivers what happened: only what it signed may count.

use clerk_auth::keys::PublishableKey;

use super::routes::{at, body_of, shown};
use super::{Looked, Rule};
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
/// Words in a handler that checks a signature itself.
const CHECKS: [&str; 6] = ["verify", "svix", "Svix", "signature", "hmac", "Webhook"];

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
    let mut findings: Vec<_> = hooks.iter().filter_map(|route| of(facts, route)).collect();
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

fn of(facts: &Facts<'_>, route: &Route) -> Option<Finding> {
    if route.remarks.contains(&Remark::HookBehindSignIn) {
        let detail = format!(
            "{} wants Clerk to be signed in, which it cannot be",
            shown(route)
        );
        let finding = Finding::new(Id::WebhookBehindSignIn, Verdict::No, "webhook", detail);
        return Some(
            finding
                .place(at(&route.place))
                .help("put its path into `without_auth`"),
        );
    }
    let is_open = [
        Protection::Public,
        Protection::WithoutAuth,
        Protection::WithoutGate,
    ]
    .contains(&route.protection);
    let checks =
        body_of(facts, route).is_some_and(|body| CHECKS.iter().any(|word| body.contains(word)));
    (is_open && !checks).then(|| {
        let detail = format!(
            "{} takes what anybody sends: no signature is checked",
            shown(route)
        );
        Finding::new(Id::WebhookNotVerified, Verdict::No, "webhook", detail)
            .guess()
            .place(at(&route.place))
            .help("let the handler take `Webhook(event)`: it gets nothing but what Clerk signed")
    })
}

/// Without the secret every delivery is refused. With local keys the emulator's own is used.
fn secret(facts: &Facts<'_>, hooks: &[&Route]) -> Option<Finding> {
    let hook = hooks
        .iter()
        .find(|route| route.protection == Protection::Webhook)?;
    let (_, variables) = facts.readable().find(|(package, _)| package.is_root())?;
    let key = variables.publishable_keys().into_iter().next()?;
    let key = PublishableKey::parse(&key.value).ok()?;
    let is_set = variables
        .get(SECRET)
        .is_some_and(|found| !found.value.is_empty());
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
