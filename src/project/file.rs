//! Replaces a file of the user's: whole or not at all, with its owner and mode, and never outside the project.
//!
//! If not everything can be kept, it refuses (an owner) or says so in a [`Note`] (a mode, hard links). No file is
//! written in place, because a killed run would leave half of it.

use std::fs::{self, File, Metadata};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

#[cfg(unix)]
use super::attributes;
use super::note::Note;
use super::place;
use super::room::{self, create};
use super::work::Work;
use crate::error::{Explain, Explanation};

/// The reason why a file is not replaced. The old one stays.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It is a link that leads out of the project, or lies behind one.
    #[error("{shown} leads to {}, outside the project", target.display())]
    LeadsOut {
        shown: String,
        /// Its target.
        target: PathBuf,
    },
    /// A link to something that is no such file.
    #[error("{shown} is a symbolic link to {}, {why}", target.display())]
    LeadsAstray {
        shown: String,
        /// Its target.
        target: PathBuf,
        /// A name for what that is.
        why: &'static str,
    },
    /// A link to nothing.
    #[error("{0} is a symbolic link that leads nowhere")]
    LeadsNowhere(String),
    /// The file is read-only.
    #[error("{0} is read-only")]
    ReadOnly(String),
    /// The new file would belong to us.
    #[error("{shown} belongs to another {whose}")]
    Owner {
        shown: String,
        /// `user` or `group`.
        whose: &'static str,
        id: u32,
    },
    /// Somebody else wrote to it in the meantime.
    #[error("{0} was changed by something else meanwhile")]
    Changed(String),
    /// Another run does not end. Holds its process id, if it is known.
    #[error("another run of clerk-rs is writing to this project")]
    Busy(Option<u32>),
    /// A change of several files was stopped half-way, and these have been changed since.
    #[error("a run that was stopped has changed a part of the files only")]
    Torn(Vec<String>),
    /// Work on the project was stopped between two files; a change of variables does not finish it.
    #[error("{} of this project was stopped half-way", if *.0 == Work::Wiring { "the wiring" } else { "an update" })]
    Unfinished(Work),
    /// Ctrl-C or the like, before anything was changed.
    #[error("interrupted")]
    Stopped,
    /// A mount stands in the way of the rename.
    #[error("{} is a mount of its own, or lies on one", .0.display())]
    Mounted(PathBuf),
    /// The system refuses.
    #[error("could not write {0}")]
    Write(String, #[source] io::Error),
}

impl Explain for FileError {
    fn explain(&self) -> Explanation {
        match self {
            Self::LeadsOut { .. } => Explanation::failed("link-leads-out")
                .help("run it in the folder that it leads to, or have a file of the project's own there"),
            Self::LeadsAstray { .. } => Explanation::failed("link-leads-astray")
                .help("replace the link by a file, or by a link to one of its kind"),
            Self::LeadsNowhere(_) => Explanation::failed("link-leads-nowhere")
                .help("make the file that it leads to, or remove the link"),
            Self::ReadOnly(shown) => Explanation::failed("file-read-only").help(if cfg!(windows) {
                format!("`attrib -R {shown}` allows it")
            } else {
                format!("`chmod u+w {shown}` allows it")
            }),
            Self::Owner { whose, id, .. } => {
                let explained = Explanation::failed("file-owner").because(format!(
                    "it belongs to {whose} {id}; a file that you put in its place would be yours, and its app might not read it"
                ));
                explained.help(match *whose {
                    "user" => format!("run it as that user: `sudo -u '#{id}' clerk-rs ...`"),
                    _ => "run it as a member of that group, or as the administrator".to_owned(),
                })
            }
            Self::Changed(_) => {
                Explanation::failed("file-changed").help("nothing was written; run it again")
            }
            Self::Busy(process) => {
                let held = process.map(|id| format!("process {id} has been at it for 5 seconds"));
                let held = held.unwrap_or_else(|| "it has been at it for 5 seconds".to_owned());
                Explanation::failed("project-busy")
                    .because(held)
                    .help("nothing was written; wait for it or end it, and run this again")
            }
            Self::Torn(files) => Explanation::failed("switch-unfinished")
                .because(format!(
                    "{} was changed since, so it cannot be finished",
                    files.join(", ")
                ))
                .help(if files.iter().all(|file| file.starts_with(".env")) {
                    format!(
                        "`clerk-rs env set --keys` sets all keys again; if the files are right as they are, remove {}",
                        room::NAME
                    )
                } else {
                    format!(
                        "`git diff` shows what stands; once the files are right, remove {} and run this again",
                        room::NAME
                    )
                }),
            Self::Unfinished(Work::Wiring) => Explanation::failed("wiring-unfinished")
                .help("nothing was written; `clerk-rs init` finishes it"),
            Self::Unfinished(_) => Explanation::failed("update-unfinished")
                .help("nothing was written; `clerk-rs update` finishes it"),
            Self::Stopped => Explanation::interrupted().help("nothing was changed"),
            Self::Mounted(_) => Explanation::failed("file-mounted")
                .because("a file is replaced whole, and no file takes the place of a mount, or comes from another one")
                .help("nothing was changed; run it where the file itself lies, or mount the whole project"),
            Self::Write(_, error) => Explanation::failed("write-failed")
                .because(error)
                .help("nothing was changed"),
        }
    }
}

/// A new file for a project's folder.
#[derive(Debug)]
pub struct Replacement<'a> {
    /// The file's name in it.
    pub name: &'a str,
    /// The text when it was read; `None` if it was not there.
    pub before: Option<&'a str>,
    /// The new text; `None` if the file is to go.
    pub after: Option<&'a str>,
    /// True if it holds a secret.
    pub is_private: bool,
}

/// The place it goes to, and what is there now.
#[derive(Debug)]
pub struct Target {
    /// The file itself, no link.
    pub place: PathBuf,
    old: Option<Metadata>,
}

impl Replacement<'_> {
    /// Looks at the place it goes to.
    ///
    /// # Errors
    /// [`FileError`] where nothing may be put.
    pub fn target(&self, folder: &Path) -> Result<Target, FileError> {
        let place = place(folder, self.name)?;
        let old = match fs::metadata(&place) {
            Ok(found) if found.is_file() => Some(found),
            // Whoever opens a pipe waits for ever.
            Ok(_) => return Err(self.failed(io::Error::other("it is no file"))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(self.failed(error)),
        };
        if old.as_ref().is_some_and(|old| old.permissions().readonly()) {
            return Err(FileError::ReadOnly(self.name.to_owned()));
        }
        Ok(Target { place, old })
    }

    /// Writes it in its final form to a place nobody looks at; returns what cannot stay as it was.
    ///
    /// # Errors
    /// [`FileError`]
    pub fn stage(
        &self,
        folder: &Path,
        target: &Target,
        staged: &Path,
    ) -> Result<Vec<Note>, FileError> {
        let is_private = self.is_private || target.old.is_some();
        let mut file = create(staged, is_private).map_err(|error| self.failed(error))?;
        let mut notes = self.notes(target);
        file.write_all(self.after.unwrap_or_default().as_bytes())
            .and_then(|()| self.dress(folder, target, &file, &mut notes))
            .and_then(|()| file.sync_all())
            .map_err(|error| self.refused(target, error))?;
        Ok(notes)
    }

    /// Puts what was staged into its place.
    ///
    /// # Errors
    /// [`FileError`]; the old file then stands as it was.
    pub fn put(&self, target: &Target, staged: &Path) -> Result<(), FileError> {
        // A rename replaces a link that somebody put there meanwhile, and does not follow it.
        let put = match self.before {
            Some(_) if self.after.is_none() => fs::remove_file(&target.place),
            Some(_) => fs::rename(staged, &target.place),
            // A hard link never overwrites, but some file systems have none.
            None => match fs::hard_link(staged, &target.place) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                    fs::rename(staged, &target.place)
                }
                linked => linked.and_then(|()| fs::remove_file(staged)),
            },
        };
        put.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => FileError::Changed(self.name.to_owned()),
            io::ErrorKind::ResourceBusy | io::ErrorKind::CrossesDevices => {
                FileError::Mounted(target.place.clone())
            }
            _ => self.failed(error),
        })
    }

    /// Checks that nobody else has written to it since it was read.
    ///
    /// # Errors
    /// [`FileError::Changed`]
    pub fn must_be_unchanged(&self, target: &Target) -> Result<(), FileError> {
        let is_changed = match (fs::read(&target.place), self.before) {
            (Ok(now), Some(before)) => now != before.as_bytes(),
            (Err(error), None) => error.kind() != io::ErrorKind::NotFound,
            _ => true,
        };
        if is_changed {
            return Err(FileError::Changed(self.name.to_owned()));
        }
        Ok(())
    }

    fn failed(&self, error: io::Error) -> FileError {
        FileError::Write(self.name.to_owned(), error)
    }
}

/// The real place of a file. Links within the project are followed, links that lead out are refused.
pub fn place(folder: &Path, name: &str) -> Result<PathBuf, FileError> {
    let failed = |error| FileError::Write(name.to_owned(), error);
    let real = match place::real(folder, name) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            // No link, but its folder has gone since.
            return Err(match fs::symlink_metadata(folder.join(name)) {
                Ok(_) => FileError::LeadsNowhere(name.to_owned()),
                Err(_) => FileError::Changed(name.to_owned()),
            });
        }
        real => real.map_err(failed)?,
    };
    let folder = fs::canonicalize(folder).map_err(failed)?;
    let shown = name.to_owned();
    if !real.starts_with(&folder) {
        let target = real;
        return Err(FileError::LeadsOut { shown, target });
    }
    match place::off_limits(&folder, name, &real) {
        Some(why) if real != folder.join(name) => {
            let target = real;
            Err(FileError::LeadsAstray { shown, target, why })
        }
        _ => Ok(real),
    }
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};

    use super::{File, FileError, Metadata, Note, Path, Replacement, Target, attributes, fs, io};

    impl Replacement<'_> {
        /// Changes to the file besides its text.
        pub fn notes(&self, target: &Target) -> Vec<Note> {
            let Some(old) = &target.old else {
                return Vec::new();
            };
            let mut notes = Vec::new();
            let (from, to) = (old.mode() & 0o7777, self.mode(old));
            if from != to {
                let file = self.name.to_owned();
                notes.push(Note::Closed { file, from, to });
            }
            if old.nlink() > 1 {
                notes.push(Note::Unlinked {
                    file: self.name.to_owned(),
                    others: old.nlink() - 1,
                });
            }
            notes
        }

        /// The mode stays, and so does a group that somebody chose; but a secret becomes unreadable for everybody else.
        fn mode(&self, old: &Metadata) -> u32 {
            let mode = old.mode() & 0o7777;
            if self.is_private && mode & 0o007 != 0 {
                mode & 0o600
            } else {
                mode
            }
        }

        /// Sets owner, group and mode. A new file made by the administrator belongs to the project's owner.
        pub(super) fn dress(
            &self,
            folder: &Path,
            target: &Target,
            file: &File,
            notes: &mut Vec<Note>,
        ) -> io::Result<()> {
            let is_root = rustix::process::geteuid().is_root();
            let model = match &target.old {
                None if is_root => Some(fs::metadata(folder)?),
                _ => None,
            };
            if let Some(model) = target.old.as_ref().or(model.as_ref()) {
                let new = file.metadata()?;
                let user = (new.uid() != model.uid()).then(|| model.uid());
                let group = (new.gid() != model.gid()).then(|| model.gid());
                if user.is_some() || group.is_some() {
                    fchown(file, user, group)?;
                }
            }
            let Some(old) = &target.old else {
                return Ok(());
            };
            let names = attributes::copy(&target.place, file);
            if !names.is_empty() {
                let file = self.name.to_owned();
                notes.push(Note::Stripped { file, names });
            }
            // Set last: a change of owner takes special bits away, and the access list changes the mode.
            file.set_permissions(fs::Permissions::from_mode(self.mode(old)))
        }

        /// Adds what a refusal is about.
        pub(super) fn refused(&self, target: &Target, error: io::Error) -> FileError {
            let Some(old) = &target.old else {
                return self.failed(error);
            };
            let shown = self.name.to_owned();
            let is_foreign = old.uid() != rustix::process::geteuid().as_raw();
            match error.kind() {
                io::ErrorKind::PermissionDenied if is_foreign => FileError::Owner {
                    shown,
                    whose: "user",
                    id: old.uid(),
                },
                io::ErrorKind::PermissionDenied => FileError::Owner {
                    shown,
                    whose: "group",
                    id: old.gid(),
                },
                _ => self.failed(error),
            }
        }
    }
}

#[cfg(not(unix))]
impl Replacement<'_> {
    /// Changes to the file besides its text: nothing is known on this system.
    #[allow(clippy::unused_self, reason = "as on Unix")]
    pub fn notes(&self, _: &Target) -> Vec<Note> {
        Vec::new()
    }

    #[allow(clippy::unnecessary_wraps, clippy::unused_self, reason = "as on Unix")]
    fn dress(&self, _: &Path, _: &Target, _: &File, _: &mut Vec<Note>) -> io::Result<()> {
        Ok(())
    }

    fn refused(&self, _: &Target, error: io::Error) -> FileError {
        self.failed(error)
    }
}
