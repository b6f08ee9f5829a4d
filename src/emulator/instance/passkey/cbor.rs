//! As much of CBOR (RFC 8949) as devices send: one map of definite length. No crate among the dependencies reads it, and
//! what is wanted of it is a page of code.

/// Keys and their devices have up to five.
const MAX_PAIRS: u64 = 16;
/// What is deeper is for nobody.
const MAX_DEPTH: usize = 4;

/// A key or a value.
#[derive(Debug, PartialEq, Eq)]
pub enum Item<'a> {
    Number(i64),
    Bytes(&'a [u8]),
    Text(&'a str),
    /// Something that nobody here asks for.
    Other,
}

pub type Pairs<'a> = Vec<(Item<'a>, Item<'a>)>;

/// The bytes that are left to read.
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    /// The map that comes next.
    pub fn map(&mut self) -> Option<Pairs<'a>> {
        match self.head()? {
            (5, length) if length <= MAX_PAIRS => (0..length)
                .map(|_| Some((self.item(0)?, self.item(0)?)))
                .collect(),
            _ => None,
        }
    }

    /// Each takes at least a byte, so however many a list claims to have, the end of the input ends it.
    fn item(&mut self, depth: usize) -> Option<Item<'a>> {
        if depth > MAX_DEPTH {
            return None;
        }
        let (kind, value) = self.head()?;
        Some(match kind {
            0 => Item::Number(i64::try_from(value).ok()?),
            1 => Item::Number(-1 - i64::try_from(value).ok()?),
            2 => Item::Bytes(self.take(value)?),
            3 => Item::Text(str::from_utf8(self.take(value)?).ok()?),
            7 => Item::Other,
            _ => {
                let inside = match kind {
                    5 => value.checked_mul(2)?,
                    4 => value,
                    _ => 1,
                };
                for _ in 0..inside {
                    self.item(depth + 1)?;
                }
                Item::Other
            }
        })
    }

    /// The kind of what comes next, and its length or value.
    fn head(&mut self) -> Option<(u8, u64)> {
        let first = self.take(1)?[0];
        let value = match first & 31 {
            small @ 0..=23 => u64::from(small),
            size @ 24..=27 => {
                let bytes = self.take(1 << (size - 24))?.iter();
                bytes.fold(0, |value, byte| value << 8 | u64::from(*byte))
            }
            _ => return None,
        };
        Some((first >> 5, value))
    }

    fn take(&mut self, length: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(length).ok()?)?;
        self.0 = rest;
        Some(taken)
    }
}

pub fn value<'a, 'b>(pairs: &'b Pairs<'a>, key: &Item<'_>) -> Option<&'b Item<'a>> {
    let found = pairs.iter().find(|(name, _)| name == key);
    found.map(|(_, value)| value)
}
