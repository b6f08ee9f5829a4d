//! What stops `dev` before anything runs, in words that help.

use std::fs;
use std::net::TcpListener;

use serde_json::Value;

use super::running::{project, with_local_keys, with_real_keys};
use crate::support::Sandbox;

#[test]
fn a_folder_without_a_project_is_refused() {
    Sandbox::new()
        .cli("dev")
        .status(3)
        .stderr(
            "error: this is no Rust project\n  because: there is no Cargo.toml in [WORK] or above it\n  \
             help: run it in a project's folder; `clerk-rs init my-app` makes one\n",
        )
        .run();
}

#[test]
fn an_app_that_nothing_protects_is_sent_to_init() {
    let sandbox = project("", "exit 0");
    let dev = sandbox.cli("dev").var("PORT", "0").status(3);
    dev.stderr(
        "error: nothing protects this app yet\n  because: Cargo.toml does not depend on clerk-auth, and no keys are set\n  \
         help: `clerk-rs init` here protects it, and makes keys\n",
    )
    .run();
}

#[test]
fn without_cargo_it_says_where_cargo_comes_from() {
    let sandbox = with_real_keys("");
    let nowhere = sandbox.path("src").display().to_string();
    let cli = sandbox.cli("dev -q").var("PATH", &nowhere).var("PORT", "0");
    cli.status(3)
        .stderr("error: cargo is not installed\n  because: it is not in PATH\n  help: install Rust from https://rustup.rs\n")
        .run();
}

#[test]
fn a_port_that_was_asked_for_and_is_taken_is_refused() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let sandbox = with_local_keys("exit 0");
    let expected = format!(
        "error: port {port} is taken\n  because: another program listens on it\n  help: end that program, or take "
    );
    let dev = sandbox.cli("dev").var("PORT", &port).status(3);
    dev.stderr(&format!(
        "{expected}another port, as in `PORT=3001 clerk-rs dev`\n"
    ))
    .run();
    for words in ["emulator -q --port", "emulator -q --port 0 --backend-port"] {
        let emulator = sandbox.cli(words).arg(&port).arg("--offline").status(3);
        emulator
            .stderr(&format!(
                "{expected}other ports, as in `clerk-rs emulator --port 4410`\n"
            ))
            .run();
    }
}

#[test]
fn the_emulators_two_apis_do_not_share_a_port() {
    let sandbox = with_local_keys("exit 0");
    sandbox
        .cli("emulator --port 4410 --backend-port 4410")
        .status(2)
        .stderr(
            "error: --port and --backend-port are the same\n  because: the two APIs have paths in common, so each needs \
             an address of its own\n  help: leave --backend-port out: it is then the port after --port\n",
        )
        .run();
}

#[test]
fn a_port_that_nobody_asked_for_and_is_taken_is_passed_over() {
    // Whoever has it, we or somebody else, it is taken.
    let _taken = TcpListener::bind("127.0.0.1:3000");
    let sandbox = with_real_keys("exit 0");
    let output = sandbox.cli("dev").output();
    let said = String::from_utf8(output.stderr).unwrap();
    let told = said.split("  Port 3000 is taken; the app gets ").nth(1);
    assert!(told.is_some_and(|told| !told.starts_with("3000")), "{said}");
}

#[test]
fn settings_that_cannot_be_used_are_named() {
    let real = "CLERK_PUBLISHABLE_KEY=pk_test_YnJhdmUtb3R0ZXItNy5jbGVyay5hY2NvdW50cy5kZXYk\n";
    let local = "CLERK_PUBLISHABLE_KEY=pk_test_ZW11bGF0b3ItMDEyMzQ1NjcubG9jYWxob3N0LmNsZXJrLmFjY291bnRzLmRldiQ\n";
    for (keys, code, words) in [
        (
            String::new(),
            "key-missing",
            "CLERK_PUBLISHABLE_KEY is not set",
        ),
        (
            local.to_owned(),
            "key-missing",
            "CLERK_SECRET_KEY is not set",
        ),
        (
            format!("{local}CLERK_SECRET_KEY="),
            "key-missing",
            "CLERK_SECRET_KEY is empty: .env:2 has nothing behind its `=`",
        ),
        (
            format!("{local}CLERK_SECRET_KEY=sk_live_hiddenhiddenhidden00"),
            "keys-mixed",
            "belongs to a live instance, but CLERK_PUBLISHABLE_KEY to a test instance",
        ),
        (
            "CLERK_PUBLISHABLE_KEY=pk_test_YnJ".to_owned(),
            "bad-setting",
            "(.env:1) cannot be used",
        ),
        (
            format!("{real}PORT=many"),
            "bad-setting",
            "PORT (.env:2) cannot be used",
        ),
        (
            "sk_test_hidden".to_owned(),
            "line-malformed",
            ".env:1 is not of the form",
        ),
    ] {
        let sandbox = project(&keys, "exit 0");
        let manifest = "[package]\nname = \"orchard\"\n[dependencies]\nclerk-auth = \"0.2.0\"\n";
        fs::write(sandbox.path("Cargo.toml"), manifest).unwrap();
        let said = sandbox.cli("dev --json").status(3).any_stdout().run();
        let document: Value = serde_json::from_str(&said).unwrap();
        assert_eq!(document["schema"], "clerk-rs.dev/2");
        assert_eq!(document["error"]["code"], code, "{said}");
        assert!(said.contains(words) && !said.contains("hidden"), "{said}");
    }
}

#[test]
fn a_state_that_cannot_be_read_is_left_alone() {
    let sandbox = with_local_keys("exit 0");
    fs::create_dir(sandbox.path(".clerk")).unwrap();
    fs::write(sandbox.path(".clerk/emulator.json"), "{}").unwrap();
    for words in ["dev -q --offline", "emulator -q --offline --port 0"] {
        let cli = sandbox.cli(words).var("PORT", "0").status(3);
        cli.stderr(
            "error: the emulator's state in [WORK]/.clerk/emulator.json cannot be used\n  \
             because: the file does not hold instance keys\n  help: put the file back, or move it away: a new one is \
             made, and whoever was signed in signs in again\n",
        )
        .run();
    }
    assert_eq!(sandbox.read(".clerk/emulator.json"), "{}");
}

#[test]
fn the_emulator_answers_for_no_real_instance() {
    let sandbox = with_real_keys("");
    sandbox
        .cli("emulator")
        .status(3)
        .stderr(
            "error: the project's keys are not local\n  because: they are those of the Clerk instance \
             brave-otter-7.clerk.accounts.dev\n  help: `clerk-rs dev` runs the app alone with them\n",
        )
        .run();
}

#[test]
fn a_source_without_the_libraries_is_named() {
    let sandbox = Sandbox::new();
    let said = sandbox
        .cli("emulator fetch --from . --json")
        .status(3)
        .any_stderr()
        .any_stdout()
        .run();
    let document: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(document["schema"], "clerk-rs.emulator-fetch/1");
    assert_eq!(document["error"]["code"], "libraries-not-fetched");
    assert!(said.contains("@clerk/clerk-js@6.40.0"), "{said}");
}
