//! Reads files that somebody wrote: regular ones, and no more of them than people write. A pipe would keep us waiting for
//! ever, a device has no end, and a file may say that it is shorter than it is.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

/// The longest `Cargo.lock` or `Cargo.toml`.
pub const LONGEST_OF_CARGO: u64 = 4 << 20;

/// The bytes of a file.
///
/// # Errors
/// Also if it is no regular file, or longer than `longest`.
pub fn bytes(path: &Path, longest: u64) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(invalid("it is not a regular file"));
    }
    let too_long = || match longest >> 20 {
        0 => invalid(&format!("it is larger than {} KiB", longest >> 10)),
        mib => invalid(&format!("it is larger than {mib} MiB")),
    };
    if metadata.len() > longest {
        return Err(too_long());
    }
    // Room for all of it, so that it is read at once and not in ever larger pieces.
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default());
    fs::File::open(path)?
        .take(longest + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > longest {
        return Err(too_long());
    }
    Ok(bytes)
}

/// The text of a file.
///
/// # Errors
/// As of [`bytes()`], or if it is no UTF-8.
pub fn text(path: &Path, longest: u64) -> io::Result<String> {
    let bytes = bytes(path, longest)?;
    if is_utf16(&bytes) {
        return Err(invalid("it is UTF-16; save it as UTF-8"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let before = error.as_bytes().iter().take(at);
        let line = 1 + before.filter(|byte| **byte == b'\n').count();
        invalid(&format!("line {line} is not UTF-8 text"))
    })
}

/// The text of a file that need not be there.
///
/// # Errors
/// As of [`text`].
pub fn text_if_any(path: &Path, longest: u64) -> io::Result<Option<String>> {
    match text(path, longest) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        read => read.map(Some),
    }
}

/// True for UTF-16, which some Windows programs write: with its mark in front, or as ASCII with a zero after each
/// letter.
pub fn is_utf16(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, 1..=0x7f, 0, ..] | [1..=0x7f, 0, 1..=0x7f, 0, ..]
    )
}

fn invalid(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why.to_owned())
}
