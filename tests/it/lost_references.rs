//! A `$` in a key: what it brings nothing for is told, and no part of a secret with it.

use std::fs;

use serde_json::Value;

use crate::support::{Sandbox, made_of};

const TEST: &str = "pk_test_YnJhdmUtb3R0ZXItNy5jbGVyay5hY2NvdW50cy5kZXYk";
const SECRET: &str = "sk_test_2q7OrchardOrchardOrchardOrchard4711";

fn project(manifest: &str, file: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("src")).unwrap();
    fs::write(sandbox.path("Cargo.toml"), manifest).unwrap();
    fs::write(sandbox.path(".env"), file).unwrap();
    sandbox
}

fn told(sandbox: &Sandbox, words: &str, status: i32) -> Vec<(String, String, String)> {
    let said = sandbox.cli(words).status(status).any_stdout().run();
    let said: Value = serde_json::from_str(&said).unwrap();
    let findings = said["findings"].as_array().unwrap().iter();
    let lost = findings.filter(|finding| finding["id"] == "reference-unset");
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap_or_default().to_owned();
    lost.map(|finding| {
        (
            text(finding, "place"),
            text(finding, "detail"),
            text(finding, "help"),
        )
    })
    .collect()
}

#[test]
fn what_follows_a_dollar_in_a_secret_is_never_printed() {
    for (name, value, position) in [
        (
            "CLERK_SECRET_KEY",
            "\"sk_test_Ab$cdEfGhIjKlMnOpQrStUv\"",
            11,
        ),
        ("CLERK_SECRET_KEY", "sk_test_Ab$cdEfGhIjKlMnOpQrStUv", 11),
        (
            "CLERK_SECRET_KEY",
            "sk_test_Ab$cdEfGhIjKlMnOpQrStUv # mine",
            11,
        ),
        ("CLERK_SECRET_KEY", "\"$x$cdEfGhIjKlMnOpQrStUv\"", 1),
        (
            "CLERK_SECRET_KEY",
            "\"sk_test_AbCdEfGhIjKlMnOpQrStUvWx01$cdEfGh\"",
            35,
        ),
        ("CLERK_MACHINE_SECRET_KEY", "ak_x$cdEfGhIjKlMnOpQrStUv", 5),
        (
            "CLERK_WEBHOOK_SIGNING_SECRET",
            "\"whsec_MfKQ9r8GKY$cdEfGhIjKlMn\"",
            17,
        ),
        (
            "CLERK_PUBLISHABLE_KEY",
            "sk_test_Ab$cdEfGhIjKlMnOpQrStUv",
            11,
        ),
        ("CLERK_API_KEY", "sk_test_Ab$cdEfGhIjKlMnOpQrStUv", 11),
        ("CLERK_TEAM_SECRET", "Ab$cdEfGhIjKlMnOpQrStUv", 3),
    ] {
        let sandbox = project(&made_of("web"), &format!("{name}={value}\n"));
        for words in ["env check", "keys check", "env list"] {
            for json in ["", " --json"] {
                let said = sandbox.cli(&format!("{words}{json}"));
                let said = said.output();
                let said = format!("{said:?}");
                assert!(
                    !said.contains("cdEf"),
                    "{words}{json} {name}={value}\n{said}"
                );
                let is_told = !(name.ends_with("TEAM_SECRET") || words == "keys check");
                // The rest may stand in the next line.
                let expected = format!("position {position}: `$`");
                assert!(
                    !is_told || said.contains(&expected),
                    "{words}{json} {name}={value}\n{said}"
                );
            }
        }
    }
}

#[test]
fn a_reference_that_was_meant_is_named() {
    for value in ["$SK", "\"$SK\"", "${SK}", "sk_test_${SK}", "$SK # mine"] {
        let file = format!("CLERK_PUBLISHABLE_KEY={TEST}\nCLERK_SECRET_KEY={value}\n");
        let sandbox = project(&made_of("web"), &file);
        let told = told(&sandbox, "env check --json", 1);
        assert_eq!(told.len(), 1, "{value}");
        let (place, detail, help) = &told[0];
        assert_eq!(place, ".env:2");
        assert!(
            detail.ends_with("it refers to SK, which is not set"),
            "{value}: {detail}"
        );
        assert_eq!(help, "set it in a line above, or put the key itself there");
    }
}

#[test]
fn keys_that_come_to_nothing_are_told_though_no_program_here_asks_for_them() {
    for (file, lost) in [
        (
            "CLERK_PUBLISHABLE_KEY=$PK\nCLERK_SECRET_KEY=$SK\n",
            &[".env:1", ".env:2"][..],
        ),
        ("VITE_CLERK_PUBLISHABLE_KEY=$PK\n", &[".env:1"]),
        ("CLERK_PUBLISHABLE_KEY=\n", &[]),
    ] {
        let sandbox = project("", file);
        for words in ["env check --json", "keys check --json"] {
            let told = told(&sandbox, words, 1);
            let places: Vec<_> = told.iter().map(|(place, ..)| place.as_str()).collect();
            assert_eq!(places, lost, "{words}\n{file}");
        }
    }
    let said = project("", "CLERK_PUBLISHABLE_KEY=\n");
    let said = said.cli("env check").status(1).any_stdout().run();
    assert!(
        said.contains("CLERK_PUBLISHABLE_KEY is set to nothing"),
        "{said}"
    );
}

#[test]
fn beside_good_keys_others_that_come_to_nothing_are_told() {
    for line in [
        "CLERK_JWT_KEY=$X",
        "CLERK_MACHINE_SECRET_KEY=$X",
        "VITE_CLERK_PUBLISHABLE_KEY=$X",
        "NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY=${X}",
    ] {
        let file = format!("CLERK_PUBLISHABLE_KEY={TEST}\nCLERK_SECRET_KEY={SECRET}\n{line}\n");
        let told = told(&project(&made_of("web"), &file), "env check --json", 0);
        assert_eq!(told.len(), 1, "{line}: {told:?}");
        assert_eq!(
            (told[0].0.as_str(), told[0].1.as_str()),
            (".env:3", "it refers to X, which is not set")
        );
    }
    let file = format!(
        "CLERK_PUBLISHABLE_KEY={TEST}\nCLERK_SECRET_KEY={SECRET}\nCLERK_JWT_KEY=${{X:-}}\n"
    );
    let told = told(&project(&made_of("web"), &file), "env check --json", 0);
    assert!(
        told.is_empty(),
        "a default that is empty was meant so: {told:?}"
    );
}

#[test]
fn a_key_that_lost_its_end_is_told_by_the_reference_though_the_rest_looks_whole() {
    for end in ["Orchard", "OrchardOrchard"] {
        let file = format!(
            "CLERK_PUBLISHABLE_KEY={TEST}\nCLERK_SECRET_KEY=\"sk_test_2q7Orchard{end}Yz01Ab$Z3456789abcdEF\"\n"
        );
        let said = told(&project(&made_of("web"), &file), "env check --json", 0);
        assert_eq!(said.len(), 1, "{end}");
        assert!(said[0].1.contains("`$` begins a reference"), "{said:?}");
        assert_eq!(said[0].2, r"write `\$`, or put the value in single quotes");
    }
}
