//! Pages for a project that `init` made.

use std::fs;
use std::process::Command;

use serde_json::Value;

use super::{add, edit, files, paths, project};
use crate::support::Sandbox;

const FRAMEWORKS: [&str; 5] = ["actix-web", "axum", "poem", "rocket", "salvo"];
/// Short and long ones, so that lines are broken in each way.
const NAMES: [(&str, &str); 6] = [
    ("reports", ""),
    ("about", "--public"),
    ("admin/reports", ""),
    ("team-reports-of-this-year", ""),
    ("a-name-that-is-as-long-as-it-may-be-here", "--public"),
    ("pricing", "--public"),
];

#[track_caller]
fn must_be_formatted(sandbox: &Sandbox) {
    for path in ["clerk.rs", "pages.rs", "routes.rs", "tests/pages.rs"] {
        let path = sandbox.path("app/src").join(path);
        let mut rustfmt = Command::new("rustfmt");
        let rustfmt = rustfmt.args(["--check", "--edition", "2024"]).arg(&path);
        let rustfmt = rustfmt.output().unwrap();
        let said = String::from_utf8_lossy(&rustfmt.stdout);
        assert!(rustfmt.status.success(), "{said}");
    }
}

fn routes(sandbox: &Sandbox) -> Value {
    let run = sandbox.cli("routes --json").folder(&sandbox.path("app"));
    serde_json::from_str(&run.any_stdout().run()).unwrap()
}

#[test]
fn a_page_is_written_in_the_words_of_each_framework() {
    for framework in FRAMEWORKS {
        let sandbox = project(&format!("--framework {framework}"));
        for (name, how) in NAMES {
            let said = add(&sandbox, &format!("page {name} {how} --yes"), 0);
            assert_eq!(
                said["by_hand"].as_array().unwrap().len(),
                0,
                "{framework}: {said}"
            );
            must_be_formatted(&sandbox);
        }
        let found = routes(&sandbox);
        for (name, how) in NAMES {
            let path = format!("/{name}");
            let mut all = found["routes"].as_array().unwrap().iter();
            let route = all.find(|route| route["path"] == path.as_str());
            let route = route.unwrap_or_else(|| panic!("{framework}: {path} in {found}"));
            let expected = if how.is_empty() {
                "signed-in"
            } else {
                "public"
            };
            assert_eq!(route["protection"], expected, "{framework}: {route}");
            assert_eq!(route["method"], "GET");
        }
        let template = sandbox.read("app/templates/admin_reports.html");
        assert!(template.contains("<h1>Reports</h1>"), "{template}");
        let tests = sandbox.read("app/src/tests/pages.rs");
        for row in [
            "    (Ada, \"/reports\", 200, \"reports.html\"),\n",
            "    (Stranger, \"/about\", 200, \"about.html\"),\n",
        ] {
            assert!(tests.contains(row), "{framework}: {tests}");
        }
        if framework == "axum" {
            assert!(sandbox.read("app/src/routes.rs").contains(
                "        .route(\"/dashboard\", get(dashboard))\n        .route(\"/reports\", get(reports))\n"
            ));
        }
    }
}

#[test]
fn names_that_lead_nowhere_are_refused() {
    let sandbox = project("");
    let before = files(&sandbox);
    for (name, status, code) in [
        ("Reports", 2, "page-name"),
        ("re ports", 2, "usage"),
        ("../x", 2, "page-name"),
        ("a//b", 2, "page-name"),
        ("-x", 2, "usage"),
        ("1x", 2, "page-name"),
        ("x-", 2, "page-name"),
        ("match", 2, "page-name"),
        ("api/x", 2, "page-name"),
        ("a-name-that-is-longer-than-it-may-be-here", 2, "page-name"),
        ("dashboard", 3, "path-taken"),
        ("user/reports", 3, "path-taken"),
        ("healthz", 3, "path-taken"),
        ("layout", 3, "page-taken"),
        ("home", 3, "page-taken"),
        ("form", 3, "page-taken"),
        ("get", 3, "page-taken"),
    ] {
        let said = add(&sandbox, &format!("page {name} --yes"), status);
        assert_eq!(said["error"]["code"], code, "{name}: {said}");
        assert_eq!(files(&sandbox), before, "{name}");
    }
}

#[test]
fn a_second_run_changes_nothing() {
    let sandbox = project("");
    add(&sandbox, "page reports --yes", 0);
    let before = files(&sandbox);
    let said = add(&sandbox, "page reports --yes", 3);
    assert_eq!(said["error"]["code"], "path-taken");
    assert_eq!(files(&sandbox), before);
}

#[test]
fn where_the_place_is_not_certain_the_lines_are_told() {
    let sandbox = project("");
    edit(
        &sandbox,
        "src/routes.rs",
        "    Router::new()\n        .route(\"/\"",
        "    base()\n        .route(\"/\"",
    );
    edit(&sandbox, "src/pages.rs", "const TEMPLATES", "const MINE");
    let routes = sandbox.read("app/src/routes.rs");
    let said = add(&sandbox, "page reports --yes", 1);
    assert_eq!(sandbox.read("app/src/routes.rs"), routes);
    let by_hand = said["by_hand"].as_array().unwrap();
    assert_eq!(by_hand.len(), 2, "{said}");
    assert_eq!(by_hand[1]["lines"][0], ".route(\"/reports\", get(reports))");
    assert_eq!(by_hand[1]["path"], "src/routes.rs");
    let line = by_hand[1]["line"].as_u64().unwrap();
    let named = routes
        .lines()
        .nth(usize::try_from(line).unwrap() - 1)
        .unwrap();
    assert_eq!(named, "pub fn routes() -> Router {");
    assert_eq!(
        paths(&said),
        ["src/tests/pages.rs", "templates/reports.html"]
    );
}

#[test]
fn line_ends_marks_and_comments_of_its_owner_stay() {
    let sandbox = project("");
    for path in [
        "src/routes.rs",
        "src/pages.rs",
        "src/clerk.rs",
        "src/tests/pages.rs",
    ] {
        let text = sandbox.read(&format!("app/{path}"));
        let text = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        fs::write(sandbox.path("app").join(path), text).unwrap();
    }
    edit(
        &sandbox,
        "src/clerk.rs",
        "&[\"/\", \"/sign",
        "&[\r\n    \"/\", // All.\r\n    \"/sign",
    );
    add(&sandbox, "page about --public --yes", 0);
    for path in [
        "src/routes.rs",
        "src/pages.rs",
        "src/clerk.rs",
        "src/tests/pages.rs",
    ] {
        let text = sandbox.read(&format!("app/{path}"));
        assert!(
            text.starts_with('\u{feff}') && text.contains("/about"),
            "{path}: {text}"
        );
        assert_eq!(
            text.matches('\n').count(),
            text.matches("\r\n").count(),
            "{path}"
        );
    }
    assert!(sandbox.read("app/src/clerk.rs").contains("// All.\r\n"));
}

#[test]
fn projects_without_templates_are_told_why() {
    for (words, code) in [
        ("--template api", "no-pages"),
        ("--template spa", "no-pages"),
        ("--framework leptos", "framework-unfit"),
    ] {
        let said = add(&project(words), "page reports --yes", 3);
        assert_eq!(said["error"]["code"], code, "{said}");
    }
}

#[test]
fn extras_find_their_places_beside_pages() {
    let sandbox = project("");
    add(&sandbox, "page reports --public --yes", 0);
    let said = add(&sandbox, "ws,webhooks,machines --yes", 0);
    assert_eq!(said["left"].as_array().unwrap().len(), 0, "{said}");
    let tests = sandbox.read("app/src/tests/pages.rs");
    assert!(tests.contains("\"/live\"") && tests.contains("\"/reports\""));
    add(&sandbox, "page about --yes", 0);
    must_be_formatted(&sandbox);
}
