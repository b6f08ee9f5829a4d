//! The files of a program: those on the disk, and over them texts that are to be written.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// A longer file is no source that somebody wrote.
const LONGEST: u64 = 2 << 20;

/// Where source is read. The default is the disk as it is.
#[derive(Clone, Debug, Default)]
pub struct Files {
    planned: Arc<BTreeMap<PathBuf, String>>,
}

impl Files {
    /// Lays texts over the files of a folder: their paths below it, whether there are such files or not.
    pub fn over<P: AsRef<Path>>(
        folder: &Path,
        texts: impl IntoIterator<Item = (P, String)>,
    ) -> Self {
        let texts = texts.into_iter();
        let planned = texts.map(|(path, text)| (plain(&folder.join(path)), text));
        let planned = Arc::new(planned.collect());
        Self { planned }
    }

    pub fn read(&self, path: &Path) -> io::Result<String> {
        match self.planned(path) {
            Some(text) => Ok(text.to_owned()),
            None => on_disk(path),
        }
    }

    pub fn is_file(&self, path: &Path) -> bool {
        self.planned(path).is_some() || path.is_file()
    }

    pub fn is_folder(&self, path: &Path) -> bool {
        let mut from = self.planned.range(path.to_owned()..);
        from.next()
            .is_some_and(|(first, _)| first.starts_with(path) && first != path)
            || path.is_dir()
    }

    /// The content of a folder, in order.
    pub fn within(&self, folder: &Path) -> BTreeSet<PathBuf> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut found: BTreeSet<_> = entries.map(|entry| entry.path()).collect();
        for path in self.planned.keys() {
            if let Ok(below) = path.strip_prefix(folder)
                && let Some(first) = below.components().next()
            {
                found.insert(folder.join(first));
            }
        }
        found
    }

    fn planned(&self, path: &Path) -> Option<&str> {
        if self.planned.is_empty() {
            return None;
        }
        self.planned.get(&plain(path)).map(String::as_str)
    }
}

/// What somebody wrote into a file. A pipe or a device may have no end, nor a file of `/proc` that says it is empty.
fn on_disk(path: &Path) -> io::Result<String> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() || metadata.len() > LONGEST {
        let why = "it is no file, or too long for a source";
        return Err(io::Error::other(why));
    }
    let length = usize::try_from(metadata.len()).unwrap_or_default();
    let mut text = String::with_capacity(length);
    let mut file = File::open(path)?.take(metadata.len());
    file.read_to_string(&mut text)
        .map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => io::Error::new(error.kind(), "it is no UTF-8"),
            _ => error,
        })?;
    Ok(text)
}

/// The path without `..`, so that one folder has one name.
pub fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir if plain.file_name().is_some() => {
                plain.pop();
            }
            Component::CurDir => {}
            part => plain.push(part),
        }
    }
    plain
}
