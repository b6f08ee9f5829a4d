//! `init` in a project that is there already, from outside. cargo is a script here, unless a test says otherwise.

mod asks;
mod care;
mod checks;
mod gates;
mod kills;
mod plans;
mod refuses;
mod undoes;
mod workspaces;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{Sandbox, tree};

/// A keyword for each run without cargo and without questions.
const QUICK: &str = "init app --yes --no-check";

const MANIFEST: &str = "\
[package]
name = \"orchard\" # mine
version = \"0.1.0\"
edition = \"2024\"

[dependencies]
axum = \"0.8\"
tokio = { version = \"1\", features = [\"full\"] }
";

const MAIN: &str = "\
use axum::{Router, routing::get};

#[tokio::main]
async fn main() {
    let app = Router::new()
        .route(\"/\", get(home))
        .route(\"/health\", get(home))
        .route(\"/users/{id}\", get(home));
    let listener = tokio::net::TcpListener::bind(\"127.0.0.1:3000\").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}

async fn home() -> &'static str {
    \"home\"
}
";

/// A project `app`, committed.
fn project() -> Sandbox {
    let sandbox = bare();
    commit(&sandbox);
    sandbox
}

/// The same without a repository.
fn bare() -> Sandbox {
    let sandbox = Sandbox::new();
    fs::create_dir_all(sandbox.path("app/src")).unwrap();
    for (path, text) in [
        ("app/Cargo.toml", MANIFEST),
        ("app/src/main.rs", MAIN),
        ("app/.gitignore", "/target\n"),
    ] {
        fs::write(sandbox.path(path), text).unwrap();
    }
    sandbox
}

fn commit(sandbox: &Sandbox) {
    git(sandbox, &["init", "-q"]);
    git(sandbox, &["add", "-A"]);
    git(sandbox, &["commit", "-q", "-m", "before"]);
}

fn git(sandbox: &Sandbox, words: &[&str]) -> String {
    let git = Command::new("git")
        .args(["-c", "user.name=x", "-c", "user.email=x@example.com"])
        .args(words)
        .current_dir(sandbox.path("app"))
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(git.status.success(), "{git:?}");
    String::from_utf8(git.stdout).unwrap()
}

/// Every file with its bytes and mode, and every folder; git's own apart.
fn state(sandbox: &Sandbox) -> BTreeMap<String, (u32, Vec<u8>)> {
    let app = sandbox.path("app");
    let names = tree(&app).into_iter();
    names
        .filter(|name| !name.starts_with(".git/"))
        .map(|name| {
            let path = app.join(name.trim_end_matches(['@', '/']));
            let bytes = fs::read(&path).unwrap_or_default();
            let mode = mode_of(&path);
            (name, (mode, bytes))
        })
        .collect()
}

#[cfg(unix)]
fn mode_of(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o7777
}

#[cfg(not(unix))]
fn mode_of(_: &Path) -> u32 {
    0
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// Method, path and protection of each route, as `routes` reads them from the disk.
fn routes(sandbox: &Sandbox) -> Vec<(String, String)> {
    let cli = sandbox.cli("routes --json").folder(&sandbox.path("app"));
    let output = cli.output();
    let said = json(&String::from_utf8(output.stdout).unwrap());
    let routes = said["routes"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    routes
        .map(|route| (text(&route["path"]), text(&route["protection"])))
        .collect()
}
