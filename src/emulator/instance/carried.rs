//! The instance as a text that another emulator can take, and from one.

use std::sync::Arc;

use super::Instance;
use crate::emulator::store::{self, LONGEST, StateError};

impl Instance {
    /// All that a restart would find again, in the form of the file that it is kept in.
    ///
    /// # Errors
    /// If a record cannot be written as JSON.
    pub fn export(&mut self) -> serde_json::Result<Vec<u8>> {
        let tables = self.tables();
        let lines = store::whole(&tables).collect::<Result<Vec<_>, _>>()?;
        Ok(lines.concat())
    }

    /// Takes such a text in place of everybody who is there. What every instance has is made when it starts, if the text
    /// is older than that.
    ///
    /// # Errors
    /// [`StateError`] when it is something else, or more than an emulator keeps; then nothing has changed.
    pub fn import(&mut self, text: &[u8]) -> Result<(), StateError> {
        if text.len() > LONGEST {
            return Err(StateError::TooLarge);
        }
        let mut read = Self::new(Arc::clone(&self.random));
        store::load(text, &mut read.tables())?;
        read.check_bounds()?;
        self.clear();
        store::load(text, &mut self.tables())
    }
}
