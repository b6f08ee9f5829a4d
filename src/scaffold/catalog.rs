//! `templates/catalog.toml`: which layers make which project.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::choices::{Choices, Extra, Framework, Template, word};

/// A layer's files: path below its folder, and bytes. Sorted by path.
pub type Layer = &'static [(&'static str, &'static [u8])];

static LAYERS: &[(&str, Layer)] = include!(concat!(env!("OUT_DIR"), "/layers.rs"));

/// The catalog as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    layers: Vec<String>,
    pub frameworks: BTreeMap<Framework, FrameworkEntry>,
    pub templates: BTreeMap<Template, Entry>,
    pub extras: BTreeMap<Extra, Entry>,
    wins: BTreeMap<String, String>,
}

/// A framework of the catalog.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrameworkEntry {
    /// Name and version, as shown.
    pub title: String,
    layers: Vec<String>,
    templates: BTreeMap<Template, Vec<String>>,
}

/// A template or an extra of the catalog.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// In a few words, as shown.
    pub about: String,
    layers: Vec<String>,
    /// The only templates it fits, if not all.
    #[serde(default)]
    templates: Vec<Template>,
}

impl Entry {
    /// Whether it goes with this template.
    pub fn fits(&self, template: Template) -> bool {
        self.templates.is_empty() || self.templates.contains(&template)
    }
}

/// The catalog inside this binary is broken: our mistake, caught by a test.
#[derive(Debug, thiserror::Error)]
#[error("the catalog of templates cannot be read")]
pub struct CatalogError(#[from] toml::de::Error);

impl Catalog {
    /// The catalog inside this binary.
    pub fn load() -> Result<Self, CatalogError> {
        Ok(toml::from_str(include_str!(
            "../../templates/catalog.toml"
        ))?)
    }

    /// Name and version of a framework, as shown.
    pub fn title(&self, framework: Framework) -> &str {
        self.frameworks
            .get(&framework)
            .map_or("", |entry| &entry.title)
    }

    /// The names of a project's layers, lowest first.
    pub fn layers(&self, choices: &Choices) -> Vec<String> {
        let framework = self.frameworks.get(&choices.framework);
        let template = self.templates.get(&choices.template);
        let extras = choices
            .extras
            .iter()
            .filter_map(|extra| self.extras.get(extra));
        let groups = [Some(&self.layers), template.map(|entry| &entry.layers)]
            .into_iter()
            .chain([
                framework.map(|entry| &entry.layers),
                framework.and_then(|entry| entry.templates.get(&choices.template)),
            ])
            .flatten()
            .chain(extras.map(|entry| &entry.layers));
        let framework = word(choices.framework);
        groups
            .flatten()
            .map(|layer| layer.replace("{framework}", &framework))
            .collect()
    }

    /// The layer that wins a path which several layers write.
    pub fn winner(&self, path: &str) -> Option<&str> {
        self.wins.get(path).map(String::as_str)
    }
}

/// A layer's files; a folder that is not there is an empty layer.
pub fn files(layer: &str) -> Layer {
    let found = LAYERS.binary_search_by_key(&layer, |(name, _)| name);
    found.map_or(&[], |index| LAYERS[index].1)
}
