//! A setting that needs a part of this crate which is not there is refused at start, and not passed over.
#![cfg(not(any(feature = "satellites", feature = "organizations")))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use clerk_auth::authenticate::Clerk;
use clerk_auth::config::{Config, ConfigError};
use support::scripted::Scripted;
use support::stage::{NOW, config, live};

/// What is wrong with a good environment in which this variable has this value.
fn problems(name: &str, value: &str) -> Vec<ConfigError> {
    let lookup = |asked: &str| match asked {
        _ if asked == name => Some(value.to_owned()),
        "CLERK_PUBLISHABLE_KEY" => Some(live().publishable_key().as_str().to_owned()),
        "CLERK_SECRET_KEY" => Some(live().secret_key().expose().to_owned()),
        _ => None,
    };
    Config::from_variables(&lookup).err().unwrap_or_default()
}

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
