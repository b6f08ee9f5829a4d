//! A project with more extras. Three texts decide about each file, as in an update: the one of a project with the
//! extras of now, the one that is there, and the one of a project with all of them.

use std::collections::BTreeSet;
use std::path::Path;

use super::changes::{self, Changes, Left};
use super::error::OriginError;
use super::merge;
use super::origin::{self, Base, Origin};
use super::text::{self, ReadError, Text};
use crate::error::{Error, Explain, Explanation};
use crate::scaffold::catalog::Catalog;
use crate::scaffold::{Choices, Extra, Plan, fit, is_core};

/// The plan of an addition.
#[derive(Debug)]
pub struct Addition {
    /// With the new extras.
    pub choices: Choices,
    /// The extras that are new, and those that were there.
    pub added: Vec<Extra>,
    pub known: Vec<Extra>,
    pub changes: Changes,
}

/// Why nothing is added.
#[derive(Debug, thiserror::Error)]
pub enum AdditionError {
    #[error("{} there already, and not as the extra would write {}", are(.0), it(.0))]
    Taken(Vec<String>),
}

impl Explain for AdditionError {
    fn explain(&self) -> Explanation {
        match self {
            Self::Taken(_) => Explanation::failed("file-taken")
                .help("nothing was changed; move it away, add the extra, and put together what you need of both"),
        }
    }
}

fn are(paths: &[String]) -> String {
    let be = if paths.len() == 1 { "is" } else { "are" };
    format!("{} {be}", paths.join(", "))
}

fn it(paths: &[String]) -> &'static str {
    if paths.len() == 1 { "it" } else { "them" }
}

/// Plans what these extras change.
///
/// # Errors
/// The project's fault, or the reason why an extra does not fit it.
pub fn of(folder: &Path, extras: &[Extra]) -> Result<Addition, Error> {
    let catalog = Catalog::load().map_err(OriginError::from)?;
    let origin = origin::of_today(folder, &catalog)?;
    let before = &origin.choices;
    fit::must_fit(&catalog, extras, before.framework, before.template)?;
    let is_known = |extra: &Extra| before.extras.contains(extra);
    let (known, added): (BTreeSet<Extra>, BTreeSet<Extra>) =
        extras.iter().copied().partition(is_known);
    if added.contains(&Extra::Docker) {
        before.core.must_fit_docker()?;
    }
    let all: BTreeSet<Extra> = before.extras.iter().chain(&added).copied().collect();
    let choices = Choices {
        extras: all.into_iter().collect(),
        ..before.clone()
    };
    let mut features = Plan::new(&catalog, &choices)?.features();
    let features_before = Plan::new(&catalog, before)?.features();
    // Its owner may do without one that it began with.
    features.retain(|feature| !features_before.contains(feature));
    features.extend(origin.features.iter().cloned());
    let plan = Plan::with_features(&catalog, &choices, &features)?;
    must_be_free(folder, &origin, &plan)?;
    let mut changes = changes::of(folder, &origin, &plan, &catalog.stock.tool_version)?;
    changes.left.extend(lost(folder, &origin, &plan)?);
    changes.left.sort();
    Ok(Addition {
        choices,
        added: added.into_iter().collect(),
        known: known.into_iter().collect(),
        changes,
    })
}

/// A file of the extra's that somebody has of their own: nobody knows what of both is wanted.
fn must_be_free(folder: &Path, origin: &Origin, plan: &Plan) -> Result<(), Error> {
    let mut taken = Vec::new();
    let new = plan.files.iter().filter(|file| !file.is_private());
    for file in new.filter(|file| !origin.base.contains_key(&file.path)) {
        let is_same = match text::read(folder, &file.path)? {
            None => true,
            Some(Text::Lines { text, .. }) => text.as_bytes() == &*file.bytes,
            Some(Text::Opaque) => false,
        };
        if !is_same {
            taken.push(file.path.clone());
        }
    }
    match taken.is_empty() {
        true => Ok(()),
        false => Err(AdditionError::Taken(taken).into()),
    }
}

/// Files that their owner took out, with the lines that the extra would have put there.
fn lost(folder: &Path, origin: &Origin, plan: &Plan) -> Result<Vec<Left>, ReadError> {
    let mut left = Vec::new();
    for (path, base) in &origin.base {
        let new = plan
            .file(path)
            .map(|file| String::from_utf8_lossy(&file.bytes));
        let (Base::Text(base), Some(new)) = (base, new) else {
            continue;
        };
        let is_needless = is_core(path) || path.ends_with(".md");
        if is_needless || *base == new || text::read(folder, path)?.is_some() {
            continue;
        }
        let lines = merge::added_lines(base, &new).join(" / ");
        left.push(Left {
            path: path.clone(),
            line: 1,
            what: format!("is not there any more, and would get these lines: {lines}"),
        });
    }
    Ok(left)
}
