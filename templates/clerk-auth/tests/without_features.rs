//! A setting that needs a part of this crate which is not there is refused at start, and not passed over.
#![cfg(not(any(feature = "satellites", feature = "organizations")))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use clerk_auth::authenticate::Clerk;
use clerk_auth::config::Config;
use support::scripted::Scripted;
use support::stage::{NOW, config, live};
use support::values::problems;

#[test]
fn a_setting_without_its_feature_is_refused_and_told_how_to_get_it() {
    for (name, value, feature) in [
        ("CLERK_IS_SATELLITE", "true", "satellites"),
        (
            "CLERK_ORGANIZATION_PATTERNS",
            "/orgs/:slug",
            "organizations",
        ),
        ("CLERK_PERSONAL_ACCOUNT_PATTERNS", "/me", "organizations"),
    ] {
        let told: Vec<String> = problems(name, value)
            .iter()
            .map(ToString::to_string)
            .collect();
        let [told] = &told[..] else {
            panic!("{name}: {told:?}");
        };
        assert!(told.starts_with(name), "{told}");
        assert!(told.contains(&format!("add {feature:?}")), "{told}");
    }
    assert_eq!(problems("CLERK_IS_SATELLITE", "false"), []);
}

#[test]
fn an_app_that_says_by_code_that_it_is_a_satellite_does_not_start() {
    let config = Config {
        is_satellite: true,
        ..config(live())
    };
    let network = Scripted::recorded(&serde_json::Value::Null).fetch();
    let error = Clerk::new(config, network, std::sync::Arc::new(|| NOW)).unwrap_err();
    assert!(error.to_string().contains("satellites"), "{error}");
}
