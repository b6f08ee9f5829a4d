//! The places of records by what else they are found by.

use std::collections::HashMap;

/// Names, and under each the values with the places of the records that have them, in ascending order.
#[derive(Clone, Default)]
pub(super) struct Index(HashMap<&'static str, HashMap<Box<str>, Vec<u64>>>);

impl Index {
    pub fn add(&mut self, place: u64, keys: &[(&'static str, &str)]) {
        for (name, value) in keys {
            let values = self.0.entry(name).or_default();
            let Some(places) = values.get_mut(*value) else {
                values.insert((*value).into(), vec![place]);
                continue;
            };
            if let Err(at) = places.binary_search(&place) {
                places.insert(at, place);
            }
        }
    }

    pub fn remove(&mut self, place: u64, keys: &[(&'static str, &str)]) {
        for (name, value) in keys {
            let Some(values) = self.0.get_mut(name) else {
                continue;
            };
            let Some(places) = values.get_mut(*value) else {
                continue;
            };
            if let Ok(at) = places.binary_search(&place) {
                places.remove(at);
            }
            if places.is_empty() {
                values.remove(*value);
            }
        }
    }

    pub fn places(&self, name: &str, value: &str) -> &[u64] {
        let places = self.0.get(name).and_then(|values| values.get(value));
        places.map_or(&[], Vec::as_slice)
    }
}
