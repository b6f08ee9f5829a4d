//! A piece of a token: as far as it reaches in one line, over what is hidden in it and what is spelled out.

use super::hidden::{self, Hidden};
use super::settled::is_settled;
use super::spelled;

/// Hidden things in one piece. A token with more is no accident.
const MOST_HIDDEN: usize = 1024;

/// More than any token has, even one of five parts or one that was shortened.
const MOST_DOTS: usize = 8;

/// What a token is made of; a table, since every byte of a text is looked up.
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

/// Whether a JWT can have this character: URL-safe base64 and the dots between its parts.
pub const fn is_of_token(byte: u8) -> bool {
    IN_TOKEN[byte as usize]
}

/// The end of what can be part of a token without a break: its characters, dots, and `=` where a part ends.
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
        // One sign at the end of a line is how mails break lines.
        let is_break = signs == 1 && matches!(after, Some(b'\n' | b'\r'));
        if signs == 0 || is_break || after.is_some_and(u8::is_ascii_alphanumeric) {
            return at;
        }
        at += signs;
    }
}

/// Reads a piece, with which a token goes on, and says where it ends; what is hidden in it is added to `hidden`.
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

/// The character with which a token goes on behind what is hidden at `at`, or that is spelled out there; and where the
/// next one begins. Nothing when the token ends there.
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
