//! The configuration as environment variables. All of them are looked at before anything is reported, so that a
//! wrong environment is mended in one go.

use std::fmt;

use super::Config;
use super::spelling::{fault_of, is_placeholder, is_web_url, remedy_for};
use crate::keys::{MachineSecretKey, PublishableKey, SecretKey};
use crate::public_key::PublicKey;
use crate::routes::RouteMatcher;

/// The names a publishable key goes by in projects that also have a JavaScript front end, the plain one first.
pub const PUBLISHABLE_KEY_NAMES: [&str; 6] = [
    "CLERK_PUBLISHABLE_KEY",
    "VITE_CLERK_PUBLISHABLE_KEY",
    "PUBLIC_CLERK_PUBLISHABLE_KEY",
    "NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY",
    "NUXT_PUBLIC_CLERK_PUBLISHABLE_KEY",
    "EXPO_PUBLIC_CLERK_PUBLISHABLE_KEY",
];

const WHERE_KEYS_ARE: &str = "copy it from the Clerk Dashboard, page API keys";

/// One thing that is wrong with the environment. It never repeats a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigProblem {
    /// The variable to change.
    pub variable: &'static str,
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub remedy: String,
}

impl fmt::Display for ConfigProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.variable, self.problem, self.remedy)
    }
}

impl Config {
    /// Reads the configuration of an app with pages, which needs a secret key.
    ///
    /// # Errors
    /// Every problem found, in a fixed order.
    pub fn from_variables(
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, Vec<ConfigProblem>> {
        Reader::new(&lookup).config(false)
    }

    /// Reads the configuration of an app that only verifies session tokens: the secret key may be absent, then the
    /// key comes from `CLERK_JWT_KEY` or the instance's public key set.
    ///
    /// # Errors
    /// Every problem found, in a fixed order.
    pub fn api_from_variables(
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, Vec<ConfigProblem>> {
        Reader::new(&lookup).config(true)
    }
}

struct Reader<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
    problems: Vec<ConfigProblem>,
}

impl<'a> Reader<'a> {
    fn new(lookup: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self {
            lookup,
            problems: Vec::new(),
        }
    }

    fn config(mut self, secret_key_optional: bool) -> Result<Config, Vec<ConfigProblem>> {
        let publishable_key = self.publishable_key();
        let secret_key = self.secret_key(secret_key_optional);
        self.check_pair(publishable_key.as_ref(), secret_key.as_ref());
        let defaults = Config::empty();
        let config = Config {
            publishable_key,
            secret_key,
            secret_key_optional,
            machine_secret_key: self.machine_secret_key(),
            #[cfg(feature = "webhooks")]
            webhook_secrets: self.webhook_secrets(),
            jwt_key: self.jwt_key(),
            api_url: self
                .url("CLERK_API_URL")
                .unwrap_or(defaults.api_url.clone()),
            api_version: self.api_version().unwrap_or(defaults.api_version.clone()),
            frontend_api_url: self.url("CLERK_FAPI_URL"),
            authorized_parties: self.origins("CLERK_AUTHORIZED_PARTIES"),
            accept_absent_azp: self.flag("CLERK_ACCEPT_ABSENT_AZP"),
            is_satellite: self.flag("CLERK_IS_SATELLITE"),
            domain: self.text("CLERK_DOMAIN"),
            satellite_auto_sync: self.flag("CLERK_SATELLITE_AUTO_SYNC"),
            proxy_url: self.url_or_path("CLERK_PROXY_URL"),
            sign_in_url: self.url_or_path("CLERK_SIGN_IN_URL"),
            sign_up_url: self.url_or_path("CLERK_SIGN_UP_URL"),
            organization_patterns: self.patterns("CLERK_ORGANIZATION_PATTERNS"),
            personal_account_patterns: self.patterns("CLERK_PERSONAL_ACCOUNT_PATTERNS"),
            allowed_redirect_origins: self.origins("CLERK_ALLOWED_REDIRECT_ORIGINS"),
            trust_proxy_headers: self.flag("CLERK_TRUST_PROXY_HEADERS"),
            ..defaults
        };
        self.check_satellite(&config);
        if self.problems.is_empty() {
            Ok(config)
        } else {
            Err(self.problems)
        }
    }

    fn text(&self, name: &str) -> Option<String> {
        (self.lookup)(name).filter(|value| !value.is_empty())
    }

    /// `true` in any case or a whole number above zero, as Clerk's own kits read it; everything else is no.
    fn flag(&mut self, name: &'static str) -> bool {
        let Some(value) = self.text(name) else {
            return false;
        };
        let known = ["yes", "on", "y", "t"];
        if known.iter().any(|word| value.eq_ignore_ascii_case(word)) {
            self.report(
                name,
                format!("{value:?} counts as no"),
                "write true or false",
            );
        }
        value.eq_ignore_ascii_case("true") || value.parse::<i64>().is_ok_and(|number| number > 0)
    }

    fn list(&self, name: &str) -> Vec<String> {
        let text = self.text(name).unwrap_or_default();
        let items = text
            .split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty());
        items.map(str::to_owned).collect()
    }

    fn report(
        &mut self,
        variable: &'static str,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.problems.push(ConfigProblem {
            variable,
            problem: problem.into(),
            remedy: remedy.into(),
        });
    }

    fn publishable_key(&mut self) -> Option<PublishableKey> {
        let found: Vec<_> = PUBLISHABLE_KEY_NAMES
            .into_iter()
            .filter_map(|name| self.text(name).map(|value| (name, value)))
            .collect();
        let Some((name, value)) = found.first() else {
            self.report(PUBLISHABLE_KEY_NAMES[0], "is not set", WHERE_KEYS_ARE);
            return None;
        };
        if let Some((other, _)) = found.iter().find(|(_, other)| other != value) {
            self.report(
                other,
                format!("differs from {name}"),
                "keep one of them, or make both equal",
            );
        }
        match PublishableKey::parse(value) {
            Ok(key) => Some(key),
            Err(_) if is_placeholder(value) => {
                self.report(name, "still holds a placeholder", WHERE_KEYS_ARE);
                None
            }
            Err(error) => {
                self.report(name, fault_of(&error), remedy_for(value));
                None
            }
        }
    }

    fn secret_key(&mut self, optional: bool) -> Option<SecretKey> {
        const NAME: &str = "CLERK_SECRET_KEY";
        let Some(value) = self.text(NAME) else {
            if !optional {
                self.report(NAME, "is not set", WHERE_KEYS_ARE);
            }
            return None;
        };
        if value.starts_with("pk_") {
            self.report(
                NAME,
                "holds a publishable key",
                "the secret key starts with sk_test_ or sk_live_; are the two swapped?",
            );
            return None;
        }
        if is_placeholder(&value) {
            self.report(NAME, "still holds a placeholder", WHERE_KEYS_ARE);
            return None;
        }
        match SecretKey::new(value) {
            Ok(key) => Some(key),
            Err(error) => {
                self.report(
                    NAME,
                    error.to_string(),
                    "paste it again, without quotes, spaces or line breaks",
                );
                None
            }
        }
    }

    /// One secret, or several separated by commas.
    #[cfg(feature = "webhooks")]
    fn webhook_secrets(&mut self) -> Vec<crate::webhooks::WebhookSecret> {
        const NAME: &str = "CLERK_WEBHOOK_SIGNING_SECRET";
        let mut secrets = Vec::new();
        for text in self.list(NAME) {
            match crate::webhooks::WebhookSecret::parse(&text) {
                Ok(secret) => secrets.push(secret),
                Err(error) => self.report(
                    NAME,
                    error.to_string(),
                    "copy it from the Clerk Dashboard, page Webhooks, the endpoint's signing secret",
                ),
            }
        }
        secrets
    }

    fn machine_secret_key(&mut self) -> Option<MachineSecretKey> {
        const NAME: &str = "CLERK_MACHINE_SECRET_KEY";
        let value = self.text(NAME)?;
        let key = MachineSecretKey::new(value);
        key.map_err(|error| {
            self.report(
                NAME,
                error.to_string(),
                "paste it again, without quotes, spaces or line breaks",
            );
        })
        .ok()
    }

    fn jwt_key(&mut self) -> Option<PublicKey> {
        const NAME: &str = "CLERK_JWT_KEY";
        let value = self.text(NAME)?;
        let key = PublicKey::from_pem(&value);
        key.map_err(|error| {
            self.report(
                NAME,
                format!("cannot be read: {error}"),
                "copy the PEM public key from the Clerk Dashboard, page API keys, or remove the \
                 variable",
            );
        })
        .ok()
    }

    fn check_pair(&mut self, publishable: Option<&PublishableKey>, secret: Option<&SecretKey>) {
        let (Some(publishable), Some(secret)) = (publishable, secret) else {
            return;
        };
        let mixed = if publishable.is_development() {
            secret.is_production().then_some(("test", "live"))
        } else {
            secret.is_development().then_some(("live", "test"))
        };
        if let Some((public_kind, secret_kind)) = mixed {
            self.report(
                "CLERK_SECRET_KEY",
                format!("is a {secret_kind} key, but the publishable key is a {public_kind} key"),
                "copy both from one page of the Clerk Dashboard",
            );
        }
    }

    fn url(&mut self, name: &'static str) -> Option<String> {
        let value = self.text(name)?;
        if is_web_url(&value) {
            return Some(value.trim_end_matches('/').to_owned());
        }
        self.report(
            name,
            format!("{value:?} is not a URL"),
            "write it as https://host",
        );
        None
    }

    fn url_or_path(&mut self, name: &'static str) -> Option<String> {
        let value = self.text(name)?;
        // `//host` and `/\host` are other hosts to a browser, whatever they look like.
        let is_path = value.starts_with('/') && !value[1..].starts_with(['/', '\\']);
        if is_path || is_web_url(&value) {
            return Some(value);
        }
        self.report(
            name,
            format!("{value:?} is neither a URL nor a path"),
            "write it as https://host/path or /path",
        );
        None
    }

    fn api_version(&mut self) -> Option<String> {
        const NAME: &str = "CLERK_API_VERSION";
        let value = self.text(NAME)?;
        let is_segment = value.strip_prefix('v').is_some_and(|number| {
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        });
        if is_segment {
            return Some(value);
        }
        self.report(
            NAME,
            format!("{value:?} is not a path version"),
            "write v1, or remove the variable; the dated version is fixed",
        );
        None
    }

    /// Origins are compared as text with what browsers send, so they must be written the same way.
    fn origins(&mut self, name: &'static str) -> Vec<String> {
        let listed = self.list(name);
        for item in &listed {
            let origin = url::Url::parse(item)
                .ok()
                .filter(|url| matches!(url.scheme(), "http" | "https"))
                .map(|url| url.origin().ascii_serialization());
            match origin {
                Some(origin) if origin == *item => {}
                Some(origin) => self.report(
                    name,
                    format!("{item:?} is not an origin"),
                    format!("write it as {origin}"),
                ),
                None => self.report(
                    name,
                    format!("{item:?} is not an origin"),
                    "write it as https://host",
                ),
            }
        }
        listed
    }

    fn patterns(&mut self, name: &'static str) -> Vec<String> {
        let listed = self.list(name);
        for pattern in &listed {
            if let Err(error) = RouteMatcher::new(&[pattern.as_str()]) {
                self.report(
                    name,
                    format!("{pattern:?} is not a pattern"),
                    error.to_string(),
                );
            }
        }
        listed
    }

    fn check_satellite(&mut self, config: &Config) {
        if !config.is_satellite {
            return;
        }
        if config.domain.is_none() && config.proxy_url.is_none() {
            self.report(
                "CLERK_DOMAIN",
                "is not set, but this is a satellite",
                "set it to the satellite's domain, or set CLERK_PROXY_URL",
            );
        }
        let absolute = config.sign_in_url.as_deref().is_some_and(is_web_url);
        if config.is_development() && !absolute {
            self.report(
                "CLERK_SIGN_IN_URL",
                "is not a full URL, but a satellite in development needs its primary's sign-in page",
                "write it as https://host/sign-in",
            );
        }
    }
}
