//! Templates of tokens: what other services want to read in them (`backend-api.md` section 8).

use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{AccessRefusal, below};
use crate::emulator::instance::{Instance, Refusal, random};
use crate::emulator::store::Record;

const MAX_TEMPLATES: usize = 100;
/// In characters.
const MAX_NAME: usize = 64;
/// Of the claims as text, in bytes.
const MAX_CLAIMS: usize = 8 * 1024;
/// In bytes.
const MAX_KEY: usize = 8 * 1024;
const LIFETIMES: std::ops::RangeInclusive<i64> = 30..=315_360_000;
const SKEWS: std::ops::RangeInclusive<i64> = 0..=300;

/// What the emulator itself writes into a token of a template.
const RESERVED: [&str; 7] = ["azp", "exp", "iat", "iss", "jti", "nbf", "sub"];

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Template {
    /// `jtmp_…`
    pub id: String,
    pub name: String,
    /// With shortcodes.
    pub claims: Map<String, Value>,
    /// In seconds, as the next.
    pub lifetime: i64,
    pub allowed_clock_skew: i64,
    /// The key of another service, shared with it; absent: the instance's own.
    pub shared_key: Option<SharedKey>,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
}

#[derive(Clone, Deserialize, Serialize)]
pub struct SharedKey {
    pub algorithm: Algorithm,
    pub key: String,
}

/// Without the key.
impl std::fmt::Debug for SharedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SharedKey").field(&self.algorithm).finish()
    }
}

/// The ways to sign with a shared key.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub enum Algorithm {
    HS256,
    HS384,
    HS512,
}

impl Algorithm {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HS256 => "HS256",
            Self::HS384 => "HS384",
            Self::HS512 => "HS512",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::HS256, Self::HS384, Self::HS512]
            .into_iter()
            .find(|algorithm| algorithm.as_str() == name)
    }
}

impl Record for Template {
    const KIND: &'static str = "jwt_template";

    fn id(&self) -> &str {
        &self.id
    }

    fn keys(&self) -> Vec<(&'static str, &str)> {
        vec![("name", &self.name)]
    }
}

/// A template as a server asks for it.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateFields {
    name: String,
    claims: Map<String, Value>,
    lifetime: Option<i64>,
    allowed_clock_skew: Option<i64>,
    #[serde(default)]
    custom_signing_key: bool,
    signing_algorithm: Option<String>,
    signing_key: Option<String>,
}

impl TemplateFields {
    pub fn name(&self) -> &str {
        &self.name
    }

    fn check(&self) -> Result<(), Refusal> {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if self.name.is_empty() || self.name.len() > MAX_NAME || !self.name.chars().all(is_name) {
            return Err(Refusal::ParamValue("name"));
        }
        if self
            .claims
            .keys()
            .any(|name| RESERVED.contains(&name.as_str()))
        {
            return Err(AccessRefusal::ReservedClaim.into());
        }
        let length = serde_json::to_string(&self.claims).map_or(usize::MAX, |text| text.len());
        if length > MAX_CLAIMS {
            return Err(Refusal::TooLarge("claims"));
        }
        if self.lifetime.is_some_and(|life| !LIFETIMES.contains(&life)) {
            return Err(Refusal::ParamValue("lifetime"));
        }
        if self
            .allowed_clock_skew
            .is_some_and(|skew| !SKEWS.contains(&skew))
        {
            return Err(Refusal::ParamValue("allowed_clock_skew"));
        }
        Ok(())
    }

    fn shared_key(&self) -> Result<Option<SharedKey>, Refusal> {
        let algorithm = self.signing_algorithm.as_deref().unwrap_or("RS256");
        if !self.custom_signing_key {
            // The instance's own key signs in one way.
            return match algorithm {
                "RS256" => Ok(None),
                _ => Err(Refusal::ParamValue("signing_algorithm")),
            };
        }
        let algorithm =
            Algorithm::named(algorithm).ok_or(Refusal::ParamValue("signing_algorithm"))?;
        let key = self.signing_key.clone().unwrap_or_default();
        if key.is_empty() {
            return Err(Refusal::ParamMissing("signing_key"));
        }
        if key.len() > MAX_KEY {
            return Err(Refusal::ParamValue("signing_key"));
        }
        Ok(Some(SharedKey { algorithm, key }))
    }
}

impl Instance {
    /// Newest first.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        self.access.templates.values().rev()
    }

    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn template(&self, id: &str) -> Result<&Template, Refusal> {
        self.access.templates.get(id).ok_or(Refusal::NotFound)
    }

    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn template_named(&self, name: &str) -> Result<&Template, Refusal> {
        let known = self.access.templates.find("name", name);
        known.ok_or(Refusal::NotFound)
    }

    /// # Errors
    /// A [`Refusal`] when a field is not acceptable, the name is taken, or there are too many.
    pub fn create_template(
        &mut self,
        fields: &TemplateFields,
        now: UnixMillis,
    ) -> Result<&Template, Refusal> {
        below(self.access.templates.len(), MAX_TEMPLATES)?;
        let id = random::id(&*self.random, "jtmp");
        self.put_template(id, now, fields, now)
    }

    /// # Errors
    /// As [`Instance::create_template`], and when there is no such template.
    pub fn change_template(
        &mut self,
        id: &str,
        fields: &TemplateFields,
        now: UnixMillis,
    ) -> Result<&Template, Refusal> {
        let created_at = self.template(id)?.created_at;
        self.put_template(id.to_owned(), created_at, fields, now)
    }

    fn put_template(
        &mut self,
        id: String,
        created_at: UnixMillis,
        fields: &TemplateFields,
        now: UnixMillis,
    ) -> Result<&Template, Refusal> {
        fields.check()?;
        let other = self.access.templates.find("name", &fields.name);
        if other.is_some_and(|other| other.id != id) {
            return Err(AccessRefusal::Duplicate("name").into());
        }
        self.access.templates.insert(Template {
            id: id.clone(),
            name: fields.name.clone(),
            claims: fields.claims.clone(),
            lifetime: fields.lifetime.unwrap_or(60),
            allowed_clock_skew: fields.allowed_clock_skew.unwrap_or(5),
            shared_key: fields.shared_key()?,
            created_at,
            updated_at: now,
        });
        self.template(&id)
    }

    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn remove_template(&mut self, id: &str) -> Result<(), Refusal> {
        let removed = self.access.templates.remove(id);
        removed.map(drop).ok_or(Refusal::NotFound)
    }
}
