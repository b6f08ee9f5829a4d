//! Selects the part of the core that a project's features need. Modules behind other features are left out with their
//! files, and so are items, fields and arms; the manifest names neither those features nor their dependencies.
//!
//! The project's own manifest names the features. Whoever adds one there gets its files with the next update.

mod items;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use self::items::without_items;
use super::stock::Bytes;

const MANIFEST: &str = "Cargo.toml";
/// A core without this feature is from the time when projects got all of it.
const MARK: &str = "tool";
/// The owner may switch between these without a new copy.
const LIBRARIES: [&str; 2] = ["ring", "aws-lc-rs"];
const DEFAULT: &str = "default";

/// The features that a copy of the core was cut to, by its own manifest.
pub fn named(manifest: &str) -> BTreeSet<String> {
    let named = features(manifest).into_keys();
    named.filter(|name| name != DEFAULT).collect()
}

/// The files of the core that these features need. Only those are read.
pub fn files(all: Vec<(String, Bytes)>, asked: &BTreeSet<String>) -> Vec<(String, Bytes)> {
    let manifest = all.iter().find(|(path, _)| path == MANIFEST);
    let features = manifest.map(|(_, bytes)| features(&String::from_utf8_lossy(bytes)));
    let Some(features) = features.filter(|features| features.contains_key(MARK)) else {
        return all;
    };
    let wanted = needed(&features, asked);
    let off: BTreeSet<&str> = features
        .keys()
        .filter(|name| !wanted.contains(*name))
        .map(String::as_str)
        .collect();
    let (mut sources, mut kept): (BTreeMap<_, _>, BTreeMap<_, _>) =
        all.into_iter().partition(|(path, _)| path.ends_with(".rs"));
    if let Some(manifest) = kept.get_mut(MANIFEST) {
        let text = without_features(&String::from_utf8_lossy(manifest), &off);
        *manifest = Cow::Owned(text.into_bytes());
    }
    reach(
        "src/lib.rs".to_owned(),
        "src/",
        &off,
        &mut sources,
        &mut kept,
    );
    kept.into_iter().collect()
}

fn features(manifest: &str) -> BTreeMap<String, Vec<String>> {
    let table = toml::from_str::<toml::Table>(manifest).unwrap_or_default();
    let features = table.get("features").and_then(toml::Value::as_table);
    let listed = |value: &toml::Value| {
        let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
        let texts = list.iter().filter_map(toml::Value::as_str);
        texts.map(str::to_owned).collect()
    };
    let features = features.into_iter().flatten();
    features
        .map(|(name, value)| (name.clone(), listed(value)))
        .collect()
}

/// The features asked for, with those that they switch on. The list of defaults always stays, shorter if need be.
fn needed(features: &BTreeMap<String, Vec<String>>, asked: &BTreeSet<String>) -> BTreeSet<String> {
    let mut needed = BTreeSet::new();
    let mut open: Vec<String> = asked.iter().cloned().collect();
    open.extend(LIBRARIES.map(str::to_owned));
    while let Some(name) = open.pop() {
        if let Some(others) = features.get(&name).filter(|_| !needed.contains(&name)) {
            open.extend(others.iter().cloned());
            needed.insert(name);
        }
    }
    needed.insert(DEFAULT.to_owned());
    needed
}

/// Moves a file to those that are kept, without the code behind these features, and then the files of the modules that it
/// still names, which are in `folder`.
fn reach(
    path: String,
    folder: &str,
    off: &BTreeSet<&str>,
    sources: &mut BTreeMap<String, Bytes>,
    kept: &mut BTreeMap<String, Bytes>,
) {
    let Some(bytes) = sources.remove(&path) else {
        return;
    };
    let text = without_items(&String::from_utf8_lossy(&bytes), off);
    for name in modules(&text) {
        let inside = format!("{folder}{name}/");
        reach(format!("{folder}{name}.rs"), &inside, off, sources, kept);
        reach(format!("{inside}mod.rs"), &inside, off, sources, kept);
    }
    kept.insert(path, Cow::Owned(text.into_bytes()));
}

/// The names in a file's lines such as `pub mod NAME;`.
fn modules(text: &str) -> impl Iterator<Item = &str> {
    let statements = text.lines().filter_map(|line| line.strip_suffix(';'));
    statements.filter_map(|line| {
        let line = line.trim_start();
        let line = ["pub(crate) ", "pub(super) ", "pub "]
            .iter()
            .find_map(|public| line.strip_prefix(public))
            .unwrap_or(line);
        line.strip_prefix("mod ")
    })
}

/// The manifest without these features, the dependencies that only they need, and the comments above them.
fn without_features(manifest: &str, off: &BTreeSet<&str>) -> String {
    let kept = features(manifest);
    let kept = kept.iter().filter(|(name, _)| !off.contains(name.as_str()));
    let dependencies: BTreeSet<&str> = kept
        .flat_map(|(_, needs)| needs)
        .filter_map(|need| need.strip_prefix("dep:"))
        .collect();
    let mut table = "";
    let mut text = String::new();
    let mut comments = String::new();
    for line in manifest.split_inclusive('\n') {
        if line.starts_with('#') {
            comments.push_str(line);
            continue;
        }
        if line.starts_with('[') {
            table = line.trim();
        }
        let name = line.split(' ').next().unwrap_or_default();
        let is_kept = match table {
            "[features]" => !off.contains(name),
            "[dependencies]" => !line.contains("optional = true") || dependencies.contains(name),
            _ => true,
        };
        if is_kept {
            text.push_str(&comments);
            text.push_str(&match table {
                "[features]" => without_names(line, off),
                _ => line.to_owned(),
            });
        }
        comments.clear();
    }
    text
}

/// A list of features, without these.
fn without_names(line: &str, off: &BTreeSet<&str>) -> String {
    let mut line = line.to_owned();
    for name in off {
        let quoted = format!("\"{name}\"");
        line = line
            .replace(&format!("{quoted}, "), "")
            .replace(&format!(", {quoted}"), "")
            .replace(&quoted, "");
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn off(names: &[&'static str]) -> BTreeSet<&'static str> {
        names.iter().copied().collect()
    }

    #[test]
    fn the_manifest_names_what_is_there() {
        let manifest = "[features]\ndefault = [\"a\", \"b\"]\n# One.\na = []\n# Two\n# lines.\nb = [\"dep:x\"]\n\n[dependencies]\n# For b.\nx = { version = \"1\", optional = true }\ny = \"1\"\n";
        let kept = "[features]\ndefault = [\"a\"]\n# One.\na = []\n\n[dependencies]\ny = \"1\"\n";
        assert_eq!(without_features(manifest, &off(&["b"])), kept);
    }

    #[test]
    fn a_feature_brings_those_it_needs() {
        let manifest =
            "[features]\ndefault = [\"c\"]\na = [\"b\"]\nb = []\nc = []\nd = []\nring = []\n";
        let all = features(manifest);
        for (asked, expected) in [
            ("a", &["a", "b", "default", "ring"][..]),
            ("default", &["c", "default", "ring"]),
            ("unknown", &["default", "ring"]),
        ] {
            let needed = needed(&all, &BTreeSet::from([asked.to_owned()]));
            assert!(needed.iter().eq(expected), "{asked}: {needed:?}");
        }
        assert!(named(manifest).iter().eq(["a", "b", "c", "d", "ring"]));
    }

    #[test]
    fn a_core_from_before_the_choice_comes_whole() {
        let all = vec![
            (
                MANIFEST.to_owned(),
                b"[features]\nwebhooks = []\n".as_slice().into(),
            ),
            ("src/lib.rs".to_owned(), b"".as_slice().into()),
            ("src/webhooks.rs".to_owned(), b"".as_slice().into()),
        ];
        assert_eq!(files(all.clone(), &BTreeSet::new()), all);
    }
}
