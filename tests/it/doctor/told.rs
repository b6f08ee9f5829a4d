//! Mistakes as a user meets them: where annotations land, an app with nothing of Clerk's, a gate that was taken out.

use std::fs;

use serde_json::Value;

use super::{made, of, project};
use crate::support::Sandbox;

fn said(sandbox: &Sandbox, status: i32) -> Value {
    let said = sandbox
        .cli("doctor --offline --json")
        .status(status)
        .any_stdout()
        .run();
    serde_json::from_str(&said).unwrap()
}

/// Annotations landed nowhere: their paths were counted from the project, and the runner counts from the repository.
#[test]
fn paths_of_annotations_count_from_the_top_of_the_repository() {
    let sandbox = project("axum-webhook-unsigned");
    for folder in [".git", "apps/web"] {
        fs::create_dir_all(sandbox.path(folder)).unwrap();
    }
    for name in ["src", "Cargo.toml", "core", ".env"] {
        let to = sandbox.path(&format!("apps/web/{name}"));
        fs::rename(sandbox.path(name), to).unwrap();
    }
    let run = |words: &str| {
        sandbox
            .cli(&format!("doctor --offline {words}"))
            .folder(&sandbox.path("apps/web"))
            .status(1)
            .any_stdout()
            .run()
    };
    let notes = run("--format github");
    assert!(
        notes.contains("::error file=apps/web/src/main.rs,line=14,title=webhook-not-verified::"),
        "{notes}"
    );
    let log: Value = serde_json::from_str(&run("--format sarif")).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let hook = results
        .iter()
        .find(|result| result["ruleId"] == "webhook-not-verified");
    assert_eq!(
        hook.unwrap()["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "apps/web/src/main.rs"
    );
}

/// 43 checks passed, and `routes` said that nothing stands before any route.
#[test]
fn an_app_without_anything_of_clerks_is_told_so() {
    let sandbox = project("axum-no-gate");
    let manifest = "[package]\nname = \"my-app\"\n\n[dependencies]\naxum = \"0.8\"\n";
    fs::write(sandbox.path("Cargo.toml"), manifest).unwrap();
    let said = said(&sandbox, 1);
    let gate = of(&said, "gate-missing");
    assert_eq!(gate["verdict"], "no");
    assert_eq!(gate["place"], "src/main.rs:6");
    assert_eq!(
        gate["detail"],
        "nothing of Clerk protects this app: strangers reach GET / and 1 more"
    );
    assert!(gate["help"].as_str().unwrap().contains("`clerk-rs init`"));
    sandbox.cli("routes").status(1).any_stdout().run();
    assert_eq!(of(&said, "pattern-opens-all")["verdict"], "skipped");
}

/// `doctor` named `init`, `init` named `update`, and `update` said that all is current.
#[test]
fn a_gate_that_was_taken_out_of_a_made_project_is_named_as_a_line() {
    let sandbox = made("");
    let text = sandbox.read("src/main.rs");
    let line = "        .layer(ClerkLayer::new(kit))\n";
    assert!(text.contains(line));
    fs::write(sandbox.path("src/main.rs"), text.replace(line, "")).unwrap();
    let told = said(&sandbox, 1);
    let help = of(&told, "gate-missing")["help"].as_str().unwrap();
    assert!(
        help.starts_with("write `.layer(ClerkLayer::new(kit))` as the last line of the router; the app is served at src/main.rs:"),
        "{help}"
    );
    let text = text.replace(line, "        .route_layer(ClerkLayer::new(kit))\n");
    fs::write(sandbox.path("src/main.rs"), text).unwrap();
    let told = said(&sandbox, 1);
    let help = of(&told, "route-without-gate")["help"].as_str().unwrap();
    assert!(
        help.starts_with("use `.layer` in place of `.route_layer` at src/main.rs:"),
        "{help}"
    );
}

#[test]
fn a_source_that_does_not_parse_could_not_be_found_out() {
    let said = said(&project("axum-does-not-parse"), 3);
    assert_eq!(of(&said, "source-not-read")["verdict"], "unknown");
    assert_eq!(of(&said, "route-without-gate")["verdict"], "skipped");
}

/// Outside the gate it would have let every page call.
#[test]
fn fix_leaves_a_layer_that_lets_any_origin_call_where_it_is() {
    let sandbox = project("axum-cors-behind-the-gate");
    let text = sandbox.read("src/main.rs");
    let cors = text
        .lines()
        .find(|line| line.contains("Cors") && line.contains(".layer("));
    let open = "        .layer(tower_http::cors::CorsLayer::very_permissive())";
    let text = text.replace(cors.unwrap(), open);
    fs::write(sandbox.path("src/main.rs"), &text).unwrap();
    let said = sandbox
        .cli("doctor --offline --fix --yes")
        .status(1)
        .any_stdout()
        .run();
    assert!(said.contains("cors-behind-gate"), "{said}");
    assert_eq!(sandbox.read("src/main.rs"), text);
}

#[test]
fn what_an_earlier_commit_has_is_found_though_it_was_taken_out() {
    // A development instance has users, too, and was not told of.
    for start in ["sk_live_", "sk_test_", "ak_", "mt_", "oat_"] {
        in_history(start);
    }
}

fn in_history(start: &str) {
    let sandbox = made("");
    let git = |words: &str| {
        let mut git = std::process::Command::new("git");
        git.current_dir(sandbox.path("")).args([
            "-c",
            "user.email=a@b.example",
            "-c",
            "user.name=a",
        ]);
        let done = git.args(words.split(' ')).output().unwrap();
        assert!(done.status.success(), "{words}: {done:?}");
    };
    let key = [start, "2q7OrchardOrchardOrchardOrchard4711"].concat();
    fs::write(
        sandbox.path("src/key.rs"),
        format!("const KEY: &str = \"{key}\";\n"),
    )
    .unwrap();
    let placeholder = ["sk_live_", &"x".repeat(24)].concat();
    git("init -q");
    git("add -A src/key.rs");
    git("commit -qm one");
    let others = format!("{placeholder}\nkayak_reservationsAreHandledHere2024\n");
    fs::write(sandbox.path("src/notes.md"), &others).unwrap();
    git("add -A");
    git("commit -qm two");
    fs::write(sandbox.path("src/notes.md"), &others[..9]).unwrap();
    fs::remove_file(sandbox.path("src/key.rs")).unwrap();
    git("commit -qam three");
    let said = sandbox
        .cli("doctor --offline --json")
        .with_programs()
        .any_stdout()
        .run();
    assert!(!said.contains("Orchard"), "{said}");
    let said: Value = serde_json::from_str(&said).unwrap();
    let told = of(&said, "secret-in-history");
    assert_eq!(told["verdict"], "warn");
    assert_eq!(told["place"], "src/key.rs");
    let findings = said["findings"].as_array().unwrap().iter();
    let all = findings.filter(|one| one["id"] == "secret-in-history");
    assert_eq!(
        all.count(),
        1,
        "a commit that took it away, or a placeholder"
    );
}
