//! Words for references that bring nothing. After a `$` in a secret may come the rest of the secret, so it is not
//! repeated.

use clerk_auth::env_files::{Lost, Reference};

use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};
use crate::project::names::{self, Kind, Reading};
use crate::project::secrets::is_secret;
use crate::project::variables::{Found, Variables};

/// The first reference of a value that brought nothing. An empty default is on purpose.
pub fn first(found: &Found) -> Option<&Reference> {
    let mut references = found.references.iter();
    references.find(|reference| reference.lost != Lost::Default)
}

/// A warning about the first reference that brought nothing.
pub fn warning(found: &Found, variables: &Variables<'_>) -> Option<Finding> {
    let reference = first(found)?;
    let detail = unset(reference, found, variables);
    let name = visible(&found.name);
    let finding = Finding::new(Id::ReferenceUnset, Verdict::Warn, name, detail);
    let usual = "set it in a line above, or give a default: ${NAME:-default}";
    Some(finding.help(help(reference, found, usual)))
}

/// `it refers to APP_ORIGIN, which is not set`
pub fn unset(reference: &Reference, found: &Found, variables: &Variables<'_>) -> String {
    if let Some(position) = secret_position(reference, found) {
        return format!(
            "position {position}: `$` begins a reference, and nothing is set under that name"
        );
    }
    let name = visible(&reference.name);
    match reference.lost {
        Lost::NotSet if !variables.all(&reference.name).is_empty() => {
            format!("it refers to {name}, which no line above it sets")
        }
        Lost::NotSet => format!("it refers to {name}, which is not set"),
        Lost::Empty => format!("it refers to {name}, which is set to nothing"),
        Lost::Default => format!("the default for {name} is empty"),
    }
}

/// Advice; `usual` if it was meant as a reference.
pub fn help<'a>(reference: &Reference, found: &Found, usual: &'a str) -> &'a str {
    match secret_position(reference, found) {
        Some(_) => r"write `\$`, or put the value in single quotes",
        None => usual,
    }
}

/// The position of a `$` in a text that may be a secret.
fn secret_position(reference: &Reference, found: &Found) -> Option<usize> {
    let is_open = match names::read(&found.name) {
        Reading::Known { known, .. } => known.kind != Kind::Secret,
        _ => false,
    };
    reference
        .inside
        .filter(|_| !is_open || is_secret(&found.value))
}
