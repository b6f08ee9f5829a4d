//! A table as the journal sees it, whatever its records are.

use serde_json::value::RawValue;

use super::changes::Changes;
use super::line::Line;
use super::record::Record;
use super::table::Table;

/// What the journal asks of every table.
pub trait Stored {
    fn kind(&self) -> &'static str;
    fn count(&self) -> usize;
    /// Changes are marked from now on.
    fn track(&mut self);
    /// Adds what has changed.
    ///
    /// # Errors
    /// If a record cannot be written as JSON.
    fn changes(&self, line: &mut Line) -> serde_json::Result<()>;
    fn forget_changes(&mut self);
    /// All records, a line for each.
    fn lines(&self) -> Box<dyn Iterator<Item = serde_json::Result<Line>> + '_>;
    /// Takes a record back.
    ///
    /// # Errors
    /// If it is none of these.
    fn put(&mut self, record: &RawValue) -> serde_json::Result<()>;
    fn gone(&mut self, id: &str);
    fn clear(&mut self);
}

impl<T: Record> Stored for Table<T> {
    fn kind(&self) -> &'static str {
        T::KIND
    }

    fn count(&self) -> usize {
        self.len()
    }

    fn track(&mut self) {
        self.changes = Some(Changes::default());
    }

    fn changes(&self, line: &mut Line) -> serde_json::Result<()> {
        let Some(changes) = &self.changes else {
            return Ok(());
        };
        for id in &changes.gone {
            line.gone::<T>(id);
        }
        let records = changes.put.iter();
        for record in records.filter_map(|place| self.records.get(place)) {
            line.put(record)?;
        }
        Ok(())
    }

    fn forget_changes(&mut self) {
        if self.changes.is_some() {
            self.track();
        }
    }

    fn lines(&self) -> Box<dyn Iterator<Item = serde_json::Result<Line>> + '_> {
        Box::new(self.values().map(|record| {
            let mut line = Line::default();
            line.put(record)?;
            Ok(line)
        }))
    }

    fn put(&mut self, record: &RawValue) -> serde_json::Result<()> {
        self.insert(serde_json::from_str(record.get())?);
        Ok(())
    }

    fn gone(&mut self, id: &str) {
        self.remove(id);
    }

    fn clear(&mut self) {
        let ids: Vec<_> = self.values().map(|record| record.id().to_owned()).collect();
        for id in ids {
            self.remove(&id);
        }
    }
}
