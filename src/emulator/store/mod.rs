//! What the emulator remembers: tables of records, and where they come from after a restart. Nothing is decided here,
//! and nothing here knows what a record means.

mod changes;
mod index;
mod journal;
mod line;
mod record;
mod stored;
mod table;
mod texts;
mod watch;

pub use journal::{Found, Journal, LONGEST, StateError, load, whole};
pub use line::Line;
pub use record::Record;
pub use stored::Stored;
pub use table::Table;
pub use watch::Change;
