//! Reads a piece of a token within one line, across hidden things and escapes.

use super::hidden::{self, Hidden};
use super::settled::is_settled;
use super::spelled;

/// The most hidden things in one piece. More are no accident.
const MOST_HIDDEN: usize = 1024;

/// More dots than any token has, even one with five parts or a shortened one.
const MOST_DOTS: usize = 8;

/// The bytes of a token. A table, since every byte of a text is looked up.
const IN_TOKEN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        let c = byte as u8;
        table[byte] = c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.');
        byte += 1;
    }
    table
};

/// True for the characters of a JWT: URL-safe base64, and the dots between its parts.
pub const fn is_of_token(byte: u8) -> bool {
    IN_TOKEN[byte as usize]
}

/// The end of a run without breaks: a token's characters, dots, and `=` at the end of a part.
pub fn piece_end(bytes: &[u8], start: usize) -> usize {
    let (mut at, mut dots) = (start, 0);
    loop {
        while let Some(byte) = bytes.get(at)
            && is_of_token(*byte)
        {
            dots += usize::from(*byte == b'.');
            if dots > MOST_DOTS {
                return at;
            }
            at += 1;
        }
        let signs = bytes[at..].iter().take_while(|byte| **byte == b'=').count();
        let after = bytes.get(at + signs);
        // Mails break lines with one `=` at the end.
        let is_break = signs == 1 && matches!(after, Some(b'\n' | b'\r'));
        if signs == 0 || is_break || after.is_some_and(u8::is_ascii_alphanumeric) {
            return at;
        }
        at += signs;
    }
}

/// Reads the next piece of a token and returns its end. Hidden things in it are added to `hidden`.
pub fn read(bytes: &[u8], start: usize, token: &mut String, hidden: &mut Hidden) -> usize {
    let mut end = piece_end(bytes, start);
    token.push_str(&String::from_utf8_lossy(&bytes[start..end]));
    for _ in 0..MOST_HIDDEN {
        let Some((c, next)) = behind(bytes, end, token, hidden) else {
            break;
        };
        token.push(c);
        end = piece_end(bytes, next);
        token.push_str(&String::from_utf8_lossy(&bytes[next..end]));
    }
    end
}

/// The next character of a token after a hidden thing or as an escape at `at`, and the place after it. `None` if the
/// token ends there.
fn behind(bytes: &[u8], at: usize, token: &str, hidden: &mut Hidden) -> Option<(char, usize)> {
    let mut things = Vec::new();
    let mut next = at;
    while let Some((thing, end)) = hidden::at(bytes, next)
        && things.len() < MOST_HIDDEN
    {
        things.push(thing);
        next = end;
    }
    let (c, end) = spelled::char_at(bytes, next)?;
    let is_in_token = u8::try_from(c).is_ok_and(is_of_token);
    let is_itself = next == at && end == at + 1;
    if is_itself || !is_in_token || is_settled(token) {
        return None;
    }
    for thing in things {
        let position = token.len() + hidden.count + 1;
        hidden.add(thing, position);
    }
    Some((c, end))
}
