//! The configuration as environment variables. All are read before anything is reported, so that people can mend
//! everything in one go.

use std::collections::HashSet;

use super::Config;
use super::addresses::{
    api_version, backend, domain, is_readable_on_its_way, page, proxy, service, unencrypted,
};
use super::entries::{check_origin_entry, check_separators};
use super::instead::{Wanted, lone_cr, must_be_key};
use super::keys::{
    check_webhook_secret, is_signature_version, read_jwt_key, read_machine_secret_key,
    read_publishable_key, read_secret_key, signature, signature_version,
};
use super::names::{PUBLISHABLE_KEY_NAMES, SECRET_KEY};
use super::problem::{ConfigError, ProblemKind, Refusal};
use super::source::Source;
use crate::keys::{PublishableKey, SecretKey};
#[cfg(feature = "organizations")]
use crate::routes::PathPatterns;

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
    const MOST: usize = 3;
    match names.len() {
        count if count > MOST => format!("{} and {} more", names[..MOST].join(", "), count - MOST),
        _ => names.join(" and "),
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
        // Judged whatever an app was built with, as the secrets of webhooks are.
        let machine_secret_key = self.value("CLERK_MACHINE_SECRET_KEY", read_machine_secret_key);
        let defaults = Config::empty();
        let mut config = Config {
            publishable_key,
            secret_key,
            secret_key_optional,
            #[cfg(feature = "machines")]
            machine_secret_key: machine_secret_key.clone(),
            #[cfg(feature = "webhooks")]
            webhook_secrets: self.webhook_secrets(),
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
        self.webhook_secrets();
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
            Err(refusal) => lone_cr(&text).unwrap_or(refusal),
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

    /// The entries of a list that guards something only if it has any. If it was meant to have some, it must have some.
    fn list(&mut self, name: &'static str) -> Vec<String> {
        let text = self.text(name).unwrap_or_default();
        let items = text
            .split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty());
        let items: Vec<String> = items.map(str::to_owned).collect();
        if items.is_empty() {
            if let Some(refusal) = self.comes_to_nothing(name) {
                self.report(name, refusal);
            } else if !text.is_empty() {
                let remedy = "list something, separated by commas, or remove the variable";
                self.report(name, Refusal::malformed("lists nothing", remedy));
            }
        }
        items
    }

    /// The problem of a variable that is empty because it refers to something empty.
    fn comes_to_nothing(&self, name: &str) -> Option<Refusal> {
        let names = self.source.empty_references(name);
        let mut seen = HashSet::new();
        let names: Vec<_> = names
            .into_iter()
            .filter(|name| seen.insert(name.clone()))
            .collect();
        (!names.is_empty()).then(|| {
            Refusal::new(
                ProblemKind::UnsetByReference,
                format!(
                    "comes to nothing: it refers to {}, which has no value",
                    listed(&names)
                ),
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

    /// One secret, or several separated by commas.
    #[cfg(feature = "webhooks")]
    fn webhook_secrets(&mut self) -> Vec<crate::webhooks::WebhookSecret> {
        let texts = self.checked_webhook_secrets();
        let secrets = texts
            .iter()
            .map(|text| crate::webhooks::WebhookSecret::parse(text));
        secrets.filter_map(Result::ok).collect()
    }

    #[cfg(not(feature = "webhooks"))]
    fn webhook_secrets(&mut self) {
        self.checked_webhook_secrets();
    }

    fn checked_webhook_secrets(&mut self) -> Vec<String> {
        const NAME: &str = "CLERK_WEBHOOK_SIGNING_SECRET";
        let texts = self.list(NAME);
        let is_version = |pair: &[String]| {
            is_signature_version(&pair[0]) && !pair[1].trim_start().starts_with("whsec_")
        };
        if texts.windows(2).any(is_version) {
            self.report(NAME, signature());
            return texts;
        }
        // Other texts have commas of their own.
        let has_secret = texts.iter().any(|text| text.starts_with("whsec_"));
        let whole = self.text(NAME).filter(|_| !has_secret && !texts.is_empty());
        if let Some(Err(refusal)) = whole.map(|whole| must_be_key(&whole, Wanted::Webhook)) {
            self.report(NAME, refusal);
            return texts;
        }
        for (index, text) in texts.iter().enumerate() {
            let is_followed = texts
                .get(index + 1)
                .is_some_and(|next| next.starts_with("whsec_"));
            if is_followed && is_signature_version(text) {
                self.report(NAME, signature_version(text));
            } else if let Err(refusal) = check_webhook_secret(text) {
                self.report(NAME, refusal);
            }
        }
        texts
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
        let listed = self.list(name);
        // A list without commas falls into odd pieces, which nobody wrote.
        let whole = self.text(name).unwrap_or_default();
        let separators = || check_separators(&whole, check_origin_entry).err();
        if let Some(refusal) = lone_cr(&whole).or_else(separators) {
            self.report(name, refusal);
            return listed;
        }
        for item in &listed {
            if let Err(refusal) = check_origin_entry(item) {
                self.report(name, refusal);
            }
        }
        listed
    }

    #[cfg(feature = "organizations")]
    fn patterns(&mut self, name: &'static str) -> Vec<String> {
        let listed = self.list(name);
        for pattern in &listed {
            if let Err(error) = PathPatterns::new(&[pattern]) {
                self.report(name, Refusal::pattern(&error));
            }
        }
        listed
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
