//! `clerk-rs routes`, as a user sees it, and what it says of the projects that `init` makes.

use std::fs;
use std::path::Path;

use clap::ValueEnum as _;
use clerk_rs_cli::scaffold::catalog::Catalog;
use clerk_rs_cli::scaffold::{Extra, Framework, Template};
use serde_json::Value;

use crate::support::Sandbox;

const MANIFEST: &str = "[package]\nname = \"my-app\"\n\n[dependencies]\naxum = \"0.8\"\nclerk-auth = { version = \"0.2\", default-features = false, features = [\"axum\"] }\n";

const MAIN: &str = r#"
use axum::{Router, routing::{get, post}};
use clerk_auth::axum::{Allowed, ClerkLayer, serve};
use clerk_auth::{Check, Kit, Paths, Rule};

struct Admin;
impl Rule for Admin {
    fn check() -> Check { Check::role("org:admin") }
}

#[tokio::main]
async fn main() {
    let paths = Paths { public: &["/", "/u/about"], ..Paths::PROTECTED };
    let kit = Kit::builder().paths(paths).from_env().unwrap();
    let app = Router::new()
        .route("/", get(home))
        .route("/u/{name}", get(home).post(change))
        .merge(extra_routes!())
        .layer(ClerkLayer::new(&kit));
    serve(app, &kit).await.unwrap();
}
async fn home() {}
async fn change(_: Allowed<Admin>) {}
"#;

fn project(main: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("src")).unwrap();
    fs::write(sandbox.path("Cargo.toml"), MANIFEST).unwrap();
    fs::write(sandbox.path("src/main.rs"), main).unwrap();
    sandbox
}

fn with_a_late_route() -> Sandbox {
    project(&MAIN.replace(
        "(&kit));",
        "(&kit))\n        .route(\"/late\", post(home));",
    ))
}

#[test]
fn routes_are_listed_with_what_protects_them() {
    let sandbox = project(MAIN);
    sandbox
        .cli("routes")
        .stdout(
            "  3 routes: 1 signed in, 1 guarded, 1 public

  GET    /           public           home     src/main.rs:16
  GET    /u/{name}   signed in        home     src/main.rs:17
         /u/about is open, and this route may answer there
  POST   /u/{name}   role org:admin   change   src/main.rs:17
         /u/about is open, and this route may answer there

  Not read
    src/main.rs:18   `extra_routes!()` is a macro
",
        )
        .run();
}

#[test]
fn a_route_without_a_gate_is_exit_1() {
    let sandbox = with_a_late_route();
    sandbox
        .cli("routes --unprotected")
        .status(1)
        .stdout(
            "  2 routes: 1 public, 1 without a gate

  GET    /       public           home   src/main.rs:16
  POST   /late   without a gate   home   src/main.rs:20

  Not read
    src/main.rs:18   `extra_routes!()` is a macro

  The gate is the part of clerk-auth that sees each request before the app does.
  Where none stands, strangers reach the handler.
",
        )
        .run();
}

#[test]
fn json_has_each_route_with_file_and_line() {
    let sandbox = with_a_late_route();
    let text = sandbox.cli("routes --json").status(1).any_stdout().run();
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["schema"], "clerk-rs.routes/1");
    assert_eq!(document["ok"], false);
    assert_eq!(document["root"], "src/main.rs");
    let guarded = serde_json::json!({
        "method": "POST", "path": "/u/{name}", "kind": "route", "protection": "guarded",
        "rule": "role org:admin", "data": false, "handler": "change", "file": "src/main.rs", "line": 17,
        "remarks": ["/u/about is open, and this route may answer there"],
    });
    let routes = document["routes"].as_array().unwrap();
    assert!(routes.contains(&guarded), "{text}");
    let unread = serde_json::json!([{ "file": "src/main.rs", "line": 18, "why": "`extra_routes!()` is a macro" }]);
    assert_eq!(document["unread"], unread);
}

#[test]
fn a_project_without_routes_is_exit_3() {
    project("fn main() {}\n")
        .cli("routes")
        .status(3)
        .stdout("  No routes were found from src/main.rs on\n")
        .run();
}

#[test]
fn without_a_program_to_read_it_says_what_to_do() {
    let sandbox = Sandbox::new();
    sandbox.cli("routes").status(3).any_stderr().run();
    fs::write(
        sandbox.path("Cargo.toml"),
        "[workspace]\nmembers = [\"app\"]\n",
    )
    .unwrap();
    sandbox
        .cli("routes")
        .status(3)
        .stderr(
            "error: there is no package in [WORK]
  because: its Cargo.toml is that of a workspace
  help: run it in the folder of the package whose routes you want
",
        )
        .run();
    fs::create_dir_all(sandbox.path("app/src/bin")).unwrap();
    let manifest = "[package]\nname = \"app\"\n[dependencies]\naxum.workspace = true\n";
    fs::write(sandbox.path("app/Cargo.toml"), manifest).unwrap();
    fs::write(sandbox.path("app/src/bin/one.rs"), "fn main() {}").unwrap();
    fs::write(sandbox.path("app/src/bin/two.rs"), MAIN).unwrap();
    let member = sandbox.path("app");
    sandbox
        .cli("routes")
        .folder(&member)
        .status(2)
        .stderr(
            "error: there are 2 programs here
  because: they are one, two
  help: name the one that is meant: --bin NAME
",
        )
        .run();
    sandbox
        .cli("routes --bin three")
        .folder(&member)
        .status(2)
        .stderr("error: there is no program three\n  because: there is one, two\n")
        .run();
    // The member names axum and not the core: neither gate nor rules are known, and axum is by the workspace's table.
    let workspace = "[workspace]\nmembers = [\"app\"]\n[workspace.dependencies]\naxum = \"0.8\"\n";
    fs::write(sandbox.path("Cargo.toml"), workspace).unwrap();
    let text = sandbox
        .cli("routes --bin two")
        .folder(&member)
        .status(1)
        .any_stdout()
        .run();
    assert!(text.contains("3 routes: 3 without a gate"), "{text}");
}

/// What the table of requests and answers says about strangers: a path, and whether they get in.
fn told(template: Template) -> Vec<(String, bool)> {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/behaviour.toml");
    let table: toml::Table = fs::read_to_string(table).unwrap().parse().unwrap();
    let app = match template {
        Template::Web => "live",
        Template::Api => "api",
        Template::Spa => "spa",
    };
    let mut told = Vec::new();
    for group in table["group"].as_array().unwrap() {
        let apps = group.get("apps").or_else(|| group.get("app")).unwrap();
        let is_ours = |name: &toml::Value| name.as_str() == Some(app);
        if !(is_ours(apps) || apps.as_array().is_some_and(|apps| apps.iter().any(is_ours)))
            || group.get("extra").is_some()
        {
            continue;
        }
        let defaults = group.get("defaults");
        for row in group["rows"].as_array().unwrap() {
            let get = |key: &str| row.get(key).or_else(|| defaults?.get(key));
            if ["cookie", "bearer", "headers", "body"]
                .iter()
                .any(|key| get(key).is_some())
            {
                continue;
            }
            let gets_in = match (
                get("status").and_then(toml::Value::as_integer),
                get("sign_in"),
            ) {
                (Some(200), None) => true,
                (Some(401), None) | (None, Some(_)) => false,
                _ => continue,
            };
            let sent = get("send").unwrap();
            let sent = sent
                .as_array()
                .cloned()
                .unwrap_or_else(|| vec![sent.clone()]);
            let paths = sent
                .iter()
                .filter_map(|line| line.as_str()?.strip_prefix("GET "));
            // How the gate reads odd spellings is tested where that is done.
            let is_plain = |path: &&str| {
                let is_word = |c: char| c.is_ascii_lowercase() || "/-".contains(c);
                path.starts_with('/') && path.chars().all(is_word) && !path.contains("//")
            };
            told.extend(
                paths
                    .filter(is_plain)
                    .map(|path| (path.to_owned(), gets_in)),
            );
        }
    }
    told
}

/// Whether a path is that of a listed route, and if so how many of its segments are literally the same.
fn sameness(route: &Value, path: &str) -> Option<usize> {
    let listed: Vec<_> = route["path"].as_str().unwrap().split('/').skip(1).collect();
    let path: Vec<_> = path.split('/').skip(1).collect();
    let is_parameter = |part: &str| part.starts_with(['{', '<', ':', '*']);
    let takes_rest = |part: &str| is_parameter(part) && (part.contains('*') || part.contains(".."));
    let mut same = 0;
    for (at, part) in listed.iter().enumerate() {
        match path.get(at) {
            Some(_) if takes_rest(part) => return Some(same),
            // Rocket's and one of salvo's take nothing as well.
            None if part.ends_with("..>") || part.starts_with("{**") => return Some(same),
            Some(found) if found == part => same += 2,
            Some(found) if is_parameter(part) && !found.is_empty() => same += 1,
            _ => return None,
        }
    }
    (listed.len() == path.len()).then_some(same)
}

#[test]
fn what_is_listed_of_generated_projects_is_what_they_do() {
    let catalog = Catalog::load().unwrap();
    for &framework in Framework::value_variants() {
        for &template in Template::value_variants() {
            if !catalog.has(framework, template) {
                continue;
            }
            let sandbox = Sandbox::new();
            let named = template.to_possible_value().unwrap();
            let words = format!(
                "init . --yes --no-git --framework {} --template {}",
                framework.name(),
                named.get_name()
            );
            sandbox.cli(&words).any_stdout().any_stderr().run();
            let text = sandbox.cli("routes --json").any_stdout().run();
            let document: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(document["unread"], serde_json::json!([]), "{words}");
            let routes = document["routes"].as_array().unwrap();
            let told = told(template);
            assert!(told.len() > 3, "{told:?}");
            for (path, gets_in) in told {
                let fitting = routes
                    .iter()
                    .filter(|route| sameness(route, &path).is_some());
                let route = fitting.max_by_key(|route| sameness(route, &path));
                let is_nobodys = route.is_none_or(|route| route["kind"] == "fallback");
                if template == Template::Spa && gets_in && is_nobodys {
                    let is_front_end = |route: &Value| route["handler"] == "the kit: front end";
                    assert!(routes.iter().any(is_front_end), "{text}");
                    continue;
                }
                // No route, and no way for strangers to learn that.
                let lets_in = route.is_some_and(|route| {
                    let protection = route["protection"].as_str().unwrap();
                    ["public", "without-auth"].contains(&protection)
                });
                assert_eq!(lets_in, gets_in, "{words}: {path} in\n{text}");
            }
        }
    }
}

/// The routes of the extras.
#[test]
fn the_routes_of_extras_are_listed() {
    let catalog = Catalog::load().unwrap();
    for &framework in Framework::value_variants() {
        for (extra, method, path, protection) in [
            (Extra::Webhooks, "POST", "/webhooks/clerk", "webhook"),
            (Extra::Db, "GET", "/api/profile", "signed in"),
            (
                Extra::Machines,
                "GET",
                "/api/machines/me",
                "machines: any token",
            ),
            (
                Extra::Machines,
                "GET",
                "/api/machines/reports",
                "machines: scope reports:read",
            ),
        ] {
            if !catalog.extras[&extra].fits(framework, Template::Web) {
                continue;
            }
            let sandbox = Sandbox::new();
            let extra = extra.to_possible_value().unwrap();
            let words = format!(
                "init . --yes --no-git --framework {} --with {}",
                framework.name(),
                extra.get_name()
            );
            sandbox.cli(&words).any_stdout().any_stderr().run();
            let text = sandbox.cli("routes").any_stdout().run();
            let line = text.lines().find(|line| line.contains(path));
            let line = line.unwrap_or_else(|| panic!("{words}: {text}"));
            assert!(line.trim_start().starts_with(method), "{line}");
            assert!(line.contains(&format!("{protection}   ")), "{line}");
            assert!(!text.contains("Not read"), "{words}: {text}");
        }
    }
}
