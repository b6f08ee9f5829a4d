//! The pages of findings, their list, and what `-q` leaves of a report.

use clerk_rs_cli::finding::Id;
use serde_json::Value;

use super::project;
use crate::support::Sandbox;

#[test]
fn each_finding_has_a_page() {
    let sandbox = Sandbox::new();
    let said = sandbox
        .cli("doctor explain route-after-layer")
        .any_stdout()
        .run();
    assert!(
        said.starts_with("  route-after-layer\n  a route is added behind the line with the gate"),
        "{said}"
    );
    assert!(
        said.contains("\n        .layer(ClerkLayer::new(&kit))\n"),
        "{said}"
    );
    let said = sandbox
        .cli("doctor explain cors-any-origin --json")
        .any_stdout()
        .run();
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["schema"], "clerk-rs.doctor-explain/1");
    assert_eq!(said["area"], "code");
    sandbox
        .cli("doctor explain route-after-layers")
        .status(2)
        .stderr("error: there is no finding route-after-layers\n  help: did you mean route-after-layer?\n")
        .run();
}

#[test]
fn without_an_id_all_findings_are_listed() {
    let sandbox = Sandbox::new();
    let said = sandbox.cli("doctor explain").any_stdout().run();
    for line in [
        "  Keys\n    publishable-key                the publishable key is right; its kind and\n",
        "\n\n  Code\n",
        "\n    route-without-gate             no gate stands before",
    ] {
        assert!(said.contains(line), "{line} is not in\n{said}");
    }
    let said = sandbox.cli("doctor explain --json").any_stdout().run();
    let said: Value = serde_json::from_str(&said).unwrap();
    for finding in said["findings"].as_array().unwrap() {
        assert!(Id::named(finding["id"].as_str().unwrap()).is_some());
    }
}

/// `keys` was answered with `pair`, which is spelled with four other letters.
#[test]
fn a_word_that_is_no_id_is_answered_by_its_meaning() {
    let sandbox = Sandbox::new();
    for (word, help) in [
        (
            "cores",
            "did you mean one of these? core-copy, core-older, core-insecure, core-edited, core-file-missing, core-not-compared; \
             `clerk-rs doctor explain` lists all findings",
        ),
        ("pairs", "did you mean pair?"),
        ("xyzzy", "`clerk-rs doctor explain` lists all findings"),
    ] {
        let said = format!("error: there is no finding {word}\n  help: {help}\n");
        sandbox
            .cli(&format!("doctor explain {word}"))
            .status(2)
            .stderr(&said)
            .run();
    }
}

#[test]
fn quiet_annotations_are_failures_only() {
    let sandbox = project("docker-copies-all");
    let said = |words: &str| {
        let cli = sandbox.cli(&format!("doctor --offline --format github {words}"));
        cli.status(1).any_stdout().run()
    };
    let quiet = said("-q");
    assert!(!quiet.is_empty());
    assert!(
        quiet.lines().all(|line| line.starts_with("::error ")),
        "{quiet}"
    );
    assert!(said("").contains(&quiet));
}
