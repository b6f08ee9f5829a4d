//! One line of the journal: `{"gone":{"session":["sess_…"]},"put":{"user":[…]}}`, what is gone since the line before
//! and then what was put in the place of it. A turn is one line, so that a file never holds half of one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use super::record::Record;

/// Changes of all tables, by the names of their records.
#[derive(Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) gone: BTreeMap<String, Vec<String>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) put: BTreeMap<String, Vec<Box<RawValue>>>,
}

impl Line {
    pub(super) fn put<T: Record>(&mut self, record: &T) -> serde_json::Result<()> {
        let records = self.put.entry(T::KIND.to_owned()).or_default();
        records.push(to_raw_value(record)?);
        Ok(())
    }

    pub(super) fn gone<T: Record>(&mut self, id: &str) {
        let ids = self.gone.entry(T::KIND.to_owned()).or_default();
        ids.push(id.to_owned());
    }

    pub(super) fn is_empty(&self) -> bool {
        self.put.is_empty() && self.gone.is_empty()
    }

    /// The number of records that it names.
    pub(super) fn len(&self) -> usize {
        let put = self.put.values().map(Vec::len);
        put.chain(self.gone.values().map(Vec::len)).sum()
    }

    pub(super) fn text(&self) -> serde_json::Result<Vec<u8>> {
        let mut text = serde_json::to_vec(self)?;
        text.push(b'\n');
        Ok(text)
    }
}
