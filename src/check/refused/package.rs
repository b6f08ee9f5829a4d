//! `[package]` and its programs.

use std::path::Path;

use semver::Version;
use toml::Table;
use toml::de::{DeTable, DeValue};

use super::form::{Fault, wrong};
use crate::source::Files;

/// The last of them is still to come.
const EDITIONS: [&str; 5] = ["2015", "2018", "2021", "2024", "2027"];
/// The version of Rust that an edition needs.
const SINCE: [(&str, (u64, u64)); 3] = [("2018", (1, 31)), ("2021", (1, 56)), ("2024", (1, 85))];
const RESOLVERS: [&str; 3] = ["1", "2", "3"];

/// What cargo refuses of the package in this folder. What it leaves to its workspace is in `shared`.
pub fn faults(
    files: &Files,
    folder: &Path,
    manifest: &DeTable<'_>,
    shared: Option<&Table>,
) -> Vec<Fault> {
    let Some(package) = manifest.get("package") else {
        return Vec::new();
    };
    let Some(own) = package.get_ref().as_table() else {
        let at = package.span().start;
        return vec![wrong(at, "`package`", package.get_ref(), "a table")];
    };
    let mut faults: Vec<_> = name(package.span().start, own).into_iter().collect();
    faults.extend(words(own, shared));
    if let (Some(resolver), true) = (own.get("resolver"), is_root(manifest)) {
        let why = "`resolver` stands in [package] and in [workspace], and can stand in one";
        let above = manifest.get("workspace").map(|above| above.get_ref());
        if above.is_some_and(|above| above.get("resolver").is_some()) {
            faults.push(Fault::new(resolver.span().start, why));
        }
    }
    if let (Some(pointer), true) = (own.get("workspace"), is_root(manifest)) {
        let why = "`workspace` of [package] names another one, and there is a [workspace] here";
        faults.push(Fault::new(pointer.span().start, why));
    }
    let edition = said(own, shared, "edition").map(|(_, edition)| edition);
    faults.extend(programs(files, folder, manifest, own, edition.as_deref()));
    faults
}

/// A text of `[package]`, its own or that of its workspace, and where it stands in its own manifest.
fn said(own: &DeTable<'_>, shared: Option<&Table>, key: &str) -> Option<(usize, String)> {
    let value = own.get(key)?;
    let text = match value.get_ref() {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Table(_) => shared?.get(key)?.as_str().map(str::to_owned),
        _ => None,
    };
    Some((value.span().start, text?))
}

fn is_root(manifest: &DeTable<'_>) -> bool {
    manifest.contains_key("workspace")
}

fn name(at: usize, own: &DeTable<'_>) -> Option<Fault> {
    let Some(name) = own.get("name") else {
        return Some(Fault::new(at, "[package] has no `name`"));
    };
    let at = name.span().start;
    match name.get_ref() {
        DeValue::String(text) if is_name(text) => None,
        DeValue::String(text) => Some(Fault::new(
            at,
            format!("\"{text}\" is no name of a package"),
        )),
        other => Some(wrong(at, "`name`", other, "a text")),
    }
}

/// What cargo refuses of letters outside ASCII is another matter.
fn is_name(text: &str) -> bool {
    let is_fit = |c: char| !c.is_ascii() || c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    !text.is_empty() && text.chars().all(is_fit)
}

/// Version, edition, version of Rust, resolver.
fn words(own: &DeTable<'_>, shared: Option<&Table>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for key in ["version", "edition", "rust-version", "resolver"] {
        match own.get(key) {
            None => continue,
            Some(value) => match value.get_ref() {
                DeValue::String(_) | DeValue::Table(_) => {}
                other => {
                    faults.push(wrong(
                        value.span().start,
                        &format!("`{key}`"),
                        other,
                        "a text",
                    ));
                    continue;
                }
            },
        }
        let Some((at, text)) = said(own, shared, key) else {
            continue;
        };
        faults.extend(word(key, &text).map(|why| Fault::new(at, why)));
    }
    let edition = said(own, shared, "edition");
    let rust = said(own, shared, "rust-version");
    if let (Some((_, edition)), Some((at, rust))) = (edition, rust)
        && let Some((_, since)) = SINCE.iter().find(|(name, _)| *name == edition)
        && rust_version(&rust).is_some_and(|rust| rust < *since)
    {
        let why = format!(
            "edition {edition} needs Rust {}.{}, and `rust-version` is {rust}",
            since.0, since.1
        );
        faults.push(Fault::new(at, why));
    }
    faults
}

/// What is wrong with the word of a key.
pub fn word(key: &str, text: &str) -> Option<String> {
    match key {
        "edition" if !EDITIONS.contains(&text) => {
            let known = EDITIONS[..4].join(", ");
            Some(format!("there is no edition {text}: there are {known}"))
        }
        "version" => {
            let error = Version::parse(text.trim()).err()?;
            Some(format!("\"{text}\" is no version of a package: {error}"))
        }
        "rust-version" if rust_version(text).is_none() => Some(format!(
            "`rust-version` is \"{text}\", which is no version of Rust: \"1.90\" would be one"
        )),
        "resolver" if !RESOLVERS.contains(&text) => {
            let known = RESOLVERS.join(", ");
            Some(format!(
                "there is no resolver \"{text}\": there are {known}"
            ))
        }
        _ => None,
    }
}

/// One to three numbers: the first two of them.
fn rust_version(text: &str) -> Option<(u64, u64)> {
    let parts: Option<Vec<u64>> = text
        .trim()
        .split('.')
        .map(|part| part.parse().ok())
        .collect();
    match parts?.as_slice() {
        [major] => Some((*major, 0)),
        [major, minor] | [major, minor, _] => Some((*major, *minor)),
        _ => None,
    }
}

/// The programs that a manifest lists, and the one that is to be run.
fn programs(
    files: &Files,
    folder: &Path,
    manifest: &DeTable<'_>,
    own: &DeTable<'_>,
    edition: Option<&str>,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    let package = own.get("name").and_then(|name| name.get_ref().as_str());
    let is_there = |path: &str| files.is_file(&folder.join(path));
    let is_found = |name: &str| {
        is_there(&format!("src/bin/{name}.rs"))
            || is_there(&format!("src/bin/{name}/main.rs"))
            || package == Some(name) && is_there("src/main.rs")
    };
    let mut names: Vec<&str> = Vec::new();
    if let Some(listed) = manifest.get("bin") {
        let Some(list) = listed.get_ref().as_array() else {
            let at = listed.span().start;
            return vec![wrong(at, "`bin`", listed.get_ref(), "a list: `[[bin]]`")];
        };
        for program in list.iter() {
            let (at, program) = (program.span().start, program.get_ref());
            let text = |key: &str| program.get(key).and_then(|value| value.get_ref().as_str());
            let Some(name) = text("name") else {
                faults.push(Fault::new(at, "a [[bin]] has no `name`"));
                continue;
            };
            if names.contains(&name) {
                faults.push(Fault::new(
                    at,
                    format!("there are two [[bin]] named `{name}`"),
                ));
            } else if text("path").is_none()
                && !is_found(name)
                // The first edition took other files for it as well.
                && edition.is_some_and(|edition| edition != "2015")
            {
                let why = format!("the [[bin]] `{name}` has no `path`, and no src/bin/{name}.rs");
                faults.push(Fault::new(at, why));
            }
            names.push(name);
        }
    }
    if let Some(run) = own.get("default-run")
        && let Some(name) = run.get_ref().as_str()
        && !names.contains(&name)
        && !is_found(name)
    {
        let why = format!("`default-run` is `{name}`, and no program has that name");
        faults.push(Fault::new(run.span().start, why));
    }
    faults
}
