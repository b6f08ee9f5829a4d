//! What an update takes from a project's own `Cargo.toml`, and what it refuses to guess.

use std::fs;

use serde_json::Value;

use crate::support::Sandbox;

const MANIFEST: &str = "app/Cargo.toml";

fn project(words: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox
        .cli(&format!("init app --no-git --quiet {words}"))
        .run();
    sandbox
}

fn edit(sandbox: &Sandbox, from: &str, to: &str) {
    let text = sandbox.read(MANIFEST);
    assert!(text.contains(from), "{from}: {text}");
    fs::write(sandbox.path(MANIFEST), text.replace(from, to)).unwrap();
}

fn updated(sandbox: &Sandbox, status: i32) -> Value {
    let said = sandbox.cli("update app --json --yes");
    serde_json::from_str(&said.status(status).any_stdout().run()).unwrap()
}

fn refused(sandbox: &Sandbox) -> (String, String) {
    let before = sandbox.read(MANIFEST);
    let said = updated(sandbox, 3);
    assert_eq!(sandbox.read(MANIFEST), before);
    let error = &said["error"];
    let text = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
    let all = format!("{}\n{}", text("message"), text("help"));
    (text("code"), all)
}

/// Whoever added a feature had to copy its files by hand, and whoever took one out kept them for ever.
#[test]
fn the_core_has_the_files_of_the_features_that_the_manifest_asks_for() {
    let sandbox = project("--template api");
    let webhooks = sandbox.path("app/clerk-auth/src/webhooks.rs");
    let asks = |features: &str| format!("features = [\"ring\", \"axum\"{features}] }}");
    edit(&sandbox, &asks(""), &asks(", \"webhooks\""));
    assert!(!webhooks.exists());
    updated(&sandbox, 0);
    assert!(webhooks.exists());
    assert_eq!(updated(&sandbox, 0)["files"].as_array().unwrap().len(), 0);

    edit(&sandbox, &asks(", \"webhooks\""), &asks(""));
    updated(&sandbox, 0);
    assert!(!webhooks.exists());

    // The same in other spellings: behind a feature of the app, in a table of its own, with cargo's defaults.
    for (from, to) in [
        (
            "\n[lints.rust]",
            "\n[features]\nhooks = [\"clerk-auth/webhooks\"]\n\n[lints.rust]",
        ),
        (
            "\n[lints.rust]",
            "\n[build-dependencies.clerk-auth]\npath = \"clerk-auth\"\ndefault-features = false\nfeatures = [\"webhooks\"]\n\n[lints.rust]",
        ),
        (
            "default-features = false, features = [\"ring\"",
            "features = [\"ring\"",
        ),
    ] {
        let before = sandbox.read(MANIFEST);
        edit(&sandbox, from, to);
        updated(&sandbox, 0);
        assert!(webhooks.exists(), "{to}");
        fs::write(sandbox.path(MANIFEST), before).unwrap();
        updated(&sandbox, 0);
        assert!(!webhooks.exists(), "{to}");
    }
}

/// An edit of a file that is cut differently for other features is merged, not refused and not lost.
#[test]
fn edits_outlive_a_change_of_features() {
    let sandbox = project("--template api");
    let path = "app/clerk-auth/src/lib.rs";
    let text = format!("{}// mine\n", sandbox.read(path));
    fs::write(sandbox.path(path), text).unwrap();
    edit(
        &sandbox,
        "features = [\"ring\", \"axum\"] }",
        "features = [\"ring\", \"axum\", \"webhooks\"] }",
    );
    updated(&sandbox, 0);
    let text = sandbox.read(path);
    assert!(
        text.contains("pub mod webhooks;") && text.ends_with("// mine\n"),
        "{text}"
    );
}

#[test]
fn a_project_without_the_facts_is_refused_and_told_which_it_lacks() {
    let sandbox = project("--template web");
    let manifest = sandbox.read(MANIFEST);
    let (before, rest) = manifest.split_once("[package.metadata.clerk-rs]").unwrap();
    let behind = rest.split_once("[workspace]").unwrap().1;
    fs::write(
        sandbox.path(MANIFEST),
        format!("{before}[workspace]{behind}"),
    )
    .unwrap();
    let (code, said) = refused(&sandbox);
    assert_eq!(code, "no-metadata");
    // What it says to write is enough.
    let table = &said[said.rfind("[package.metadata").unwrap()..];
    fs::write(
        sandbox.path(MANIFEST),
        format!("{before}{table}\n[workspace]{behind}"),
    )
    .unwrap();
    assert_eq!(updated(&sandbox, 0)["files"].as_array().unwrap().len(), 0);

    edit(&sandbox, "\nclerk-auth = {", "\n# clerk-auth = {");
    assert_eq!(refused(&sandbox).0, "no-dependency");
    edit(&sandbox, "core-mode", "core-made");
    assert_eq!(refused(&sandbox).0, "manifest-unreadable");
}

/// It got 20 files of an app that it was not.
#[test]
fn a_stranger_with_the_oldest_core_is_refused() {
    let sandbox = Sandbox::new();
    fs::create_dir_all(sandbox.path("app/clerk-auth")).unwrap();
    for (path, text) in [
        (
            MANIFEST,
            "[package]\nname = \"app\"\nversion = \"0.1.0\"\n[dependencies]\nclerk-auth = { path = \"clerk-auth\" }\n",
        ),
        (
            "app/clerk-auth/Cargo.toml",
            "[package]\nname = \"clerk-auth\"\nversion = \"0.1.0\"\n",
        ),
    ] {
        fs::write(sandbox.path(path), text).unwrap();
    }
    assert_eq!(refused(&sandbox).0, "not-ours");
    assert_eq!(sandbox.tree().len(), 4);
}

/// `cargo update` was advised to everybody, also where it does nothing.
#[test]
fn a_core_from_elsewhere_is_renewed_by_what_renews_it() {
    let sandbox = project("--core version:0.2");
    let entry = "version = \"0.2\", default";
    for (source, expected, useless) in [
        (
            entry,
            "`cargo update -p clerk-auth` takes the newest that \"0.2\" allows",
            "git",
        ),
        (
            "version = \"=0.2.0\", default",
            "write a newer version in place of \"=0.2.0\"",
            "-p clerk-auth",
        ),
        (
            "path = \"../my core\", default",
            "`git -C \"../my core\" pull`",
            "cargo update",
        ),
        (
            "git = \"https://example.com/x\", default",
            "`cargo update -p clerk-auth` fetches its newest commit",
            "in place of",
        ),
        (
            "git = \"https://me:secret@example.com/x\", rev = \"abc123\", default",
            "write another rev in place of \"abc123\"",
            "secret",
        ),
    ] {
        edit(&sandbox, entry, source);
        let (code, said) = refused(&sandbox);
        assert_eq!(code, "core-not-copied");
        assert!(said.contains(expected) && !said.contains(useless), "{said}");
        edit(&sandbox, source, entry);
    }
}
