//! The port of an app that was there before us, and listens where it always did.

use std::ffi::OsString;
use std::path::Path;

use crate::output::Talk;
use crate::project::manifest::Manifest;
use crate::run::{RunError, ports};
use crate::source::{self, Listens};

/// The app's own port: the one that was named, or the only one that its source has. `None` if it takes the port that it
/// is given, as every app does that we made.
pub fn of(folder: &Path, named: Option<u16>, cargo: &[OsString]) -> Option<u16> {
    named.or_else(|| read(folder, cargo))
}

fn read(folder: &Path, cargo: &[OsString]) -> Option<u16> {
    let made = Manifest::read(folder).ok()?.made;
    if made.is_some_and(|made| !made.wired) {
        return None;
    }
    let mut arguments = cargo.iter();
    let program = arguments
        .find(|argument| *argument == "--bin")
        .and_then(|_| arguments.next()?.to_str());
    match source::with_deep_stack(|| source::listens(folder, program))?.ok()? {
        Listens::On(port) => Some(port),
        Listens::Asks | Listens::Unsaid => None,
    }
}

/// Looks whether it is free, and says on which port browsers find the app, if they would not expect it.
///
/// # Errors
/// [`RunError::PortTaken`]
pub fn settle(
    talk: Talk,
    own: Option<u16>,
    wanted: Option<u16>,
    held: u16,
) -> Result<(), RunError> {
    let words = match own {
        Some(port) if !ports::is_free(port) => {
            return Err(RunError::PortTaken {
                port,
                help: "the app listens there by itself: end that program first",
            });
        }
        Some(port) => format!("  The app listens on {port} by itself; browsers find it on {held}"),
        None if wanted.is_none() && held != ports::APP => {
            format!("  Port {} is taken; the app gets {held}", ports::APP)
        }
        None => return Ok(()),
    };
    talk.remark(&words);
    Ok(())
}
