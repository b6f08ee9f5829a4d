//! Lines as other tools write them: each is named once, and what it would have set is not told as missing.

use std::fs;

use serde_json::Value;

use crate::support::{Sandbox, made_of};

const TEST: &str = "pk_test_YnJhdmUtb3R0ZXItNy5jbGVyay5hY2NvdW50cy5kZXYk";
const SECRET: &str = "sk_test_2q7OrchardOrchardOrchardOrchard4711";

fn project(file: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("src")).unwrap();
    fs::write(sandbox.path("Cargo.toml"), made_of("web")).unwrap();
    fs::write(sandbox.path(".env"), file).unwrap();
    sandbox
}

/// The failures of a command, each with its help.
fn failures(file: &str, words: &str) -> Vec<String> {
    let said = project(file).cli(words).status(1).any_stdout().run();
    assert!(!said.contains("Orchard"), "{said}");
    let said: Value = serde_json::from_str(&said).unwrap();
    let findings = said["findings"].as_array().unwrap().iter();
    let failures = findings.filter(|finding| finding["verdict"] == "no");
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap_or_default().to_owned();
    failures
        .map(|it| {
            format!(
                "{}: {}; {}",
                text(it, "place"),
                text(it, "detail"),
                text(it, "help")
            )
        })
        .collect()
}

#[track_caller]
fn one(file: &str, parts: &[&str]) {
    for words in ["env check --json", "keys check --json"] {
        let told = failures(file, words);
        assert_eq!(told.len(), 1, "{words}\n{file}\n{told:#?}");
        for part in parts {
            assert!(told[0].contains(part), "{words}\n{file}\n{told:#?}");
        }
    }
}

#[test]
fn a_file_of_another_format_is_named_once() {
    for (file, name) in [
        (
            format!(
                "{{\n  \"CLERK_PUBLISHABLE_KEY\": \"{TEST}\",\n  \"CLERK_SECRET_KEY\": \"{SECRET}\"\n}}\n"
            ),
            "this is JSON",
        ),
        (
            format!("\"CLERK_PUBLISHABLE_KEY\": \"{TEST}\",\n\"CLERK_SECRET_KEY\": \"{SECRET}\"\n"),
            "this is JSON",
        ),
        (
            format!("CLERK_PUBLISHABLE_KEY: {TEST}\nCLERK_SECRET_KEY: {SECRET}\n"),
            "this is YAML",
        ),
        (
            format!(
                "[clerk]\nCLERK_PUBLISHABLE_KEY = \"{TEST}\"\nCLERK_SECRET_KEY = \"{SECRET}\"\n"
            ),
            "TOML",
        ),
        (
            format!(
                "$env:CLERK_PUBLISHABLE_KEY = \"{TEST}\"\n$env:CLERK_SECRET_KEY = \"{SECRET}\"\n"
            ),
            "PowerShell",
        ),
        (
            format!("set CLERK_PUBLISHABLE_KEY={TEST}\nset CLERK_SECRET_KEY={SECRET}\n"),
            "cmd",
        ),
        (
            format!("set -gx CLERK_PUBLISHABLE_KEY {TEST}\nset -gx CLERK_SECRET_KEY {SECRET}\n"),
            "fish",
        ),
        (
            format!("ENV CLERK_PUBLISHABLE_KEY={TEST}\nENV CLERK_SECRET_KEY={SECRET}\n"),
            "Dockerfile",
        ),
        (
            format!(
                "<<<<<<< HEAD\nCLERK_PUBLISHABLE_KEY={TEST}\n=======\nCLERK_SECRET_KEY={SECRET}\n>>>>>>> b\n"
            ),
            "merge",
        ),
    ] {
        one(&file, &[".env:1: ", name]);
    }
}

#[test]
fn a_line_of_another_kind_is_named_with_the_form_that_can_be_read() {
    for (line, name, help) in [
        (
            format!("CLERK-SECRET-KEY={SECRET}"),
            "has no -",
            "write it as CLERK_SECRET_KEY=value",
        ),
        (
            format!("export A=1; export CLERK_SECRET_KEY={SECRET}"),
            "two assignments",
            "CLERK_SECRET_KEY=value",
        ),
        (
            format!("A=1 CLERK_SECRET_KEY={SECRET}"),
            "two assignments",
            "CLERK_SECRET_KEY=value",
        ),
        (
            "CLERK_SECRET_KEY=${{ secrets.X }}".to_owned(),
            "GitHub",
            "CLERK_SECRET_KEY=value",
        ),
        (
            "CLERK_SECRET_KEY=$(op read op://a/b)".to_owned(),
            "no command is run",
            "CLERK_SECRET_KEY=value",
        ),
        (
            format!("CLERK_SECRET_KEY={SECRET} x"),
            "needs quotes",
            "write it as CLERK_SECRET_KEY=\"value\"",
        ),
    ] {
        one(
            &format!("CLERK_PUBLISHABLE_KEY={TEST}\n{line}\n"),
            &[".env:2: ", name, help],
        );
    }
}

#[test]
fn a_block_without_quotes_is_one_mistake() {
    let keys = format!("CLERK_PUBLISHABLE_KEY={TEST}\nCLERK_SECRET_KEY={SECRET}\n");
    for (block, name) in [
        (
            "CLERK_JWT_KEY=\n-----BEGIN PUBLIC KEY-----\nMIIB\nIDAQAB\n-----END PUBLIC KEY-----",
            "a PEM needs quotes",
        ),
        (
            "CLERK_JWT_KEY=-----BEGIN PUBLIC KEY-----\nMIIB\nIDAQAB",
            "a PEM needs quotes",
        ),
        (
            "CLERK_JWT_KEY={\n  \"kty\": \"RSA\",\n  \"x\": {\"y\": 1}\n}",
            "JSON needs single quotes",
        ),
    ] {
        one(
            &format!("{keys}{block}\nCLERK_SIGN_IN_URL=/a\n"),
            &[".env:3: ", name],
        );
    }
    one(&format!("{keys}CLERK_JWT_KEY={SECRET}\n"), &[".env:3: "]);
}

#[test]
fn a_value_that_hides_another_with_nothing_does_not_wait_for_them_to_differ() {
    let file = format!(
        "CLERK_PUBLISHABLE_KEY={TEST}\nCLERK_SECRET_KEY={SECRET}\nCLERK_SIGN_IN_URL=/a\nCLERK_SIGN_IN_URL=\n"
    );
    let said = project(&file).cli("env check").any_stdout().run();
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains(".env:4 is set to nothing, and that hides .env:3"),
        "{said}"
    );
    assert!(!said.contains("differ"), "{said}");
}

#[test]
fn what_is_to_be_set_is_judged_beside_what_stands_there() {
    let live = "pk_live_Y2xlcmsub3JjaGFyZC5leGFtcGxlJA";
    let file = format!(
        "CLERK_PUBLISHABLE_KEY={TEST}\nCLERK_SECRET_KEY={SECRET}\nCLERK_API_URL=http://api.example\n"
    );
    let sandbox = project(&file);
    let words = format!("env set --keys paste --publishable-key {live} --secret-key-file -");
    let said = sandbox
        .cli(&words)
        .stdin("sk_live_2q7OrchardOrchardOrchardOrchard4711");
    let said = said.status(2).any_stderr().run();
    assert_eq!(said, "");
    assert_eq!(sandbox.read(".env"), file);
    let said = project(&file)
        .cli("env set CLERK_IS_SATELLITE true")
        .any_stdout()
        .run();
    assert!(said.contains("CLERK_DOMAIN"), "{said}");
    assert!(said.contains("! CLERK_DOMAIN"), "{said}");
}

#[test]
fn an_example_is_not_said_to_be_hidden() {
    let sandbox = project("PORT=3000\n");
    let said = sandbox
        .cli("env set PORT 4001 --file .env.example")
        .any_stdout()
        .run();
    assert!(!said.contains("wins over"), "{said}");
}

#[test]
fn a_value_is_not_taken_out() {
    let sandbox = project("CLERK_SIGN_IN_URL=/login\n");
    let refused = sandbox.cli("env unset CLERK_SIGN_IN_URL=/login").status(2);
    refused
        .stderr("error: a value is not taken out, a variable is\n  help: `clerk-rs env unset CLERK_SIGN_IN_URL`\n")
        .run();
}
