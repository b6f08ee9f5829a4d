//! Names that the new module cannot have: what the source means by them would be another thing, or another file.

use super::obstacle::PlanError;
use super::project::Standing;
use crate::scaffold::CORE;
use crate::source::{Dependency, Files, dependencies};

/// Roots of crates, and crates that are always there.
const TAKEN: [&str; 7] = ["lib", "main", "alloc", "core", "proc_macro", "std", "test"];

/// Refuses a name that is no word, or is the name of a crate.
///
/// # Errors
/// [`PlanError::Module`]
pub fn must_fit(name: &str, standing: &Standing) -> Result<(), PlanError> {
    let is_word = syn::parse_str::<syn::Ident>(name).is_ok();
    let is_plain = name.is_ascii() && !name.starts_with("r#");
    let manifest = standing.manifest.parse().unwrap_or_default();
    let crates = dependencies(&Files::default(), &standing.folder, &manifest);
    let mut crates = crates.iter().map(Dependency::crate_name);
    let is_crate = name == CORE.replace('-', "_") || crates.any(|known| known == name);
    match is_word && is_plain && !is_crate && !TAKEN.contains(&name) {
        true => Ok(()),
        false => Err(PlanError::Module(name.to_owned())),
    }
}
