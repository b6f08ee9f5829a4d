//! Turns UTF-16, which some Windows programs write, into UTF-8, piece by piece.

use std::io::{self, ErrorKind, Read};

/// Units of UTF-16 to turn at once.
const UNITS: usize = 4096;

/// A reader of UTF-8, whether the one below it has UTF-8 or UTF-16.
#[derive(Debug)]
pub struct Narrow<R> {
    inner: R,
    form: Form,
    /// Turned and not read yet, from `given` on.
    ready: Vec<u8>,
    given: usize,
    /// Half a unit, or half a pair of units.
    left: Vec<u8>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Form {
    /// Nothing has been read yet.
    Unknown,
    Utf8,
    LittleEndian,
    BigEndian,
}

impl<R: Read> Narrow<R> {
    /// Reads from `inner`.
    pub const fn new(inner: R) -> Self {
        Self {
            inner,
            form: Form::Unknown,
            ready: Vec::new(),
            given: 0,
            left: Vec::new(),
        }
    }

    /// Looks at the first two bytes.
    fn find_out(&mut self) -> io::Result<()> {
        let mut first = Vec::new();
        while first.len() < 2 && more(&mut self.inner, &mut first, 2)? {}
        self.form = match first[..] {
            [0xff, 0xfe] => Form::LittleEndian,
            [0xfe, 0xff] => Form::BigEndian,
            _ => Form::Utf8,
        };
        if self.form == Form::Utf8 {
            self.ready = first;
        }
        Ok(())
    }

    fn turn_more(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.given = 0;
        // A character may need one more unit.
        while self.ready.is_empty() {
            let is_over = !more(&mut self.inner, &mut self.left, UNITS * 2)?;
            let unit: fn([u8; 2]) -> u16 = match self.form {
                Form::BigEndian => u16::from_be_bytes,
                _ => u16::from_le_bytes,
            };
            let mut units: Vec<u16> = self
                .left
                .chunks_exact(2)
                .map(|pair| unit([pair[0], pair[1]]))
                .collect();
            let is_half = |unit: &u16| (0xd800..0xdc00).contains(unit);
            if !is_over {
                units.pop_if(|unit| is_half(unit));
            }
            self.left.drain(..units.len() * 2);
            for c in char::decode_utf16(units) {
                let c = c.unwrap_or(char::REPLACEMENT_CHARACTER);
                self.ready
                    .extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
            if is_over {
                break;
            }
        }
        Ok(())
    }
}

/// Reads once, at most `most` bytes. True if there were any.
fn more(reader: &mut impl Read, into: &mut Vec<u8>, most: usize) -> io::Result<bool> {
    let length = into.len();
    into.resize(length.max(most.saturating_sub(1)) + 1, 0);
    let count = loop {
        match reader.read(&mut into[length..]) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => break result,
        }
    };
    into.truncate(length + *count.as_ref().unwrap_or(&0));
    Ok(count? > 0)
}

impl<R: Read> Read for Narrow<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.form == Form::Unknown {
            self.find_out()?;
        }
        if self.given == self.ready.len() {
            if self.form == Form::Utf8 {
                return self.inner.read(buffer);
            }
            self.turn_more()?;
        }
        let rest = &self.ready[self.given..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    /// Hands over so many bytes at once.
    struct Slow(Vec<u8>, usize);

    impl Read for Slow {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(self.0.len()).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0.drain(..count);
            Ok(count)
        }
    }

    #[test]
    fn any_text_comes_through_in_any_pieces() {
        let long = "a\u{e9}\u{1f980}\n".repeat(3000);
        for text in ["", "a", "ab", "\u{1f980}", &long] {
            let wide = |turn: fn(u16) -> [u8; 2]| -> Vec<u8> {
                format!("\u{feff}{text}")
                    .encode_utf16()
                    .flat_map(turn)
                    .collect()
            };
            for bytes in [
                text.as_bytes().to_vec(),
                wide(u16::to_le_bytes),
                wide(u16::to_be_bytes),
            ] {
                for at_once in [1, 2, 3, 7, 8191, 100_000] {
                    let mut read = String::new();
                    let mut narrow = Narrow::new(Slow(bytes.clone(), at_once));
                    narrow.read_to_string(&mut read).unwrap();
                    assert!(read == text, "{at_once}");
                }
            }
        }
    }
}
