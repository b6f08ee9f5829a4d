//! Looks for keys: given by the user, in the environment, in the project's files. If there are several, the app's own
//! rule says which counts.

use std::fmt;

use clerk_auth::config::PUBLISHABLE_KEY_NAMES;

use crate::escape::visible;
use crate::project::variables::{Found, Place, Variables};

/// The variable of the secret key.
pub const SECRET_KEY: &str = "CLERK_SECRET_KEY";

/// The place a key was found in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Origin {
    /// Named by the user on the command line, in these words.
    Given(String),
    /// A variable.
    Variable(Place),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(words) => f.write_str(&visible(words)),
            Self::Variable(place) => place.fmt(f),
        }
    }
}

/// A text that should be a key. It may be a secret, so `Debug` leaves it out.
#[derive(Clone, Eq, PartialEq)]
pub struct Candidate {
    /// The name of the variable or option.
    pub name: String,
    pub value: String,
    pub origin: Origin,
    /// True if a `$NAME` in it brings a part from the process environment.
    pub is_composed: bool,
}

impl fmt::Debug for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.origin)
    }
}

impl From<Found> for Candidate {
    fn from(found: Found) -> Self {
        Self {
            name: found.name,
            value: found.value,
            origin: Origin::Variable(found.place),
            is_composed: found.is_composed,
        }
    }
}

impl Candidate {
    /// A text from the command line.
    pub fn given(name: &str, value: String, words: String) -> Self {
        Self {
            name: name.to_owned(),
            value,
            origin: Origin::Given(words),
            is_composed: false,
        }
    }

    /// True if it stands in a file of the folder, which may be somebody else's project.
    pub fn is_from_file(&self) -> bool {
        matches!(self.origin, Origin::Variable(Place::File { .. }))
    }

    /// True if the file's author knows all of it: nothing in it is the user's own.
    pub fn is_of_file(&self) -> bool {
        self.is_from_file() && !self.is_composed
    }
}

/// Texts the user gave in place of variables.
#[derive(Debug, Default)]
pub struct Given {
    /// `--publishable-key`
    pub publishable: Option<Candidate>,
    /// `--secret-key-file`
    pub secret: Option<Candidate>,
    /// `--api-url`
    pub api_url: Option<Candidate>,
}

/// Everything that was found.
#[derive(Debug)]
pub struct Sources {
    /// One for each name that is set; the one that the app takes comes first.
    pub publishable: Vec<Candidate>,
    pub secret: Option<Candidate>,
    /// Other places that set the secret key, without effect.
    pub hidden_secrets: Vec<Candidate>,
    /// The secret key under its old name, which nothing reads any more.
    pub old_secret: Option<Candidate>,
    /// Verifies without a network.
    pub jwt: Option<Candidate>,
    /// The key of a machine.
    pub machine: Option<Candidate>,
    /// The address of the Backend API.
    pub api_url: Option<Candidate>,
    /// The version segment of its paths.
    pub api_version: Option<Candidate>,
    /// The address at which servers reach the Frontend API.
    pub fapi_url: Option<Candidate>,
    /// True if the user named what to look at; then nothing else is missing.
    pub is_given: bool,
}

impl Sources {
    /// Looks everywhere; given texts win.
    pub fn find(given: Given, variables: &Variables<'_>) -> Self {
        let get = |name: &str| variables.get(name).map(Candidate::from);
        let is_given = given.publishable.is_some() || given.secret.is_some();
        let mut publishable: Vec<Candidate> = given.publishable.into_iter().collect();
        if publishable.is_empty() {
            publishable.extend(PUBLISHABLE_KEY_NAMES.into_iter().filter_map(get));
        }
        let hidden = variables.all(SECRET_KEY).into_iter().map(Candidate::from);
        let (secret, skipped) = match given.secret {
            Some(secret) => (Some(secret), 0),
            None => (get(SECRET_KEY), 1),
        };
        Self {
            hidden_secrets: hidden.skip(skipped).collect(),
            old_secret: get("CLERK_API_KEY"),
            jwt: get("CLERK_JWT_KEY"),
            machine: get("CLERK_MACHINE_SECRET_KEY"),
            api_url: given.api_url.or_else(|| get("CLERK_API_URL")),
            api_version: get("CLERK_API_VERSION"),
            fapi_url: get("CLERK_FAPI_URL"),
            publishable,
            secret,
            is_given,
        }
    }

    /// True if no key was found at all.
    pub const fn is_empty(&self) -> bool {
        self.publishable.is_empty()
            && self.secret.is_none()
            && self.jwt.is_none()
            && self.machine.is_none()
            && self.old_secret.is_none()
    }
}
