//! `[package]` and its programs.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use semver::Version;
use toml::Table;
use toml::de::{DeTable, DeValue};

use super::form::{Fault, texts, wrong};
use crate::source::Files;

const EDITIONS: [&str; 4] = ["2015", "2018", "2021", "2024"];
/// Keys of a package with what they have to be. A table may say that the workspace has it.
const TEXTS: [&str; 10] = [
    "default-run",
    "default-target",
    "description",
    "documentation",
    "homepage",
    "license",
    "license-file",
    "links",
    "repository",
    "workspace",
];
const LISTS: [&str; 5] = ["authors", "categories", "exclude", "include", "keywords"];
const SWITCHES: [&str; 5] = [
    "autobenches",
    "autobins",
    "autoexamples",
    "autolib",
    "autotests",
];
/// Folders that cargo makes, and no program can have the name of.
const FOLDERS: [&str; 4] = ["build", "deps", "examples", "incremental"];
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
    faults.extend(values(own));
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

/// The edition of the package in a manifest, with that of its workspace.
pub fn edition(manifest: &DeTable<'_>, shared: Option<&Table>) -> Option<String> {
    let mut tables = ["package", "project"].iter();
    let own = tables.find_map(|key| manifest.get(*key)?.get_ref().as_table())?;
    said(own, shared, "edition").map(|(_, edition)| edition)
}

/// A package of nothing: no library, no program, no test, neither listed nor in its place.
pub fn without_targets(files: &Files, folder: &Path, manifest: &DeTable<'_>) -> Option<Fault> {
    let package = manifest.get("package")?;
    let own = package.get_ref().as_table()?;
    let mut kinds = ["lib", "bin", "example", "test", "bench"].iter();
    let is_listed = kinds.any(|kind| manifest.contains_key(*kind));
    // What is not to be found by itself is another matter.
    let is_switched = SWITCHES.iter().any(|key| own.contains_key(*key));
    let is_source = |path: &PathBuf| {
        path.extension().is_some_and(|end| end == "rs") || files.is_file(&path.join("main.rs"))
    };
    let mut places = ["src/bin", "examples", "tests", "benches"].iter();
    let is_there = |path: &str| files.is_file(&folder.join(path));
    let is_some = is_listed
        || is_switched
        || is_there("src/lib.rs")
        || is_there("src/main.rs")
        || places.any(|place| files.within(&folder.join(place)).iter().any(is_source));
    (!is_some).then(|| {
        let why = "there is nothing to build: no src/lib.rs, no src/main.rs, and no other program";
        Fault::new(package.span().start, why)
    })
}

/// What is something else than it has to be.
fn values(own: &DeTable<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (key, value) in own {
        let (key, at, is): (&str, _, _) = (key.get_ref(), value.span().start, value.get_ref());
        let what = format!("`{key}`");
        let is_table = is.as_table().is_some();
        if TEXTS.contains(&key) && is.as_str().is_none() && !is_table {
            faults.push(wrong(at, &what, is, "a text"));
        } else if LISTS.contains(&key) && !is_table {
            faults.extend(texts(value, &what));
        } else if SWITCHES.contains(&key) && is.as_bool().is_none() {
            faults.push(wrong(at, &what, is, "`true` or `false`"));
        } else if key == "readme" && is.as_str().is_none() && is.as_bool().is_none() && !is_table {
            faults.push(wrong(at, &what, is, "a text, `true` or `false`"));
        } else if key == "publish" && is.as_bool().is_none() && !is_table {
            match is.as_array() {
                Some(_) => faults.extend(texts(value, &what)),
                None => faults.push(wrong(at, &what, is, "`true`, `false` or a list of texts")),
            }
        } else if key == "build" && is.as_str().is_none() && is.as_bool().is_none() {
            match is.as_array() {
                Some(_) => faults.extend(texts(value, &what)),
                None => faults.push(wrong(at, &what, is, "a text, `true` or `false`")),
            }
        }
    }
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
    let is_begun = !text.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    !text.is_empty() && is_begun && text.chars().all(is_fit)
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
            let known = EDITIONS.join(", ");
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
    let mut names: HashSet<&str> = HashSet::new();
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
            if !names.insert(name) {
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
            if FOLDERS.contains(&name) {
                faults.push(forbidden(at, name));
            }
        }
    }
    let autobins = own
        .get("autobins")
        .and_then(|value| value.get_ref().as_bool());
    if let Some(name) = package.filter(|name| FOLDERS.contains(name))
        && is_there("src/main.rs")
        // It may be a program of another name, or none.
        && !manifest.contains_key("bin")
        && autobins != Some(false)
    {
        let at = own.get("name").map_or(0, |name| name.span().start);
        faults.push(forbidden(at, name));
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

fn forbidden(at: usize, name: &str) -> Fault {
    let why =
        format!("no program may have the name `{name}`, because cargo makes a folder of that name");
    Fault::new(at, why)
}
