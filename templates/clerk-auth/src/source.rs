//! This crate's own files as text, for the tool that copies them into projects.
//!
//! The list is kept by hand, because a build script that made it would end up in every project.
//! A test names any file that is missing here.

/// Every file of the crate that a project needs: path below the crate's folder, and its text.
pub const FILES: &[(&str, &str)] = &[
    ("Cargo.toml", include_str!("../Cargo.toml")),
    ("LICENSE", include_str!("../LICENSE")),
    ("src/auth/machine.rs", include_str!("auth/machine.rs")),
    ("src/auth/mod.rs", include_str!("auth/mod.rs")),
    ("src/auth/session.rs", include_str!("auth/session.rs")),
    ("src/claims/mod.rs", include_str!("claims/mod.rs")),
    (
        "src/claims/permissions.rs",
        include_str!("claims/permissions.rs"),
    ),
    ("src/error.rs", include_str!("error.rs")),
    ("src/fetch.rs", include_str!("fetch.rs")),
    ("src/has.rs", include_str!("has.rs")),
    ("src/lib.rs", include_str!("lib.rs")),
    ("src/source.rs", include_str!("source.rs")),
    ("src/time.rs", include_str!("time.rs")),
    ("src/token_type.rs", include_str!("token_type.rs")),
];
