//! Small programs, and what is read of them.
#![allow(clippy::unwrap_used, reason = "tests")]

mod actix;
mod axum;
mod broken;
mod caution;
mod leptos;
mod limits;
mod machines;
mod odd;
mod outline;
mod planned;
mod poem;
mod rocket;
mod salvo;

use std::fs;

use super::{Files, Reading, routes};

/// The gate of most of these programs: a module that they name `clerk`.
const CLERK: &str = r#"
use clerk_auth::kit::KitBuilder;
use clerk_auth::{Kit, Paths};

pub const PUBLIC_PATHS: &[&str] = &["/", "/docs/:path*", "/u/about"];

const PATHS: Paths<'static> = Paths {
    public: PUBLIC_PATHS,
    without_auth: &["/hook"],
    data: &["/api/:path*"],
    ..Paths::PROTECTED
};

pub fn kit() -> KitBuilder {
    Kit::builder().paths(PATHS)
}
"#;

/// The routes of a program, a line each, and after them what is not read.
fn read(dependencies: &str, files: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let manifest = format!(
        "[package]\nname = \"my-app\"\n[dependencies]\nclerk-auth = {{ path = \"clerk-auth\", default-features = false }}\n{dependencies}\n"
    );
    let all = [("Cargo.toml", manifest.as_str()), ("src/clerk.rs", CLERK)];
    for (name, text) in all.iter().chain(files) {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    lines(&routes(&Files::default(), folder.path(), None).unwrap())
}

fn lines(reading: &Reading) -> Vec<String> {
    let mut lines = Vec::new();
    for route in &reading.routes {
        let method = route.method.as_deref().unwrap_or("any");
        let protection = route.rule.as_deref().unwrap_or(route.protection.words());
        lines.push(format!(
            "{method} {} [{protection}] {}",
            route.path, route.handler
        ));
        lines.extend(route.remarks.iter().map(|remark| format!("  {remark}")));
    }
    for unread in &reading.unread {
        let place = &unread.place;
        lines.push(format!("? {}:{} {}", place.file, place.line, unread.why));
    }
    lines
}

#[track_caller]
fn assert_read(dependencies: &str, files: &[(&str, &str)], expected: &str) {
    let expected: Vec<_> = expected
        .lines()
        .map(|line| line.strip_prefix("        ").unwrap_or(line))
        .collect();
    let expected: Vec<_> = expected
        .into_iter()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let read = read(dependencies, files);
    assert_eq!(read, expected, "read:\n{}", read.join("\n"));
}
