//! Variables of Clerk's that a project's app does not read: neither the core nor the project's own code asks for them.

use std::path::Path;

use super::sources::Source;
use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};
use crate::project::manifest::Manifest;
use crate::project::names::{self, Known, Reading};

/// `clerk-rs` itself reads it, for `--keys keyless`.
const OF_THE_TOOL: &str = "CLERK_KEYLESS_DISABLED";

/// True if all that reads the variables of a folder is an app on the core. What JavaScript reads there, such as a test
/// in a browser, nobody can say.
pub fn is_known(folder: &Path) -> bool {
    let manifest = Manifest::read(folder);
    let has_core = manifest.is_ok_and(|manifest| manifest.has_core());
    has_core && !folder.join("package.json").exists()
}

/// True if such an app reads a variable, or if nobody can say.
pub fn is_read(name: &str, sources: &[Source]) -> bool {
    match names::read(name) {
        Reading::Known {
            known,
            prefix: None,
        } => is_known_read(known, sources),
        Reading::Elsewhere(_) => sources.iter().any(|source| source.names(name)),
        // Whoever builds with a prefix's tool reads names with it, and the project's own code what nobody knows.
        Reading::Known { .. } | Reading::Unknown | Reading::Foreign => true,
    }
}

/// The finding about a variable that Clerk's kits know and such an app does not read.
pub fn finding(name: &str, sources: &[Source]) -> Option<Finding> {
    let Reading::Known {
        known,
        prefix: None,
    } = names::read(name)
    else {
        return None;
    };
    if is_known_read(known, sources) {
        return None;
    }
    let detail = "not read by this project; other kits for Clerk read it";
    let finding = Finding::new(Id::NameOfAnotherKit, Verdict::Warn, visible(name), detail);
    let instead = known.instead.and_then(names::find);
    Some(
        match instead.filter(|instead| is_known_read(instead, sources)) {
            Some(instead) => finding.help(format!("use {}", instead.name)),
            None => finding,
        },
    )
}

fn is_known_read(known: &Known, sources: &[Source]) -> bool {
    known.is_read_here()
        || known.name == OF_THE_TOOL
        || sources.iter().any(|source| source.names(known.name))
}
