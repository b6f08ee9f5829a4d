//! `templates/catalog.toml` says which layers make which project.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::choices::{Choices, Extra, Template};
use super::framework::{CATALOG, Framework};
use super::stock::Stock;

/// The catalog, with the stock of files it names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    /// Which framework nobody has to name. Catalogs of older versions knew but one.
    #[serde(default, rename = "default")]
    _default: String,
    layers: Vec<String>,
    pub frameworks: BTreeMap<Framework, FrameworkEntry>,
    pub templates: BTreeMap<Template, Entry>,
    pub extras: BTreeMap<Extra, Entry>,
    wins: BTreeMap<String, String>,
    /// Catalogs of older versions had none.
    #[serde(default)]
    pub wired: WiredEntry,
    #[serde(skip)]
    pub stock: Stock,
}

/// A framework of the catalog.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrameworkEntry {
    /// Name and version, for display.
    #[serde(rename = "title")]
    _title: String,
    layers: Vec<String>,
    templates: BTreeMap<Template, Vec<String>>,
    /// Another framework, whose layers of extras it takes.
    #[serde(default)]
    stands_on: Option<Framework>,
}

/// The module that a project gets which was there before.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WiredEntry {
    layers: Vec<String>,
    /// The frameworks it fits.
    pub frameworks: Vec<Framework>,
    /// By template, the module's files and the paths where the layers have them.
    pub files: BTreeMap<Template, BTreeMap<String, String>>,
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
    /// The frameworks it fits, if not all.
    #[serde(default)]
    frameworks: Vec<Framework>,
}

impl Entry {
    /// True if it fits this template.
    pub fn fits_template(&self, template: Template) -> bool {
        self.templates.is_empty() || self.templates.contains(&template)
    }

    /// True if it fits this framework.
    pub fn fits_framework(&self, framework: Framework) -> bool {
        self.frameworks.is_empty() || self.frameworks.contains(&framework)
    }

    /// True if it fits both.
    pub fn fits(&self, framework: Framework, template: Template) -> bool {
        self.fits_template(template) && self.fits_framework(framework)
    }
}

/// The catalog inside this binary is broken, which is our mistake and caught by a test.
#[derive(Debug, thiserror::Error)]
#[error("the catalog of templates cannot be read")]
pub struct CatalogError(#[from] toml::de::Error);

impl Catalog {
    /// The catalog inside this binary.
    pub fn load() -> Result<Self, CatalogError> {
        Self::of(CATALOG, Stock::default())
    }

    /// A catalog with its stock.
    pub fn of(text: &str, stock: Stock) -> Result<Self, CatalogError> {
        let catalog: Self = toml::from_str(text)?;
        Ok(Self { stock, ..catalog })
    }

    /// True if a framework has this template.
    pub fn has(&self, framework: Framework, template: Template) -> bool {
        let entry = self.frameworks.get(&framework);
        entry.is_some_and(|entry| entry.templates.contains_key(&template))
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
        let layers = groups.into_iter().flatten();
        Some(
            layers
                .map(|layer| self.named(layer, choices.framework))
                .collect(),
        )
    }

    /// The same for a module in a project that is there, with what only such a module has above.
    pub fn wired_layers(&self, choices: &Choices) -> Option<Vec<String>> {
        let mut layers = self.layers(choices)?;
        let own = self.wired.layers.iter();
        layers.extend(own.map(|layer| self.named(layer, choices.framework)));
        Some(layers)
    }

    /// A layer's name, with the framework in its place.
    fn named(&self, layer: &str, framework: Framework) -> String {
        let entry = self.frameworks.get(&framework);
        let framework = entry.and_then(|entry| entry.stands_on).unwrap_or(framework);
        layer.replace("{framework}", framework.name())
    }

    /// The layers that an extra adds.
    pub fn layers_of(&self, extra: Extra, framework: Framework) -> Vec<String> {
        let entry = self.extras.get(&extra);
        let layers = entry.into_iter().flat_map(|entry| &entry.layers);
        layers.map(|layer| self.named(layer, framework)).collect()
    }

    /// The layer that wins if several layers write the path.
    pub fn winner(&self, path: &str) -> Option<&str> {
        self.wins.get(path).map(String::as_str)
    }
}
