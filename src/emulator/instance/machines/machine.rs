//! Programs of an app that talk to each other, and which of them may talk to which.

use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};

use super::{LONGEST, MAX_NAME, later, room};
use crate::emulator::instance::{Instance, Refusal, random, set};
use crate::emulator::store::Record;

/// To how many others a machine may talk.
const MAX_SCOPES: usize = 150;
/// In seconds.
const DEFAULT_TTL: i64 = 3_600;
/// The longest that a key opens doors after another took its place, in seconds.
const MAX_OVERLAP: i64 = 28_800;

/// Without `Debug`, so that no secret is printed by accident.
#[derive(Clone, Deserialize, Serialize)]
pub struct Machine {
    /// `mch_…`
    pub id: String,
    pub name: String,
    /// The life of its tokens in seconds, if nobody says another.
    pub default_token_ttl: i64,
    /// The machines that take its tokens.
    pub scoped: Vec<String>,
    pub secret: String,
    /// The key before, and until when it counts.
    pub previous: Option<(String, UnixMillis)>,
    pub created_at: UnixMillis,
    pub updated_at: UnixMillis,
}

impl Record for Machine {
    const KIND: &'static str = "machine";

    fn id(&self) -> &str {
        &self.id
    }

    fn keys(&self) -> Vec<(&'static str, &str)> {
        let previous = self
            .previous
            .iter()
            .map(|(key, _)| ("secret", key.as_str()));
        previous.chain([("secret", self.secret.as_str())]).collect()
    }
}

/// A machine as a server describes it.
#[derive(Default)]
pub struct NewMachine {
    /// Absent for a random one, as the secret.
    pub id: Option<String>,
    pub secret: Option<String>,
    pub name: String,
    /// Ids.
    pub scoped: Vec<String>,
    pub default_token_ttl: Option<i64>,
}

fn name(name: &str) -> Result<(), Refusal> {
    match name.chars().count() {
        0 => Err(Refusal::ParamValue("name")),
        length if length > MAX_NAME => Err(Refusal::TooLong("name")),
        _ => Ok(()),
    }
}

fn ttl(seconds: i64) -> Result<i64, Refusal> {
    if (1..=LONGEST).contains(&seconds) {
        Ok(seconds)
    } else {
        Err(Refusal::ParamValue("default_token_ttl"))
    }
}

impl Instance {
    /// # Errors
    /// A [`Refusal`] when a field is wrong, or a machine in `scoped` is not known.
    pub fn create_machine(
        &mut self,
        new: NewMachine,
        now: UnixMillis,
    ) -> Result<&Machine, Refusal> {
        name(&new.name)?;
        let default_token_ttl = ttl(new.default_token_ttl.unwrap_or(DEFAULT_TTL))?;
        let mut scoped = new.scoped;
        scoped.sort();
        scoped.dedup();
        let known = |id: &String| self.machines.machines.contains(id);
        if scoped.len() > MAX_SCOPES || !scoped.iter().all(known) {
            return Err(Refusal::ParamValue("scoped_machines"));
        }
        room(&self.machines.machines)?;
        let id = self.id_or_new(new.id, "mch");
        let is_taken = |secret| self.machines.machines.find("secret", secret).is_some();
        if new.secret.as_deref().is_some_and(is_taken) {
            return Err(Refusal::Conflict("secret_key"));
        }
        let secret = new.secret.unwrap_or_else(|| self.new_machine_key());
        self.machines.machines.insert(Machine {
            id: id.clone(),
            name: new.name,
            default_token_ttl,
            scoped,
            secret,
            previous: None,
            created_at: now,
            updated_at: now,
        });
        self.machine(&id)
    }

    fn new_machine_key(&self) -> String {
        format!("ak_{}", random::alphanumeric(&*self.random, 43))
    }

    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn machine(&self, id: &str) -> Result<&Machine, Refusal> {
        self.machines.machines.get(id).ok_or(Refusal::NotFound)
    }

    /// The machines whose id or name has this text, oldest first.
    pub fn machines_with(&self, query: Option<&str>) -> Vec<&Machine> {
        let query = query.map(str::to_lowercase).unwrap_or_default();
        let has_it = |machine: &&Machine| {
            machine.name.to_lowercase().contains(&query) || machine.id.to_lowercase() == query
        };
        self.machines.machines.values().filter(has_it).collect()
    }

    /// The machine that has this key, or had it until lately.
    pub fn machine_with_key(&self, key: &str, now: UnixMillis) -> Option<&Machine> {
        let machine = self.machines.machines.find("secret", key)?;
        let past = machine.previous.as_ref();
        let counts = machine.secret == key || past.is_some_and(|(_, end)| *end > now);
        counts.then_some(machine)
    }

    /// # Errors
    /// A [`Refusal`] when a field is wrong, or there is no such machine.
    pub fn change_machine(
        &mut self,
        id: &str,
        new_name: Option<String>,
        life: Option<i64>,
        now: UnixMillis,
    ) -> Result<&Machine, Refusal> {
        new_name.as_deref().map(name).transpose()?;
        let life = life.map(ttl).transpose()?;
        let machine = self.machines.machines.edit(id).ok_or(Refusal::NotFound)?;
        set(&mut machine.name, new_name);
        set(&mut machine.default_token_ttl, life);
        machine.updated_at = now;
        self.machine(id)
    }

    /// Takes a machine away, its tokens and API keys, and its place among others.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn remove_machine(&mut self, id: &str) -> Result<(), Refusal> {
        let tables = &mut self.machines;
        tables.machines.remove(id).ok_or(Refusal::NotFound)?;
        let others = tables.machines.values();
        let others = others.filter(|other| other.scoped.iter().any(|scoped| scoped == id));
        let others: Vec<_> = others.map(|other| other.id.clone()).collect();
        for other in others {
            if let Some(other) = tables.machines.edit(&other) {
                other.scoped.retain(|scoped| scoped != id);
            }
        }
        tables.m2m_tokens.remove_with("subject", id);
        self.forget_api_keys_of(id);
        Ok(())
    }

    /// Another key for a machine. The one before counts for so many seconds more.
    ///
    /// # Errors
    /// A [`Refusal`] when that is too long, or there is no such machine.
    pub fn rotate_machine_key(
        &mut self,
        id: &str,
        overlap: i64,
        now: UnixMillis,
    ) -> Result<&Machine, Refusal> {
        if !(0..=MAX_OVERLAP).contains(&overlap) {
            return Err(Refusal::ParamValue("previous_token_ttl"));
        }
        let secret = self.new_machine_key();
        let machine = self.machines.machines.edit(id).ok_or(Refusal::NotFound)?;
        let before = std::mem::replace(&mut machine.secret, secret);
        machine.previous = Some((before, later(now, overlap)));
        machine.updated_at = now;
        self.machine(id)
    }

    /// Lets a machine talk to another.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], [`Refusal::ParamValue`] for a machine itself or one too many, [`Refusal::Conflict`] when
    /// it may already.
    pub fn scope_machine(&mut self, id: &str, to: &str, now: UnixMillis) -> Result<(), Refusal> {
        self.machine(to)?;
        let machine = self.machines.machines.edit(id).ok_or(Refusal::NotFound)?;
        if id == to || machine.scoped.len() >= MAX_SCOPES {
            return Err(Refusal::ParamValue("to_machine_id"));
        }
        if machine.scoped.iter().any(|scoped| scoped == to) {
            return Err(Refusal::Conflict("to_machine_id"));
        }
        machine.scoped.push(to.to_owned());
        machine.updated_at = now;
        Ok(())
    }

    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn unscope_machine(&mut self, id: &str, to: &str, now: UnixMillis) -> Result<(), Refusal> {
        let machine = self.machines.machines.edit(id).ok_or(Refusal::NotFound)?;
        let before = machine.scoped.len();
        machine.scoped.retain(|scoped| scoped != to);
        if machine.scoped.len() == before {
            return Err(Refusal::NotFound);
        }
        machine.updated_at = now;
        Ok(())
    }
}
