//! Keys that users make for their programs. The secret is kept as it is, because servers may ask for it again.

use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Lifetime, Revocable, room, scopes, short};
use crate::emulator::instance::{Instance, Metadata, Refusal, random, set};
use crate::emulator::store::Record;

/// Without `Debug`, so that no secret is printed by accident.
#[derive(Clone, Deserialize, Serialize)]
pub struct ApiKey {
    /// `ak_…`
    pub id: String,
    pub kind: String,
    /// The user, organization or machine that it acts for.
    pub subject: String,
    pub name: String,
    pub description: Option<String>,
    pub claims: Option<Metadata>,
    pub scopes: Vec<String>,
    pub created_by: Option<String>,
    pub secret: String,
    pub life: Revocable,
}

impl Record for ApiKey {
    const KIND: &'static str = "api_key";

    fn id(&self) -> &str {
        &self.id
    }

    fn keys(&self) -> Vec<(&'static str, &str)> {
        vec![("secret", &self.secret), ("subject", &self.subject)]
    }
}

/// A key to be made.
#[derive(Default)]
pub struct NewApiKey {
    pub kind: Option<String>,
    pub subject: String,
    pub name: String,
    pub description: Option<String>,
    pub claims: Option<Map<String, Value>>,
    pub scopes: Vec<String>,
    pub created_by: Option<String>,
    pub lifetime: Lifetime,
}

/// The changes of a server; absent fields stay.
#[derive(Default)]
pub struct ApiKeyChanges {
    pub subject: Option<String>,
    pub description: Option<Option<String>>,
    pub claims: Option<Option<Map<String, Value>>>,
    pub scopes: Option<Vec<String>>,
    pub lifetime: Option<Lifetime>,
}

/// The keys that a list shows.
pub struct ApiKeyFilter<'a> {
    pub subject: &'a str,
    pub kind: &'a str,
    /// Also those that were revoked, or are too old.
    pub include_invalid: bool,
    /// In the name, in whatever case.
    pub query: Option<&'a str>,
}

const DEFAULT_KIND: &str = "api_key";

fn claims(claims: Option<Map<String, Value>>) -> Result<Option<Metadata>, Refusal> {
    claims
        .map(|claims| Metadata::new(&claims, "claims"))
        .transpose()
}

impl Instance {
    /// # Errors
    /// A [`Refusal`] when a field is wrong, or there is no such subject.
    pub fn create_api_key(&mut self, new: NewApiKey, now: UnixMillis) -> Result<&ApiKey, Refusal> {
        let kind = new.kind.unwrap_or_else(|| DEFAULT_KIND.to_owned());
        if !(3..=25).contains(&kind.chars().count()) {
            return Err(Refusal::ParamValue("type"));
        }
        if new.name.chars().count() < 3 || new.name.trim() != new.name {
            return Err(Refusal::ParamValue("name"));
        }
        short("name", &new.name)?;
        short(
            "description",
            new.description.as_deref().unwrap_or_default(),
        )?;
        scopes(&new.scopes)?;
        self.api_key_subject(&new.subject)?;
        if let Some(maker) = &new.created_by {
            self.user(maker).ok_or(Refusal::ParamValue("created_by"))?;
        }
        room(&self.machines.api_keys)?;
        let id = random::hex_id(&*self.random, "ak");
        self.machines.api_keys.insert(ApiKey {
            id: id.clone(),
            kind,
            subject: new.subject,
            name: new.name,
            description: new.description,
            claims: claims(new.claims)?,
            scopes: new.scopes,
            created_by: new.created_by,
            secret: format!("ak_{}", random::alphanumeric(&*self.random, 43)),
            life: Revocable::new(new.lifetime, now),
        });
        self.api_key(&id)
    }

    fn api_key_subject(&self, subject: &str) -> Result<(), Refusal> {
        let known = match subject.split_once('_') {
            Some(("user", _)) => self.user(subject).is_some(),
            Some(("org", _)) => self.organization(subject).is_ok(),
            Some(("mch", _)) => self.machine(subject).is_ok(),
            _ => false,
        };
        if known {
            Ok(())
        } else {
            Err(Refusal::ParamValue("subject"))
        }
    }

    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn api_key(&self, id: &str) -> Result<&ApiKey, Refusal> {
        self.machines.api_keys.get(id).ok_or(Refusal::NotFound)
    }

    /// The keys of a subject, newest first.
    pub fn api_keys(&self, filter: &ApiKeyFilter<'_>, now: UnixMillis) -> Vec<&ApiKey> {
        let query = filter.query.map(str::to_lowercase);
        let keys = self.machines.api_keys.with("subject", filter.subject).rev();
        keys.filter(|key| key.kind == filter.kind)
            .filter(|key| filter.include_invalid || key.life.opens(now))
            .filter(|key| {
                let named = |query: &String| key.name.to_lowercase().contains(query.as_str());
                query.as_ref().is_none_or(named)
            })
            .collect()
    }

    /// # Errors
    /// A [`Refusal`] when a field is wrong, or there is no such key.
    pub fn change_api_key(
        &mut self,
        id: &str,
        changes: ApiKeyChanges,
        now: UnixMillis,
    ) -> Result<&ApiKey, Refusal> {
        self.api_key(id)?;
        if let Some(subject) = &changes.subject {
            self.api_key_subject(subject)?;
        }
        if let Some(Some(description)) = &changes.description {
            short("description", description)?;
        }
        scopes(changes.scopes.as_deref().unwrap_or_default())?;
        let new_claims = changes.claims.map(claims).transpose()?;
        let key = self.machines.api_keys.edit(id).ok_or(Refusal::NotFound)?;
        set(&mut key.subject, changes.subject);
        set(&mut key.description, changes.description);
        set(&mut key.claims, new_claims);
        set(&mut key.scopes, changes.scopes);
        if let Some(lifetime) = changes.lifetime {
            key.life.expiration = lifetime.end(now);
        }
        key.life.updated_at = now;
        self.api_key(id)
    }

    /// # Errors
    /// [`Refusal::NotFound`], or [`Refusal::TooLong`] for the reason.
    pub fn revoke_api_key(
        &mut self,
        id: &str,
        reason: Option<String>,
        now: UnixMillis,
    ) -> Result<&ApiKey, Refusal> {
        let key = self.machines.api_keys.edit(id).ok_or(Refusal::NotFound)?;
        key.life.revoke(reason, now)?;
        self.api_key(id)
    }

    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn remove_api_key(&mut self, id: &str) -> Result<(), Refusal> {
        let removed = self.machines.api_keys.remove(id);
        removed.map(drop).ok_or(Refusal::NotFound)
    }

    /// Whoever they acted for is gone.
    pub(in crate::emulator::instance) fn forget_api_keys_of(&mut self, subject: &str) {
        self.machines.api_keys.remove_with("subject", subject);
    }

    /// The key that a program showed. It may be over: whoever asks has to look.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn use_api_key(&mut self, secret: &str, now: UnixMillis) -> Result<&ApiKey, Refusal> {
        let found = self.machines.api_keys.find("secret", secret);
        let id = found.ok_or(Refusal::NotFound)?.id.clone();
        let key = self.machines.api_keys.edit(&id).ok_or(Refusal::NotFound)?;
        if key.life.opens(now) {
            key.life.last_used_at = Some(now);
        }
        self.api_key(&id)
    }
}
