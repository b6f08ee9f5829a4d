//! One value in an environment that is good but for it.

use clerk_auth::config::{Config, ConfigError, Listen, ProblemKind, explain};

use super::stage::live;

/// What is wrong with a good environment in which this variable has this value, as the tool says it.
pub fn problems(name: &str, value: &str) -> Vec<ConfigError> {
    let lookup = |asked: &str| match asked {
        _ if asked == name => Some(value.to_owned()),
        "CLERK_PUBLISHABLE_KEY" => Some(live().publishable_key().as_str().to_owned()),
        "CLERK_SECRET_KEY" => Some(live().secret_key().expose().to_owned()),
        _ => None,
    };
    let mut problems = Config::from_variables(&lookup).err().unwrap_or_default();
    problems.extend(Listen::from_variables(&lookup).err().unwrap_or_default());
    for problem in problems
        .iter_mut()
        .filter(|problem| problem.variable == name)
    {
        problem.refusal = explain(name, value, &problem.refusal);
    }
    problems.dedup();
    problems
}

#[track_caller]
pub fn accepts(name: &str, values: &[&str]) {
    for value in values {
        assert_eq!(problems(name, value), [], "{name}={value}");
    }
}

/// Each value is one problem of this kind, which names the variable and holds these words.
#[track_caller]
pub fn refuses(name: &str, kind: ProblemKind, values: &[(&str, &str)]) {
    for (value, words) in values {
        let problems = problems(name, value);
        let [problem] = problems.as_slice() else {
            panic!("{name}={value}: {problems:?}");
        };
        let said = problem.to_string();
        assert_eq!((problem.variable, problem.kind()), (name, kind), "{said}");
        assert!(said.contains(words), "{words} is not in {said}");
    }
}
