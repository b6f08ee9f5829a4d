//! Extras for a project that `init` wired.

use std::fs;

use super::{add, edit, files, paths};
use crate::support::Sandbox;

const MANIFEST: &str = "[package]\nname = \"app\"\nedition = \"2024\"\n\n[dependencies]\naxum = \"0.8\" # mine\ntokio = { version = \"1\", features = [\"full\"] }\n";
const MAIN: &str = "\
use axum::{Router, routing::get};

#[tokio::main]
async fn main() {
    let app = Router::new().route(\"/\", get(async || \"\"));
    let listener = tokio::net::TcpListener::bind(\"127.0.0.1:0\").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}
";

fn wired(how: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    fs::create_dir_all(sandbox.path("app/src")).unwrap();
    fs::write(sandbox.path("app/Cargo.toml"), MANIFEST).unwrap();
    fs::write(sandbox.path("app/src/main.rs"), MAIN).unwrap();
    let run = sandbox.cli(&format!(
        "init --allow-dirty --no-check --yes --quiet {how}"
    ));
    run.folder(&sandbox.path("app")).any_stderr().run();
    sandbox
}

#[test]
fn files_beside_the_code_are_added_and_taken_back_with_the_rest() {
    let sandbox = wired("");
    let said = add(&sandbox, "docker,github-actions --yes", 0);
    assert_eq!(
        paths(&said),
        [
            ".dockerignore",
            ".github/workflows/ci.yml",
            "Cargo.toml",
            "Dockerfile"
        ]
    );
    let manifest = sandbox.read("app/Cargo.toml");
    assert!(
        manifest.contains("extras = [\"docker\", \"github-actions\"]"),
        "{manifest}"
    );
    assert!(manifest.contains("axum = \"0.8\" # mine\n"));
    let image = sandbox.read("app/Dockerfile");
    assert!(
        !image.contains("HEALTHCHECK") && image.contains("target/release/app"),
        "{image}"
    );
    let before = files(&sandbox);
    let said = add(&sandbox, "docker --yes", 0);
    assert_eq!(
        (paths(&said).len(), &said["known"][0]),
        (0, &"docker".into())
    );
    assert_eq!(files(&sandbox), before);
    let undo = sandbox
        .cli("init --undo --json")
        .folder(&sandbox.path("app"));
    undo.any_stdout().run();
    assert_eq!(sandbox.read("app/Cargo.toml"), MANIFEST);
    assert!(!sandbox.path("app/Dockerfile").exists());
}

#[test]
fn what_undo_takes_back_beside_is_said() {
    let sandbox = wired("");
    let run = sandbox.cli("add docker --yes").folder(&sandbox.path("app"));
    let text = run.any_stdout().run();
    let expected = "clerk-rs init --undo takes back the whole wiring, this included";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn what_needs_code_is_refused() {
    let sandbox = wired("");
    let before = files(&sandbox);
    let said = add(&sandbox, "docker,webhooks --yes", 3);
    assert_eq!(said["error"]["code"], "extra-unfit-wired", "{said}");
    fs::write(sandbox.path("app/Dockerfile"), "FROM mine\n").unwrap();
    let said = add(&sandbox, "docker --yes", 3);
    assert_eq!(said["error"]["code"], "file-taken", "{said}");
    fs::remove_file(sandbox.path("app/Dockerfile")).unwrap();
    assert_eq!(files(&sandbox), before);
    edit(&sandbox, "Cargo.toml", "extras = []", "extras = 1");
    let said = add(&sandbox, "docker --yes", 3);
    assert_eq!(said["error"]["code"], "manifest-unreadable", "{said}");
}

#[test]
fn a_page_goes_to_the_module() {
    let sandbox = wired("--template web --module auth");
    for how in ["reports", "about --public"] {
        let said = add(&sandbox, &format!("page {how} --yes"), 0);
        assert_eq!(said["by_hand"].as_array().unwrap().len(), 0, "{said}");
    }
    let routes = sandbox.read("app/src/auth/routes.rs");
    assert!(
        routes.contains("        .route(\"/reports\", get(reports))\n"),
        "{routes}"
    );
    let pages = sandbox.read("app/src/auth/pages.rs");
    assert!(
        pages.contains("(\"reports.html\", include_str!(\"templates/reports.html\")),\n"),
        "{pages}"
    );
    let module = sandbox.read("app/src/auth/mod.rs");
    assert!(module.contains("\"/about\""), "{module}");
    let found = sandbox.cli("routes --json").folder(&sandbox.path("app"));
    let found: serde_json::Value = serde_json::from_str(&found.any_stdout().run()).unwrap();
    for (path, protection) in [("/reports", "signed-in"), ("/about", "public")] {
        let mut all = found["routes"].as_array().unwrap().iter();
        let route = all.find(|route| route["path"] == path).unwrap();
        assert_eq!(route["protection"], protection, "{route}");
    }
}
