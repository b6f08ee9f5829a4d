//! Decides if a value may be written for a variable, before anything is touched.

use clerk_auth::config::ProblemKind;

use super::rules::exposure;
use crate::error::{Explain, Explanation};
use crate::escape::visible;
use crate::finding::Id;
use crate::project::dotenv;
use crate::project::judge::{self, Problem};
use crate::project::names::{self, Kind, Known, Reading};
use crate::project::variables::Variables;

/// The key that names the instance.
pub const PUBLISHABLE: &str = "CLERK_PUBLISHABLE_KEY";
/// The key that must stay on the server.
pub const SECRET: &str = "CLERK_SECRET_KEY";

/// The refusal of a variable or a value. No value is repeated.
#[derive(Debug, thiserror::Error)]
pub enum ValueError {
    /// Not a name at all.
    #[error("{0} is no variable's name")]
    Name(String),
    /// The value does not have the variable's form.
    #[error("{name} cannot be set to that")]
    Value {
        name: String,
        why: String,
        help: String,
    },
    /// It would be sent to browsers.
    #[error("{0} is sent to every browser")]
    Public(String),
    /// Something set beside it would keep the app from starting.
    #[error("the app would not start with these keys")]
    Beside(Problem),
    /// The other key is from another instance.
    #[error("the two keys belong to different instances")]
    Pair(String),
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
            Self::Beside(problem) => {
                let place = problem.place.as_ref();
                let place = place.map_or_else(String::new, |place| format!(" ({place})"));
                Explanation::usage("bad-value")
                    .because(format!("{}{place}: {}", problem.name, problem.detail))
                    .help(&problem.help)
            }
            Self::Pair(why) => Explanation::usage("keys-mixed").because(why).help(
                "copy both from one page of Clerk's dashboard, API keys; `clerk-rs env set --keys paste` \
                 takes both at once",
            ),
        }
    }
}

/// Accepts the name of a variable. Nothing needs to read it: it could be the app's own.
///
/// # Errors
/// [`ValueError`] if it is not a name at all.
pub fn check_name(name: &str) -> Result<(), ValueError> {
    if dotenv::is_name(name) && !name.contains('.') {
        return Ok(());
    }
    // A value may have come along, behind a blank or a colon.
    let end = name.find([' ', ':', '\t', '\n']).filter(|end| *end > 0);
    let shown = match end {
        Some(end) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    };
    Err(ValueError::Name(visible(&shown).into_owned()))
}

/// Accepts a value for a variable of the project, if `env check` would find nothing wrong with it.
///
/// # Errors
/// Others would see it, or the app would refuse it or something beside it.
pub fn check(name: &str, value: &str, variables: &Variables<'_>) -> Result<(), ValueError> {
    let known = match names::read(name) {
        Reading::Known { known, .. } => Some(known),
        _ => None,
    };
    must_be_writable(name, value, known)?;
    match exposure::one(name, value).map(|finding| finding.id) {
        Some(Id::PublicSecret) => return Err(ValueError::Public(name.to_owned())),
        Some(_) => {
            let why = "it is a secret, which this variable shows";
            return Err(bad(name, why, "is it another variable's?"));
        }
        None => {}
    }
    match judge::one(name, value, variables) {
        None => Ok(()),
        Some(problem) if problem.kind == ProblemKind::Pair => Err(ValueError::Pair(problem.detail)),
        Some(problem) if problem.name == name => Err(bad(name, problem.detail, problem.help)),
        Some(problem) => {
            let why = format!(
                "with it {} would be refused: {}",
                problem.name, problem.detail
            );
            Err(bad(name, why, problem.help))
        }
    }
}

fn bad(name: &str, why: impl Into<String>, help: impl Into<String>) -> ValueError {
    ValueError::Value {
        name: name.to_owned(),
        why: why.into(),
        help: help.into(),
    }
}

/// Every reader of such files takes control characters otherwise; only a PEM may have line breaks.
fn must_be_writable(name: &str, value: &str, known: Option<&Known>) -> Result<(), ValueError> {
    if value.is_empty() {
        return Err(bad(
            name,
            "it is empty",
            format!(
                "give a value; `clerk-rs env unset {}` takes the variable out",
                visible(name)
            ),
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
            format!("position {}: a line break", at + 1),
            "give it as one line",
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
