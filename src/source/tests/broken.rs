//! Sources that do not parse.

use super::odd::{AXUM, serving};
use super::read;

#[test]
fn a_function_that_does_not_parse_is_named_where_it_is_followed() {
    let main = serving(
        r#"mod broken;
fn app(kit: &Kit) -> Router {
    Router::new().route("/", get(broken::show)).merge(broken::routes()).layer(ClerkLayer::new(kit))
}"#,
    );
    let broken = r#"
use axum::{Router, routing::get};
pub async fn show() {
    1 +
}
pub fn routes() -> Router {
    #![allow(unused)]
    Router::new().route("/a" get(show))
}
"#;
    let lines = read(AXUM, &[("src/main.rs", &main), ("src/broken.rs", broken)]);
    assert_eq!(
        lines,
        [
            "GET / [public] broken::show",
            "? src/broken.rs:8 it does not parse: expected `,`"
        ]
    );
}

#[test]
fn a_file_that_does_not_parse_is_named_and_the_rest_is_read() {
    let main = serving(
        "mod broken;\nmod absent;\nfn app(kit: &Kit) -> Router { Router::new().route(\"/\", get(x)).merge(broken::routes()).layer(ClerkLayer::new(kit)) }",
    );
    let lines = read(
        AXUM,
        &[
            ("src/main.rs", &main),
            ("src/broken.rs", "fn x() -> u8 {\n  1\n}\nfn\n"),
        ],
    );
    assert_eq!(lines[0], "GET / [public] x", "{lines:?}");
    assert!(
        lines[1].starts_with("? src/broken.rs:1 it does not parse: "),
        "{lines:?}"
    );
    assert_eq!(
        lines[2],
        "? src/main.rs:12 mod absent: there is no such file"
    );
    assert_eq!(lines[3], "? src/main.rs:13 `broken::routes` was not found");
}
