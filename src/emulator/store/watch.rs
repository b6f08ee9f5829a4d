//! The changes of a table's records since it was last asked, for those who tell others of them. Apart from the marks of
//! the journal: these ask for what is there, this also for what was.

use std::collections::BTreeMap;

/// The change of a record.
#[derive(Debug, PartialEq)]
pub enum Change<T> {
    Made(T),
    /// It was touched; it may still say the same.
    Changed {
        before: T,
        now: T,
    },
    /// As it was at its end.
    Gone(T),
}

/// The records that were touched.
#[derive(Clone)]
pub(super) struct Watch<T> {
    copy: fn(&T) -> T,
    /// By place, each as it was; none where there was nothing.
    before: BTreeMap<u64, Option<T>>,
    gone: Vec<T>,
}

impl<T: Clone> Watch<T> {
    pub fn new() -> Self {
        Self {
            copy: T::clone,
            before: BTreeMap::new(),
            gone: Vec::new(),
        }
    }

    /// Records that are gone since the last time, then those that were made or touched, in the order in which it came.
    pub fn take(&mut self, records: &BTreeMap<u64, T>) -> Vec<Change<T>> {
        let gone = std::mem::take(&mut self.gone);
        let touched = std::mem::take(&mut self.before);
        let touched = touched.into_iter().filter_map(|(place, before)| {
            let now = records.get(&place)?.clone();
            Some(match before {
                Some(before) => Change::Changed { before, now },
                None => Change::Made(now),
            })
        });
        gone.into_iter().map(Change::Gone).chain(touched).collect()
    }
}

impl<T> Watch<T> {
    /// To be called before the record at this place is changed.
    pub fn touch(&mut self, place: u64, record: Option<&T>) {
        let copy = self.copy;
        self.before.entry(place).or_insert_with(|| record.map(copy));
    }

    /// To be called when the record is taken away.
    pub fn remove(&mut self, place: u64, record: &T) {
        // What came and went in between was never there.
        if !matches!(self.before.remove(&place), Some(None)) {
            self.gone.push((self.copy)(record));
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::emulator::store::{Record, Table};

    #[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
    struct Pet {
        id: String,
        age: u8,
    }

    impl Record for Pet {
        const KIND: &'static str = "pet";

        fn id(&self) -> &str {
            &self.id
        }
    }

    fn pet(id: &str, age: u8) -> Pet {
        Pet {
            id: id.to_owned(),
            age,
        }
    }

    #[test]
    fn a_change_says_what_was_and_what_is_however_often_it_was_made() {
        let mut table = Table::default();
        table.insert(pet("a", 1));
        table.insert(pet("b", 1));
        table.watch(true);
        assert!(table.take_changes().is_empty());
        table.edit("b").unwrap().age = 2;
        table.edit("b").unwrap().age = 3;
        table.insert(pet("a", 4));
        table.insert(pet("c", 5));
        table.edit("c").unwrap().age = 6;
        let changed = |before, now| Change::Changed { before, now };
        assert_eq!(
            table.take_changes(),
            [
                changed(pet("a", 1), pet("a", 4)),
                changed(pet("b", 1), pet("b", 3)),
                Change::Made(pet("c", 6)),
            ]
        );
        assert!(table.take_changes().is_empty());
    }

    #[test]
    fn what_is_gone_is_told_as_it_was_and_what_was_never_seen_is_not() {
        let mut table = Table::default();
        table.insert(pet("a", 1));
        table.watch(true);
        table.edit("a").unwrap().age = 2;
        table.remove("a");
        table.insert(pet("b", 1));
        table.remove("b");
        table.insert(pet("a", 3));
        assert_eq!(
            table.take_changes(),
            [Change::Gone(pet("a", 2)), Change::Made(pet("a", 3))]
        );
        table.watch(false);
        table.insert(pet("d", 1));
        assert!(table.take_changes().is_empty());
    }
}
