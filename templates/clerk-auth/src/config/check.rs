//! The settings that must be there, and those that must fit together, wherever they come from
//! (`request-authentication.md` section 1.4).

#[cfg(feature = "satellites")]
use url::{
    Position::{AfterPort, BeforeHost},
    Url,
};

use super::Config;
#[cfg(feature = "satellites")]
use super::addresses::web_url;
use super::keys::IN_API_KEYS;
#[cfg(feature = "machines")]
use super::keys::IN_MACHINES;
use super::names::{PUBLISHABLE_KEY_NAMES, SECRET_KEY};
use super::problem::{ConfigError, ProblemKind, Refusal};
#[cfg(feature = "satellites")]
use crate::keys::SecretKey;
#[cfg(feature = "machines")]
use crate::token_type::{Accepts, TokenType};

impl Config {
    /// Makes the checks that need no request.
    ///
    /// # Errors
    /// The first one that fails.
    pub fn check(&self) -> Result<(), ConfigError> {
        self.contradictions().next().map_or(Ok(()), Err)
    }

    /// Everything that [`check`](Self::check) finds.
    pub(super) fn contradictions(&self) -> impl Iterator<Item = ConfigError> {
        let checks = [
            self.check_publishable_key(),
            self.check_secret_key(),
            self.check_domain(),
            self.check_sign_in_url(),
        ];
        checks.into_iter().filter_map(Result::err)
    }

    /// The same for a route that accepts these kinds of tokens.
    ///
    /// # Errors
    /// The first check that fails.
    #[cfg(feature = "machines")]
    pub fn check_accepting(&self, accepts: &Accepts) -> Result<(), ConfigError> {
        match accepts {
            Accepts::One(TokenType::M2m) => self.check_machine_key(),
            Accepts::One(TokenType::ApiKey) => self
                .check_secret_key()
                .and_then(|()| self.check_domain())
                .and_then(|()| self.check_sign_in_url()),
            _ => self.check(),
        }
    }

    fn check_publishable_key(&self) -> Result<(), ConfigError> {
        match self.publishable_key {
            Some(_) => Ok(()),
            None => Err(key_missing(PUBLISHABLE_KEY_NAMES[0])),
        }
    }

    fn check_secret_key(&self) -> Result<(), ConfigError> {
        match self.secret_key {
            None if !self.secret_key_optional => Err(key_missing(SECRET_KEY)),
            _ => Ok(()),
        }
    }

    #[cfg(feature = "machines")]
    fn check_machine_key(&self) -> Result<(), ConfigError> {
        if self.machine_secret_key.is_some() || self.secret_key.is_some() {
            return Ok(());
        }
        let problem = "is not set, and CLERK_SECRET_KEY is not set either";
        Err(missing("CLERK_MACHINE_SECRET_KEY", problem, IN_MACHINES))
    }

    /// A satellite's visitors sign in at its primary, whose page it cannot work out in development (`security.md`
    /// rule 19).
    #[cfg(feature = "satellites")]
    fn check_sign_in_url(&self) -> Result<(), ConfigError> {
        let secret = self.secret_key.as_ref();
        let is_development = self.is_development() || secret.is_some_and(SecretKey::is_development);
        match self.sign_in_url.as_deref() {
            _ if !self.is_satellite => Ok(()),
            Some(url) if web_url(url).is_some() => self.check_is_elsewhere(url),
            None if !is_development => Ok(()),
            url => Err(sign_in_url(url)),
        }
    }

    #[cfg(feature = "satellites")]
    fn check_is_elsewhere(&self, sign_in_url: &str) -> Result<(), ConfigError> {
        let url = Url::parse(sign_in_url).ok();
        let host = url.as_ref().map(|url| &url[BeforeHost..AfterPort]);
        if host.is_none() || host != self.domain.as_deref() {
            return Ok(());
        }
        let problem = "is a page of this satellite itself";
        let remedy = "write the address of the primary's sign-in page";
        let refusal = Refusal::new(ProblemKind::Other, problem, remedy);
        Err(ConfigError::new("CLERK_SIGN_IN_URL", refusal))
    }

    #[cfg(not(feature = "satellites"))]
    const fn check_sign_in_url(&self) -> Result<(), ConfigError> {
        Ok(())
    }

    #[cfg(feature = "satellites")]
    fn check_domain(&self) -> Result<(), ConfigError> {
        if !self.is_satellite || self.domain.is_some() || self.proxy_url.is_some() {
            return Ok(());
        }
        let remedy = "set it to the satellite's domain, or set CLERK_PROXY_URL";
        let problem = "is not set, but this is a satellite";
        Err(missing("CLERK_DOMAIN", problem, remedy))
    }

    #[cfg(not(feature = "satellites"))]
    fn check_domain(&self) -> Result<(), ConfigError> {
        match self.is_satellite {
            true => Err(ConfigError::lacks("CLERK_IS_SATELLITE", "satellites")),
            false => Ok(()),
        }
    }
}

fn missing(variable: &'static str, problem: &str, remedy: &str) -> ConfigError {
    ConfigError::new(
        variable,
        Refusal::new(ProblemKind::Missing, problem, remedy),
    )
}

fn key_missing(variable: &'static str) -> ConfigError {
    missing(variable, "is not set", IN_API_KEYS)
}

/// The sign-in page is a path, or nothing is said of it.
#[cfg(feature = "satellites")]
fn sign_in_url(text: Option<&str>) -> ConfigError {
    let problem = "is not a full URL, but a satellite's visitors sign in at its primary";
    let remedy = "write it as https://host/sign-in";
    let mut error = missing("CLERK_SIGN_IN_URL", problem, remedy);
    if text.is_some() {
        error.refusal.kind = ProblemKind::Malformed;
    }
    error
}
