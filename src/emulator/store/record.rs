//! What tables are made of.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Something that the emulator remembers.
pub trait Record: Serialize + DeserializeOwned {
    /// Its name in the journal.
    const KIND: &'static str;

    fn id(&self) -> &str;

    /// What it is found by besides its id, as names and values: whatever would otherwise need a look at every record.
    fn keys(&self) -> Vec<(&'static str, &str)> {
        Vec::new()
    }

    /// What a search looks through, in lower case; none if nobody searches for these.
    fn text(&self) -> Option<String> {
        None
    }

    /// When it began, if lists are sorted by that. Who carries records elsewhere may say another moment than now.
    fn moment(&self) -> i64 {
        0
    }
}
