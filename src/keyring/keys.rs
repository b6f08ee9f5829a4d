//! The keys of a project, read.

use clerk_auth::keys::{MachineSecretKey, PublishableKey, SecretKey};

use super::sources::{Candidate, Sources};
use crate::project::keys::shape;

/// The usable keys of a project.
#[derive(Debug, Default)]
pub struct Keys {
    pub publishable: Option<PublishableKey>,
    pub secret: Option<SecretKey>,
    pub machine: Option<MachineSecretKey>,
}

impl Keys {
    /// Reads the texts that were found. One that cannot be used is nobody's problem before it is needed.
    pub fn of(sources: &Sources) -> Self {
        let text =
            |candidate: &Option<Candidate>| candidate.as_ref().map(|found| found.value.clone());
        let first = sources.publishable.first();
        Self {
            publishable: first.and_then(|found| shape::publishable(&found.value).ok()),
            secret: text(&sources.secret).and_then(|text| shape::secret(&text).ok()),
            machine: text(&sources.machine).and_then(|text| shape::machine(&text).ok()),
        }
    }

    /// True for keys that the tool made for its own emulator.
    pub fn are_local(&self) -> bool {
        let key = self.publishable.as_ref();
        key.is_some_and(PublishableKey::is_local_emulator)
    }
}
