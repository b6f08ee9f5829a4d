//! The paths of an app by what the gate does with them, and their spelling (`security.md` rule 18).

use crate::config::Config;
use crate::routes::{PatternError, RouteMatcher, has_dot_segment};

/// The paths that are not simply protected, by kind; every other path is protected.
#[derive(Clone, Copy, Debug)]
pub struct Paths<'a> {
    /// Paths without any auth: health, the Frontend API's proxy, webhooks.
    pub without_auth: &'a [&'a str],
    /// Paths that are open to everybody.
    pub public: &'a [&'a str],
    /// Paths that answer in JSON only, whoever asks: `/api/:path*`.
    pub data: &'a [&'a str],
    /// Paths for programs: tokens of machines count here as well as session tokens, and the answers are JSON. Which of
    /// them a handler takes, and with which scope, it says with `Caller` or `SignedIn`; one that says nothing answers
    /// whoever has any good token. Everywhere else only session tokens count.
    #[cfg(feature = "machines")]
    pub machines: &'a [&'a str],
    /// True for the path of a static file that exists. Such files are open to everybody.
    pub is_file: fn(&str) -> bool,
}

impl Paths<'_> {
    /// Everything is protected, and nothing is open.
    pub const PROTECTED: Paths<'static> = Paths {
        without_auth: &[],
        public: &[],
        data: &[],
        #[cfg(feature = "machines")]
        machines: &[],
        is_file: |_| false,
    };
}

/// Why no gate can be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GateError {
    /// A pattern cannot be used.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// The sign-in or sign-up page is one of the app's own, and protected.
    #[error("{}", closed(.variable, .path))]
    ClosedPage {
        /// The variable that names the page.
        variable: &'static str,
        /// Its path.
        path: String,
    },
}

pub(super) fn closed(variable: &str, path: &str) -> String {
    format!(
        "{variable} is {path}, which PUBLIC_PATHS does not open: strangers who are sent there would be sent to sign in, \
         again and again (add \"{path}/:path*\" to the public paths, or correct the variable)"
    )
}

pub(super) struct Matchers {
    without_auth: RouteMatcher,
    public: RouteMatcher,
    data: RouteMatcher,
    #[cfg(feature = "machines")]
    machines: RouteMatcher,
    is_file: IsFile,
}

type IsFile = Box<dyn Fn(&str) -> bool + Send + Sync>;

impl Matchers {
    pub(super) fn new(
        paths: &Paths<'_>,
        is_file: impl Fn(&str) -> bool + Send + Sync + 'static,
    ) -> Result<Self, PatternError> {
        Ok(Self {
            without_auth: RouteMatcher::new(paths.without_auth)?,
            public: RouteMatcher::new(paths.public)?,
            data: RouteMatcher::new(paths.data)?,
            #[cfg(feature = "machines")]
            machines: RouteMatcher::new(paths.machines)?,
            is_file: Box::new(is_file),
        })
    }

    /// True if auth runs for this path.
    ///
    /// # Errors
    /// The fault of a path that nobody behind the gate shall see: some routers would resolve its dots.
    pub(super) fn needs_auth(&self, path: &str) -> Result<bool, &'static str> {
        let is_listed = self.without_auth.matches(path);
        let is_listed = is_listed.map_err(|_| "The address is not properly encoded.")?;
        if has_dot_segment(path) {
            return Err("A part of the address is . or .., or hides it.");
        }
        let is_open = is_listed && self.without_auth.matches_as_written(path);
        Ok(!is_open && !(self.is_file)(path))
    }

    /// A path that cannot be decoded counts as protected, and so does one in an odd spelling.
    pub(super) fn is_public(&self, path: &str) -> bool {
        self.public.matches_as_written(path)
    }

    /// Open to strangers, with or without auth.
    pub(super) fn is_open(&self, path: &str) -> bool {
        self.is_public(path) || self.needs_auth(path) == Ok(false)
    }

    pub(super) fn is_data(&self, path: &str) -> bool {
        #[cfg(feature = "machines")]
        if self.is_for_machines(path) {
            return true;
        }
        self.data.matches(path).unwrap_or(false)
    }

    /// In the pattern's own spelling only: in another a router may take the path for a route of people.
    #[cfg(feature = "machines")]
    pub(super) fn is_for_machines(&self, path: &str) -> bool {
        self.machines.matches_as_written(path)
    }

    /// Pages to which strangers are sent must be open to them. An address on another host is not ours to judge.
    pub(super) fn check_pages(&self, config: &Config) -> Result<(), GateError> {
        let pages = [
            ("CLERK_SIGN_IN_URL", &config.sign_in_url),
            ("CLERK_SIGN_UP_URL", &config.sign_up_url),
            #[cfg(feature = "site")]
            ("CLERK_WAITLIST_URL", &config.destinations.waitlist),
        ];
        for (variable, page) in pages {
            let Some(page) = page.as_deref().filter(|page| page.starts_with('/')) else {
                continue;
            };
            let path = page.split(['?', '#']).next().unwrap_or_default();
            if !self.is_open(path) {
                let path = path.to_owned();
                return Err(GateError::ClosedPage { variable, path });
            }
        }
        Ok(())
    }
}
