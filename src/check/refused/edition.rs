//! What cargo took in older editions, and refuses from 2024 on: former spellings, and less than the workspace says.

use toml::de::{DeTable, DeValue};
use toml::{Spanned, Value};

use super::form::{Entry, Fault, entries, lists};
use crate::source::Workspace;

/// What cargo refuses of a package of such an edition.
pub fn faults(manifest: &DeTable<'_>, edition: &str, above: Option<&Workspace>) -> Vec<Fault> {
    // Those before it are known, and none of them will change.
    if ["2015", "2018", "2021"].contains(&edition) {
        return Vec::new();
    }
    let mut former = Vec::new();
    former.extend(spelled(manifest.get("project"), "project", "package"));
    for (kind, list) in lists(manifest) {
        if kind.contains('_') {
            former.extend(spelled(Some(list), kind, &kind.replace('_', "-")));
        }
    }
    let library = manifest.get("lib").map(Spanned::get_ref);
    for key in ["crate_type", "proc_macro"] {
        let value = library.and_then(|library| library.get(key));
        former.extend(spelled(value, key, &key.replace('_', "-")));
    }
    for entry in entries(manifest).iter().filter(|entry| !entry.is_shared()) {
        let key = "default_features";
        former.extend(spelled(entry.value.get(key), key, "default-features"));
    }
    let faults = former.into_iter().map(|(at, former, now)| {
        let why = format!("edition {edition} does not know `{former}`: it is `{now}` there");
        Fault::new(at, why)
    });
    let entries = entries(manifest);
    let shared = entries.iter().filter(|entry| entry.is_shared());
    let shared = shared.filter_map(|entry| of_workspace(entry, edition, above?));
    faults.chain(shared).collect()
}

type Former = (usize, String, String);

fn spelled(value: Option<&Spanned<DeValue<'_>>>, former: &str, now: &str) -> Option<Former> {
    Some((value?.span().start, former.to_owned(), now.to_owned()))
}

/// A dependency that is the workspace's: only that can leave its default features out.
fn of_workspace(entry: &Entry<'_>, edition: &str, above: &Workspace) -> Option<Fault> {
    let given = above.table.get("dependencies")?.get(entry.name)?;
    if given.get("default_features").is_some() {
        let why = format!(
            "edition {edition} does not know `default_features`, which the workspace has for the dependency `{}`: it is `default-features` there",
            entry.name
        );
        return Some(Fault::new(entry.at, why));
    }
    let own = entry.value.get("default-features")?;
    let is_left_out = own.get_ref().as_bool() == Some(false);
    let is_given = given.get("default-features").and_then(Value::as_bool) != Some(false);
    (is_left_out && is_given).then(|| {
        let why = format!(
            "the dependency `{}` leaves its default features out, and the workspace has it with them",
            entry.name
        );
        let help = "write `default-features = false` in [workspace.dependencies], or leave it out here";
        Fault {
            help: Some(help.to_owned()),
            ..Fault::new(own.span().start, why)
        }
    })
}
