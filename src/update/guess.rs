//! The choices that a project was made with and does not tell: all of them in version 0.1.0, the keys in every one. So it
//! is compared with each project that its version could make.

use std::collections::HashSet;
use std::path::Path;

use super::error::OriginError;
use super::text::{self, Text};
use crate::scaffold::catalog::Catalog;
use crate::scaffold::keys::local;
use crate::scaffold::plan::File;
use crate::scaffold::{CORE, Choices, CoreSource, Framework, Keys, PackageName, Plan, Template};

/// At least one file in this many still has to be recognised.
const FEWEST: usize = 4;

/// The choices whose project resembles this one most. `None` if so few files do that `init` cannot have made it.
pub fn choices(
    folder: &Path,
    catalog: &Catalog,
    name: PackageName,
) -> Result<Option<Choices>, OriginError> {
    let mut best: Option<(usize, Choices)> = None;
    for &framework in catalog.frameworks.keys() {
        let templates = catalog.templates.keys();
        for &template in templates.filter(|template| catalog.has(framework, **template)) {
            let choices = with_extras(folder, catalog, name.clone(), framework, template)?;
            let plan = Plan::new(catalog, &choices)?;
            let score = count(folder, &plan, resembles)?;
            if score * FEWEST < plan.files.iter().filter(|file| file.layer != CORE).count() {
                continue;
            }
            if best.as_ref().is_none_or(|(most, _)| score > *most) {
                best = Some((score, choices));
            }
        }
    }
    let Some((_, mut choices)) = best else {
        return Ok(None);
    };
    keys(folder, catalog, &mut choices)?;
    Ok(Some(choices))
}

/// The source of the keys, which no table tells. It changed a few words only, so whole files are compared.
pub fn keys(folder: &Path, catalog: &Catalog, choices: &mut Choices) -> Result<(), OriginError> {
    let mut most = 0;
    for keys in [
        Keys::Environment,
        Keys::Local(local()?),
        Keys::Given(local()?),
    ] {
        let before = std::mem::replace(&mut choices.keys, keys);
        let score = count(folder, &Plan::new(catalog, choices)?, |a, b| a == b)?;
        if score > most {
            most = score;
        } else {
            choices.keys = before;
        }
    }
    Ok(())
}

/// The extras of which the project has a file.
fn with_extras(
    folder: &Path,
    catalog: &Catalog,
    name: PackageName,
    framework: Framework,
    template: Template,
) -> Result<Choices, OriginError> {
    let fitting = catalog
        .extras
        .iter()
        .filter(|(_, entry)| entry.fits(framework, template));
    let mut choices = Choices {
        name,
        framework,
        template,
        keys: Keys::Environment,
        core: CoreSource::Copy,
        extras: fitting.map(|(extra, _)| *extra).collect(),
    };
    let plan = Plan::new(catalog, &choices)?;
    let mut found = Vec::new();
    for extra in choices.extras {
        let layers = catalog.layers_of(extra, framework);
        let mut files = plan
            .files
            .iter()
            .filter(|file| layers.contains(&file.layer));
        let is_there = files.try_fold(false, |found, file| {
            is_like(folder, file, resembles).map(|is| found || is)
        })?;
        if is_there {
            found.push(extra);
        }
    }
    choices.extras = found;
    Ok(choices)
}

fn count(
    folder: &Path,
    plan: &Plan,
    is_alike: fn(&str, &str) -> bool,
) -> Result<usize, OriginError> {
    let own = plan.files.iter().filter(|file| file.layer != CORE);
    let mut count = 0;
    for file in own {
        count += usize::from(is_like(folder, file, is_alike)?);
    }
    Ok(count)
}

fn is_like(
    folder: &Path,
    file: &File,
    is_alike: fn(&str, &str) -> bool,
) -> Result<bool, OriginError> {
    let found = text::read(folder, &file.path)?;
    let planned = String::from_utf8_lossy(&file.bytes);
    Ok(match found {
        Some(Text::Lines { text, .. }) => is_alike(&planned, &text),
        _ => false,
    })
}

/// True if a file still has half of the lines that were written.
fn resembles(planned: &str, found: &str) -> bool {
    let there: HashSet<&str> = found.lines().collect();
    let lines: Vec<_> = planned
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let kept = lines.iter().filter(|line| there.contains(*line)).count();
    kept * 2 >= lines.len()
}
