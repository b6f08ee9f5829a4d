//! Where a running emulator is, in a file of the project, so that other programs find it, and what its clock says, by which
//! the app goes in development. It goes when the emulator does; one that was killed leaves it behind, and then nobody
//! answers there.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// Longer than any.
const LONGEST: u64 = 4096;

/// The addresses for programs.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Addresses {
    /// Of the Frontend API, and of what is for developers.
    pub frontend: String,
    pub backend: String,
}

/// What the clock says.
#[derive(Clone, Copy, Serialize)]
pub(super) struct Time {
    /// In milliseconds.
    pub moved_by: i64,
    /// The moment at which a clock stands that does not go, if nobody moves it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stands_at: Option<i64>,
}

#[derive(Serialize)]
struct Content<'a> {
    #[serde(flatten)]
    addresses: &'a Addresses,
    #[serde(flatten)]
    time: Time,
}

/// The file, as long as the emulator runs.
pub(super) struct AddressFile {
    file: PathBuf,
    addresses: Addresses,
}

impl Addresses {
    /// What the file says, if there is one.
    pub fn read(file: &Path) -> Option<Self> {
        let metadata = fs::metadata(file).ok()?;
        if !metadata.is_file() || metadata.len() > LONGEST {
            return None;
        }
        serde_json::from_slice(&fs::read(file).ok()?).ok()
    }
}

impl AddressFile {
    pub fn new(file: PathBuf, addresses: Addresses, time: Time) -> io::Result<Self> {
        let own = Self { file, addresses };
        own.write(time)?;
        Ok(own)
    }

    /// Says what the clock says now, unless another emulator has taken the file since.
    pub fn tell(&self, time: Time) -> io::Result<()> {
        if Addresses::read(&self.file).as_ref() == Some(&self.addresses) {
            self.write(time)?;
        }
        Ok(())
    }

    fn write(&self, time: Time) -> io::Result<()> {
        let folder = self.file.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut staged = tempfile::NamedTempFile::new_in(folder)?;
        let addresses = &self.addresses;
        serde_json::to_writer(&mut staged, &Content { addresses, time })?;
        staged.write_all(b"\n")?;
        staged.persist(&self.file)?;
        Ok(())
    }
}

impl Drop for AddressFile {
    fn drop(&mut self) {
        // Another one may have been started since.
        if Addresses::read(&self.file).as_ref() == Some(&self.addresses) {
            let _gone = fs::remove_file(&self.file);
        }
    }
}
