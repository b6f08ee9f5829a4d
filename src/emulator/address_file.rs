//! Where a running emulator is, in a file of the project, so that other programs find it. It goes when the emulator does;
//! one that was killed leaves it behind, and then nobody answers there.

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
    pub fn write(file: PathBuf, addresses: Addresses) -> io::Result<Self> {
        let folder = file.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut staged = tempfile::NamedTempFile::new_in(folder)?;
        serde_json::to_writer(&mut staged, &addresses)?;
        staged.write_all(b"\n")?;
        staged.persist(&file)?;
        Ok(Self { file, addresses })
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
