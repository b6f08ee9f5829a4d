//! Paths that name an organization, and the switch to it (`request-authentication.md` section 8).

use super::request::Request;
use super::state::{HardError, NotSignedIn, RequestState};
use super::verified_session::VerifiedSession;
use crate::config::{Config, ConfigError, Refusal};
use crate::routes::{PathPatterns, normalize};

/// The compiled patterns of an app.
#[derive(Debug)]
pub(super) struct Organizations {
    organization: PathPatterns,
    personal: PathPatterns,
}

/// The organization or account that a path wants to be active.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Id(String),
    Slug(String),
    Personal,
}

impl Target {
    /// The value of `organization_id` in a handshake; empty asks for the personal account.
    pub(super) fn id_or_slug(&self) -> &str {
        match self {
            Self::Id(text) | Self::Slug(text) => text,
            Self::Personal => "",
        }
    }

    fn differs_from(&self, verified: &VerifiedSession) -> bool {
        let session = &verified.session;
        match self {
            Self::Id(id) => session.org_id() != Some(id.as_str()),
            Self::Slug(slug) => session.org_slug() != Some(slug.as_str()),
            Self::Personal => session.org_id().is_some(),
        }
    }
}

impl Organizations {
    pub(super) fn new(config: &Config) -> Result<Self, ConfigError> {
        Ok(Self {
            organization: compile("CLERK_ORGANIZATION_PATTERNS", &config.organization_patterns)?,
            personal: compile(
                "CLERK_PERSONAL_ACCOUNT_PATTERNS",
                &config.personal_account_patterns,
            )?,
        })
    }

    fn target(&self, path: &str) -> Option<Target> {
        let named = self.organization.find(path).and_then(|found| {
            let param = |name| found.param(name).map(str::to_owned);
            let id = param("id").map(Target::Id);
            id.or_else(|| param("slug").map(Target::Slug))
        });
        named.or_else(|| self.personal.is_match(path).then_some(Target::Personal))
    }
}

fn compile(variable: &'static str, patterns: &[String]) -> Result<PathPatterns, ConfigError> {
    PathPatterns::new(patterns)
        .map_err(|error| ConfigError::new(variable, Refusal::pattern(&error)))
}

impl Request<'_> {
    /// The organization that the path asks for. It is compared as the gate compares paths: decoded once, with runs of `/` as one.
    pub(super) fn organization_target(&self) -> Result<Option<Target>, HardError> {
        let patterns = &self.clerk.organizations;
        if patterns.organization.is_empty() && patterns.personal.is_empty() {
            return Ok(None);
        }
        let path = normalize(self.url()?.as_url().path());
        Ok(path.ok().and_then(|path| patterns.target(&path)))
    }

    /// Rule 15 of section 6.4. Whoever cannot follow a redirect, or has followed too many, stays signed in.
    pub(super) fn organization_rule(
        &self,
        verified: &VerifiedSession,
    ) -> Result<Option<RequestState>, HardError> {
        if verified.is_pending || !self.can_handshake() {
            return Ok(None);
        }
        let target = self.organization_target()?;
        if !target.is_some_and(|target| target.differs_from(verified)) {
            return Ok(None);
        }
        if self.is_loop() {
            if let Some(left_out) = self.clerk.log.line("organization", self.now) {
                tracing::warn!(
                    left_out,
                    "the organization of the path could not be activated after several redirects"
                );
            }
            return Ok(None);
        }
        self.handshake(NotSignedIn::new("active-organization-mismatch"))
            .map(Some)
    }
}
