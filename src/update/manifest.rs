//! Merges `Cargo.toml` entry by entry. Line by line, a dependency that somebody added beside one of ours would be a
//! conflict. The owner's own lines and comments stay as they are.

use std::str::FromStr as _;

use toml::{Table, Value};
use toml_edit::{Array, Document, DocumentMut, Item, TableLike, TomlError};

use crate::project::entry::{self, PutError};

const COMMENT: &str =
    "What `clerk-rs` made this project of; `clerk-rs update` reads it and keeps it current.";

/// A merged manifest.
#[derive(Debug)]
pub struct Merged {
    pub text: String,
    /// The entries that both sides changed, where the owner's stay: the line, counted from 1, and what ours would be.
    pub left: Vec<(usize, String)>,
}

/// Merges the two texts that its owner and we made of `base`.
///
/// # Errors
/// One of the three is no TOML.
pub fn entries(base: &str, owners: &str, new: &str) -> Result<Merged, TomlError> {
    let mut document = DocumentMut::from_str(owners)?;
    let source = DocumentMut::from_str(new)?;
    let values = [base, owners, new].map(|text| toml::from_str::<Table>(text).unwrap_or_default());
    let [base, owners, new] = &values;
    let mut left = Vec::new();
    let sides = Sides {
        base: Some(base),
        owners,
        new,
    };
    sides.merge(
        document.as_table_mut(),
        source.as_table(),
        &mut Vec::new(),
        &mut left,
    );
    let text = document.to_string();
    let spans = Document::parse(text.as_str())?;
    let left = left
        .into_iter()
        .map(|(path, ours)| (line(&spans, &text, &path), ours))
        .collect();
    Ok(Merged { text, left })
}

/// Puts our table of the new manifest into the owner's manifest, over the one that stands there. Nothing else moves.
///
/// # Errors
/// One of the two is no TOML.
pub fn with_metadata(owners: &str, new: &str) -> Result<String, TomlError> {
    const OURS: [&str; 3] = ["package", "metadata", "clerk-rs"];
    let source = DocumentMut::from_str(new)?;
    let table = OURS
        .iter()
        .try_fold(source.as_item(), |item, key| item.get(key));
    let Some(renewed) = table.and_then(Item::as_table_like) else {
        return Ok(owners.to_owned());
    };
    let entries = renewed.iter();
    let entries = entries.map(|(key, item)| (key.to_owned(), item.to_string().trim().to_owned()));
    let [package, metadata, key] = OURS;
    match entry::say(
        owners,
        &[package, metadata],
        key,
        COMMENT,
        entries.collect(),
    ) {
        Ok(text) => Ok(text),
        Err(PutError::NoToml(error)) => Err(error),
        // An owner may have put something else in its way, which stays.
        Err(PutError::NoTable(_)) => Ok(owners.to_owned()),
    }
}

/// One table in the three texts, as values.
struct Sides<'a> {
    base: Option<&'a Table>,
    owners: &'a Table,
    new: &'a Table,
}

type Left = Vec<(Vec<String>, String)>;

impl Sides<'_> {
    fn merge(
        &self,
        document: &mut dyn TableLike,
        source: &dyn TableLike,
        path: &mut Vec<String>,
        left: &mut Left,
    ) {
        let old = self.base.into_iter().flat_map(Table::keys);
        let gone = old.filter(|key| !self.new.contains_key(*key));
        let keys: Vec<&String> = self.new.keys().chain(gone).collect();
        for key in keys {
            path.push(key.clone());
            self.merge_entry(key, document, source, path, left);
            path.pop();
        }
    }

    fn merge_entry(
        &self,
        key: &str,
        document: &mut dyn TableLike,
        source: &dyn TableLike,
        path: &mut Vec<String>,
        left: &mut Left,
    ) {
        let base = self.base.and_then(|base| base.get(key));
        let (owners, new) = (self.owners.get(key), self.new.get(key));
        if owners == new || base == new {
            return;
        }
        if base == owners {
            match (new, source.get(key)) {
                (Some(_), Some(item)) => add(document, source, key, item),
                _ => drop(document.remove(key)),
            }
            return;
        }
        let inner = (document.get_mut(key), source.get(key));
        match (owners, new, inner) {
            (
                Some(Value::Table(owners)),
                Some(Value::Table(new)),
                (Some(document), Some(source)),
            ) => {
                let base = base.and_then(Value::as_table);
                let sides = Sides { base, owners, new };
                if let (Some(document), Some(source)) =
                    (document.as_table_like_mut(), source.as_table_like())
                {
                    sides.merge(document, source, path, left);
                }
            }
            (Some(Value::Array(owners)), Some(Value::Array(new)), (Some(document), _)) => {
                let base = base.and_then(Value::as_array);
                merge_array(document, base.map_or(&[], Vec::as_slice), owners, new);
            }
            // One side took it out and the other changed it, or both changed it.
            (_, _, (_, source)) => {
                let ours = source.map_or_else(
                    || "is no part of it any more".to_owned(),
                    |item| format!("would be {}", item.to_string().trim()),
                );
                left.push((path.clone(), format!("{} {ours}", path.join("."))));
            }
        }
    }
}

/// A list such as `features` is a set: we add what is new on our side, and take out what went.
fn merge_array(item: &mut Item, base: &[Value], owners: &[Value], new: &[Value]) {
    let Some(array) = item.as_array_mut() else {
        return;
    };
    for value in new
        .iter()
        .filter(|value| !base.contains(value) && !owners.contains(value))
    {
        if let Some(text) = value.as_str() {
            array.push(text);
        }
    }
    let gone = |value: &toml_edit::Value| {
        let text = value.as_str().map(Value::from);
        text.is_some_and(|text| base.contains(&text) && !new.contains(&text))
    };
    Array::retain(array, |value| !gone(value));
}

/// Adds an entry with the comment above it.
fn add(document: &mut dyn TableLike, source: &dyn TableLike, key: &str, item: &Item) {
    match source.key(key) {
        Some(formatted) if !document.contains_key(key) => {
            document.entry_format(formatted).or_insert(item.clone());
        }
        _ => put(document, key, item),
    }
}

/// Replaces an entry. A comment behind it, on the same line, stays.
fn put(document: &mut dyn TableLike, key: &str, item: &Item) {
    let mut item = item.clone();
    if let Some(old) = document.get(key).and_then(Item::as_value)
        && let Some(new) = item.as_value_mut()
    {
        *new.decor_mut() = old.decor().clone();
    }
    match document.get_mut(key) {
        // The comment above it is the key's.
        Some(old) => *old = item,
        None => drop(document.insert(key, item)),
    }
}

/// The line of an entry, or of the innermost table around it if it is gone.
fn line(document: &Document<&str>, text: &str, path: &[String]) -> usize {
    let mut item = document.as_item();
    let mut start = 0;
    for key in path {
        let Some(inner) = item.get(key) else {
            break;
        };
        let span = item
            .as_table_like()
            .and_then(|table| table.key(key)?.span())
            .or_else(|| inner.span());
        start = span.map_or(start, |span| span.start);
        item = inner;
    }
    text[..start].matches('\n').count() + 1
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const BASE: &str = "\
[package]
name = \"app\"

[dependencies]
askama = \"0.16\"
axum = { version = \"0.8\", features = [\"http1\", \"json\"] }
# The server.
hyper = \"1\"
serde_json = \"1\"
";
    const NEW: &str = "\
[package]
name = \"app\"

[package.metadata.clerk-rs]
version = \"2\"

[dependencies]
axum = { version = \"0.9\", features = [\"http1\", \"ws\"] }
# For pages.
minijinja = \"3\"
serde_json = \"1\"
";

    #[test]
    fn a_dependency_of_ones_own_stays_beside_those_that_change() {
        let owners = BASE
            .replace("hyper", "# My database.\nsqlx = \"0.8\" # here\nhyper")
            .replace("\"json\"]", "\"json\", \"macros\"]");
        let merged = entries(BASE, &owners, NEW).unwrap();
        assert!(merged.left.is_empty(), "{:?}", merged.left);
        let table: Table = toml::from_str(&merged.text).unwrap();
        let mut expected: Table = toml::from_str(NEW).unwrap();
        let dependencies = expected["dependencies"].as_table_mut().unwrap();
        dependencies.insert("sqlx".to_owned(), "0.8".into());
        let features = vec!["http1", "macros", "ws"];
        dependencies["axum"]["features"] = features.into();
        assert_eq!(table, expected, "{}", merged.text);
        for kept in [
            "# My database.\nsqlx = \"0.8\" # here\n",
            "# For pages.\nminijinja",
        ] {
            assert!(merged.text.contains(kept), "{}", merged.text);
        }
    }

    #[test]
    fn what_both_sides_changed_stays_with_its_owner_and_is_told() {
        let owners = BASE
            .replace("version = \"0.8\"", "version = \"0.8.1\"")
            .replace("hyper = \"1\"", "hyper = \"1.7\"");
        let merged = entries(BASE, &owners, NEW).unwrap();
        assert!(
            merged.text.contains("axum = { version = \"0.8.1\""),
            "{}",
            merged.text
        );
        let told: Vec<_> = merged
            .left
            .iter()
            .map(|(line, told)| (*line, told.as_str()))
            .collect();
        let lines: Vec<_> = merged.text.lines().collect();
        for (line, told) in &told {
            let entry = lines[line - 1];
            assert!(
                entry.starts_with("axum") || entry.starts_with("hyper"),
                "{line} {told} {entry}"
            );
        }
        let told: Vec<_> = told.into_iter().map(|(_, told)| told).collect();
        assert_eq!(
            told,
            [
                "dependencies.axum.version would be \"0.9\"",
                "dependencies.hyper is no part of it any more"
            ]
        );
    }

    #[test]
    fn the_table_of_metadata_is_renewed_and_nothing_else() {
        let owners =
            "[package]\nname = \"x\" # mine\n[package.metadata.clerk-rs]\n# old\nversion = \"1\"\n";
        let text = with_metadata(owners, NEW).unwrap();
        assert_eq!(text, owners.replace("\"1\"", "\"2\""));
        let windows = format!("\u{feff}{}", owners.trim_end().replace('\n', "\r\n"));
        let text = with_metadata(&windows, NEW).unwrap();
        assert_eq!(text, windows.replace("\"1\"", "\"2\""));
        for odd in [
            "package = 1\n",
            "[package]\nmetadata = \"x\"\n",
            "package.metadata = []\n",
        ] {
            assert_eq!(with_metadata(odd, NEW).unwrap(), odd);
        }
        let text = with_metadata("[package]\nname = \"x\"\n", NEW).unwrap();
        let table: Table = toml::from_str(&text).unwrap();
        assert_eq!(
            table["package"]["metadata"]["clerk-rs"]["version"].as_str(),
            Some("2")
        );
    }
}
