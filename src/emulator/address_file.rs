//! Where a running emulator is, in a file of the project, so that other programs find it, and what its clock says, by which
//! the app goes in development. It names the one that was started last, and the others that go on beside it, as when tests run
//! beside `dev`. It goes with the last of them; one that was killed leaves it behind, and then nobody answers there.

use std::fs;
use std::io::{self, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Longer than any.
const LONGEST: u64 = 4096;

/// Nobody runs more beside each other.
const MOST: usize = 8;

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
#[derive(Clone, Copy, Deserialize, Serialize)]
pub(super) struct Time {
    /// In milliseconds.
    pub moved_by: i64,
    /// The moment at which a clock stands that does not go, if nobody moves it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stands_at: Option<i64>,
}

/// One emulator.
#[derive(Clone, Deserialize, Serialize)]
struct Entry {
    #[serde(flatten)]
    addresses: Addresses,
    #[serde(flatten)]
    time: Time,
}

#[derive(Deserialize, Serialize)]
struct Content {
    #[serde(flatten)]
    last: Entry,
    /// Those that were started before, the last of them first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    others: Vec<Entry>,
}

/// The entry of an emulator, as long as it runs.
pub(super) struct AddressFile {
    file: PathBuf,
    addresses: Addresses,
}

impl Addresses {
    /// Those of the emulator that was started last, if there is one.
    pub fn read(file: &Path) -> Option<Self> {
        Some(entries(file).into_iter().next()?.addresses)
    }

    /// True if something listens there still; on this machine that is known at once.
    fn is_alive(&self) -> bool {
        let host = self.frontend.strip_prefix("http://");
        let address = host.and_then(|host| host.parse::<SocketAddr>().ok());
        let loopback = address.filter(|address| address.ip().is_loopback());
        loopback.is_some_and(|at| TcpStream::connect_timeout(&at, PATIENCE).is_ok())
    }
}

/// What the file says; nothing if there is none.
fn entries(file: &Path) -> Vec<Entry> {
    let read = || {
        let metadata = fs::metadata(file).ok()?;
        if !metadata.is_file() || metadata.len() > LONGEST {
            return None;
        }
        let content: Content = serde_json::from_slice(&fs::read(file).ok()?).ok()?;
        Some([vec![content.last], content.others].concat())
    };
    read().unwrap_or_default()
}

impl AddressFile {
    pub fn new(file: PathBuf, addresses: Addresses, time: Time) -> io::Result<Self> {
        let own = Self { file, addresses };
        let mut all = own.others();
        let addresses = own.addresses.clone();
        all.insert(0, Entry { addresses, time });
        own.write(&all)?;
        Ok(own)
    }

    /// Says what the clock says now.
    pub fn tell(&self, time: Time) -> io::Result<()> {
        let mut all = entries(&self.file);
        let own = all.iter_mut().find(|it| it.addresses == self.addresses);
        // Somebody has taken the file away.
        let Some(own) = own else { return Ok(()) };
        own.time = time;
        self.write(&all)
    }

    /// The other emulators that go on.
    fn others(&self) -> Vec<Entry> {
        let all = entries(&self.file).into_iter();
        let others = all.filter(|it| it.addresses != self.addresses);
        let others = others.take(MOST).filter(|it| it.addresses.is_alive());
        others.collect()
    }

    /// Replaces the file, or takes it away if there is nobody to be named.
    fn write(&self, all: &[Entry]) -> io::Result<()> {
        let Some((last, others)) = all.split_first() else {
            return fs::remove_file(&self.file);
        };
        let content = Content {
            last: last.clone(),
            others: others.to_vec(),
        };
        let mut text = serde_json::to_vec(&content)?;
        text.push(b'\n');
        let folder = self.file.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut staged = tempfile::NamedTempFile::new_in(folder)?;
        staged.write_all(&text)?;
        staged.persist(&self.file)?;
        Ok(())
    }
}

impl Drop for AddressFile {
    fn drop(&mut self) {
        let all = entries(&self.file);
        if all.iter().any(|it| it.addresses == self.addresses) {
            // One that stays is like that of a killed emulator.
            let _left = self.write(&self.others());
        }
    }
}
