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
    (
        "src/authenticate/clerk_pages.rs",
        include_str!("authenticate/clerk_pages.rs"),
    ),
    (
        "src/authenticate/cookie_flow.rs",
        include_str!("authenticate/cookie_flow.rs"),
    ),
    (
        "src/authenticate/directives.rs",
        include_str!("authenticate/directives.rs"),
    ),
    (
        "src/authenticate/failure.rs",
        include_str!("authenticate/failure.rs"),
    ),
    (
        "src/authenticate/handshake.rs",
        include_str!("authenticate/handshake.rs"),
    ),
    (
        "src/authenticate/header_flow.rs",
        include_str!("authenticate/header_flow.rs"),
    ),
    (
        "src/authenticate/known.rs",
        include_str!("authenticate/known.rs"),
    ),
    (
        "src/authenticate/machine.rs",
        include_str!("authenticate/machine.rs"),
    ),
    (
        "src/authenticate/mod.rs",
        include_str!("authenticate/mod.rs"),
    ),
    (
        "src/authenticate/organization.rs",
        include_str!("authenticate/organization.rs"),
    ),
    (
        "src/authenticate/request.rs",
        include_str!("authenticate/request.rs"),
    ),
    (
        "src/authenticate/resolve.rs",
        include_str!("authenticate/resolve.rs"),
    ),
    (
        "src/authenticate/satellite.rs",
        include_str!("authenticate/satellite.rs"),
    ),
    (
        "src/authenticate/state.rs",
        include_str!("authenticate/state.rs"),
    ),
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
    ("src/config/mod.rs", include_str!("config/mod.rs")),
    ("src/config/spelling.rs", include_str!("config/spelling.rs")),
    (
        "src/config/variables.rs",
        include_str!("config/variables.rs"),
    ),
    ("src/cookies.rs", include_str!("cookies.rs")),
    ("src/diagnosis.rs", include_str!("diagnosis.rs")),
    ("src/env_files.rs", include_str!("env_files.rs")),
    ("src/error.rs", include_str!("error.rs")),
    ("src/fetch.rs", include_str!("fetch.rs")),
    ("src/gate/answer.rs", include_str!("gate/answer.rs")),
    ("src/gate/mod.rs", include_str!("gate/mod.rs")),
    ("src/has.rs", include_str!("has.rs")),
    ("src/http_client.rs", include_str!("http_client.rs")),
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
    ("src/protect.rs", include_str!("protect.rs")),
    ("src/public_key.rs", include_str!("public_key.rs")),
    ("src/public_url.rs", include_str!("public_url.rs")),
    ("src/random.rs", include_str!("random.rs")),
    ("src/redirect.rs", include_str!("redirect.rs")),
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
    (
        "src/testing/identity.rs",
        include_str!("testing/identity.rs"),
    ),
    ("src/testing/mod.rs", include_str!("testing/mod.rs")),
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
    ("src/webhooks.rs", include_str!("webhooks.rs")),
];
