use std::fs;

use super::{CLERK, Files, lines, routes};

const MAIN: &str = r#"
mod pages;
use axum::{Router, routing::get};

async fn home() {}

#[tokio::main]
async fn main() {
    let app = Router::new().route("/", get(home)).merge(pages::routes());
    axum::serve(listener, app).await.unwrap();
}
"#;

#[test]
fn texts_that_are_to_be_written_are_read_over_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir_all(folder.join("src")).unwrap();
    let manifest = "[package]\nname = \"my-app\"\n[dependencies]\naxum = \"0.8\"\n";
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::write(folder.join("src/main.rs"), MAIN).unwrap();

    let before = lines(&routes(&Files::default(), folder, None).unwrap());
    assert_eq!(before[0], "GET / [without a gate] home");

    let wired = MAIN
        .replace("mod pages;", "mod clerk;\nmod pages;")
        .replace(
            "axum::serve",
            "let app = app.layer(clerk_auth::axum::ClerkLayer::new(&clerk::kit().from_env().unwrap()));\n    axum::serve",
        );
    let pages = "use axum::{Router, routing::get};\nasync fn about() {}\npub fn routes() -> Router { Router::new().route(\"/about\", get(about)) }\n";
    let files = Files::over(
        folder,
        [
            (
                "Cargo.toml",
                format!(
                    "{manifest}clerk-auth = {{ path = \"clerk-auth\", default-features = false }}\n"
                ),
            ),
            ("src/main.rs", wired),
            ("src/clerk.rs", CLERK.to_owned()),
            ("src/./x/../pages/mod.rs", pages.to_owned()),
        ],
    );
    let after = lines(&routes(&files, folder, None).unwrap());
    assert_eq!(
        after,
        ["GET / [public] home", "GET /about [signed in] pages::about"]
    );
    assert!(!folder.join("src/pages").exists());
}

#[test]
fn a_program_may_be_planned_too() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let manifest = "[package]\nname = \"my-app\"\n[dependencies]\naxum = \"0.8\"\n";
    for root in ["src/main.rs", "src/bin/only.rs", "src/bin/only/main.rs"] {
        let planned = [("Cargo.toml", manifest), (root, "fn main() {}")];
        let planned = planned.map(|(path, text)| (path, text.to_owned()));
        let reading = routes(&Files::over(folder, planned), folder, None).unwrap();
        assert_eq!(reading.root, root);
    }
    assert_eq!(fs::read_dir(folder).unwrap().count(), 0);
}
