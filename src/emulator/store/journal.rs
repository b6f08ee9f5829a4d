//! The file that the tables come back from: a line for each turn that changed something, written before the answer
//! leaves. A killed process loses nothing that it answered, because what was written is the system's; a machine
//! without power may lose the last seconds. When most lines are history the file is written anew.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::line::Line;
use super::stored::Stored;

/// The version of the format. A new kind of record, or a new member that old records lack, makes another one.
const VERSION: u32 = 1;
/// In bytes, of a state that is taken in the place of another: ten times one with ten thousand users.
pub const LONGEST: usize = 256 * 1024 * 1024;
/// The history that a file may hold beyond three times its content, in records.
const HISTORY: usize = 1000;

/// The first line. Its one member says what the file is.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Header {
    clerk_rs_emulator_state: u32,
}

/// The reason why a file of the emulator's state is of no use.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    #[error("it cannot be read or written")]
    Io(#[from] io::Error),
    #[error("{} works with it", holder(*.0))]
    InUse(Option<u16>),
    #[error("it is no state of an emulator")]
    Foreign,
    #[error("it has version {0} of the format, this program knows version {VERSION}")]
    Version(u32),
    /// Never with the words of the parser, which repeat what the file says.
    #[error("line {number} holds no {kind}")]
    Line { number: usize, kind: String },
    #[error("it is larger than {} MiB, which is what an emulator takes at once", LONGEST >> 20)]
    TooLarge,
    #[error("it has more than {most} records of the kind {kind}, which is what an emulator keeps")]
    TooMany { kind: &'static str, most: usize },
}

/// Whoever holds the file, by the port for browsers.
fn holder(port: Option<u16>) -> String {
    port.map_or_else(
        || "another emulator".to_owned(),
        |port| format!("the emulator at http://localhost:{port}"),
    )
}

/// What was found in the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The last line was cut off, and is dropped: its turn was never answered.
    pub torn: bool,
}

/// The open file, ours alone.
pub struct Journal {
    path: PathBuf,
    file: File,
    /// The bytes of whole lines. Whatever a failed write left behind them counts for nothing.
    length: u64,
    /// The records that its lines name.
    records: usize,
    /// Held open: the system gives it back when this process ends, however it ends.
    lock: File,
}

impl Journal {
    /// Opens the file and puts what it holds into the tables, which mark their changes from then on. Without a file, and
    /// with `fresh`, the tables are written instead.
    ///
    /// # Errors
    /// [`StateError`]; a file that is something else is never touched.
    pub fn open(
        path: &Path,
        fresh: bool,
        tables: &mut [&mut dyn Stored],
    ) -> Result<(Self, Found), StateError> {
        // A link stays one.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let lock = lock(&path)?;
        let (mut found, mut kept) = (Found::default(), None);
        if let Some(text) = read(&path)? {
            let (version, lines) = lines(&text)?;
            if !fresh {
                known(version)?;
                found.torn = !text.ends_with(b"\n");
                kept = Some(fold(lines, tables)?);
            }
        }
        for table in &mut *tables {
            table.track();
        }
        let as_it_is = kept.filter(|records| !found.torn && !is_history(*records, tables));
        let (file, length, records) = match as_it_is {
            Some(records) => {
                let mut file = OpenOptions::new().write(true).open(&path)?;
                let length = file.seek(SeekFrom::End(0))?;
                (file, length, records)
            }
            None => written_whole(&path, tables)?,
        };
        let journal = Self {
            path,
            file,
            length,
            records,
            lock,
        };
        Ok((journal, found))
    }

    /// Says who holds the file: the emulator with this port for browsers.
    pub fn sign(&mut self, port: u16) {
        // Whoever finds the file held can do without.
        let _unsigned = write!(self.lock, "{port}");
    }

    /// Writes down what has changed, if anything has.
    ///
    /// # Errors
    /// The system's word. Then the changes stay marked, and the next call tries again.
    pub fn keep(&mut self, tables: &mut [&mut dyn Stored]) -> io::Result<()> {
        let mut line = Line::default();
        for table in &*tables {
            table.changes(&mut line)?;
        }
        if line.is_empty() {
            return Ok(());
        }
        let text = line.text()?;
        self.file.seek(SeekFrom::Start(self.length))?;
        if let Err(error) = self.file.write_all(&text) {
            // If even this fails, the next line overwrites what is there, and a reader drops it.
            let _left = self.file.set_len(self.length);
            return Err(error);
        }
        self.length += text.len() as u64;
        self.records += line.len();
        for table in &mut *tables {
            table.forget_changes();
        }
        self.drop_history(tables);
        Ok(())
    }

    /// Writes the file anew if most of it is history.
    fn drop_history(&mut self, tables: &[&mut dyn Stored]) {
        if !is_history(self.records, tables) {
            return;
        }
        match written_whole(&self.path, tables) {
            Ok((file, length, records)) => {
                (self.file, self.length, self.records) = (file, length, records);
            }
            // The long file is as good. The next try comes after as many records again.
            Err(_) => self.records = 0,
        }
    }
}

fn is_history(records: usize, tables: &[&mut dyn Stored]) -> bool {
    let content: usize = tables.iter().map(|table| table.count()).sum();
    records > 4 * content + HISTORY
}

/// Whoever holds the file beside the state may write it. The state itself is replaced now and then, and a lock on it
/// would go with the old one.
fn lock(path: &Path) -> Result<File, StateError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".lock");
    let mut options = OpenOptions::new();
    let options = options.create(true).truncate(false).write(true);
    let name = path.with_file_name(name);
    let lock = options.open(&name)?;
    match lock.try_lock() {
        Err(TryLockError::WouldBlock) => Err(StateError::InUse(signed(&name))),
        // Some file systems have no locks.
        Ok(()) | Err(TryLockError::Error(_)) => {
            lock.set_len(0)?;
            Ok(lock)
        }
    }
}

/// The port in the file of a lock, where the system lets others read it.
fn signed(lock: &Path) -> Option<u16> {
    let mut text = String::new();
    let file = File::open(lock).ok()?;
    file.take(8).read_to_string(&mut text).ok()?;
    text.parse().ok()
}

/// The text of the file; none if there is no file yet, or an empty one.
fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    let mut text = Vec::new();
    file.read_to_end(&mut text)?;
    Ok((!text.is_empty()).then_some(text))
}

/// The version that the first line names, and the whole lines behind it.
fn lines(text: &[u8]) -> Result<(u32, impl Iterator<Item = &[u8]>), StateError> {
    let end = text.iter().rposition(|byte| *byte == b'\n');
    let whole = &text[..end.unwrap_or(0)];
    let mut lines = whole.split(|byte| *byte == b'\n');
    let first = lines.next().unwrap_or_default();
    let header: Header = serde_json::from_slice(first).map_err(|_| StateError::Foreign)?;
    Ok((header.clerk_rs_emulator_state, lines))
}

fn known(version: u32) -> Result<(), StateError> {
    if version == VERSION {
        Ok(())
    } else {
        Err(StateError::Version(version))
    }
}

/// Puts the whole text of a state into tables.
///
/// # Errors
/// [`StateError`]; then the tables may have a part of it.
pub fn load(text: &[u8], tables: &mut [&mut dyn Stored]) -> Result<(), StateError> {
    let (version, whole) = lines(text)?;
    known(version)?;
    fold(whole, tables)?;
    if text.ends_with(b"\n") {
        return Ok(());
    }
    Err(StateError::Line {
        number: text.split(|byte| *byte == b'\n').count(),
        kind: "change".to_owned(),
    })
}

/// Puts the lines into the tables, and answers how many records they named.
fn fold<'a>(
    lines: impl Iterator<Item = &'a [u8]>,
    tables: &mut [&mut dyn Stored],
) -> Result<usize, StateError> {
    let mut records = 0;
    for (number, text) in lines.enumerate() {
        // The first line is the header, and people count from one.
        let bad = |kind: &str| StateError::Line {
            number: number + 2,
            kind: kind.to_owned(),
        };
        let line: Line = serde_json::from_slice(text).map_err(|_| bad("change"))?;
        records += line.len();
        take_back(&line, tables).map_err(bad)?;
    }
    Ok(records)
}

/// Puts one line into the tables.
///
/// # Errors
/// What it should hold and does not.
fn take_back(line: &Line, tables: &mut [&mut dyn Stored]) -> Result<(), &'static str> {
    const KNOWN: &str = "record that is known here";
    for (kind, ids) in &line.gone {
        let table = tables.iter_mut().find(|table| *kind == table.kind());
        let table = table.ok_or(KNOWN)?;
        ids.iter().for_each(|id| table.gone(id));
    }
    for (kind, records) in &line.put {
        let table = tables.iter_mut().find(|table| *kind == table.kind());
        let table = table.ok_or(KNOWN)?;
        for record in records {
            table.put(record).map_err(|_| table.kind())?;
        }
    }
    Ok(())
}

/// Writes the tables beside the file and puts that in its place: it is the old one or the new one at every moment.
fn written_whole(path: &Path, tables: &[&mut dyn Stored]) -> io::Result<(File, u64, usize)> {
    let folder = path.parent().unwrap_or(Path::new("."));
    // Born readable by the user alone: it holds password hashes.
    let staged = tempfile::NamedTempFile::new_in(folder)?;
    let (mut writer, mut length, mut records) = (io::BufWriter::new(staged), 0, 0);
    for text in whole(tables) {
        let text = text?;
        writer.write_all(&text)?;
        length += text.len() as u64;
        records += 1;
    }
    let staged = writer
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?;
    Ok((staged.persist(path)?, length, records))
}

/// The tables as the lines of a file.
pub fn whole<'a>(
    tables: &'a [&mut dyn Stored],
) -> impl Iterator<Item = serde_json::Result<Vec<u8>>> + 'a {
    let header = serde_json::to_vec(&Header {
        clerk_rs_emulator_state: VERSION,
    });
    let header = header.map(|mut text| {
        text.push(b'\n');
        text
    });
    let lines = tables.iter().flat_map(|table| table.lines());
    std::iter::once(header).chain(lines.map(|line| line?.text()))
}
