//! What an app answers otherwise that was there before `init` and is wired: its pages are its own. `wired.toml` has these
//! exceptions, each with its reason, and rows of its own.

use std::path::Path;

use serde::Deserialize;

use super::table::GroupEntry;

/// The exceptions and the rows.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wired {
    differs: Vec<Exception>,
    /// Environments with which it starts nevertheless.
    pub refuses: Vec<String>,
    group: Vec<GroupEntry>,
}

/// Rows that a wired app answers otherwise, or, without `set`, that it need not answer so.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    group: String,
    /// All rows of the group, if none is named.
    #[serde(default)]
    rows: Vec<String>,
    /// Only for this one.
    framework: Option<String>,
    pub why: String,
    #[serde(default)]
    set: toml::Table,
}

impl Exception {
    pub fn is_left_out(&self) -> bool {
        self.set.is_empty()
    }
}

impl Wired {
    #[track_caller]
    pub fn load(framework: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/wired.toml");
        let text = std::fs::read_to_string(path).unwrap();
        let mut wired: Self =
            toml::from_str(&text).unwrap_or_else(|error| panic!("wired.toml: {error}"));
        let is_here = |exception: &Exception| {
            let only = exception.framework.as_deref();
            only.is_none_or(|only| only == framework)
        };
        wired.differs.retain(is_here);
        wired
    }

    /// Changes the rows of the table, and adds those of wired apps.
    #[track_caller]
    pub fn change(self, groups: &mut Vec<GroupEntry>) -> Vec<Exception> {
        for (place, exception) in self.differs.iter().enumerate() {
            let group = groups
                .iter_mut()
                .find(|group| group.title == exception.group);
            let group = group.unwrap_or_else(|| panic!("no group '{}'", exception.group));
            let is_meant = |row: &toml::Table| {
                let name = row["name"].as_str().unwrap_or_default();
                exception.rows.is_empty() || exception.rows.iter().any(|meant| meant == name)
            };
            let mut found = 0;
            for row in group.rows.iter_mut().filter(|row| is_meant(row)) {
                found += 1;
                if exception.is_left_out() {
                    let place = i64::try_from(place).unwrap();
                    row.insert("left_out".to_owned(), toml::Value::Integer(place));
                }
                row.extend(exception.set.clone());
            }
            assert!(
                found >= exception.rows.len().max(1),
                "'{}' has no such rows: {:?}",
                exception.group,
                exception.rows
            );
            assert!(
                !exception.why.is_empty(),
                "'{}' says no reason",
                exception.group
            );
        }
        groups.extend(self.group);
        self.differs
    }
}
