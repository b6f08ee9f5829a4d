//! The plan of a new project: every file with its bytes, before anything is touched.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use tera::Context;

use super::CORE;
use super::catalog::Catalog;
use super::choices::{Choices, Keys};
use super::core::CoreSource;
use super::dependency::Dependency;
use super::name::NameError;
use super::stamp::{self, STAMP};
use super::stock::Bytes;
use super::{render, select};
use crate::error::{Explain, Explanation};

/// The record of a temporary application.
const KEYLESS: &str = ".clerk/keyless.json";

#[derive(Clone, Debug)]
pub struct File {
    /// The path below the project's folder, with `/`.
    pub path: String,
    pub bytes: Cow<'static, [u8]>,
    /// The layer it comes from.
    pub layer: String,
}

impl File {
    /// True if only the owner may read it, because it holds the secret key or a way to get it.
    pub fn is_private(&self) -> bool {
        self.path == ".env" || self.path == KEYLESS
    }
}

/// The files of a new project, sorted by path.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Sorted by path, each path once.
    pub files: Vec<File>,
}

/// The reason why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    #[error("a template of this project cannot be rendered")]
    Render(#[from] tera::Error),
    #[error("{path} is written by two layers, {first} and {second}")]
    Twice {
        path: String,
        /// The lower layer.
        first: String,
        /// The upper layer.
        second: String,
    },
    #[error("the catalog knows no such project")]
    Unknown,
    #[error("there is no layer {0}, of which this project would be made")]
    NoLayer(String),
    /// A dependency has the project's name.
    #[error(transparent)]
    Name(#[from] NameError),
}

impl Explain for PlanError {
    fn explain(&self) -> Explanation {
        let broken = Explanation::failed("broken-template")
            .help("this is a mistake in clerk-rs itself; please report it");
        match self {
            Self::Render(error) => broken.because(error),
            Self::Twice { .. } | Self::Unknown | Self::NoLayer(_) => broken,
            Self::Name(error) => error.explain(),
        }
    }
}

impl Plan {
    /// Lays the layers over each other, renders, adds the core with what the project's own manifest asks of it.
    pub fn new(catalog: &Catalog, choices: &Choices) -> Result<Self, PlanError> {
        let plan = Self::without_core(catalog, choices)?;
        let features = plan.features();
        Ok(plan.with_core(catalog, choices, &features))
    }

    /// The same, with a core that has these features instead: its owner may want others.
    pub fn with_features(
        catalog: &Catalog,
        choices: &Choices,
        features: &BTreeSet<String>,
    ) -> Result<Self, PlanError> {
        Ok(Self::without_core(catalog, choices)?.with_core(catalog, choices, features))
    }

    fn without_core(catalog: &Catalog, choices: &Choices) -> Result<Self, PlanError> {
        let layers = catalog.layers(choices).ok_or(PlanError::Unknown)?;
        let context = render::context(&catalog.stock, choices);
        let mut files = made(merge(catalog, layers)?, &context)?;
        files.extend(keyless(&choices.keys));
        let plan = Self { files };
        if plan.depends_on(choices.name.as_str()) {
            return Err(choices.name.taken().into());
        }
        Ok(plan)
    }

    fn with_core(
        mut self,
        catalog: &Catalog,
        choices: &Choices,
        features: &BTreeSet<String>,
    ) -> Self {
        self.files.extend(core(catalog, choices, features, &[]));
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
        self
    }

    /// The features of the core that the planned manifest asks for.
    pub fn features(&self) -> BTreeSet<String> {
        features(&self.files)
    }

    /// Takes out of the manifest what only the root of a workspace may say, because there is one above.
    pub fn leave_to_workspace(&mut self) {
        let mut files = self.files.iter_mut();
        let Some(file) = files.find(|file| file.path == "Cargo.toml") else {
            return;
        };
        let text = String::from_utf8_lossy(&file.bytes);
        if let Ok(mut manifest) = text.parse::<toml_edit::DocumentMut>() {
            manifest.remove("workspace");
            manifest.remove("profile");
            let text = manifest.to_string();
            file.bytes = Cow::Owned(format!("{}\n", text.trim_end()).into_bytes());
        }
    }

    /// The file at a path.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// True if the project's manifest has a dependency of this name.
    fn depends_on(&self, name: &str) -> bool {
        let manifest = self
            .file("Cargo.toml")
            .map(|file| String::from_utf8_lossy(&file.bytes));
        let mut inside = false;
        manifest.unwrap_or_default().lines().any(|line| {
            if line.starts_with('[') {
                inside = line.contains("dependencies]");
            }
            let key = line.split(['=', '.']).next().unwrap_or_default();
            inside && key.trim() == name
        })
    }
}

/// The features of the core that the manifest among these files asks for.
pub(super) fn features(files: &[File]) -> BTreeSet<String> {
    let manifest = files.iter().find(|file| file.path == "Cargo.toml");
    let manifest = manifest.map(|file| String::from_utf8_lossy(&file.bytes));
    let dependency = Dependency::of(&manifest.unwrap_or_default());
    dependency.map_or_else(BTreeSet::new, |dependency| dependency.features)
}

/// The file of the layers for each path of the project.
pub(super) type Merged = BTreeMap<String, Found>;

pub(super) struct Found {
    layer: String,
    bytes: Bytes,
    /// True if it is rendered, not copied.
    is_template: bool,
}

/// Lays the layers over each other.
pub(super) fn merge(catalog: &Catalog, layers: Vec<String>) -> Result<Merged, PlanError> {
    let mut merged = Merged::new();
    for layer in layers {
        let files = catalog.stock.layer(&layer);
        for (name, bytes) in files.ok_or_else(|| PlanError::NoLayer(layer.clone()))? {
            let template = name.strip_suffix(".tera");
            let path = undotted(template.unwrap_or(&name));
            if let Some(lower) = merged.get(&path) {
                match catalog.winner(&path) {
                    Some(winner) if winner == lower.layer => continue,
                    Some(winner) if winner == layer => {}
                    _ => {
                        return Err(PlanError::Twice {
                            path,
                            first: lower.layer.clone(),
                            second: layer,
                        });
                    }
                }
            }
            let found = Found {
                layer: layer.clone(),
                bytes,
                is_template: template.is_some(),
            };
            merged.insert(path, found);
        }
    }
    Ok(merged)
}

/// `dot-github/x` becomes `.github/x`, because cargo and git would treat the real names here in their own way.
fn undotted(path: &str) -> String {
    let path = match path.strip_prefix("dot-") {
        Some(rest) => format!(".{rest}"),
        None => path.to_owned(),
    };
    path.replace("/dot-", "/.")
}

/// True for a piece of text that templates include, as `<% include "parts/x" %>`, and that is no file of its own. A layer
/// has there what others want to say in its words.
pub(super) fn is_part(path: &str) -> bool {
    path.starts_with("parts/")
}

/// The files: some are copied, some rendered.
pub(super) fn made(merged: Merged, context: &Context) -> Result<Vec<File>, PlanError> {
    let (sources, copied): (Merged, Merged) = merged
        .into_iter()
        .partition(|(path, found)| found.is_template || is_part(path));
    let copied = copied.into_iter().map(|(path, found)| File {
        path,
        bytes: found.bytes,
        layer: found.layer,
    });
    Ok(copied.chain(rendered(sources, context)?).collect())
}

/// Renders the files. A file that comes out empty does not belong in this project.
fn rendered(sources: Merged, context: &Context) -> Result<Vec<File>, PlanError> {
    let mut texts = Vec::with_capacity(sources.len());
    for (path, found) in &sources {
        let text = std::str::from_utf8(&found.bytes)
            .map_err(|error| tera::Error::message(format!("{path}: {error}")))?;
        // The line break behind an include is the one that ends the part.
        let text = if is_part(path) { text.trim_end() } else { text };
        texts.push((path.as_str(), text));
    }
    let is_file = |(path, _): &&(&str, &str)| !is_part(path);
    let wanted: Vec<_> = texts
        .iter()
        .filter(is_file)
        .map(|(path, _)| *path)
        .collect();
    let rendered = render::all(&texts, &wanted, context)?;
    let files = sources
        .into_iter()
        .filter(|(path, _)| !is_part(path))
        .zip(rendered)
        .filter(|(_, text)| !text.trim().is_empty());
    Ok(files
        .map(|((path, found), text)| File {
            path,
            bytes: Cow::Owned(text.into_bytes()),
            layer: found.layer,
        })
        .collect())
}

/// The record that says where a temporary application is claimed.
pub(super) fn keyless(keys: &Keys) -> Option<File> {
    let Keys::Keyless { record, .. } = keys else {
        return None;
    };
    Some(File {
        path: KEYLESS.to_owned(),
        bytes: Cow::Owned(record.clone().into_bytes()),
        layer: "base".to_owned(),
    })
}

/// The project's copy of the core, if it has one: the files that these features need, and the stamp. Some of its
/// dependencies may be left out, which only choose versions of others.
pub(super) fn core(
    catalog: &Catalog,
    choices: &Choices,
    features: &BTreeSet<String>,
    without: &[&str],
) -> Vec<File> {
    if choices.core != CoreSource::Copy {
        return Vec::new();
    }
    let stock = &catalog.stock;
    let mut files = select::files(stock.core(), features);
    for (path, bytes) in &mut files {
        if path == "Cargo.toml" {
            let text = String::from_utf8_lossy(bytes);
            let text = without_dev_dependencies(&text);
            let text = without
                .iter()
                .fold(text, |text, name| without_dependency(&text, name));
            *bytes = Cow::Owned(text.into_bytes());
        }
    }
    let stamp = stamp::text(stock, &files);
    files.push((STAMP.to_owned(), Cow::Owned(stamp.into_bytes())));
    let files = files.into_iter().map(|(path, bytes)| File {
        path: format!("{CORE}/{path}"),
        bytes,
        layer: CORE.to_owned(),
    });
    files.collect()
}

/// The core's tests stay here, so their dependencies would be dead lines in the project's lock file.
fn without_dev_dependencies(manifest: &str) -> String {
    let mut inside = false;
    let kept = manifest.split_inclusive('\n').filter(|line| {
        if line.starts_with('[') {
            inside = line.starts_with("[dev-dependencies]");
        }
        !inside
    });
    kept.collect()
}

/// The manifest without a dependency, and without what is said of it in the lines above.
fn without_dependency(manifest: &str, name: &str) -> String {
    let is_it = |line: &str| line.split('=').next().is_some_and(|key| key.trim() == name);
    let mut kept: Vec<&str> = Vec::new();
    for line in manifest.split_inclusive('\n') {
        if is_it(line) {
            while kept.pop_if(|above| above.starts_with('#')).is_some() {}
        } else {
            kept.push(line);
        }
    }
    kept.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leading_dot_is_spelled_out_in_the_layers() {
        assert_eq!(
            undotted("dot-github/workflows/ci.yml"),
            ".github/workflows/ci.yml"
        );
        assert_eq!(undotted("a/dot-b/c-dot-d"), "a/.b/c-dot-d");
    }

    #[test]
    fn a_dependency_goes_with_its_comment() {
        let manifest = "# a\nurl = \"2\"\n# b\n# c\nidna_adapter = \"~1.1\"\n\n# d\nx = \"1\"\n";
        let kept = "# a\nurl = \"2\"\n\n# d\nx = \"1\"\n";
        assert_eq!(without_dependency(manifest, "idna_adapter"), kept);
    }

    #[test]
    fn only_the_dev_dependencies_are_left_out() {
        let manifest =
            "[package]\nname = \"x\"\n\n[dev-dependencies]\n# c\ny = \"1\"\n\n[lints]\nz = 1\n";
        let kept = "[package]\nname = \"x\"\n\n[lints]\nz = 1\n";
        assert_eq!(without_dev_dependencies(manifest), kept);
    }
}
