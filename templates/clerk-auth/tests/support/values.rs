//! One value in an environment that is good but for it.

use clerk_auth::config::{Config, ConfigError, Listen};

use super::stage::live;

/// What is wrong with a good environment in which this variable has this value.
pub fn problems(name: &str, value: &str) -> Vec<ConfigError> {
    let lookup = |asked: &str| match asked {
        _ if asked == name => Some(value.to_owned()),
        "CLERK_PUBLISHABLE_KEY" => Some(live().publishable_key().as_str().to_owned()),
        "CLERK_SECRET_KEY" => Some(live().secret_key().expose().to_owned()),
        _ => None,
    };
    let mut problems = Config::from_variables(&lookup).err().unwrap_or_default();
    problems.extend(Listen::from_variables(&lookup).err().unwrap_or_default());
    problems
}
