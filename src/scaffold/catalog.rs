//! `templates/catalog.toml` says which layers make which project.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::choices::{Choices, Extra, Framework, Template, word};
use super::stock::Stock;

/// The catalog, with the stock of files it names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    layers: Vec<String>,
    pub frameworks: BTreeMap<Framework, FrameworkEntry>,
    pub templates: BTreeMap<Template, Entry>,
    pub extras: BTreeMap<Extra, Entry>,
    wins: BTreeMap<String, String>,
    #[serde(skip)]
    pub stock: Stock,
}

/// A framework of the catalog.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrameworkEntry {
    /// Name and version, for display.
    pub title: String,
    layers: Vec<String>,
    templates: BTreeMap<Template, Vec<String>>,
}

/// A template or an extra of the catalog.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// A description in a few words.
    pub about: String,
    layers: Vec<String>,
    /// The templates it fits, if not all.
    #[serde(default)]
    templates: Vec<Template>,
}

impl Entry {
    /// True if it fits this template.
    pub fn fits(&self, template: Template) -> bool {
        self.templates.is_empty() || self.templates.contains(&template)
    }
}

/// The catalog inside this binary is broken, which is our mistake and caught by a test.
#[derive(Debug, thiserror::Error)]
#[error("the catalog of templates cannot be read")]
pub struct CatalogError(#[from] toml::de::Error);

impl Catalog {
    /// The catalog inside this binary.
    pub fn load() -> Result<Self, CatalogError> {
        Self::of(
            include_str!("../../templates/catalog.toml"),
            Stock::default(),
        )
    }

    /// A catalog with its stock.
    pub fn of(text: &str, stock: Stock) -> Result<Self, CatalogError> {
        let catalog: Self = toml::from_str(text)?;
        Ok(Self { stock, ..catalog })
    }

    /// Name and version of a framework, for display.
    pub fn title(&self, framework: Framework) -> &str {
        self.frameworks
            .get(&framework)
            .map_or("", |entry| &entry.title)
    }

    /// The names of a project's layers, lowest first. `None` if the catalog does not know one of the choices.
    pub fn layers(&self, choices: &Choices) -> Option<Vec<String>> {
        let framework = self.frameworks.get(&choices.framework)?;
        let template = self.templates.get(&choices.template)?;
        let mut groups = vec![
            &self.layers,
            &template.layers,
            &framework.layers,
            framework.templates.get(&choices.template)?,
        ];
        for extra in &choices.extras {
            groups.push(&self.extras.get(extra)?.layers);
        }
        let framework = word(choices.framework);
        let layers = groups.into_iter().flatten();
        Some(
            layers
                .map(|layer| layer.replace("{framework}", &framework))
                .collect(),
        )
    }

    /// The layers that an extra adds.
    pub fn layers_of(&self, extra: Extra, framework: Framework) -> Vec<String> {
        let entry = self.extras.get(&extra);
        let layers = entry.into_iter().flat_map(|entry| &entry.layers);
        layers
            .map(|layer| layer.replace("{framework}", &word(framework)))
            .collect()
    }

    /// The layer that wins if several layers write the path.
    pub fn winner(&self, path: &str) -> Option<&str> {
        self.wins.get(path).map(String::as_str)
    }
}
