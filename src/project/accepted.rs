//! What the core says of values: it decides what an app takes.

use clerk_auth::config::{Config, ConfigError, Listen, Source, is_switch, may_be_shown};

use super::manifest::Secret;
use super::names::Known;

/// The core's verdict on the settings for Clerk and on `HOST` and `PORT`.
pub fn core(source: &dyn Source, secret: Secret) -> Vec<ConfigError> {
    let config = match secret {
        Secret::Needed => Config::from_variables(source),
        Secret::Optional | Secret::Unknown => Config::api_from_variables(source),
    };
    let mut problems = config.err().unwrap_or_default();
    problems.extend(Listen::from_variables(source).err().unwrap_or_default());
    problems
}

/// True for a value that the app takes for this variable. Of those that only others read, nobody knows.
pub fn is_accepted(known: &Known, value: &str) -> bool {
    if known.is_switch {
        return is_switch(value);
    }
    if !known.is_read_here() {
        return may_be_shown(value);
    }
    let only = |asked: &str| (asked == known.name).then(|| value.to_owned());
    let mut problems = core(&only, Secret::Optional).into_iter();
    problems.all(|problem| problem.variable != known.name)
}
