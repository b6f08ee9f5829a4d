//! Tokens that a machine shows another one. Opaque ones are kept, because a machine that asks for a token may be given one
//! that it has; JWTs say all themselves, so that they are in no list and cannot be revoked.

use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Lifetime, MAX_RECORDS, Revocable, hash, later, room};
use crate::emulator::instance::{Instance, Metadata, Refusal, random};
use crate::emulator::store::Record;

#[derive(Clone, Deserialize, Serialize)]
pub struct M2mToken {
    /// `mt_…`
    pub id: String,
    /// The machine that made it.
    pub subject: String,
    /// The machines that take it.
    pub scopes: Vec<String>,
    pub claims: Option<Metadata>,
    pub hash: String,
    /// Empty where only the hash was kept.
    #[serde(default)]
    pub text: String,
    pub life: Revocable,
}

impl M2mToken {
    /// The content of a JWT's claims; none if they are not those of such a token.
    pub fn of_claims(mut claims: Map<String, Value>) -> Option<Self> {
        let mut take = |name: &str| claims.remove(name);
        let text = |value: Option<Value>| Some(value?.as_str()?.to_owned());
        let moment = |value: Option<Value>| Some(UnixMillis::from_seconds(value?.as_i64()?));
        let created_at = moment(take("iat"))?;
        let token = Self {
            id: text(take("jti"))?,
            subject: text(take("sub"))?,
            scopes: serde_json::from_value(take("aud")?).ok()?,
            claims: None,
            hash: String::new(),
            text: String::new(),
            life: Revocable {
                expiration: moment(take("exp")),
                ..Revocable::new(Lifetime::NEVER, created_at)
            },
        };
        claims.retain(|name, _| !RESERVED.contains(&name.as_str()));
        let claims = (!claims.is_empty()).then(|| Metadata::new(&claims, "claims"));
        Some(Self {
            claims: claims.transpose().ok()?,
            ..token
        })
    }

    /// True if this machine takes it; the instance itself, which is no machine, takes all.
    pub fn is_for(&self, machine: Option<&str>) -> bool {
        machine.is_none_or(|machine| self.scopes.iter().any(|scope| scope == machine))
    }
}

impl Record for M2mToken {
    const KIND: &'static str = "m2m_token";

    fn id(&self) -> &str {
        &self.id
    }

    fn keys(&self) -> Vec<(&'static str, &str)> {
        vec![("hash", &self.hash), ("subject", &self.subject)]
    }
}

/// A token to be made.
pub struct NewM2mToken {
    pub is_jwt: bool,
    /// In seconds; none takes that of the machine.
    pub life: Option<f64>,
    pub claims: Option<Map<String, Value>>,
    /// An opaque token like it will do that has at least so many seconds left.
    pub least_life: Option<i64>,
}

/// What a JWT says itself, and nobody else.
const RESERVED: [&str; 8] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "scopes"];

/// The tokens that a list shows besides those that open doors.
#[derive(Clone, Copy, Default)]
pub struct Ended {
    pub revoked: bool,
    pub expired: bool,
}

impl Instance {
    /// Makes the record of a token; an opaque one is kept by [`Instance::keep_m2m_token`].
    ///
    /// # Errors
    /// A [`Refusal`] when a field is wrong.
    pub fn new_m2m_token(
        &self,
        machine: &str,
        new: NewM2mToken,
        now: UnixMillis,
    ) -> Result<M2mToken, Refusal> {
        let machine = self.machine(machine)?;
        let lifetime = match new.life {
            Some(_) => Lifetime::of("seconds_until_expiration", new.life)?,
            None => Lifetime::seconds(machine.default_token_ttl),
        };
        let life = Revocable::new(lifetime, now);
        let least = new.least_life.map(|least| later(now, least));
        if least.is_some_and(|least| life.is_expired(least)) {
            return Err(Refusal::ParamValue("min_remaining_ttl_seconds"));
        }
        let reserved =
            |claims: &Map<String, Value>| RESERVED.iter().any(|n| claims.contains_key(*n));
        if new.is_jwt && new.claims.as_ref().is_some_and(reserved) {
            return Err(Refusal::ParamValue("claims"));
        }
        let claims = new.claims.map(|claims| Metadata::new(&claims, "claims"));
        Ok(M2mToken {
            id: random::hex_id(&*self.random, "mt"),
            subject: machine.id.clone(),
            scopes: machine.scoped.clone(),
            claims: claims.transpose()?,
            hash: String::new(),
            text: String::new(),
            life,
        })
    }

    /// A token that says the same as this one and still opens doors at the moment `least`.
    pub fn m2m_token_like(&self, token: &M2mToken, least: UnixMillis) -> Option<&M2mToken> {
        let mut all = self.machines.m2m_tokens.with("subject", &token.subject);
        all.find(|known| {
            let is_alike = known.claims == token.claims && known.scopes == token.scopes;
            is_alike && !known.text.is_empty() && known.life.opens(least)
        })
    }

    /// # Errors
    /// A [`Refusal`] when there are too many that open doors.
    pub fn keep_m2m_token(
        &mut self,
        mut token: M2mToken,
        text: String,
        now: UnixMillis,
    ) -> Result<&M2mToken, Refusal> {
        self.bound_m2m_tokens(now);
        room(&self.machines.m2m_tokens)?;
        token.hash = hash(&text);
        token.text = text;
        let id = token.id.clone();
        self.machines.m2m_tokens.insert(token);
        self.m2m_token(&id)
    }

    /// Machines make them by the minute: those that are over go when there is no more room.
    fn bound_m2m_tokens(&mut self, now: UnixMillis) {
        let table = &mut self.machines.m2m_tokens;
        if table.len() < MAX_RECORDS {
            return;
        }
        let over = table.values().filter(|token| !token.life.opens(now));
        let over: Vec<_> = over.map(|token| token.id.clone()).collect();
        for id in over {
            table.remove(&id);
        }
    }

    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn m2m_token(&self, id: &str) -> Result<&M2mToken, Refusal> {
        self.machines.m2m_tokens.get(id).ok_or(Refusal::NotFound)
    }

    /// The tokens of a machine, newest first.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for the machine.
    pub fn m2m_tokens(
        &self,
        machine: &str,
        ended: Ended,
        now: UnixMillis,
    ) -> Result<Vec<&M2mToken>, Refusal> {
        self.machine(machine)?;
        let tokens = self.machines.m2m_tokens.with("subject", machine).rev();
        let tokens = tokens.filter(|token| ended.revoked || !token.life.revoked);
        Ok(tokens
            .filter(|token| ended.expired || !token.life.is_expired(now))
            .collect())
    }

    /// # Errors
    /// [`Refusal::NotFound`], or [`Refusal::TooLong`] for the reason.
    pub fn revoke_m2m_token(
        &mut self,
        id: &str,
        reason: Option<String>,
        now: UnixMillis,
    ) -> Result<&M2mToken, Refusal> {
        let token = self.machines.m2m_tokens.edit(id);
        token.ok_or(Refusal::NotFound)?.life.revoke(reason, now)?;
        self.m2m_token(id)
    }

    /// The token that a machine was shown; without a machine, the token that the instance asks for. It may be over:
    /// whoever asks has to look.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] also for a token that is not for this machine.
    pub fn use_m2m_token(
        &mut self,
        text: &str,
        machine: Option<&str>,
        now: UnixMillis,
    ) -> Result<&M2mToken, Refusal> {
        let found = self.machines.m2m_tokens.find("hash", &hash(text));
        let found = found.filter(|token| token.is_for(machine));
        let id = found.ok_or(Refusal::NotFound)?.id.clone();
        if let Some(token) = self.machines.m2m_tokens.edit(&id)
            && token.life.opens(now)
        {
            token.life.last_used_at = Some(now);
        }
        self.m2m_token(&id)
    }
}
