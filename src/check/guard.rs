//! Whether a value may be written for a variable. It is asked before anything is touched.

use clerk_auth::keys::{PublishableKey, SecretKey};

use crate::error::{Error, Explain, Explanation};
use crate::escape::visible;
use crate::project::dotenv;
use crate::project::judge;
use crate::project::keys::{self, KeyError};
use crate::project::names::{self, Kind, Known, Reading};
use crate::project::secrets::is_secret;
use crate::project::variables::Variables;

/// The key that names the instance.
pub const PUBLISHABLE: &str = "CLERK_PUBLISHABLE_KEY";
/// The key that nobody else may see.
pub const SECRET: &str = "CLERK_SECRET_KEY";

/// A variable or a value that is not taken. No value is repeated.
#[derive(Debug, thiserror::Error)]
pub enum ValueError {
    /// Not a name at all.
    #[error("{0} is no variable's name")]
    Name(String),
    /// Not what the variable is for.
    #[error("that is no value for {name}")]
    Value {
        /// The variable.
        name: String,
        /// What is wrong.
        why: String,
        /// What to do.
        help: String,
    },
    /// It would be sent to browsers.
    #[error("{0} is sent to every browser")]
    Public(String),
    /// Its counterpart is of another instance.
    #[error(transparent)]
    Pair(#[from] KeyError),
}

impl Explain for ValueError {
    fn explain(&self) -> Explanation {
        match self {
            Self::Name(_) => Explanation::usage("bad-name")
                .help("letters, digits and _, as in CLERK_SECRET_KEY"),
            Self::Value { why, help, .. } => {
                Explanation::usage("bad-value").because(why).help(help)
            }
            Self::Public(name) => {
                let server = match names::read(name) {
                    Reading::Known { known, .. } if known.kind == Kind::Secret => known.name,
                    _ => "CLERK_SECRET_KEY and the like",
                };
                Explanation::usage("public-secret")
                    .because("and this is a secret")
                    .help(format!("only servers may have it: {server}"))
            }
            Self::Pair(error) => error.explain().help(
                "copy both from one page of Clerk's dashboard, API keys; `clerk-rs env set --keys paste` \
                 takes both at once",
            ),
        }
    }
}

/// Whether a variable may have this name. One that nothing reads may: it could be the app's own.
///
/// # Errors
/// [`ValueError`] when it is no name at all.
pub fn check_name(name: &str) -> Result<(), ValueError> {
    if dotenv::is_name(name) && !name.contains('.') {
        return Ok(());
    }
    Err(ValueError::Name(visible(name).into_owned()))
}

/// Whether a variable of the project may have this value.
///
/// # Errors
/// What is wrong with it: its form, or that it does not fit its counterpart.
pub fn check(name: &str, value: &str, variables: &Variables<'_>) -> Result<(), Error> {
    let reading = names::read(name);
    let names_secret = reading.is_secret();
    let known = match reading {
        Reading::Known { known, .. } => Some(known),
        _ => None,
    };
    must_be_writable(name, value, known)?;
    if names::is_sent_to_browsers(name) && (names_secret || is_secret(value)) {
        return Err(ValueError::Public(name.to_owned()).into());
    }
    let Some(known) = known else {
        return Ok(());
    };
    let origin = format!("for {name}");
    let other = |name: &str| variables.get(name).map(|found| found.value);
    match known.name {
        PUBLISHABLE => {
            let key = keys::publishable(value, &origin)?;
            if let Some(secret) = other(SECRET).and_then(|text| SecretKey::new(text).ok()) {
                keys::pair(&key, &secret).map_err(ValueError::from)?;
            }
        }
        SECRET => {
            let secret = keys::secret(value, &origin)?;
            let key = other(PUBLISHABLE).and_then(|text| PublishableKey::parse(&text).ok());
            if let Some(key) = key {
                keys::pair(&key, &secret).map_err(ValueError::from)?;
            }
        }
        _ if is_secret(value) && known.kind != Kind::Secret => {
            return Err(bad(
                name,
                "it is a secret, which this variable shows",
                "is it another variable's?",
            )
            .into());
        }
        _ => {}
    }
    by_the_core(name, value, variables)?;
    Ok(())
}

fn bad(name: &str, why: impl Into<String>, help: impl Into<String>) -> ValueError {
    ValueError::Value {
        name: name.to_owned(),
        why: why.into(),
        help: help.into(),
    }
}

/// A control character means something else to each reader of such a file; only a PEM has line breaks.
fn must_be_writable(name: &str, value: &str, known: Option<&Known>) -> Result<(), ValueError> {
    if value.is_empty() {
        return Err(bad(
            name,
            "it is empty",
            "give a value, or take the line out of the file",
        ));
    }
    let may_break = known.is_some_and(|known| known.name == "CLERK_JWT_KEY");
    let found = value
        .chars()
        .enumerate()
        .find(|(_, c)| c.is_control() && !(may_break && *c == '\n'));
    match found {
        None => Ok(()),
        Some((at, '\n' | '\r')) => Err(bad(
            name,
            format!("there is a line break behind {at} characters"),
            "give one line",
        )),
        Some((at, c)) => Err(bad(
            name,
            format!(
                "there is a control character ({}) at position {}",
                c.escape_unicode(),
                at + 1
            ),
            "copy it again",
        )),
    }
}

/// What the app itself would say at its next start.
fn by_the_core(name: &str, value: &str, variables: &Variables<'_>) -> Result<(), ValueError> {
    match judge::one(name, value, variables) {
        Some(problem) => Err(bad(name, problem.detail, problem.help)),
        None => Ok(()),
    }
}
