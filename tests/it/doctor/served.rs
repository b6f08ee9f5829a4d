//! The project's own folder, served by each server of files.

use std::fs;

use super::unread::said;
use super::{of, project};

/// It said that Rocket gives `.env` away, which it does not.
#[test]
fn a_served_folder_is_told_as_its_server_serves_it() {
    let main = "src/main.rs";
    let env = "whoever asks gets its .env";
    let (all, files) = (
        "leaves out what begins with a dot",
        "leaves out files that begin with a dot",
    );
    for (case, old, new, verdict, why) in [
        ("axum-own-folder-served", "", "", "no", env),
        (
            "axum-own-folder-served",
            "\".\"",
            "concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/\")",
            "no",
            env,
        ),
        (
            "axum-own-folder-served",
            "\".\"",
            "std::env::current_dir().unwrap()",
            "no",
            env,
        ),
        (
            "axum-own-folder-served",
            "ServeDir::new(\".\")",
            "{ let root = \".\"; ServeDir::new(root) }",
            "no",
            env,
        ),
        (
            "axum-own-folder-served",
            "ServeDir::new(\".\")",
            "ServeDir::new(std::path::Path::new(\".\"))",
            "no",
            env,
        ),
        (
            "axum-own-folder-served",
            "ServeDir::new(\".\")",
            "ServeDir::new(PathBuf::from(\"./\"))",
            "no",
            env,
        ),
        (
            "axum-own-folder-served",
            "ServeDir::new(\".\")",
            "{ use tower_http::services::ServeDir as Files; Files::new(\".\") }",
            "no",
            env,
        ),
        (
            "axum-own-folder-served",
            "ServeDir::new(\".\")",
            "ServeFile::new(\".env\")",
            "no",
            ".env is served",
        ),
        ("rocket-own-folder-served", "", "", "warn", all),
        (
            "rocket-own-folder-served",
            "from(\".\")",
            "new(relative!(\".\"), Options::Index | Options::DotFiles)",
            "no",
            env,
        ),
        ("actix-own-folder-served", "", "", "warn", all),
        (
            "actix-own-folder-served",
            "\".\")",
            "\".\").use_hidden_files()",
            "no",
            env,
        ),
        (
            "axum-own-folder-served",
            "ServeDir::new(\".\")",
            "StaticDir::new([\"static\", \".\"])",
            "warn",
            files,
        ),
        (
            "axum-own-folder-served",
            "ServeDir::new(\".\")",
            "StaticDir::new(\".\").include_dot_files(true)",
            "no",
            env,
        ),
        (
            "axum-own-folder-served",
            "ServeDir::new(\".\")",
            "StaticDir::new(\".\").include_dot_files(false)",
            "warn",
            files,
        ),
    ] {
        let sandbox = project(case);
        let text = sandbox.read(main);
        assert!(text.contains(old));
        if !old.is_empty() {
            fs::write(sandbox.path(main), text.replace(old, new)).unwrap();
        }
        let told = said(&sandbox, i32::from(verdict == "no"));
        let served = of(&told, "folder-served");
        assert_eq!(served["verdict"], verdict, "{case} {new}: {served}");
        let detail = served["detail"].as_str().unwrap();
        assert!(detail.contains(why), "{case} {new}: {detail}");
    }
}
