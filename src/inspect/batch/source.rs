//! Reads the input in blocks that end where no token can go on. It never holds more than a block and the rest of the
//! one before, however long the input or a line is.

use std::io::{self, ErrorKind, Read};
use std::sync::atomic::{AtomicBool, Ordering};

use memchr::{memchr_iter, memrchr};

use crate::inspect::piece::is_of_token;

/// The longest line to look at, in bytes, or in a scan the longest run of a token's characters.
pub const LONGEST: usize = 256 * 1024;

/// The places where a block may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// After a line.
    Lines,
    /// After a line. If none ends in time, after a character that ends any token, or at least after one that no token
    /// has.
    Words,
}

/// A place in the input, counted from zero; for people it is counted from one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Lines before this one.
    pub line: u64,
    /// Bytes before this one in its line, if a line may hold more than one token.
    pub column: Option<u64>,
}

/// A part of the input.
#[derive(Debug, Default)]
pub struct Block {
    /// Blocks before this one.
    pub number: u64,
    /// Its beginning.
    pub place: Place,
    /// True for the beginning of something longer than [`LONGEST`]; its rest is skipped.
    pub is_too_long: bool,
    buffer: Vec<u8>,
    filled: usize,
}

impl Block {
    /// Its content.
    pub fn bytes(&self) -> &[u8] {
        &self.buffer[..self.filled]
    }

    /// Reads once and appends.
    fn fill(&mut self, reader: &mut impl Read, most: usize) -> io::Result<usize> {
        let end = LONGEST.min(self.filled + most);
        if self.buffer.len() < end {
            self.buffer.resize(end, 0);
        }
        loop {
            match reader.read(&mut self.buffer[self.filled..end]) {
                Ok(count) => {
                    self.filled += count;
                    return Ok(count);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// The source of blocks.
#[derive(Debug)]
pub struct Source<R> {
    reader: R,
    cut: Cut,
    /// The bytes to ask for at once. If a pipe has fewer, they are taken, so that a live log is answered line by line.
    most: usize,
    /// Bytes read after the end of the last block.
    left_over: Vec<u8>,
    number: u64,
    place: Place,
    is_passing_over: bool,
    /// A terminal can end more than once; each worker would wait for an end of its own.
    has_ended: bool,
}

impl<R: Read> Source<R> {
    /// Reads from `reader`, at most `most` bytes at once.
    pub fn new(reader: R, cut: Cut, most: usize) -> Self {
        Self {
            reader,
            cut,
            most,
            left_over: Vec::new(),
            number: 0,
            place: Place {
                line: 0,
                column: (cut == Cut::Words).then_some(0),
            },
            is_passing_over: false,
            has_ended: false,
        }
    }

    /// The next block; false at the end, or if it is told to stop.
    ///
    /// # Errors
    /// An error of the reader.
    pub fn next(&mut self, block: &mut Block, stop: &AtomicBool) -> io::Result<bool> {
        if self.is_passing_over {
            self.pass_over(block, stop)?;
        }
        self.take_left_over(block);
        block.place = self.place;
        block.is_too_long = false;
        self.complete(block)?;
        if block.filled == 0 || stop.load(Ordering::Relaxed) {
            return Ok(false);
        }
        self.place = self.place.behind(block.bytes());
        self.is_passing_over = block.is_too_long;
        block.number = self.number;
        self.number += 1;
        Ok(true)
    }

    /// Reads up to the last place where a block may end.
    fn complete(&mut self, block: &mut Block) -> io::Result<()> {
        let mut searched = 0;
        loop {
            let mut last = memrchr(b'\n', &block.bytes()[searched..]).map(|last| searched + last);
            searched = block.filled;
            let is_full = block.filled == LONGEST;
            if is_full && last.is_none() {
                last = self.cut.last(block.bytes());
                block.is_too_long = last.is_none();
            }
            if let Some(last) = last {
                self.left_over.extend_from_slice(&block.bytes()[last + 1..]);
                block.filled = last + 1;
                return Ok(());
            }
            if is_full || self.fill(block)? == 0 {
                return Ok(());
            }
        }
    }

    /// Skips up to the first place where a block may end.
    fn pass_over(&mut self, block: &mut Block, stop: &AtomicBool) -> io::Result<()> {
        while !stop.load(Ordering::Relaxed) {
            block.filled = 0;
            if self.fill(block)? == 0 {
                return Ok(());
            }
            let bytes = block.bytes();
            let end = self.cut.first(bytes).map(|first| first + 1);
            self.place = self.place.behind(&bytes[..end.unwrap_or(bytes.len())]);
            if let Some(end) = end {
                self.left_over.extend_from_slice(&bytes[end..]);
                return Ok(());
            }
        }
        Ok(())
    }

    fn fill(&mut self, block: &mut Block) -> io::Result<usize> {
        if self.has_ended {
            return Ok(0);
        }
        let count = block.fill(&mut self.reader, self.most)?;
        self.has_ended = count == 0;
        Ok(count)
    }

    fn take_left_over(&mut self, block: &mut Block) {
        let length = self.left_over.len();
        if block.buffer.len() < length {
            block.buffer.resize(length, 0);
        }
        block.buffer[..length].copy_from_slice(&self.left_over);
        block.filled = length;
        self.left_over.clear();
    }
}

impl Cut {
    fn is_at(self, byte: u8) -> bool {
        match self {
            Self::Lines => byte == b'\n',
            Self::Words => !is_of_token(byte),
        }
    }

    fn first(self, bytes: &[u8]) -> Option<usize> {
        bytes.iter().position(|byte| self.is_at(*byte))
    }

    /// The last place to cut a full block in which no line ends.
    fn last(self, bytes: &[u8]) -> Option<usize> {
        let ends_any = |byte: &u8| byte.is_ascii_whitespace() || b"\",;".contains(byte);
        match self {
            Self::Lines => None,
            Self::Words => {
                let end = bytes.iter().rposition(ends_any);
                end.or_else(|| bytes.iter().rposition(|byte| self.is_at(*byte)))
            }
        }
    }
}

impl Place {
    /// The place after these bytes.
    #[must_use]
    pub fn behind(self, bytes: &[u8]) -> Self {
        let lines = memchr_iter(b'\n', bytes).count() as u64;
        let column = |column: u64| match memrchr(b'\n', bytes) {
            Some(last) => (bytes.len() - last - 1) as u64,
            None => column + bytes.len() as u64,
        };
        Self {
            line: self.line + lines,
            column: self.column.map(column),
        }
    }
}
