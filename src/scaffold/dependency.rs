//! The core in a project's manifest: its source, and those of its features that the app needs.

use std::collections::BTreeSet;

use toml::{Table, Value};

use super::CORE;

/// The core, as a manifest names it.
#[derive(Debug, Eq, PartialEq)]
pub struct Dependency {
    pub source: Source,
    /// The features that any of its tables asks for.
    pub features: BTreeSet<String>,
}

/// The place that cargo takes the core from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Source {
    Path(String),
    /// At the newest commit, or at one that never moves: `rev` or `tag`, and which.
    Git(Option<(&'static str, String)>),
    /// Which versions the registry may give.
    Version(String),
}

impl Source {
    /// True if it is the project's own folder: `clerk-auth`, `./clerk-auth/`.
    pub fn is_copy(&self) -> bool {
        matches!(self, Self::Path(path) if path.trim_start_matches("./").trim_end_matches('/') == CORE)
    }
}

impl Dependency {
    /// Reads a manifest. `None` if nothing in it depends on the core.
    pub fn of(manifest: &str) -> Option<Self> {
        let manifest: Table = toml::from_str(manifest).ok()?;
        let entries = entries(&manifest);
        let source = entries.iter().find_map(|(_, entry)| source(entry))?;
        let names: BTreeSet<&str> = entries.iter().map(|(name, _)| *name).collect();
        let mut features: BTreeSet<String> = entries
            .iter()
            .flat_map(|(_, entry)| listed(entry))
            .collect();
        features.extend(passed_on(&manifest, &names));
        // One table that leaves the defaults on is enough for cargo.
        if entries.iter().any(|(_, entry)| has_defaults(entry)) {
            features.insert("default".to_owned());
        }
        Some(Self { source, features })
    }
}

/// Every entry for the core, with the name that the app knows it by.
fn entries(manifest: &Table) -> Vec<(&str, &Value)> {
    let targets = manifest.get("target").and_then(Value::as_table);
    let targets = targets.into_iter().flat_map(Table::values);
    let tables = targets
        .filter_map(Value::as_table)
        .chain([manifest])
        .chain(manifest.get("workspace").and_then(Value::as_table));
    let dependencies = tables.flat_map(|table| {
        ["dependencies", "dev-dependencies", "build-dependencies"]
            .into_iter()
            .filter_map(|kind| table.get(kind)?.as_table())
    });
    let is_core = |(name, entry): &(&String, &Value)| match entry.get("package") {
        Some(package) => package.as_str() == Some(CORE),
        None => *name == CORE,
    };
    let found = dependencies.flatten().filter(is_core);
    found.map(|(name, entry)| (name.as_str(), entry)).collect()
}

fn source(entry: &Value) -> Option<Source> {
    let text = |key: &str| entry.get(key)?.as_str().map(str::to_owned);
    if let Some(version) = entry.as_str() {
        return Some(Source::Version(version.to_owned()));
    }
    if let Some(path) = text("path") {
        return Some(Source::Path(path));
    }
    if text("git").is_some() {
        let fixed = ["rev", "tag"].into_iter();
        return Some(Source::Git(
            fixed.filter_map(|key| Some((key, text(key)?))).next(),
        ));
    }
    text("version").map(Source::Version)
}

/// True if an entry leaves the default features on. One that takes its source from the workspace does not decide.
fn has_defaults(entry: &Value) -> bool {
    source(entry).is_some() && entry.get("default-features") != Some(&Value::Boolean(false))
}

fn listed(entry: &Value) -> Vec<String> {
    let features = entry.get("features").and_then(Value::as_array);
    let texts = features.into_iter().flatten().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

/// Features of the core that stand behind features of the app: `pages = ["clerk-auth/pages"]`.
fn passed_on(manifest: &Table, names: &BTreeSet<&str>) -> Vec<String> {
    let features = manifest.get("features").and_then(Value::as_table);
    let lists = features.into_iter().flat_map(Table::values);
    let needs = lists.filter_map(Value::as_array).flatten();
    let passed = needs.filter_map(|need| {
        let (name, feature) = need.as_str()?.split_once('/')?;
        names
            .contains(name.trim_end_matches('?'))
            .then(|| feature.to_owned())
    });
    passed.collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn features_count_wherever_a_manifest_asks_for_them() {
        for (manifest, expected) in [
            (
                "[dependencies]\nclerk-auth = { path = \"clerk-auth\", default-features = false, features = [\"a\"] }\n\
                 [dev-dependencies]\nclerk-auth = { path = \"clerk-auth\", default-features = false, features = [\"t\"] }\n",
                &["a", "t"][..],
            ),
            (
                "[dependencies.clerk-auth]\npath = \"clerk-auth\"\nfeatures = [\"a\"]\n",
                &["a", "default"],
            ),
            ("[dependencies]\nclerk-auth = \"0.2\"\n", &["default"]),
            (
                "[target.'cfg(unix)'.dependencies]\nauth = { package = \"clerk-auth\", version = \"0.2\", default-features = false, features = [\"a\"] }\n\
                 [features]\nx = [\"auth/b\", \"auth?/c\", \"other/d\", \"y\"]\n",
                &["a", "b", "c"],
            ),
            (
                "[workspace.dependencies]\nclerk-auth = { path = \"clerk-auth\", default-features = false, features = [\"a\"] }\n\
                 [dependencies]\nclerk-auth = { workspace = true, features = [\"b\"] }\n",
                &["a", "b"],
            ),
        ] {
            let features = Dependency::of(manifest).unwrap().features;
            let found: Vec<_> = features.iter().map(String::as_str).collect();
            assert_eq!(found, expected, "{manifest}");
        }
        for none in [
            "",
            "[dependencies]\nclerk-auth = { package = \"other\", version = \"1\" }\n",
            "[package]\nname = \"clerk-auth\"\n",
            "[",
        ] {
            assert_eq!(Dependency::of(none), None, "{none}");
        }
    }

    #[test]
    fn the_manifest_says_where_the_core_comes_from() {
        for (entry, expected) in [
            ("\"0.2\"", Source::Version("0.2".to_owned())),
            (
                "{ version = \"=0.2.0\" }",
                Source::Version("=0.2.0".to_owned()),
            ),
            (
                "{ version = \"0.2\", path = \"../core\" }",
                Source::Path("../core".to_owned()),
            ),
            (
                "{ git = \"https://x\", branch = \"main\" }",
                Source::Git(None),
            ),
            (
                "{ git = \"https://x\", rev = \"abc\" }",
                Source::Git(Some(("rev", "abc".to_owned()))),
            ),
        ] {
            let manifest = format!("[dependencies]\nclerk-auth = {entry}\n");
            assert_eq!(Dependency::of(&manifest).unwrap().source, expected);
        }
    }
}
