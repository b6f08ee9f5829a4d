//! `Cargo.toml`: the core as a dependency, and the table that says how the package was wired. Lines are put in; no line that
//! is there moves, and none changes but what the wiring itself wrote before.

use toml::{Table, Value};

use super::entry::{self, Put, PutError};
use crate::error::{Explain, Explanation};
use crate::project::manifest::Made;
use crate::scaffold::dependency::Dependency;
use crate::scaffold::{CORE, CoreSource};

const METADATA: [&str; 3] = ["package", "metadata", "clerk-rs"];
const COMMENT: &str =
    "How `clerk-rs` wired this package; `clerk-rs update` reads it and keeps it current.";

/// What a manifest is to say.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    pub core: &'a CoreSource,
    /// Features of the core.
    pub features: &'a [&'a str],
    /// Other crates that the module names, and what TOML says of them. Whoever has one keeps it as it is.
    pub others: &'a [(&'a str, &'a str)],
    pub made: &'a Made,
}

/// The reason why a manifest stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    #[error("Cargo.toml cannot be changed")]
    Unfit(#[from] PutError),
    #[error("Cargo.toml names {CORE} already")]
    Taken {
        /// The line that would be there.
        line: String,
    },
}

impl Explain for ManifestError {
    fn explain(&self) -> Explanation {
        match self {
            Self::Unfit(error) => Explanation::failed("manifest-unfit").because(error),
            Self::Taken { line } => Explanation::failed("core-taken")
                .because("it comes from another place, or not by a line under [dependencies]")
                .help(format!("take that out, or make it\n{line}")),
        }
    }
}

/// The manifest with all of it. What it says already stays as it is written.
///
/// # Errors
/// [`ManifestError`]
pub fn with(text: &str, wanted: &Wanted<'_>) -> Result<String, ManifestError> {
    // Whoever puts something in says what is wrong with it.
    let table: Table = toml::from_str(text).unwrap_or_default();
    let mut text = with_core(text, &table, wanted)?;
    let dependencies = table.get("dependencies").and_then(Value::as_table);
    for (name, value) in wanted.others {
        if dependencies.is_none_or(|all| !all.contains_key(*name)) {
            let value = Put::Value((*value).to_owned());
            text = entry::put(&text, &["dependencies"], name, &value)?;
        }
    }
    Ok(with_metadata(&text, &table, wanted.made)?)
}

fn with_core(text: &str, table: &Table, wanted: &Wanted<'_>) -> Result<String, ManifestError> {
    let features: Vec<_> = wanted.features.iter().map(|it| entry::quoted(it)).collect();
    let value = format!(
        "{{ {}, default-features = false, features = [{}] }}",
        wanted.core.dependency(),
        features.join(", ")
    );
    let line = format!("{CORE} = {value}");
    if !names_core(table) {
        let value = Put::Value(value);
        return Ok(entry::put(text, &["dependencies"], CORE, &value)?);
    }
    let source = |text: &str| Dependency::of(text).map(|found| found.source);
    let ours = source(&format!("[dependencies]\n{line}\n"));
    let there = table.get("dependencies").and_then(|all| all.get(CORE));
    let listed = there.and_then(|core| core.get("features")?.as_array());
    let is_ours = there.is_some_and(|core| core.get("package").is_none());
    let (Some(listed), true) = (listed, is_ours && source(text) == ours) else {
        return Err(ManifestError::Taken { line });
    };
    let has = |feature: &&&str| listed.iter().any(|there| there.as_str() == Some(**feature));
    let missing: Vec<_> = wanted.features.iter().filter(|it| !has(it)).collect();
    let missing: Vec<&str> = missing.into_iter().copied().collect();
    if missing.is_empty() {
        return Ok(text.to_owned());
    }
    Ok(entry::extend(
        text,
        &["dependencies", CORE, "features"],
        &missing,
    )?)
}

/// Whether any list of what the app is built of has the core, or something else under its name.
fn names_core(manifest: &Table) -> bool {
    let targets = manifest.get("target").and_then(Value::as_table);
    let targets = targets.into_iter().flat_map(Table::values);
    let tables = targets.filter_map(Value::as_table).chain([manifest]);
    let lists = tables.filter_map(|table| table.get("dependencies")?.as_table());
    lists.flatten().any(|(name, entry)| {
        let package = entry.get("package").and_then(Value::as_str);
        name == CORE || package == Some(CORE)
    })
}

fn with_metadata(text: &str, table: &Table, made: &Made) -> Result<String, PutError> {
    let package = table.get("package");
    let there = package.and_then(|package| package.get("metadata")?.get("clerk-rs"));
    let entries = entries(made);
    let Some(there) = there else {
        let [package, metadata, key] = METADATA;
        let section = Put::Section {
            comment: COMMENT,
            entries,
        };
        return entry::put(text, &[package, metadata], key, &section);
    };
    let mut text = text.to_owned();
    for (key, value) in entries {
        let wanted: Option<Table> = toml::from_str(&format!("is = {value}")).ok();
        let wanted = wanted.and_then(|mut wanted| wanted.remove("is"));
        match there.get(key) {
            None => text = entry::put(&text, &METADATA, key, &Put::Value(value))?,
            Some(found) if Some(found) == wanted.as_ref() => {}
            Some(_) => {
                let [package, metadata, own] = METADATA;
                text = entry::replace(&text, &[package, metadata, own, key], &value)?;
            }
        }
    }
    Ok(text)
}

fn entries(made: &Made) -> Vec<(&'static str, String)> {
    let extras: Vec<_> = made.extras.iter().map(|it| entry::quoted(it)).collect();
    let mut entries = vec![
        ("version", entry::quoted(&made.version)),
        ("framework", entry::quoted(&made.framework)),
        ("template", entry::quoted(&made.template)),
        ("extras", format!("[{}]", extras.join(", "))),
        ("core", entry::quoted(&made.core)),
        ("core-mode", entry::quoted(&made.core_mode)),
        ("wired", made.wired.to_string()),
    ];
    if let Some(module) = &made.module {
        entries.push(("module", entry::quoted(module)));
    }
    entries
}
