//! Records of one kind: by id, in the order in which they were made, and by what else they are found by.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use memchr::memmem::Finder;

use super::changes::Changes;
use super::index::Index;
use super::record::Record;
use super::texts::Texts;
use super::watch::{Change, Watch};

/// The records of one kind. Ids are random, so it also keeps the order in which they came.
#[derive(Clone)]
pub struct Table<T> {
    /// By place, a number that grows with each new record.
    pub(super) records: BTreeMap<u64, T>,
    places: HashMap<Box<str>, u64>,
    next: u64,
    index: Index,
    /// What a search looks through. Made anew for each search, it would cost more than all the rest of a request.
    pub(super) texts: Texts,
    /// True as long as the moments of the records grow with their places.
    is_in_order: bool,
    /// The place of the record that was handed out last. The index does not have it until the next change, because
    /// nobody knows before what was done to it.
    loose: Option<u64>,
    /// What the journal does not have yet; absent where there is none.
    pub(super) changes: Option<Changes>,
    /// What others are to be told of; absent where nobody wants to know.
    pub(super) watch: Option<Watch<T>>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            records: BTreeMap::new(),
            places: HashMap::new(),
            next: 0,
            index: Index::default(),
            texts: Texts::default(),
            is_in_order: true,
            loose: None,
            changes: None,
            watch: None,
        }
    }
}

impl<T: Record> Table<T> {
    pub fn get(&self, id: &str) -> Option<&T> {
        self.records.get(self.places.get(id)?)
    }

    pub fn contains(&self, id: &str) -> bool {
        self.places.contains_key(id)
    }

    /// All records, oldest first.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        self.records.values()
    }

    pub fn len(&self) -> usize {
        self.records.len()
    }

    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The oldest record that has this value under the name; see [`Record::keys`].
    pub fn find(&self, name: &str, value: &str) -> Option<&T> {
        self.with(name, value).next()
    }

    /// The records that have this value under the name, oldest first.
    pub fn with<'a>(
        &'a self,
        name: &str,
        value: &str,
    ) -> impl DoubleEndedIterator<Item = &'a T> + use<'a, T> {
        let known = self.index.places(name, value);
        let has_it = |place: &u64| {
            let record = self.records.get(place);
            record.is_some_and(|record| record.keys().contains(&(name, value)))
        };
        let loose = self.loose.filter(has_it);
        let before = known.partition_point(|place| loose.is_none_or(|loose| *place < loose));
        let (before, after) = known.split_at(before);
        let places = before.iter().copied().chain(loose);
        let places = places.chain(after.iter().copied());
        places.filter_map(|place| self.records.get(&place))
    }

    /// The records in whose text one of these is, all in lower case; oldest first.
    pub fn search<'a>(&'a self, texts: &[&str]) -> Box<dyn DoubleEndedIterator<Item = &'a T> + 'a> {
        let records = |place: u64| self.records.get(&place);
        if let [text] = texts {
            return Box::new(self.places_with(text).filter_map(records));
        }
        let places = texts.iter().flat_map(|text| self.places_with(text));
        let places: BTreeSet<u64> = places.collect();
        Box::new(places.into_iter().filter_map(records))
    }

    /// The places of the records in whose text this one is.
    fn places_with<'a>(&'a self, text: &str) -> impl DoubleEndedIterator<Item = u64> + use<'a, T> {
        let mut places = self.texts.near(text);
        let loose = self
            .loose
            .and_then(|place| Some((place, self.records.get(&place)?.text()?)));
        if let Some((place, _)) = &loose
            && let Err(at) = places.binary_search(place)
        {
            places.insert(at, *place);
        }
        let finder = Finder::new(text.as_bytes()).into_owned();
        places.into_iter().filter(move |place| match &loose {
            Some((at, now)) if at == place => finder.find(now.as_bytes()).is_some(),
            _ => self.texts.holds(*place, &finder),
        })
    }

    /// Records of this table that come oldest first, by their moments.
    pub fn by_moment<'a>(
        &self,
        records: impl DoubleEndedIterator<Item = &'a T> + 'a,
    ) -> Box<dyn DoubleEndedIterator<Item = &'a T> + 'a>
    where
        T: 'a,
    {
        if self.is_in_order && self.loose.is_none_or(|place| self.fits(place)) {
            return Box::new(records);
        }
        let mut records: Vec<_> = records.collect();
        records.sort_by_key(|record| record.moment());
        Box::new(records.into_iter())
    }

    /// Adds a record, or puts it in the place of the one with the same id.
    pub fn insert(&mut self, record: T) {
        self.settle();
        let known = self.places.get(record.id()).copied();
        let place = match known {
            Some(place) => {
                self.loosen(place);
                place
            }
            None => self.new_place(record.id()),
        };
        self.mark(place);
        self.records.insert(place, record);
        self.loose = Some(place);
        self.settle();
    }

    /// A record, to be changed in everything but its id.
    pub fn edit(&mut self, id: &str) -> Option<&mut T> {
        self.settle();
        let place = *self.places.get(id)?;
        self.loosen(place);
        self.mark(place);
        self.records.get_mut(&place)
    }

    pub fn remove(&mut self, id: &str) -> Option<T> {
        self.settle();
        let place = self.places.remove(id)?;
        let record = self.records.remove(&place)?;
        self.index.remove(place, &record.keys());
        self.texts.remove(place);
        if let Some(changes) = &mut self.changes {
            changes.put.remove(&place);
            changes.gone.insert(id.to_owned());
        }
        if let Some(watch) = &mut self.watch {
            watch.remove(place, &record);
        }
        Some(record)
    }

    /// Takes away all records that have this value under the name.
    pub fn remove_with(&mut self, name: &str, value: &str) {
        let all = self.with(name, value);
        for id in all.map(|one| one.id().to_owned()).collect::<Vec<_>>() {
            self.remove(&id);
        }
    }

    /// To be called before the record at this place is changed.
    fn mark(&mut self, place: u64) {
        if let Some(changes) = &mut self.changes {
            changes.put.insert(place);
        }
        if let Some(watch) = &mut self.watch {
            watch.touch(place, self.records.get(&place));
        }
    }

    fn new_place(&mut self, id: &str) -> u64 {
        let place = self.next;
        self.next += 1;
        self.places.insert(id.into(), place);
        place
    }

    fn loosen(&mut self, place: u64) {
        if let Some(record) = self.records.get(&place) {
            self.index.remove(place, &record.keys());
            self.loose = Some(place);
        }
    }

    /// True if the record at this place is no older than the one before and no younger than the next.
    fn fits(&self, place: u64) -> bool {
        let moment = |(_, record): (_, &T)| record.moment();
        let before = self.records.range(..place).next_back().map(moment);
        let mut from = self.records.range(place..).map(moment);
        let (own, next) = (from.next(), from.next());
        before <= own && next.is_none_or(|_| own <= next)
    }

    /// Gives the record that was handed out last back to the index.
    fn settle(&mut self) {
        if let Some(place) = self.loose.take()
            && let Some(record) = self.records.get(&place)
        {
            self.index.add(place, &record.keys());
            if let Some(text) = record.text() {
                self.texts.set(place, text);
            }
            self.is_in_order &= self.fits(place);
        }
    }
}

impl<T: Record + Clone> Table<T> {
    /// Changes are kept from now on, until they are taken; or no longer.
    pub fn watch(&mut self, on: bool) {
        self.watch = on.then(Watch::new);
    }

    /// What has changed since the last time.
    pub fn take_changes(&mut self) -> Vec<Change<T>> {
        let watch = self.watch.as_mut();
        watch.map_or_else(Vec::new, |watch| watch.take(&self.records))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Debug, Deserialize, PartialEq, Serialize)]
    struct Pet {
        id: String,
        owners: Vec<String>,
    }

    impl Record for Pet {
        const KIND: &'static str = "pet";

        fn id(&self) -> &str {
            &self.id
        }

        fn keys(&self) -> Vec<(&'static str, &str)> {
            let owners = self.owners.iter();
            owners.map(|name| ("owner", name.as_str())).collect()
        }
    }

    fn pet(id: &str, owners: &[&str]) -> Pet {
        let owners = owners.iter().map(|name| (*name).to_owned()).collect();
        Pet {
            id: id.to_owned(),
            owners,
        }
    }

    fn of(table: &Table<Pet>, owner: &str) -> Vec<String> {
        table
            .with("owner", owner)
            .map(|pet| pet.id.clone())
            .collect()
    }

    #[test]
    fn records_keep_the_order_in_which_they_came() {
        let mut table = Table::default();
        for id in ["z", "a", "m", "b"] {
            table.insert(pet(id, &[]));
        }
        table.insert(pet("a", &["x"]));
        table.remove("m");
        table.insert(pet("m", &[]));
        let ids: Vec<_> = table.values().map(Record::id).collect();
        assert_eq!(ids, ["z", "a", "b", "m"]);
        assert_eq!(table.len(), 4);
        assert_eq!(table.get("a"), Some(&pet("a", &["x"])));
        assert!(table.contains("m") && !table.contains("n") && table.remove("n").is_none());
    }

    #[test]
    fn what_was_edited_is_found_by_what_it_says_now() {
        let mut table = Table::default();
        for id in ["1", "2", "3"] {
            table.insert(pet(id, &["ada"]));
        }
        // Looked for at once, while the record in the middle may still be in somebody's hands.
        table.edit("2").unwrap().owners = vec!["bob".to_owned(), "ada".to_owned()];
        assert_eq!(of(&table, "ada"), ["1", "2", "3"]);
        assert_eq!(of(&table, "bob"), ["2"]);
        table.edit("2").unwrap().owners.pop();
        assert_eq!(of(&table, "ada"), ["1", "3"]);
        // And after other changes.
        table.edit("3").unwrap().owners.clear();
        table.edit("1").unwrap();
        assert_eq!(of(&table, "ada"), ["1"]);
        assert_eq!(table.find("owner", "bob").map(Record::id), Some("2"));
        table.insert(pet("2", &["eve"]));
        assert!(table.find("owner", "bob").is_none());
        table.edit("2").unwrap();
        table.remove("2");
        assert!(table.find("owner", "eve").is_none());
        table.insert(pet("4", &["eve"]));
        assert_eq!(of(&table, "eve"), ["4"]);
    }
}
