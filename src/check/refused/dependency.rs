//! One dependency, as a manifest has it.

use toml::de::DeValue;
use url::Url;

use super::form::{Entry, Fault, requirement, texts, wrong};

/// What git takes for the state that is meant.
const STATES: [&str; 3] = ["branch", "tag", "rev"];

/// What cargo refuses of it.
pub fn faults(entry: &Entry<'_>) -> Vec<Fault> {
    const TEXTS: [&str; 8] = [
        "branch", "git", "package", "path", "registry", "rev", "tag", "version",
    ];
    const SWITCHES: [&str; 4] = ["default-features", "default_features", "optional", "public"];
    let what = format!("the dependency `{}`", entry.name);
    let table = match entry.value {
        DeValue::String(text) => return requirement(entry.at, &what, text),
        DeValue::Table(table) => table,
        other => {
            return vec![wrong(
                entry.at,
                &what,
                other,
                "a version in quotes, or a table",
            )];
        }
    };
    let mut faults = Vec::new();
    let of = |key: &str| format!("`{key}` of {what}");
    for (key, value) in table {
        let (at, key): (_, &str) = (value.span().start, key.get_ref());
        let value_of = value.get_ref();
        if TEXTS.contains(&key) && value_of.as_str().is_none() {
            faults.push(wrong(at, &of(key), value_of, "a text"));
        } else if SWITCHES.contains(&key) && value_of.as_bool().is_none() {
            faults.push(wrong(at, &of(key), value_of, "`true` or `false`"));
        } else if key == "workspace" && value_of.as_bool() != Some(true) {
            faults.push(Fault::new(
                at,
                format!("{} can be nothing but `true`", of(key)),
            ));
        } else if key == "features" {
            faults.extend(texts(value, &of(key)));
        }
    }
    if let Some(version) = entry.text("version") {
        faults.extend(requirement(entry.at, &what, version));
    }
    if entry.is_for_tests && entry.is_optional() {
        let why = format!("{what} is for tests, and cannot be optional");
        faults.push(Fault::new(entry.at, why));
    }
    faults.extend(origin(entry, &what));
    let mut origins = ["git", "path", "version", "workspace"].iter();
    if !origins.any(|key| table.contains_key(*key)) {
        let why = format!("{what} has neither a `version` nor a `path` nor a `git`");
        faults.push(Fault::new(entry.at, why));
    }
    faults
}

/// Where it is to come from has to be one place.
fn origin(entry: &Entry<'_>, what: &str) -> Vec<Fault> {
    let has = |key: &&str| entry.text(key).is_some();
    let states: Vec<_> = STATES.into_iter().filter(|key| has(key)).collect();
    let why = match entry.text("git") {
        Some(_) if has(&"path") => format!("{what} has a `git` and a `path`, and can have one"),
        Some(_) if has(&"registry") => {
            format!("{what} has a `git` and a `registry`, and can have one")
        }
        Some(_) if states.len() > 1 => {
            format!(
                "{what} has a `{}`, and can have one",
                states.join("` and a `")
            )
        }
        Some(git) => match Url::parse(git) {
            Ok(_) => return Vec::new(),
            Err(error) => format!("`git` of {what} is no address: {error}"),
        },
        None => match states.first() {
            Some(state) => format!("{what} has a `{state}`, and no `git` that has it"),
            None => return Vec::new(),
        },
    };
    vec![Fault::new(entry.at, why)]
}
