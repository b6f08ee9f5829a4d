//! The marks of a seed in an instance, and the way in: with ids that are the same wherever it is applied, and whole or
//! not at all.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::random::{self, SeededRandom};
use super::{AccessRefusal, Instance, Refusal};
use crate::emulator::store::Record;

/// As many as there are places for users, with what belongs to them.
pub(super) const MAX_SOWN: usize = 100_000;

/// An entry of a seed that is in here. It is not applied again: what people made of it since counts, even if that is
/// nothing.
#[derive(Clone, Deserialize, Serialize)]
pub(super) struct Sown {
    id: String,
}

impl Record for Sown {
    const KIND: &'static str = "sown";

    fn id(&self) -> &str {
        &self.id
    }
}

impl Instance {
    /// Does a change whole, or leaves everything as it was.
    ///
    /// # Errors
    /// Those of the change.
    pub fn whole<T, E>(&mut self, change: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E> {
        let before = self.clone();
        let changed = change(self);
        if changed.is_err() {
            *self = before;
        }
        changed
    }

    /// Applies the entry of this name unless it was applied before, and answers whether it was now. All that it leaves to
    /// chance hangs on its name.
    ///
    /// # Errors
    /// Those of the change, and [`AccessRefusal::Quota`].
    pub fn sow<E: From<Refusal>>(
        &mut self,
        name: &str,
        change: impl FnOnce(&mut Self) -> Result<(), E>,
    ) -> Result<bool, E> {
        if self.sown.contains(name) {
            return Ok(false);
        }
        if self.sown.len() >= MAX_SOWN {
            return Err(Refusal::from(AccessRefusal::Quota).into());
        }
        let chance = std::mem::replace(&mut self.random, Arc::new(SeededRandom::of(name)));
        let changed = change(self);
        self.random = chance;
        changed?;
        self.sown.insert(Sown {
            id: name.to_owned(),
        });
        Ok(true)
    }

    pub(super) fn id_or_new(&self, id: Option<String>, prefix: &str) -> String {
        id.unwrap_or_else(|| random::id(&*self.random, prefix))
    }
}
