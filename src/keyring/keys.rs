//! The keys of a project, read.

use clerk_auth::keys::{MachineSecretKey, PublishableKey, SecretKey};
use clerk_auth::public_key::PublicKey;

use super::sources::{Candidate, Sources};
use crate::project::keys::shape;

/// Those keys of a project that are some.
#[derive(Debug, Default)]
pub struct Keys {
    /// Public.
    pub publishable: Option<PublishableKey>,
    /// Not.
    pub secret: Option<SecretKey>,
    /// Of a machine.
    pub machine: Option<MachineSecretKey>,
    /// For checks without a network.
    pub jwt: Option<PublicKey>,
}

impl Keys {
    /// What can be used of what was found; what cannot is nobody's problem before it is needed.
    pub fn of(sources: &Sources) -> Self {
        let text =
            |candidate: &Option<Candidate>| candidate.as_ref().map(|found| found.value.clone());
        let first = sources.publishable.first();
        Self {
            publishable: first.and_then(|found| shape::publishable(&found.value).ok()),
            secret: text(&sources.secret).and_then(|text| shape::secret(&text).ok()),
            machine: text(&sources.machine).and_then(|text| shape::machine(&text).ok()),
            jwt: text(&sources.jwt).and_then(|text| PublicKey::from_pem(&text).ok()),
        }
    }

    /// Whether they are those that the tool makes for its own emulator.
    pub fn are_local(&self) -> bool {
        let key = self.publishable.as_ref();
        key.is_some_and(PublishableKey::is_local_emulator)
    }
}
