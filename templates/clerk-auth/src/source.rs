//! This crate's own files as text, for the tool that copies them into projects.
//!
//! The list is kept by hand, because a build script that made it would end up in every project.
//! A test names any file that is missing here.

/// Every file of the crate that a project needs: path below the crate's folder, and its text.
pub const FILES: &[(&str, &str)] = &[
    ("Cargo.toml", include_str!("../Cargo.toml")),
    ("LICENSE", include_str!("../LICENSE")),
    ("src/error.rs", include_str!("error.rs")),
    ("src/fetch.rs", include_str!("fetch.rs")),
    ("src/lib.rs", include_str!("lib.rs")),
    ("src/source.rs", include_str!("source.rs")),
    ("src/time.rs", include_str!("time.rs")),
];
