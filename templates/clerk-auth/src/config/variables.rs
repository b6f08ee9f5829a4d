//! The configuration as environment variables. All are read before anything is reported, so that people can mend
//! everything in one go.

use std::collections::HashSet;

use super::Config;
use super::addresses::{
    api_version, backend, domain, is_readable_on_its_way, page, proxy, service, unencrypted,
};
use super::entries::check_origin_entry;
#[cfg(not(feature = "machines"))]
use super::keys::check_machine_secret_key;
#[cfg(not(feature = "webhooks"))]
use super::keys::check_webhook_secret;
#[cfg(feature = "webhooks")]
use super::keys::read_webhook_secret;
use super::keys::{read_jwt_key, read_publishable_key, read_secret_key};
#[cfg(feature = "machines")]
use super::keys::{read_machine_id, read_machine_secret_key};
use super::names::{PUBLISHABLE_KEY_NAMES, SECRET_KEY};
use super::problem::{ConfigError, ProblemKind, Refusal};
use super::source::Source;
use crate::keys::{PublishableKey, SecretKey};
#[cfg(feature = "organizations")]
use crate::routes::PathPatterns;

const MACHINE_KEY: &str = "CLERK_MACHINE_SECRET_KEY";
const WEBHOOK_SECRETS: &str = "CLERK_WEBHOOK_SIGNING_SECRET";

impl Config {
    /// Reads the configuration of an app with pages, which needs a secret key.
    ///
    /// # Errors
    /// Every problem found, in a fixed order.
    pub fn from_variables(source: &dyn Source) -> Result<Self, Vec<ConfigError>> {
        Reader::new(source).config(false)
    }

    /// Reads the configuration of an app that only verifies session tokens. The secret key may be absent; the signing
    /// key then comes from `CLERK_JWT_KEY` or the instance's public key set.
    ///
    /// # Errors
    /// Every problem found, in a fixed order.
    pub fn api_from_variables(source: &dyn Source) -> Result<Self, Vec<ConfigError>> {
        Reader::new(source).config(true)
    }
}

/// True for a switch: `true` or `false` in any letter case, or a whole number. Clerk's kits take everything else for
/// "no", which is seldom what was meant.
pub fn is_switch(text: &str) -> bool {
    is_on(text) || text.eq_ignore_ascii_case("false") || text.parse::<i64>().is_ok()
}

/// The first of some names, and the number of those left out.
fn listed(names: &[String]) -> String {
    match names {
        [one, two, three, _, ..] => format!("{one}, {two}, {three} and {} more", names.len() - 3),
        few => few.join(" and "),
    }
}

/// `true` in any case or a whole number above zero, as Clerk's own kits read it.
pub fn is_on(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text.parse::<i64>().is_ok_and(|number| number > 0)
}

pub(super) struct Reader<'a> {
    source: &'a dyn Source,
    problems: Vec<ConfigError>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a dyn Source) -> Self {
        Self {
            source,
            problems: Vec::new(),
        }
    }

    pub(super) fn finish<T>(self, read: T) -> Result<T, Vec<ConfigError>> {
        if self.problems.is_empty() {
            Ok(read)
        } else {
            Err(self.problems)
        }
    }

    fn config(mut self, secret_key_optional: bool) -> Result<Config, Vec<ConfigError>> {
        let publishable_key = self.publishable_key();
        let secret_key = self.value(SECRET_KEY, read_secret_key);
        self.check_pair(publishable_key.as_ref(), secret_key.as_ref());
        #[cfg(feature = "machines")]
        let machine_secret_key = self.value(MACHINE_KEY, read_machine_secret_key);
        #[cfg(not(feature = "machines"))]
        let machine_secret_key = self.value(MACHINE_KEY, check_machine_secret_key);
        let defaults = Config::empty();
        let mut config = Config {
            publishable_key,
            secret_key,
            secret_key_optional,
            #[cfg(feature = "machines")]
            machine_secret_key: machine_secret_key.clone(),
            #[cfg(feature = "machines")]
            machine_id: self.value("CLERK_MACHINE_ID", read_machine_id),
            #[cfg(feature = "webhooks")]
            webhook_secrets: self.list(WEBHOOK_SECRETS, read_webhook_secret),
            jwt_key: self.value("CLERK_JWT_KEY", read_jwt_key),
            api_url: self
                .value("CLERK_API_URL", backend)
                .unwrap_or(defaults.api_url.clone()),
            api_version: self
                .value("CLERK_API_VERSION", api_version)
                .unwrap_or(defaults.api_version.clone()),
            frontend_api_url: self.value("CLERK_FAPI_URL", service),
            authorized_parties: self.origins("CLERK_AUTHORIZED_PARTIES"),
            accept_absent_azp: self.flag("CLERK_ACCEPT_ABSENT_AZP"),
            is_satellite: self.flag("CLERK_IS_SATELLITE"),
            domain: self.value("CLERK_DOMAIN", domain),
            satellite_auto_sync: self.flag("CLERK_SATELLITE_AUTO_SYNC"),
            proxy_url: self.value("CLERK_PROXY_URL", proxy),
            sign_in_url: self.value("CLERK_SIGN_IN_URL", page),
            sign_up_url: self.value("CLERK_SIGN_UP_URL", page),
            #[cfg(feature = "organizations")]
            organization_patterns: self.patterns("CLERK_ORGANIZATION_PATTERNS"),
            #[cfg(feature = "organizations")]
            personal_account_patterns: self.patterns("CLERK_PERSONAL_ACCOUNT_PATTERNS"),
            allowed_redirect_origins: self.origins("CLERK_ALLOWED_REDIRECT_ORIGINS"),
            trust_proxy_headers: self.flag("CLERK_TRUST_PROXY_HEADERS"),
            ..defaults
        };
        #[cfg(not(feature = "webhooks"))]
        self.list(WEBHOOK_SECRETS, check_webhook_secret);
        config.destinations = self.destinations(&config);
        self.check_encrypted(&config, machine_secret_key.is_some());
        #[cfg(not(feature = "organizations"))]
        for name in [
            "CLERK_ORGANIZATION_PATTERNS",
            "CLERK_PERSONAL_ACCOUNT_PATTERNS",
        ] {
            if self.text(name).is_some() {
                let refusal = ConfigError::lacks(name, "organizations").refusal;
                self.report(name, refusal);
            }
        }
        self.contradictions(&config);
        self.finish(config)
    }

    /// The value of a variable that is set and right.
    pub(super) fn value<T>(
        &mut self,
        name: &'static str,
        read: impl Fn(&str) -> Result<T, Refusal>,
    ) -> Option<T> {
        let text = self.text(name)?;
        let refusal = match read(&text) {
            Ok(value) => return Some(value),
            Err(_) if read(text.trim()).is_ok() => {
                Refusal::malformed("has white space around it", "take it out")
            }
            Err(refusal) => refusal,
        };
        self.report(name, refusal);
        None
    }

    fn text(&self, name: &str) -> Option<String> {
        self.source.value(name).filter(|value| !value.is_empty())
    }

    fn report(&mut self, variable: &'static str, refusal: Refusal) {
        let place = self.source.place(variable);
        self.problems.push(ConfigError {
            variable,
            place,
            refusal,
        });
    }

    fn flag(&mut self, name: &'static str) -> bool {
        let read = |text: &str| {
            if is_switch(text) {
                return Ok(is_on(text));
            }
            Err(Refusal::malformed("counts as no", "write true or false").about(text))
        };
        self.value(name, read).unwrap_or(false)
    }

    /// The entries of a list. Some guard something only if they have any, so one that was meant to have some must have
    /// some.
    fn list<T>(&mut self, name: &'static str, read: impl Fn(&str) -> Result<T, Refusal>) -> Vec<T> {
        let text = self.text(name).unwrap_or_default();
        let items = text.split(',').map(str::trim);
        let items: Vec<&str> = items.filter(|item| !item.is_empty()).collect();
        if items.is_empty() {
            let remedy = "list something, separated by commas, or remove the variable";
            let empty = Refusal::malformed("lists nothing", remedy);
            let refusal = self.comes_to_nothing(name);
            if let Some(refusal) = refusal.or((!text.is_empty()).then_some(empty)) {
                self.report(name, refusal);
            }
        }
        let mut entries = Vec::new();
        for item in items {
            match read(item) {
                Ok(entry) => entries.push(entry),
                Err(refusal) => self.report(name, refusal),
            }
        }
        entries
    }

    /// The problem of a variable that is empty because it refers to something empty.
    fn comes_to_nothing(&self, name: &str) -> Option<Refusal> {
        let mut names = self.source.empty_references(name);
        let mut seen = HashSet::new();
        names.retain(|name| seen.insert(name.clone()));
        (!names.is_empty()).then(|| {
            let names = listed(&names);
            Refusal::new(
                ProblemKind::UnsetByReference,
                format!("comes to nothing: it refers to {names}, which has no value"),
                "set that in front of it, write ${NAME:-default}, or remove the variable",
            )
        })
    }

    fn publishable_key(&mut self) -> Option<PublishableKey> {
        let found: Vec<_> = PUBLISHABLE_KEY_NAMES
            .into_iter()
            .filter_map(|name| self.text(name).map(|value| (name, value)))
            .collect();
        let (name, value) = found.first()?;
        if let Some((other, _)) = found.iter().find(|(_, other)| other != value) {
            let refusal = Refusal::new(
                ProblemKind::Differs,
                format!("differs from {name}"),
                "keep one of them, or make both equal",
            );
            self.report(other, refusal);
        }
        self.value(name, read_publishable_key)
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
            let problem = format!(
                "belongs to a {secret_kind} instance, but CLERK_PUBLISHABLE_KEY to a {public_kind} instance"
            );
            let remedy = "copy both from one page of the Clerk Dashboard";
            self.report(SECRET_KEY, Refusal::new(ProblemKind::Pair, problem, remedy));
        }
    }

    /// A live secret goes to no unencrypted address, except on this machine.
    fn check_encrypted(&mut self, config: &Config, has_machine_key: bool) {
        let is_live = config
            .secret_key
            .as_ref()
            .is_some_and(SecretKey::is_production);
        let public = config.publishable_key.as_ref();
        let is_live_machine = has_machine_key && public.is_some_and(|key| !key.is_development());
        if !is_live && !is_live_machine {
            return;
        }
        for name in ["CLERK_API_URL", "CLERK_FAPI_URL"] {
            if let Some(text) = self.text(name).filter(|text| is_readable_on_its_way(text)) {
                self.report(name, unencrypted(&text));
            }
        }
    }

    fn origins(&mut self, name: &'static str) -> Vec<String> {
        self.list(name, |text| {
            check_origin_entry(text).map(|()| text.to_owned())
        })
    }

    #[cfg(feature = "organizations")]
    fn patterns(&mut self, name: &'static str) -> Vec<String> {
        self.list(name, |text| match PathPatterns::new(&[text]) {
            Ok(_) => Ok(text.to_owned()),
            Err(error) => Err(Refusal::pattern(&error)),
        })
    }

    /// Reports what is missing or does not fit, in front of the rest, unless it is so because a value was refused.
    fn contradictions(&mut self, config: &Config) {
        let refused = std::mem::take(&mut self.problems);
        for ConfigError {
            variable,
            mut refusal,
            ..
        } in config.contradictions()
        {
            if refusal.kind == ProblemKind::Missing {
                let names: &[&str] = match variable {
                    "CLERK_PUBLISHABLE_KEY" => &PUBLISHABLE_KEY_NAMES,
                    "CLERK_DOMAIN" => &["CLERK_DOMAIN", "CLERK_PROXY_URL"],
                    _ => &[variable],
                };
                if names.iter().any(|name| self.text(name).is_some()) {
                    continue;
                }
                refusal = self.comes_to_nothing(variable).unwrap_or(refusal);
            }
            self.report(variable, refusal);
        }
        self.problems.extend(refused);
    }
}
