//! Under `clerk-rs dev` every app is told where Clerk is behind it, also one that hands nothing on to Clerk.
#![cfg(all(feature = "axum", feature = "testing", not(feature = "proxy")))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use clerk_auth::Kit;
use support::axum_app::{Silence, try_build, variables};
use support::stage::development;

#[test]
fn nobody_is_sent_to_a_form_that_only_the_proxy_reaches() {
    let mut variables = variables(development());
    // The key of `emulator-0a1b2c3d.localhost.clerk.accounts.dev`.
    let key = "pk_test_ZW11bGF0b3ItMGExYjJjM2QubG9jYWxob3N0LmNsZXJrLmFjY291bnRzLmRldiQ";
    variables.insert("CLERK_PUBLISHABLE_KEY", key.to_owned());
    variables.insert("CLERK_PROXY_URL", "/__clerk".to_owned());
    // Nothing is public, so a page of its own to sign in would stop the start.
    try_build(Kit::builder().api().fetch(Silence), &variables).unwrap();
}
