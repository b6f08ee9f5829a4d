//! The app from outside. No network, no account, no keys of yours.
#![allow(clippy::unwrap_used, reason = "tests")]

mod api;
mod functions;
mod pages;
pub mod support;
