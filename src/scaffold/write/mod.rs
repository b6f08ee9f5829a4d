//! Writes a plan as a whole or not at all.
//!
//! Everything is written into a staging folder first. Then a new folder appears by one rename. An empty folder that
//! exists already is filled by links, with `Cargo.toml` last, and emptied again after an error. The next run removes
//! the leftovers of a killed one.

mod error;
mod fill;
mod staging;

use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::plan::{File, Plan};
use super::target::Target;
use staging::{Kind, Staging};

pub use error::WriteError;

/// Removes the leftovers of killed runs in a folder.
pub fn sweep(folder: &Path) {
    staging::sweep(folder, None);
}

/// Writes the plan.
pub fn write(plan: &Plan, target: &Target) -> Result<(), WriteError> {
    if target.exists {
        let staging = stage(plan, &target.path, Kind::Fill)?;
        return fill::fill(&staging.project(), target);
    }
    let parent = target.path.parent().unwrap_or(&target.path);
    let made = Parents::make(parent)?;
    let staging = stage(plan, parent, Kind::Whole)?;
    fs::rename(staging.project(), &target.path).map_err(|error| {
        // Each system has words of its own for a place that is taken; Windows says that it is forbidden.
        match fs::symlink_metadata(&target.path) {
            Ok(_) => WriteError::overtaken(target),
            Err(_) => WriteError::io("put in place", &target.path, error),
        }
    })?;
    made.keep();
    Ok(())
}

fn stage(plan: &Plan, folder: &Path, kind: Kind) -> Result<Staging, WriteError> {
    let staging = Staging::create(folder, kind)?;
    staging::sweep(folder, Some(&staging));
    let project = staging.project();
    let mut made = HashSet::new();
    for file in &plan.files {
        if let Some((folder, _)) = file.path.rsplit_once('/')
            && made.insert(folder)
        {
            let folder = project.join(folder);
            fs::create_dir_all(&folder)
                .map_err(|error| WriteError::io("make the folder", &folder, error))?;
        }
        let path = project.join(&file.path);
        create(&path, file).map_err(|error| WriteError::io("write", &path, error))?;
    }
    Ok(staging)
}

fn create(path: &Path, file: &File) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if file.is_private() {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)?.write_all(&file.bytes)
}

/// Folders above the target that were missing. They are removed again unless the project gets made.
struct Parents(Vec<PathBuf>);

impl Parents {
    fn make(folder: &Path) -> Result<Self, WriteError> {
        let is_missing = |folder: &&Path| fs::symlink_metadata(folder).is_err();
        let mut missing: Vec<_> = folder.ancestors().take_while(is_missing).collect();
        missing.reverse();
        let mut made = Self(Vec::new());
        for folder in missing {
            match fs::create_dir(folder) {
                Ok(()) => made.0.push(folder.to_owned()),
                // Another run was faster.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(WriteError::io("make the folder", folder, error)),
            }
        }
        Ok(made)
    }

    fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for Parents {
    fn drop(&mut self) {
        for folder in self.0.iter().rev() {
            // Fails, rightly, if somebody has put something into it.
            let _ = fs::remove_dir(folder);
        }
    }
}
