//! Domains that share the users of the first one.

use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};

use super::{AccessRefusal, MAX_LIST, below};
use crate::emulator::instance::{Instance, Refusal, random};
use crate::emulator::store::Record;

/// In bytes.
const MAX_NAME: usize = 253;

/// A satellite. The first domain is that of the instance's keys, and no record.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Domain {
    /// `dmn_…`
    pub id: String,
    /// In lower case.
    pub name: String,
    pub proxy_url: Option<String>,
    pub created_at: UnixMillis,
}

impl Record for Domain {
    const KIND: &'static str = "domain";

    fn id(&self) -> &str {
        &self.id
    }

    fn keys(&self) -> Vec<(&'static str, &str)> {
        vec![("name", &self.name)]
    }
}

fn parse(name: &str) -> Result<String, Refusal> {
    let name = name.trim().to_lowercase();
    let is_label = |label: &str| {
        !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    // With a port, as apps on this machine have one.
    let (host, port) = name.split_once(':').unwrap_or((&name, "1"));
    let is_name = name.len() <= MAX_NAME && host.split('.').all(is_label);
    if is_name && port.parse::<u16>().is_ok() {
        Ok(name)
    } else {
        Err(AccessRefusal::NotADomain.into())
    }
}

impl Instance {
    /// Oldest first.
    pub fn satellites(&self) -> impl Iterator<Item = &Domain> {
        self.access.domains.values()
    }

    /// # Errors
    /// A [`Refusal`] when it is no name, is taken, or there are too many.
    pub fn add_satellite(
        &mut self,
        name: &str,
        proxy_url: Option<String>,
        now: UnixMillis,
    ) -> Result<Domain, Refusal> {
        let name = self.free_name(name, None)?;
        below(self.access.domains.len(), MAX_LIST)?;
        let domain = Domain {
            id: random::id(&*self.random, "dmn"),
            name,
            proxy_url,
            created_at: now,
        };
        self.access.domains.insert(domain.clone());
        Ok(domain)
    }

    /// # Errors
    /// A [`Refusal`] when there is no such satellite, or the name is none or taken.
    pub fn rename_satellite(&mut self, id: &str, name: Option<&str>) -> Result<Domain, Refusal> {
        let name = name
            .map(|name| self.free_name(name, Some(id)))
            .transpose()?;
        let domain = self.access.domains.edit(id).ok_or(Refusal::NotFound)?;
        if let Some(name) = name {
            domain.name = name;
        }
        Ok(domain.clone())
    }

    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn remove_satellite(&mut self, id: &str) -> Result<(), Refusal> {
        let removed = self.access.domains.remove(id);
        removed.map(drop).ok_or(Refusal::NotFound)
    }

    fn free_name(&self, name: &str, of: Option<&str>) -> Result<String, Refusal> {
        let name = parse(name)?;
        let other = self.access.domains.find("name", &name);
        if other.is_some_and(|other| Some(other.id.as_str()) != of) {
            return Err(AccessRefusal::Duplicate("name").into());
        }
        Ok(name)
    }
}
