//! Input that does not stand on the command line, so that no secret does: a file, or standard input.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::env::Env;
use crate::error::{Error, Explain, Explanation};
use crate::escape::visible;
use crate::project::regular::is_utf16;

/// The reason why the input cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum GivenError {
    #[error("could not read {what} from {place}")]
    Unreadable {
        /// The expected thing, with its article.
        what: &'static str,
        /// The file, or `standard input`.
        place: String,
        #[source]
        error: io::Error,
    },
    /// It is in UTF-16, as some Windows programs write.
    #[error("{what} from {place} cannot be used")]
    Utf16 {
        /// The expected thing, with its article.
        what: &'static str,
        /// The file, or `standard input`.
        place: String,
    },
    /// It is too long, or not text.
    #[error("{what} from {place} cannot be used")]
    NoText {
        /// The expected thing, with its article.
        what: &'static str,
        /// The file, or `standard input`.
        place: String,
        /// The most bytes it may have.
        limit: u64,
    },
    #[error("{what} from {place} is longer than {limit} bytes")]
    TooLong {
        /// The expected thing, with its article.
        what: &'static str,
        /// The file, or `standard input`.
        place: String,
        /// The most bytes it may have.
        limit: u64,
    },
}

impl Explain for GivenError {
    fn explain(&self) -> Explanation {
        let nothing_else = |what| format!("it must hold {what} and nothing else");
        match self {
            Self::Unreadable { error, .. } if error.kind() == io::ErrorKind::NotFound => {
                Explanation::failed("input-unreadable")
                    .because("there is no such file")
                    .help("check the path; it counts from the working folder")
            }
            Self::Unreadable { what, error, .. } => Explanation::failed("input-unreadable")
                .because(error)
                .help(nothing_else(what)),
            Self::Utf16 { .. } => Explanation::usage("input-no-text")
                .because("it is UTF-16")
                .help("save it as UTF-8"),
            Self::NoText { what, limit, .. } => Explanation::usage("input-no-text")
                .because(format!("it is no text, or longer than {limit} bytes"))
                .help(nothing_else(what)),
            Self::TooLong { what, .. } => {
                Explanation::usage("input-too-long").help(nothing_else(what))
            }
        }
    }
}

/// A pipe that nobody named may be one that nobody writes to, so it is not waited for without end.
const PATIENCE: Duration = Duration::from_secs(5);

/// Standard input is open, and nothing comes.
#[derive(Debug, thiserror::Error)]
#[error("nothing came through standard input in 5 s")]
pub struct Silent;

impl Explain for Silent {
    fn explain(&self) -> Explanation {
        Explanation::failed("input-silent")
            .because("nothing was given on the command line, so standard input was read")
            .help("name a file, or `-` to wait as long as it takes")
    }
}

/// `-` in place of an argument that is missing, if standard input is no terminal.
pub fn piped<T: From<&'static str>>(env: &Env) -> Result<Option<T>, Silent> {
    if env.stdin_is_terminal() {
        Ok(None)
    } else if env.stdin_comes(PATIENCE) {
        Ok(Some("-".into()))
    } else {
        Err(Silent)
    }
}

/// The text of a file, or of standard input for `-`, and the name of the place.
pub fn read(
    what: &'static str,
    path: &Path,
    limit: u64,
    env: &Env,
) -> Result<(String, String), GivenError> {
    let (place, bytes) = open(path, limit, env);
    match bytes {
        Err(error) => Err(GivenError::Unreadable { what, place, error }),
        Ok(bytes) if is_utf16(&bytes) => Err(GivenError::Utf16 { what, place }),
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) if text.len() as u64 <= limit => Ok((text, place)),
            _ => Err(GivenError::NoText { what, place, limit }),
        },
    }
}

/// The same for what need not be text.
pub fn bytes(
    what: &'static str,
    path: &Path,
    limit: u64,
    env: &Env,
) -> Result<Vec<u8>, GivenError> {
    let (place, bytes) = open(path, limit, env);
    match bytes {
        Err(error) => Err(GivenError::Unreadable { what, place, error }),
        Ok(bytes) if bytes.len() as u64 > limit => Err(GivenError::TooLong { what, place, limit }),
        Ok(bytes) => Ok(bytes),
    }
}

/// The bytes that are piped in by somebody who named no file; nothing if there are none.
pub fn piped_bytes(what: &'static str, limit: u64, env: &Env) -> Result<Option<Vec<u8>>, Error> {
    let Some(path) = piped::<PathBuf>(env)? else {
        return Ok(None);
    };
    let bytes = bytes(what, &path, limit, env)?;
    Ok((!bytes.is_empty()).then_some(bytes))
}

/// The name of the place, and at most one byte more than the limit of what is there.
fn open(path: &Path, limit: u64, env: &Env) -> (String, io::Result<Vec<u8>>) {
    if path == Path::new("-") {
        return ("standard input".to_owned(), env.stdin(limit));
    }
    let place = visible(&path.to_string_lossy()).into_owned();
    (place, read_file(path, limit))
}

/// Reads one byte more than the limit, so that the caller notices a file that is too long.
fn read_file(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}
