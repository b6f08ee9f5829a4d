//! A short cut for everyday payloads: an object in compact JSON, of printable ASCII without escapes, with short whole
//! numbers. Anything else goes to the core, so nothing is refused here. The core reads the same from such objects,
//! which a test compares.

/// Deeper objects go to the core.
const DEEPEST: u32 = 16;

/// Longer numbers go to the core; these fit into 64 bits.
const DIGITS: usize = 18;

/// The bytes of a plain text. A table, since every byte is looked up.
const IS_PLAIN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = b' ';
    while byte <= b'~' {
        table[byte as usize] = byte != b'"' && byte != b'\\';
        byte += 1;
    }
    table
};

/// A value, as precisely as anybody needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plain<'a> {
    /// A text, of ASCII.
    Text(&'a [u8]),
    /// A whole number.
    Number(i64),
    /// Any other JSON.
    Other,
}

/// Gives the members of such an object to `member`. `None` if it does not have that form; forget what was given before.
pub fn members<'a>(object: &'a [u8], mut member: impl FnMut(&'a [u8], Plain<'a>)) -> Option<()> {
    let mut walk = Walk {
        bytes: object,
        at: 0,
    };
    walk.object(DEEPEST, &mut member)?;
    (walk.at == object.len()).then_some(())
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Walk<'a> {
    fn object(&mut self, depth: u32, member: &mut impl FnMut(&'a [u8], Plain<'a>)) -> Option<()> {
        self.expect(b'{')?;
        if self.has(b'}') {
            return Some(());
        }
        loop {
            let name = self.string()?;
            self.expect(b':')?;
            member(name, self.value(depth)?);
            if !self.has(b',') {
                return self.expect(b'}');
            }
        }
    }

    fn list(&mut self, depth: u32) -> Option<()> {
        self.expect(b'[')?;
        if self.has(b']') {
            return Some(());
        }
        loop {
            self.value(depth)?;
            if !self.has(b',') {
                return self.expect(b']');
            }
        }
    }

    fn value(&mut self, depth: u32) -> Option<Plain<'a>> {
        match self.next()? {
            b'"' => self.string().map(Plain::Text),
            b'-' | b'0'..=b'9' => self.number().map(Plain::Number),
            b'{' => {
                let depth = depth.checked_sub(1)?;
                self.object(depth, &mut nobody).map(|()| Plain::Other)
            }
            b'[' => {
                let depth = depth.checked_sub(1)?;
                self.list(depth).map(|()| Plain::Other)
            }
            _ => self.word().map(|()| Plain::Other),
        }
    }

    fn string(&mut self) -> Option<&'a [u8]> {
        self.expect(b'"')?;
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|byte| !IS_PLAIN[usize::from(*byte)])?;
        self.at += length;
        self.expect(b'"')?;
        Some(&rest[..length])
    }

    /// Reads digits only; a fraction or an exponent would then be unexpected.
    fn number(&mut self) -> Option<i64> {
        let is_negative = self.has(b'-');
        let start = self.at;
        let mut number = 0;
        while let Some(digit @ b'0'..=b'9') = self.next() {
            self.at += 1;
            if self.at - start > DIGITS {
                return None;
            }
            number = number * 10 + i64::from(digit - b'0');
        }
        let length = self.at - start;
        // JSON has no numbers with a leading zero, and -0 is not a whole number.
        let begins_with_zero = self.bytes.get(start) == Some(&b'0');
        if length == 0 || (begins_with_zero && (length > 1 || is_negative)) {
            return None;
        }
        Some(if is_negative { -number } else { number })
    }

    fn word(&mut self) -> Option<()> {
        let rest = &self.bytes[self.at..];
        let words: [&[u8]; 3] = [b"true", b"false", b"null"];
        let word = words.iter().find(|word| rest.starts_with(word))?;
        self.at += word.len();
        Some(())
    }

    fn next(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn has(&mut self, byte: u8) -> bool {
        let has = self.next() == Some(byte);
        self.at += usize::from(has);
        has
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.has(byte).then_some(())
    }
}

/// Ignores the members of an object inside.
fn nobody(_: &[u8], _: Plain<'_>) {}
