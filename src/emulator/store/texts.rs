//! The texts that a search looks through, and the records by what stands in them: so it looks at few of many.

use std::collections::{BTreeMap, HashMap};

use memchr::memmem::Finder;

/// Bytes in a row that records are found by. Two would be in too many texts, four make too many entries.
const PART: usize = 3;

/// The texts of a table, by the places of their records.
#[derive(Clone, Default)]
pub(super) struct Texts {
    texts: BTreeMap<u64, Box<str>>,
    /// The places of the texts that have these bytes, in ascending order.
    places: HashMap<[u8; PART], Vec<u64>>,
}

impl Texts {
    /// Puts a text in the place of the one before. Most changes of a record leave it as it is.
    pub fn set(&mut self, place: u64, text: String) {
        if self.texts.get(&place).is_some_and(|known| **known == *text) {
            return;
        }
        self.remove(place);
        for part in parts(&text) {
            let places = self.places.entry(part).or_default();
            if let Err(at) = places.binary_search(&place) {
                places.insert(at, place);
            }
        }
        self.texts.insert(place, text.into());
    }

    pub fn remove(&mut self, place: u64) {
        let Some(text) = self.texts.remove(&place) else {
            return;
        };
        for part in parts(&text) {
            let Some(places) = self.places.get_mut(&part) else {
                continue;
            };
            if let Ok(at) = places.binary_search(&place) {
                places.remove(at);
            }
            if places.is_empty() {
                self.places.remove(&part);
            }
        }
    }

    /// The places of the texts that may have this one in them, in ascending order; [`Self::holds`] knows.
    pub fn near(&self, text: &str) -> Vec<u64> {
        let lists = parts(text).map(|part| self.places.get(&part).map_or(&[][..], Vec::as_slice));
        match lists.min_by_key(|places| places.len()) {
            Some(places) => places.to_vec(),
            // It is shorter than a part.
            None => self.texts.keys().copied().collect(),
        }
    }

    /// True if the text at this place has the other in it.
    pub fn holds(&self, place: u64, finder: &Finder<'_>) -> bool {
        let text = self.texts.get(&place);
        text.is_some_and(|text| finder.find(text.as_bytes()).is_some())
    }
}

fn parts(text: &str) -> impl Iterator<Item = [u8; PART]> {
    text.as_bytes().array_windows().copied()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::ops::Range;

    use proptest::prelude::*;
    use serde::{Deserialize, Serialize};

    use crate::emulator::store::{Record, Table};

    #[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
    struct Book {
        id: String,
        title: String,
        printed: i64,
    }

    impl Record for Book {
        const KIND: &'static str = "book";

        fn id(&self) -> &str {
            &self.id
        }

        fn text(&self) -> Option<String> {
            Some(self.title.to_lowercase())
        }

        fn moment(&self) -> i64 {
            self.printed
        }
    }

    /// What happens to a shelf.
    #[derive(Clone, Debug)]
    enum Step {
        Insert(u8, String, i64),
        Edit(u8, String, i64),
        Remove(u8),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        // Few letters, so that titles have much in common; one of them is longer in lower case.
        let parts = || (0..8_u8, "[aBcİ ]{0,8}", 0..4_i64);
        let step = prop_oneof![
            3 => parts().prop_map(|(id, title, printed)| Step::Insert(id, title, printed)),
            2 => parts().prop_map(|(id, title, printed)| Step::Edit(id, title, printed)),
            1 => (0..8_u8).prop_map(Step::Remove),
        ];
        proptest::collection::vec(step, 0..30)
    }

    /// Does it to a table, and to a plain list.
    fn take(step: Step, table: &mut Table<Book>, plain: &mut Vec<Book>) {
        let book = |id: u8, title, printed| Book {
            id: id.to_string(),
            title,
            printed,
        };
        match step {
            Step::Insert(id, title, printed) => {
                let book = book(id, title, printed);
                match plain.iter_mut().find(|known| known.id == book.id) {
                    Some(known) => *known = book.clone(),
                    None => plain.push(book.clone()),
                }
                table.insert(book);
            }
            Step::Edit(id, title, printed) => {
                let book = book(id, title, printed);
                if let Some(known) = plain.iter_mut().find(|known| known.id == book.id) {
                    *known = book.clone();
                    *table.edit(&known.id).unwrap() = book;
                }
            }
            Step::Remove(id) => {
                plain.retain(|known| known.id != id.to_string());
                table.remove(&id.to_string());
            }
        }
    }

    proptest! {
        #[test]
        fn a_search_finds_what_a_look_at_each_record_finds(
            steps in steps(),
            texts in proptest::collection::vec("[abci\u{307} ]{0,5}", 1..3),
        ) {
            let (mut table, mut plain) = (Table::default(), Vec::new());
            for step in steps {
                take(step, &mut table, &mut plain);
                let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                let is_meant = |book: &&Book| {
                    let title = book.title.to_lowercase();
                    texts.iter().any(|text| title.contains(text))
                };
                let mut expected: Vec<&Book> = plain.iter().filter(is_meant).collect();
                let found: Vec<_> = table.search(&texts).collect();
                prop_assert_eq!(&found, &expected);
                let mut back: Vec<_> = table.search(&texts).rev().collect();
                back.reverse();
                prop_assert_eq!(&back, &expected);
                expected.sort_by_key(|book| book.printed);
                let found = table.search(&texts);
                let by_moment: Vec<_> = table.by_moment(found).collect();
                prop_assert_eq!(by_moment, expected);
            }
        }
    }

    #[test]
    fn what_is_gone_leaves_nothing_in_the_index() {
        let mut table = Table::default();
        let ids: Range<u8> = 0..20;
        for id in ids.clone() {
            let book = Book {
                id: id.to_string(),
                title: format!("Title {id} of many"),
                printed: 0,
            };
            table.insert(book);
        }
        for id in ids {
            table.edit(&id.to_string()).unwrap().title.push('Ä');
            table.remove(&id.to_string());
        }
        let texts = &table.texts;
        assert!(texts.texts.is_empty() && texts.places.is_empty());
    }
}
