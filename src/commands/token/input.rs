//! Reads the text with the token from the argument, standard input or a file. It is bounded, since anything may come.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read as _};

use crate::commands::{Context, given};
use crate::error::{Error, Explain, Explanation};
use crate::escape::visible;

/// The HAR file of a long visit fits; a longer file is a log.
const LONGEST: u64 = 32 << 20;

/// A terminal passes on this many bytes of a line and drops the rest.
const TERMINAL_LINE: usize = 4095;

/// The reason why there is no text.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// There is no argument, and nothing is piped in.
    #[error("no token was given")]
    Missing,
    /// There is nothing but white space and quotes.
    #[error("there is nothing in {0}")]
    Empty(String),
    #[error("could not read {place}")]
    Unreadable {
        place: String,
        #[source]
        error: io::Error,
    },
    /// It is longer than the limit.
    #[error("{0} is longer than 32 MiB")]
    TooLong(String),
    /// The terminal cut the line.
    #[error("the terminal cut a line at 4,095 characters")]
    Cut,
}

impl Explain for InputError {
    fn explain(&self) -> Explanation {
        const PASS: &str = "pass it, or `-` for standard input, or @FILE; it may stand in a cookie header, a `curl` \
                            line or JSON";
        match self {
            Self::Missing => Explanation::usage("token-missing").help(PASS),
            Self::Empty(_) => Explanation::usage("token-empty").help(PASS),
            Self::Unreadable { error, .. } => {
                Explanation::failed("input-unreadable").because(error)
            }
            Self::TooLong(_) => {
                Explanation::usage("input-too-long").help("cut out the part with the token")
            }
            Self::Cut => Explanation::usage("input-cut")
                .help("put it into a file and pass @FILE, or pipe it in"),
        }
    }
}

/// The text that an argument names: itself, `-` or `@FILE`. Without one, what is piped in.
pub fn read(argument: Option<OsString>, context: &Context<'_>) -> Result<String, Error> {
    let argument = match argument {
        Some(argument) => argument,
        None => given::piped(context.env)?.ok_or(InputError::Missing)?,
    };
    let lossy = |argument: OsString| argument.to_string_lossy().into_owned();
    let text = argument.into_string().unwrap_or_else(lossy);
    let (place, text) = if text == "-" {
        ("standard input".to_owned(), from_stdin(context)?)
    } else if let Some(path) = text.strip_prefix('@') {
        (visible(path).into_owned(), from_file(path)?)
    } else {
        ("the argument".to_owned(), text)
    };
    let is_blank = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`');
    if text.trim_matches(is_blank).is_empty() {
        return Err(InputError::Empty(place).into());
    }
    Ok(text)
}

/// Standard input as text; also for keys.
pub fn from_stdin(context: &Context<'_>) -> Result<String, InputError> {
    let is_terminal = context.env.stdin_is_terminal();
    if is_terminal {
        let talk = context.globals.output().talk(context.env);
        talk.remark("  Paste it, then press Enter and Ctrl-D");
    }
    let text = text("standard input".to_owned(), context.env.stdin(LONGEST))?;
    if is_terminal && text.lines().any(|line| line.len() >= TERMINAL_LINE) {
        return Err(InputError::Cut);
    }
    Ok(text)
}

/// The text of a file; also for keys.
pub fn from_file(path: &str) -> Result<String, InputError> {
    let read = || {
        let mut bytes = Vec::new();
        File::open(path)?
            .take(LONGEST + 1)
            .read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    text(visible(path).into_owned(), read())
}

fn text(place: String, bytes: io::Result<Vec<u8>>) -> Result<String, InputError> {
    let bytes = match bytes {
        Ok(bytes) if bytes.len() as u64 > LONGEST => return Err(InputError::TooLong(place)),
        Ok(bytes) => bytes,
        Err(error) => return Err(InputError::Unreadable { place, error }),
    };
    if let Some(text) = wide(&bytes) {
        return Ok(text);
    }
    let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(String::from_utf8(bytes).unwrap_or_else(|error| lossy(error.as_bytes())))
}

/// The text of UTF-16, with or without its mark, which some Windows programs write.
fn wide(bytes: &[u8]) -> Option<String> {
    let is_ascii =
        |pair: &[u8], low: usize| pair[low].is_ascii() && pair[low] != 0 && pair[1 - low] == 0;
    let first = bytes.chunks_exact(2).take(16);
    let is_like = |low: usize| bytes.len() >= 8 && first.clone().all(|pair| is_ascii(pair, low));
    let (rest, unit): (_, fn([u8; 2]) -> u16) = match bytes {
        [0xff, 0xfe, rest @ ..] => (rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => (rest, u16::from_be_bytes),
        rest if is_like(0) => (rest, u16::from_le_bytes),
        rest if is_like(1) => (rest, u16::from_be_bytes),
        _ => return None,
    };
    let units = rest.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let text = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
    Some(text.collect())
}
