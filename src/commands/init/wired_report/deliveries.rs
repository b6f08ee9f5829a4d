//! Routes that other services seem to call: they bring no session, so the gate refuses them.

use crate::source::{Protection, pattern};
use crate::wire::plan::{Plan, Planned};
use crate::wire::project::Remark;

/// Words in a path or a handler's name. Clerk's own webhooks are open where the core verifies them.
const WORDS: [&str; 2] = ["hook", "callback"];

/// A remark on those that were open and need a sign-in now.
pub fn remark(plan: &Plan) -> Option<Remark> {
    let routes = plan.routes.iter().filter(|planned| is_delivery(planned));
    let paths: Vec<_> = routes.map(|planned| planned.route.path.as_str()).collect();
    let options = paths
        .iter()
        .map(|path| format!("--public '{}'", pattern(path)));
    let options = options.collect::<Vec<_>>().join(" ");
    let (many, they, them) = match paths.len() {
        0 => return None,
        1 => (
            "looks like a route that another service calls",
            "it has",
            "it",
        ),
        _ => (
            "look like routes that other services call",
            "they have",
            "them",
        ),
    };
    let paths = paths.join(", ");
    let text = format!("{paths} {many}: {they} no session, and will be answered 401");
    let help = format!("`{options}` opens {them}; then the handler has to check who sends");
    Some(Remark::new("deliveries", text).help(help))
}

fn is_delivery(planned: &Planned) -> bool {
    let route = &planned.route;
    let is_post = matches!(route.method.as_deref(), None | Some("POST"));
    let texts = [&route.path, &route.handler].map(|text| text.to_lowercase());
    let is_named = WORDS
        .iter()
        .any(|word| texts.iter().any(|text| text.contains(word)));
    planned.was_open && route.protection == Protection::SignedIn && is_post && is_named
}
