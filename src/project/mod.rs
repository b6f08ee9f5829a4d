//! A user's project as found, or as handed to us: so far its keys.

pub mod keys;
