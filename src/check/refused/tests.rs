//! Forms of manifests, beside what cargo says of them.
#![allow(clippy::unwrap_used, reason = "tests")]

use toml::de::DeTable;

use std::path::{Path, PathBuf};

use super::{edition, forms, package};
use crate::source::{Files, Workspace};

fn faults(text: &str) -> Vec<String> {
    let table = DeTable::parse(text).unwrap().into_inner();
    let nowhere = Path::new("/nowhere");
    let mut faults = package::faults(&Files::default(), nowhere, &table, None);
    faults.extend(forms(&table));
    let faults = faults.into_iter();
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
        ("[package]\nname = \"1x\"", "\"1x\" is no name of a package"),
        (
            "[package]\nname = \"x\"\nedition = \"2027\"",
            "there is no edition 2027: there are 2015, 2018, 2021, 2024",
        ),
        (
            "[workspace]\n[features]",
            "there is [features], and no [package] that would have it",
        ),
        (
            "[workspace]\n[lints]",
            "there is [lints], and no [package] that would have it",
        ),
        (
            "[workspace]\n[[bin]]\nname = \"b\"\npath = \"b.rs\"",
            "there is [bin], and no [package] that would have it",
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

/// Cargo 1.95 was asked about each of these (`cargo metadata --offline --no-deps`).
#[test]
fn what_cargo_was_seen_to_refuse_is_refused() {
    let package = |rest: &str| format!("[package]\nname = \"x\"\nedition = \"2021\"\n{rest}");
    for (rest, expected) in [
        (
            "rust-version = \"stable\"",
            "`rust-version` is \"stable\", which is no version of Rust: \"1.90\" would be one",
        ),
        (
            "rust-version = \"^1.80\"",
            "`rust-version` is \"^1.80\", which is no version of Rust: \"1.90\" would be one",
        ),
        (
            "rust-version = \"1.80.0-beta\"",
            "`rust-version` is \"1.80.0-beta\", which is no version of Rust: \"1.90\" would be one",
        ),
        (
            "rust-version = 1.80",
            "`rust-version` is a number, and has to be a text",
        ),
        (
            "rust-version = \"1\"",
            "edition 2021 needs Rust 1.56, and `rust-version` is 1",
        ),
        (
            "resolver = \"4\"",
            "there is no resolver \"4\": there are 1, 2, 3",
        ),
        (
            "resolver = 2",
            "`resolver` is a number, and has to be a text",
        ),
        (
            "[workspace]\nresolver = \"4\"",
            "there is no resolver \"4\": there are 1, 2, 3",
        ),
        (
            "resolver = \"2\"\n[workspace]\nresolver = \"2\"",
            "`resolver` stands in [package] and in [workspace], and can stand in one",
        ),
        (
            "workspace = \"..\"\n[workspace]",
            "`workspace` of [package] names another one, and there is a [workspace] here",
        ),
        (
            "[workspace.package]\nversion = \"1\"",
            "\"1\" is no version of a package: unexpected end of input while parsing major version number",
        ),
        (
            "[workspace.package]\nedition = 1",
            "`edition` of the workspace is a number, and has to be a text",
        ),
        (
            "[workspace.dependencies]\nb = 1",
            "the workspace's dependency `b` is a number, and has to be a version in quotes, or a table",
        ),
        (
            "[workspace.dependencies]\nb = { version = \"1\", optional = true }",
            "the workspace's dependency `b` is optional: that is for its members to say",
        ),
        (
            "[workspace.lints.rust]\nunsafe_code = \"no\"",
            "the lint `unsafe_code` has no level: there are allow, warn, deny, forbid",
        ),
        (
            "[lints.rust]\nunsafe_code = { priority = 1 }",
            "the lint `unsafe_code` has no level: there are allow, warn, deny, forbid",
        ),
        (
            "[dependencies]\nb = { path = \"b\", git = \"https://x\" }",
            "the dependency `b` has a `git` and a `path`, and can have one",
        ),
        (
            "[dependencies]\nb = { git = \"https://x\", branch = \"b\", tag = \"t\" }",
            "the dependency `b` has a `branch` and a `tag`, and can have one",
        ),
        (
            "[dependencies]\nb = { version = \"1\", branch = \"b\" }",
            "the dependency `b` has a `branch`, and no `git` that has it",
        ),
        (
            "[dependencies]\nb = { git = \"x\" }",
            "`git` of the dependency `b` is no address: relative URL without a base",
        ),
        (
            "[dev-dependencies]\nb = { version = \"1\", optional = true }",
            "the dependency `b` is for tests, and cannot be optional",
        ),
        (
            "[features]\na = [\"b\"]",
            "the feature `a` switches on `b`, which is neither a feature nor a dependency",
        ),
        (
            "[features]\na = \"b\"",
            "the feature `a` is a text, and has to be a list of texts",
        ),
        (
            "[features]\na = [\"dep:b\"]",
            "the feature `a` switches on `dep:b`, and `b` is no dependency",
        ),
        (
            "[features]\na = [\"b?/c\"]",
            "the feature `a` switches on `b?/c`, and `b` is no dependency",
        ),
        (
            "[features]\na = [\"b\"]\n[dependencies]\nb = \"1\"",
            "the feature `a` switches on `b`, a dependency that is not optional",
        ),
        (
            "[features]\na = [\"dep:b\"]\n[dependencies]\nb = \"1\"",
            "the feature `a` switches on `dep:b`, and `b` is not optional",
        ),
        (
            "[features]\na = [\"b?/c\"]\n[dependencies]\nb = \"1\"",
            "the feature `a` switches on `b?/c`, with a `?`, and `b` is not optional",
        ),
        (
            "[features]\na = [\"b\"]\nc = [\"dep:b\"]\n[dependencies]\nb = { version = \"1\", optional = true }",
            "the feature `a` switches on `b`, which has to be `dep:b` here",
        ),
        (
            "[features]\nb = []\n[dependencies]\nb = { version = \"1\", optional = true }",
            "the dependency `b` is optional, and no feature switches it on: the one of its name does not",
        ),
        (
            "[target.'cfg(unix'.dependencies]",
            "`cfg(unix` is neither a condition (`cfg(unix)`) nor the name of a platform",
        ),
        (
            "[target.'cfg(nand(unix))'.dependencies]",
            "`cfg(nand(unix))` is neither a condition (`cfg(unix)`) nor the name of a platform",
        ),
        (
            "[target.'cfg(not(a, b))'.dependencies]",
            "`cfg(not(a, b))` is neither a condition (`cfg(unix)`) nor the name of a platform",
        ),
        (
            "[target.'cfg(os=x)'.dependencies]",
            "`cfg(os=x)` is neither a condition (`cfg(unix)`) nor the name of a platform",
        ),
        (
            "[target.'x y'.dependencies]",
            "`x y` is neither a condition (`cfg(unix)`) nor the name of a platform",
        ),
        (
            "authors = \"b\"",
            "`authors` is a text, and has to be a list of texts",
        ),
        (
            "publish = \"no\"",
            "`publish` is a text, and has to be `true`, `false` or a list of texts",
        ),
        (
            "autobins = \"no\"",
            "`autobins` is a text, and has to be `true` or `false`",
        ),
        ("links = 1", "`links` is a number, and has to be a text"),
        (
            "[[bin]]\nname = \"deps\"\npath = \"b.rs\"",
            "no program may have the name `deps`, because cargo makes a folder of that name",
        ),
        ("[profile.debug]", "no profile may have the name `debug`"),
        (
            "[profile.dev]\nopt-level = \"2\"",
            "`opt-level` of the profile `dev` is \"2\", and has to be 0, 1, 2, 3, \"s\" or \"z\"",
        ),
        (
            "[profile.dev]\ndebug = 3",
            "`debug` of the profile `dev` is a number, and has to be `true`, `false`, 0, 1, 2, or a word such as \"line-tables-only\"",
        ),
        (
            "[profile.dev]\npanic = \"b\"",
            "`panic` of the profile `dev` is \"b\", and has to be \"unwind\" or \"abort\"",
        ),
        (
            "[profile.dev]\nincremental = \"yes\"",
            "`incremental` of the profile `dev` is a text, and has to be `true` or `false`",
        ),
        (
            "[profile.dev.package.b]\nlto = true",
            "a part of the profile `dev` has `lto`, which is for all of a program",
        ),
        (
            "[lints]\nrust = 1",
            "`rust` of the lints is a number, and has to be a table",
        ),
        (
            "[lints.rust]\nb = { level = \"deny\", priority = 300 }",
            "`priority` of the lint `b` has to be a number from -128 to 127",
        ),
        (
            "[lints.rust]\n\"clippy::b\" = \"deny\"",
            "`clippy::b` is no name of a lint: write `b` in [lints.clippy]",
        ),
        (
            "[[bin]]\nname = \"b\"\npath = \"b.rs\"\n[[bin]]\nname = \"b\"\npath = \"c.rs\"",
            "there are two [[bin]] named `b`",
        ),
        (
            "[[bin]]\nname = \"b\"",
            "the [[bin]] `b` has no `path`, and no src/bin/b.rs",
        ),
        ("[[bin]]\npath = \"b.rs\"", "a [[bin]] has no `name`"),
        (
            "[bin]\nname = \"b\"",
            "`bin` is a table, and has to be a list: `[[bin]]`",
        ),
        (
            "default-run = \"b\"",
            "`default-run` is `b`, and no program has that name",
        ),
    ] {
        assert_eq!(faults(&package(rest)), [expected], "{rest}");
    }
}

/// Cargo only warns of them.
#[test]
fn tables_that_cargo_does_not_know_are_told_and_taken() {
    let of = |text: &str| {
        let table = DeTable::parse(text).unwrap().into_inner();
        let faults = forms(&table).into_iter();
        let faults = faults.map(|fault| (fault.is_taken, fault.help.unwrap()));
        faults.collect::<Vec<_>>()
    };
    let spelled = |word: &str| format!("it is spelled `{word}`");
    for (text, is_taken, word) in [
        (
            "[dependency]\na = \"1\"\n[dependencies]",
            true,
            "dependencies",
        ),
        ("[deps]\n[dependencies]", true, "dependencies"),
        ("[dependencis]\n[dependencies]", true, "dependencies"),
        ("[dev_deps]\n[dev-dependencies]", true, "dev-dependencies"),
        ("[featurs]", true, "features"),
        ("[workspace]\nmember = [\"a\"]", true, "members"),
        // Nothing else says what the app is made of.
        ("[deps]\na = \"1\"", false, "dependencies"),
        ("[dependencis]", false, "dependencies"),
    ] {
        assert_eq!(of(text), [(is_taken, spelled(word))], "{text}");
    }
}

#[test]
fn what_cargo_takes_has_no_fault() {
    for text in [
        "",
        "[package]\nname = \"x\"\nversion.workspace = true\nedition = { workspace = true }",
        "[package]\nname = \"caf\u{e9}\"\nversion = \" 0.1.0 \"",
        "[workspace]\nmembers = [\"a\", \"b/*\"]\n[workspace.dependencies]\na = \"1\"",
        "[dependencies]\na = \"*\"\nb = { version = \"1 , <3\", fetures = [] }\nc = { git = \"https://x\", rev = \"y\" }",
        "[package]\nname = \"x\"\nrust-version = \"1.90\"\nedition = \"2024\"\nresolver = \"3\"\n[[bin]]\nname = \"y\"\npath = \"y.rs\"",
        "[features]\na = [\"a\", \"b\", \"c/x\", \"b?/y\", \"d\"]\nd = [\"dep:d\"]\n[dependencies]\nb = { version = \"1\", optional = true }\nd = { version = \"1\", optional = true }\n[dev-dependencies]\nc = \"1\"",
        "[target.'cfg(all(unix, not(target_os = \"macos\"),))'.dependencies]\n[target.'cfg(any())']\n[target.x86_64-unknown-linux-gnu]\n[target.'cfg(true)']",
        "[lints.rust]\nunexpected_cfgs = { level = \"warn\", check-cfg = [] }\n[lints.foo]\nx = \"deny\"\n\"a::b\" = \"warn\"",
        "[package]\nname = \"_x\"\nauthors = []\nreadme = false\npublish = [\"x\"]\nbuild = false\nedition = \"2021\"\ndescription = { workspace = true }",
        "[profile.dev]\nopt-level = 4\ndebug = \"limited\"\nlto = \"off\"\nstrip = true\npanic = \"abort\"\nx = 1\n[profile.release.package.\"*\"]\nopt-level = \"s\"\n[profile.mine]\ninherits = \"dev\"\n[workspace]",
        "[something]\n[bin_else]\n[[test]]\n[[bench]]\n[replace]\n[hints]",
    ] {
        assert_eq!(faults(text), [""; 0], "{text}");
    }
}

/// Each as cargo 1.95 was seen to refuse it in that edition, and to take it in the one before.
#[test]
fn the_edition_of_2024_knows_no_former_spellings() {
    let shared = "[dependencies]\nserde = \"1\"\nlog = { version = \"1\", default-features = false }\nurl = { version = \"1\", default_features = false }";
    let above = Workspace {
        folder: PathBuf::new(),
        table: shared.parse().unwrap(),
    };
    let of = |text: &str, edition: &str| {
        let table = DeTable::parse(text).unwrap().into_inner();
        let faults = edition::faults(&table, edition, Some(&above)).into_iter();
        faults.map(|fault| fault.why).collect::<Vec<_>>()
    };
    let former = |former: &str, now: &str| {
        format!("edition 2024 does not know `{former}`: it is `{now}` there")
    };
    for (text, expected) in [
        ("[project]", former("project", "package")),
        ("[dev_dependencies]", former("dev_dependencies", "dev-dependencies")),
        ("[target.x.build_dependencies]", former("build_dependencies", "build-dependencies")),
        ("[lib]\ncrate_type = [\"lib\"]", former("crate_type", "crate-type")),
        ("[dependencies]\na = { version = \"1\", default_features = false }", former("default_features", "default-features")),
        ("[dependencies]\nserde = { workspace = true, default-features = false }", "the dependency `serde` leaves its default features out, and the workspace has it with them".to_owned()),
        ("[dependencies]\nurl = { workspace = true }", "edition 2024 does not know `default_features`, which the workspace has for the dependency `url`: it is `default-features` there".to_owned()),
    ] {
        assert_eq!(of(text, "2024"), [expected], "{text}");
        assert_eq!(of(text, "2021"), [""; 0], "{text}");
    }
    for text in [
        "[dev-dependencies]\na = { version = \"1\", default-features = false }",
        "[dependencies]\nlog = { workspace = true, default-features = false }\nserde = { workspace = true, default_features = false }",
    ] {
        assert_eq!(of(text, "2024"), [""; 0], "{text}");
    }
}
