//! Clerk request authentication for Rust web servers.
