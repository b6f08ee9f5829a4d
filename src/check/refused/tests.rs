//! Forms of manifests, beside what cargo says of them.
#![allow(clippy::unwrap_used, reason = "tests")]

use toml::de::DeTable;

use super::form;

fn faults(text: &str) -> Vec<String> {
    let table = DeTable::parse(text).unwrap().into_inner();
    let faults = form::faults(&table).into_iter();
    faults.map(|fault| fault.why).collect()
}

#[test]
fn a_fault_is_named_by_what_it_is_and_has_to_be() {
    for (text, expected) in [
        (
            "package = 1",
            "`package` is a number, and has to be a table",
        ),
        (
            "[package]\nname = 1",
            "`name` is a number, and has to be a text",
        ),
        (
            "[package]\nname = \"x y\"",
            "\"x y\" is no name of a package",
        ),
        (
            "[package]\nname = \"x\"\nedition = 2024",
            "`edition` is a number, and has to be a text",
        ),
        (
            "[workspace]\nmembers = \"x\"",
            "`members` of the workspace is a text, and has to be a list of texts",
        ),
        (
            "[workspace]\n[dependencies]",
            "there is [dependencies], and no [package] that would have them",
        ),
        (
            "[target.x.dependencies]\na = { version = 1 }",
            "`version` of the dependency `a` is a number, and has to be a text",
        ),
        (
            "[dependencies]\na = { version = \"1\", optional = \"yes\" }",
            "`optional` of the dependency `a` is a text, and has to be `true` or `false`",
        ),
        (
            "[dependencies]\na = { workspace = false }",
            "`workspace` of the dependency `a` can be nothing but `true`",
        ),
        (
            "[dependencies]\na = { path = \"x\", features = [1] }",
            "an entry of `features` of the dependency `a` is a number, and has to be a text",
        ),
        (
            "[[dependencies]]\na = \"1\"",
            "`dependencies` is a list, and has to be a table",
        ),
    ] {
        assert_eq!(faults(text), [expected], "{text}");
    }
}

#[test]
fn what_cargo_takes_has_no_fault() {
    for text in [
        "",
        "[package]\nname = \"x\"\nversion.workspace = true\nedition = { workspace = true }",
        "[package]\nname = \"caf\u{e9}\"\nversion = \" 0.1.0 \"",
        "[workspace]\nmembers = [\"a\", \"b/*\"]\n[workspace.dependencies]\na = \"1\"",
        "[dependencies]\na = \"*\"\nb = { version = \"1 , <3\", fetures = [] }\nc = { git = \"x\", rev = \"y\" }",
        "[something]\n[bin_else]\n[[bin]]\n[[test]]\n[[bench]]\n[replace]\n[hints]",
    ] {
        assert_eq!(faults(text), [""; 0], "{text}");
    }
}
