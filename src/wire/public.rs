//! The patterns that open routes: what a framework spells its own way, as the gate reads it, and which of them there are to
//! choose from.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use clerk_auth::routes::RouteMatcher;

use super::obstacle::PlanError;
use crate::source::{Route, is_mixed, pattern};

/// Paths that machines ask and that nobody signs in for.
const MACHINES: [&str; 6] = [
    "/health",
    "/health_check",
    "/healthz",
    "/livez",
    "/ping",
    "/readyz",
];

/// The pattern that somebody means who wrote it, or the path as the framework and our own lists spell it.
///
/// # Errors
/// A segment that is a parameter in part: the pattern for it would open more than was written.
pub fn meant(written: &str) -> Result<String, PlanError> {
    // In the parentheses of a pattern stands an expression, which may count with braces.
    if written.contains('(') {
        return Ok(written.to_owned());
    }
    match written.split('/').find(|segment| is_mixed(segment)) {
        None => Ok(pattern(written)),
        Some(segment) => Err(PlanError::Public {
            pattern: written.to_owned(),
            why: format!("`{segment}` is a parameter in part, and `:part` takes a whole segment"),
        }),
    }
}

/// The routes that only machines ask; they stay open.
pub fn machines(routes: &[Route]) -> Vec<String> {
    let paths = routes.iter().map(|route| route.path.as_str());
    let mut open: Vec<_> = paths.filter(|path| MACHINES.contains(path)).collect();
    open.sort_unstable();
    open.dedup();
    open.into_iter().map(str::to_owned).collect()
}

/// A pattern that somebody may choose.
#[derive(Debug, Eq, PartialEq)]
pub struct Choice {
    pub pattern: String,
    methods: Vec<String>,
    /// Other routes that it opens as well.
    also: Vec<String>,
}

/// Those for routes that are not open yet. What no pattern can say, such as that which answers where no route does, is none.
pub fn choices(routes: &[Route], open: &[String]) -> Vec<Choice> {
    let mut methods: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for route in routes {
        let method = route.method.clone().unwrap_or_else(|| "any".to_owned());
        methods
            .entry(pattern(&route.path))
            .or_default()
            .insert(method);
    }
    methods.retain(|pattern, _| !open.contains(pattern));
    let is_literal = |pattern: &&String| !pattern.contains([':', '*', '(']);
    let literals: Vec<_> = methods.keys().filter(is_literal).collect();
    let choice = |(own, methods): (&String, &BTreeSet<String>)| {
        let matcher = RouteMatcher::new(&[own]).ok()?;
        let is_opened =
            |other: &&&String| **other != own && matcher.matches(other).unwrap_or_default();
        Some(Choice {
            pattern: own.clone(),
            methods: methods.iter().cloned().collect(),
            also: literals
                .iter()
                .filter(is_opened)
                .map(|other| (*other).clone())
                .collect(),
        })
    };
    methods.iter().filter_map(choice).collect()
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:28} {}", self.pattern, self.methods.join(" "))?;
        match self.also.as_slice() {
            [] => Ok(()),
            [one] => write!(f, ", and opens {one}"),
            [one, more @ ..] => write!(f, ", and opens {one} and {} more", more.len()),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::fs;

    use super::*;
    use crate::source::{Files, routes};

    #[test]
    fn a_path_may_be_written_as_it_is_shown() {
        for (written, expected) in [
            ("/users/{id}", "/users/:id"),
            ("/files/<path..>", "/files/:path*"),
            ("/static/*", "/static/:path*"),
            ("/docs/:path*", "/docs/:path*"),
            (r"/n/:id(\d{2})", r"/n/:id(\d{2})"),
        ] {
            assert_eq!(meant(written).unwrap(), expected);
        }
        let error = meant("/x/{name}.json").unwrap_err();
        assert!(matches!(error, PlanError::Public { .. }), "{error}");
    }

    #[test]
    fn a_choice_says_what_it_opens() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| fs::write(folder.path().join(path), text).unwrap();
        fs::create_dir(folder.path().join("src")).unwrap();
        write(
            "Cargo.toml",
            "[package]\nname = \"x\"\nedition = \"2024\"\n[dependencies]\naxum = \"0.8\"\n",
        );
        write(
            "src/main.rs",
            "use axum::{Router, routing::{delete, get}};\n\n#[tokio::main]\nasync fn main() {\n    \
             let app = Router::new()\n        .route(\"/entries/{n}\", delete(x))\n        \
             .route(\"/entries/new\", get(x).post(x))\n        .route(\"/health\", get(x))\n        .fallback(x);\n    \
             axum::serve(listener(), app).await.unwrap();\n}\n\nasync fn x() {}\n",
        );
        let reading = routes(&Files::default(), folder.path(), None).unwrap();
        let open = machines(&reading.routes);
        assert_eq!(open, ["/health"]);
        let choices = choices(&reading.routes, &open);
        let shown: Vec<_> = choices.iter().map(Choice::to_string).collect();
        let expected = [
            "/entries/:n                  DELETE, and opens /entries/new",
            "/entries/new                 GET POST",
        ];
        assert_eq!(shown, expected);
    }
}
