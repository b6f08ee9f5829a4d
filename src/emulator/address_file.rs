//! Where a running emulator is, in a file of the project, so that other programs find it, and what its clock says, by which
//! the app goes in development. It goes when the emulator does, and then names the one that was there
//! before, if that goes on; one that was killed leaves it behind, and then nobody answers there.

use std::fs;
use std::io::{self, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Longer than any.
const LONGEST: u64 = 4096;

/// For an answer of this machine.
const PATIENCE: Duration = Duration::from_millis(200);

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
    /// What stood there, of an emulator that may go on after this one, as when tests run beside `dev`.
    before: Option<Vec<u8>>,
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

    /// Whether something listens there still; on this machine that is known at once.
    fn is_alive(&self) -> bool {
        let host = self.frontend.strip_prefix("http://");
        let address = host.and_then(|host| host.parse::<SocketAddr>().ok());
        let loopback = address.filter(|address| address.ip().is_loopback());
        loopback.is_some_and(|at| TcpStream::connect_timeout(&at, PATIENCE).is_ok())
    }
}

impl AddressFile {
    pub fn new(file: PathBuf, addresses: Addresses, time: Time) -> io::Result<Self> {
        let before = Addresses::read(&file).and_then(|_| fs::read(&file).ok());
        let own = Self {
            file,
            addresses,
            before,
        };
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
        let addresses = &self.addresses;
        let mut content = serde_json::to_vec(&Content { addresses, time })?;
        content.push(b'\n');
        self.replace(&content)
    }

    fn replace(&self, content: &[u8]) -> io::Result<()> {
        let folder = self.file.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut staged = tempfile::NamedTempFile::new_in(folder)?;
        staged.write_all(content)?;
        staged.persist(&self.file)?;
        Ok(())
    }

    /// What stood there before, if that emulator goes on.
    fn still_true(&self) -> Option<&[u8]> {
        let before = self.before.as_deref()?;
        let addresses: Addresses = serde_json::from_slice(before).ok()?;
        (addresses != self.addresses && addresses.is_alive()).then_some(before)
    }
}

impl Drop for AddressFile {
    fn drop(&mut self) {
        // Another one may have been started since.
        if Addresses::read(&self.file).as_ref() != Some(&self.addresses) {
            return;
        }
        let restored = self.still_true().map(|before| self.replace(before));
        if !matches!(restored, Some(Ok(()))) {
            let _gone = fs::remove_file(&self.file);
        }
    }
}
