//! Commands of use in the minute after an app was wired.

use crate::scaffold::choices::word;
use crate::scaffold::{Choices, Keys, Template};
use crate::source::Protection;
use crate::wire::plan::Plan;

/// How to run it, how to get in, where the open paths stand, and how a handler knows who asks.
pub fn steps(choices: &Choices, module: &str, plan: &Plan) -> Vec<String> {
    let mut steps = Vec::new();
    match choices.template {
        Template::Web => {
            steps.push("clerk-rs dev    then open http://localhost:3000/sign-up".to_owned());
        }
        _ => {
            steps.push("clerk-rs dev    runs it".to_owned());
        }
    }
    if matches!(
        (choices.template, &choices.keys),
        (Template::Api, Keys::Local(_))
    ) {
        let path = protected(plan);
        steps.push(format!(
            "curl -H \"Authorization: Bearer $(clerk-rs token mint)\" localhost:3000{path}"
        ));
    }
    if let Some(file) = file(module, plan) {
        steps.push(format!("{file}    PUBLIC_PATHS in it are the open paths"));
    }
    let framework = word(choices.framework).replace('-', "_");
    steps.push(format!(
        "clerk_auth::{framework}::SignedIn    a parameter of a handler that wants to know who asks"
    ));
    steps
}

/// A path that needs a sign-in and can be asked for as it is. It comes from the app's source and goes into a shell.
fn protected(plan: &Plan) -> &str {
    let routes = plan.routes.iter().map(|planned| &planned.route);
    let asked = routes.filter(|route| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
        route.protection == Protection::SignedIn
            && matches!(route.method.as_deref(), None | Some("GET"))
            && route.path.starts_with('/')
            && route.path.chars().all(is_plain)
    });
    let paths = asked.map(|route| route.path.as_str());
    // A line that is broken on the screen cannot be copied.
    paths.min_by_key(|path| path.len()).unwrap_or("/")
}

/// The file of the module.
fn file<'a>(module: &str, plan: &'a Plan) -> Option<&'a str> {
    let ends = [format!("/{module}.rs"), format!("/{module}/mod.rs")];
    let mut paths = plan.actions.iter().map(|action| action.path.as_str());
    paths.find(|path| ends.iter().any(|end| path.ends_with(end)))
}
