//! This crate's own files as text, for the tool that copies them into projects.
//!
//! The list is kept by hand, because a build script that made it would end up in every project.
//! A test names any file that is missing here.

/// Every file of the crate that a project needs: path below the crate's folder, and its text.
pub const FILES: &[(&str, &str)] = &[
    ("Cargo.toml", include_str!("../Cargo.toml")),
    ("LICENSE", include_str!("../LICENSE")),
    ("src/api_request.rs", include_str!("api_request.rs")),
    ("src/auth/machine.rs", include_str!("auth/machine.rs")),
    ("src/auth/mod.rs", include_str!("auth/mod.rs")),
    ("src/auth/session.rs", include_str!("auth/session.rs")),
    ("src/backend/error.rs", include_str!("backend/error.rs")),
    ("src/backend/machine.rs", include_str!("backend/machine.rs")),
    ("src/backend/mod.rs", include_str!("backend/mod.rs")),
    (
        "src/backend/resources.rs",
        include_str!("backend/resources.rs"),
    ),
    (
        "src/backend/sessions.rs",
        include_str!("backend/sessions.rs"),
    ),
    ("src/claims/mod.rs", include_str!("claims/mod.rs")),
    (
        "src/claims/permissions.rs",
        include_str!("claims/permissions.rs"),
    ),
    ("src/cookies.rs", include_str!("cookies.rs")),
    ("src/error.rs", include_str!("error.rs")),
    ("src/fetch.rs", include_str!("fetch.rs")),
    ("src/has.rs", include_str!("has.rs")),
    ("src/key_set/cache.rs", include_str!("key_set/cache.rs")),
    ("src/key_set/error.rs", include_str!("key_set/error.rs")),
    ("src/key_set/load.rs", include_str!("key_set/load.rs")),
    ("src/key_set/mod.rs", include_str!("key_set/mod.rs")),
    ("src/keys/hosts.rs", include_str!("keys/hosts.rs")),
    ("src/keys/mod.rs", include_str!("keys/mod.rs")),
    (
        "src/keys/publishable.rs",
        include_str!("keys/publishable.rs"),
    ),
    ("src/keys/secret.rs", include_str!("keys/secret.rs")),
    ("src/lib.rs", include_str!("lib.rs")),
    ("src/public_key.rs", include_str!("public_key.rs")),
    ("src/random.rs", include_str!("random.rs")),
    ("src/retry.rs", include_str!("retry.rs")),
    ("src/routes/compile.rs", include_str!("routes/compile.rs")),
    ("src/routes/error.rs", include_str!("routes/error.rs")),
    ("src/routes/mod.rs", include_str!("routes/mod.rs")),
    (
        "src/routes/normalize.rs",
        include_str!("routes/normalize.rs"),
    ),
    ("src/routes/parse.rs", include_str!("routes/parse.rs")),
    ("src/source.rs", include_str!("source.rs")),
    ("src/time.rs", include_str!("time.rs")),
    ("src/token.rs", include_str!("token.rs")),
    ("src/token_type.rs", include_str!("token_type.rs")),
    ("src/verified_cache.rs", include_str!("verified_cache.rs")),
    ("src/verify/checks.rs", include_str!("verify/checks.rs")),
    ("src/verify/claims.rs", include_str!("verify/claims.rs")),
    ("src/verify/class.rs", include_str!("verify/class.rs")),
    ("src/verify/dates.rs", include_str!("verify/dates.rs")),
    (
        "src/verify/http_date.rs",
        include_str!("verify/http_date.rs"),
    ),
    ("src/verify/mod.rs", include_str!("verify/mod.rs")),
    ("src/verify/refusal.rs", include_str!("verify/refusal.rs")),
    ("src/verify/verified.rs", include_str!("verify/verified.rs")),
];
