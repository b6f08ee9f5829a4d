//! The library behind the `clerk-rs` command.
