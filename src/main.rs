//! The `clerk-rs` command.
fn main() {}
