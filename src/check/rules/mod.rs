//! The rules: each file looks at one subject of the [`Facts`] and touches nothing.

pub mod addresses;
pub mod conflicts;
pub mod exposure;
pub mod files;
pub mod keys;
pub mod leftovers;
pub mod lines;
pub mod names;
pub mod online;
pub mod parties;
pub mod references;
pub mod source;
pub mod values;

use super::facts::Facts;
use crate::finding::{Finding, Id, Verdict};

type Rule = fn(&Facts<'_>) -> Vec<Finding>;

/// In the order in which findings are shown.
const ALL: [Rule; 12] = [
    lines::check,
    keys::check,
    addresses::check,
    values::check,
    parties::check,
    names::check,
    conflicts::check,
    exposure::check,
    source::check,
    files::check,
    leftovers::check,
    folders,
];

/// Looks at everything that needs no network.
pub fn check(facts: &Facts<'_>) -> Vec<Finding> {
    ALL.iter().flat_map(|rule| rule(facts)).collect()
}

fn folders(facts: &Facts<'_>) -> Vec<Finding> {
    let detail = "there are too many: some were not looked into";
    let finding = || Finding::new(Id::FoldersSkipped, Verdict::Skipped, "folders", detail);
    facts.is_cut_short.then(finding).into_iter().collect()
}
