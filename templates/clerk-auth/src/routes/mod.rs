//! Path patterns (`request-authentication.md` section 11): they say which routes are public and which name an
//! organization.
//!
//! Whatever a stranger sends, the time to match a pattern grows with the path only: plain patterns compare text, the
//! others use an engine that does not backtrack.

mod compile;
mod error;
mod normalize;
mod parse;

use std::borrow::Cow;

use compile::{Letters, Pattern};
pub use error::PatternError;
pub use normalize::MalformedUrl;
#[cfg(feature = "proxy")]
pub(crate) use normalize::folded;
pub(crate) use normalize::has_dot_segment;
#[cfg(feature = "organizations")]
pub(crate) use normalize::normalize;

/// A list of path patterns. It matches when any entry does; an empty one matches nothing.
///
/// Paths are compared as they come. For routes of an app use [`RouteMatcher`], which looks through percent-encoding.
#[derive(Clone, Debug, Default)]
pub struct PathPatterns {
    patterns: Vec<Pattern>,
}

impl PathPatterns {
    /// Compiles the patterns. Empty ones are left out.
    ///
    /// # Errors
    /// [`PatternError`] for the first pattern that cannot be used, with what is wrong where.
    pub fn new<S: AsRef<str>>(patterns: &[S]) -> Result<Self, PatternError> {
        let patterns = patterns
            .iter()
            .map(AsRef::as_ref)
            .filter(|pattern| !pattern.is_empty());
        let patterns = patterns.map(Pattern::compile).collect::<Result<_, _>>()?;
        Ok(Self { patterns })
    }

    /// True if the list has no patterns.
    pub const fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// True if any pattern matches the whole of `path`.
    pub fn is_match(&self, path: &str) -> bool {
        self.is_match_with(path, Letters::AnyCase)
    }

    fn is_match_with(&self, path: &str, letters: Letters) -> bool {
        let mut patterns = self.patterns.iter();
        patterns.any(|pattern| pattern.is_match(path, letters))
    }

    /// The first pattern that matches the whole of `path`, with the values of its parameters.
    #[cfg(feature = "organizations")]
    pub fn find<'a>(&'a self, path: &'a str) -> Option<PathMatch<'a>> {
        let pattern = self
            .patterns
            .iter()
            .find(|pattern| pattern.is_match(path, Letters::AnyCase))?;
        Some(PathMatch { pattern, path })
    }
}

/// A path and the pattern that matches it.
#[cfg(feature = "organizations")]
#[derive(Clone, Copy, Debug)]
pub struct PathMatch<'a> {
    pattern: &'a Pattern,
    path: &'a str,
}

#[cfg(feature = "organizations")]
impl<'a> PathMatch<'a> {
    /// The value of a named parameter, as it stands in the path; `None` if it is absent or empty.
    pub fn param(&self, name: &str) -> Option<&'a str> {
        self.pattern
            .param(self.path, name)
            .filter(|value| !value.is_empty())
    }
}

/// A list of routes, such as the public ones. The path alone says if a route belongs to it.
///
/// ```
/// # use clerk_auth::routes::RouteMatcher;
/// let public = RouteMatcher::new(&["/", "/sign-in/:path*"])?;
/// assert_eq!(public.matches("/sign-in/factor-two"), Ok(true));
/// assert_eq!(public.matches("/sign-inx"), Ok(false));
/// # Ok::<(), clerk_auth::routes::PatternError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct RouteMatcher {
    patterns: PathPatterns,
}

impl RouteMatcher {
    /// Compiles the patterns.
    ///
    /// # Errors
    /// [`PatternError`] for the first pattern that cannot be used, with what is wrong where.
    pub fn new<S: AsRef<str>>(patterns: &[S]) -> Result<Self, PatternError> {
        Ok(Self {
            patterns: PathPatterns::new(patterns)?,
        })
    }

    /// True if the list contains the route of `path`. The path is percent-decoded once, and runs of `/` count as one.
    ///
    /// # Errors
    /// [`MalformedUrl`] if the path is not properly percent-encoded. Answer such a request with 400.
    pub fn matches(&self, path: &str) -> Result<bool, MalformedUrl> {
        Ok(self.patterns.is_match(&normalize::normalize(path)?))
    }

    /// True if the list contains the route, and `path` is written as its pattern is: in the same letter case, with no
    /// slash more, and percent-encoded as browsers do it (`security.md` rule 18). Routers tell spellings
    /// apart that patterns do not: what is open in every spelling would open the neighbouring route that takes the odd
    /// ones.
    pub fn matches_as_written(&self, path: &str) -> bool {
        let matches = |path: Cow<'_, str>| self.patterns.is_match_with(&path, Letters::SameCase);
        let is_plain = !path.contains("//") && normalize::is_plainly_encoded(path);
        is_plain && normalize::normalize(path).is_ok_and(matches)
    }
}
