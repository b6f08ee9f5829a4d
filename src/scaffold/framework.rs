//! The web frameworks. The catalog is the only list of them: help, parsing, completions and questions read it here.

use std::fmt;
use std::sync::LazyLock;

use clap::ValueEnum;
use clap::builder::PossibleValue;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The catalog of this version.
pub const CATALOG: &str = include_str!("../../templates/catalog.toml");

/// A framework of the catalog, by its place in the list.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
pub struct Framework(usize);

struct Entry {
    framework: Framework,
    name: String,
    title: String,
}

/// The default first, the others by name. Empty if the catalog is broken, which `Catalog::load` says.
static LIST: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let catalog: toml::Table = toml::from_str(CATALOG).unwrap_or_default();
    let default = catalog.get("default").and_then(toml::Value::as_str);
    let known = catalog.get("frameworks").and_then(toml::Value::as_table);
    let mut known: Vec<_> = known.into_iter().flatten().collect();
    known.sort_by_key(|(name, _)| (Some(name.as_str()) != default, name.as_str()));
    let entries = known.into_iter().enumerate();
    let entry = |(place, (name, entry)): (usize, (&String, &toml::Value))| Entry {
        framework: Framework(place),
        name: name.clone(),
        title: entry["title"].as_str().unwrap_or_default().to_owned(),
    };
    entries.map(entry).collect()
});

static ALL: LazyLock<Vec<Framework>> =
    LazyLock::new(|| LIST.iter().map(|entry| entry.framework).collect());

impl Framework {
    /// The framework of this name.
    pub fn named(name: &str) -> Option<Self> {
        let found = LIST.iter().find(|entry| entry.name == name);
        found.map(|entry| entry.framework)
    }

    /// The name on the command line, in the catalog and in manifests.
    pub fn name(self) -> &'static str {
        LIST.get(self.0).map_or("", |entry| &entry.name)
    }

    /// Name and version, for display.
    pub fn title(self) -> &'static str {
        LIST.get(self.0).map_or("", |entry| &entry.title)
    }
}

impl Default for Framework {
    /// The one that the catalog names as the default.
    fn default() -> Self {
        Self(0)
    }
}

impl fmt::Debug for Framework {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl ValueEnum for Framework {
    fn value_variants<'a>() -> &'a [Self] {
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()).help(self.title()))
    }
}

impl Serialize for Framework {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Framework {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::named(&name).ok_or_else(|| de::Error::custom(format!("no framework {name}")))
    }
}
