//! A source without what is in its functions, and without their parameters: most of a program is in functions that nothing
//! here follows, and tokens are what reading it costs. Fields, variants and what is said in comments is never asked for at all.

use std::ops::Range;

/// A source in which blanks stand for the bodies of functions and types, and `()` for all that functions say between their
/// names and their bodies, so that everything else is where it was.
#[derive(Debug, Eq, PartialEq)]
pub struct Outline {
    pub text: String,
    /// The bytes of the braces that these bodies begin with, in order.
    pub bodies: Vec<usize>,
}

/// The outline of a source, or nothing if its brackets do not fit.
pub fn outline(source: &str) -> Option<Outline> {
    let mut scanner = Scanner::new(source);
    while scanner.next()? {}
    let text = blanked(source, &scanner.blanks);
    let bodies = scanner.bodies;
    scanner.open.is_empty().then_some(Outline { text, bodies })
}

fn blanked(source: &str, blanks: &[Blank]) -> String {
    let mut text = String::with_capacity(source.len());
    for Blank { bytes, instead } in blanks {
        text.push_str(&source[text.len()..bytes.start]);
        let left = bytes.len() - instead.len();
        // A lexer passes over a comment faster than over as many spaces.
        let is_comment = left >= "/**/".len();
        let (open, close) = if is_comment { ("/*", "*/") } else { ("", "") };
        let spaces = left - open.len() - close.len();
        text.extend([instead, open, &" ".repeat(spaces), close]);
    }
    text.push_str(&source[text.len()..]);
    text
}

struct Blank {
    bytes: Range<usize>,
    /// What stands at its start.
    instead: &'static str,
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The brackets that are open.
    open: Vec<u8>,
    /// Where the brace of the body stands that is passed over, and how many brackets are around it.
    body: Option<(usize, usize)>,
    /// How many brackets are around that of a macro.
    in_macro: Option<usize>,
    /// What stands before a body.
    signature: Option<Signature>,
    bodies: Vec<usize>,
    blanks: Vec<Blank>,
}

struct Signature {
    /// How many brackets are around it.
    depth: usize,
    is_function: bool,
    /// Where its name has ended.
    name_end: Option<usize>,
    /// Its own `<` that are open. In them a brace is a constant.
    angles: usize,
}

impl<'a> Scanner<'a> {
    fn new(source: &'a str) -> Self {
        Self {
            bytes: source.as_bytes(),
            at: 0,
            open: Vec::new(),
            body: None,
            in_macro: None,
            signature: None,
            bodies: Vec::new(),
            blanks: Vec::new(),
        }
    }

    /// Passes one token or comment. False at the end, and nothing where a bracket does not fit.
    fn next(&mut self) -> Option<bool> {
        if self.body.is_some() {
            self.pass_until(ends_code);
        }
        let Some(byte) = self.byte(0) else {
            return Some(false);
        };
        match byte {
            b'/' if self.byte(1) == Some(b'/') => self.pass_line(),
            b'/' if self.byte(1) == Some(b'*') => self.pass_comment()?,
            b'"' => match self.raw() {
                Some(signs) => self.pass_raw(signs)?,
                None => self.pass_text(),
            },
            b'\'' => self.pass_character(),
            b'(' | b'[' | b'{' => self.opens(byte),
            b')' | b']' | b'}' => self.closes(byte)?,
            _ if is_word(byte) => self.pass_word(),
            _ => {
                self.mark(byte);
                self.at += 1;
            }
        }
        Some(true)
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn opens(&mut self, bracket: u8) {
        match &mut self.signature {
            Some(signature) if signature.depth != self.open.len() => {}
            Some(signature) if bracket == b'(' => {
                signature.name_end.get_or_insert(self.at);
            }
            Some(signature) if bracket == b'{' && signature.angles == 0 => {
                self.body = Some((self.at, signature.depth));
                let start = signature.name_end.filter(|_| signature.is_function);
                self.signature = None;
                if let Some(start) = start {
                    self.blank_head(start);
                }
            }
            Some(_) => {}
            None => {
                if self.body.is_none() && self.in_macro.is_none() && self.is_of_macro() {
                    self.in_macro = Some(self.open.len());
                }
            }
        }
        self.open.push(bracket);
        self.at += 1;
    }

    fn closes(&mut self, bracket: u8) -> Option<()> {
        let fitting = match bracket {
            b')' => b'(',
            b']' => b'[',
            _ => b'{',
        };
        if self.open.pop() != Some(fitting) {
            return None;
        }
        let depth = self.open.len();
        if let Some((start, _)) = self.body.take_if(|(_, around)| *around == depth) {
            self.bodies.push(start);
            self.blank(start + 1..self.at, "");
        }
        self.signature.take_if(|signature| signature.depth > depth);
        self.in_macro.take_if(|around| *around == depth);
        self.at += 1;
        Some(())
    }

    /// Leaves out what a function says between its name and its body.
    fn blank_head(&mut self, start: usize) {
        // What is said of parameters in comments goes with them.
        while self
            .blanks
            .pop_if(|blank| blank.bytes.start >= start)
            .is_some()
        {}
        self.blank(start..self.at, "()");
    }

    /// True if a macro is given what is in this bracket: `a!(`, `macro_rules! a {`.
    fn is_of_macro(&self) -> bool {
        let before = self.bytes[..self.at].trim_ascii_end();
        let name = before.iter().rev().take_while(|byte| is_word(**byte));
        let before = &before[..before.len() - name.count()];
        before.trim_ascii_end().ends_with(b"!")
    }

    fn blank(&mut self, bytes: Range<usize>, instead: &'static str) {
        self.blanks.push(Blank { bytes, instead });
    }

    /// A sign in a signature.
    fn mark(&mut self, byte: u8) {
        let Some(signature) = &mut self.signature else {
            return;
        };
        if signature.depth != self.open.len() {
            return;
        }
        let before = self.at.checked_sub(1).and_then(|at| self.bytes.get(at));
        match byte {
            b'<' => {
                signature.angles += 1;
                signature.name_end.get_or_insert(self.at);
            }
            b'>' if before != Some(&b'-') => match signature.angles.checked_sub(1) {
                Some(angles) => signature.angles = angles,
                None => self.signature = None,
            },
            b';' => self.signature = None,
            _ => {}
        }
    }

    fn pass_word(&mut self) {
        let start = self.at;
        self.pass_until(|byte| !is_word(byte));
        let word = &self.bytes[start..self.at];
        let begins = matches!(word, b"fn" | b"struct" | b"enum" | b"trait");
        if begins && self.body.is_none() && self.is_named() {
            self.signature = Some(Signature {
                depth: self.open.len(),
                // Of what a macro is given, every word may count.
                is_function: word == b"fn" && self.in_macro.is_none(),
                name_end: None,
                angles: 0,
            });
        }
    }

    /// True if a name follows: `fn(u8)` is a type.
    fn is_named(&self) -> bool {
        let mut rest = self.bytes[self.at..].iter();
        rest.find(|byte| !byte.is_ascii_whitespace())
            .is_some_and(|byte| is_word(*byte))
    }

    fn pass_until(&mut self, is_end: impl Fn(u8) -> bool) {
        // An escape at the end of the source leads behind it.
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|byte| is_end(*byte));
        self.at += length.unwrap_or(rest.len());
    }

    /// A comment to the end of its line. What `///` says is an attribute to whoever reads it.
    fn pass_line(&mut self) {
        if self.body.is_none() && matches!(self.byte(2), Some(b'/' | b'!')) {
            self.blank(self.at + 2..self.at + 3, "");
        }
        self.pass_until(|byte| byte == b'\n');
    }

    /// Comments may stand in comments.
    fn pass_comment(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match (self.byte(0)?, self.byte(1)) {
                (b'/', Some(b'*')) => (depth, self.at) = (depth + 1, self.at + 2),
                (b'*', Some(b'/')) => (depth, self.at) = (depth - 1, self.at + 2),
                _ => self.at += 1,
            }
            if depth == 0 {
                return Some(());
            }
        }
    }

    fn pass_text(&mut self) {
        self.at += 1;
        while let Some(byte) = self.byte(0) {
            self.at += 1;
            match byte {
                b'"' => return,
                b'\\' => self.at += 1,
                _ => {}
            }
        }
    }

    /// How many `#` stand between the `r` of a raw text and its quote.
    fn raw(&self) -> Option<usize> {
        let before = &self.bytes[..self.at];
        let signs = before.iter().rev().take_while(|byte| **byte == b'#');
        let signs = signs.count();
        let mut words = before[..before.len() - signs].rsplit(|byte| !is_word(*byte));
        let is_raw = matches!(words.next(), Some(b"r" | b"br" | b"cr"));
        is_raw.then_some(signs)
    }

    /// `"…"#`
    fn pass_raw(&mut self, signs: usize) -> Option<()> {
        loop {
            self.at += 1;
            self.pass_until(|byte| byte == b'"');
            let end = self.bytes.get(self.at + 1..=self.at + signs)?;
            if end.iter().all(|byte| *byte == b'#') {
                self.at += 1 + signs;
                return Some(());
            }
        }
    }

    /// `'x'`, or `'a` before a type.
    fn pass_character(&mut self) {
        self.at += 1;
        let length = match self.byte(0) {
            Some(b'\\') => {
                self.at += 2;
                self.pass_until(|byte| byte == b'\'');
                0
            }
            Some(first) => utf8_length(first),
            None => 0,
        };
        if self.byte(length) == Some(b'\'') {
            self.at += length + 1;
        }
    }
}

/// True if a bracket, a text or a comment begins or ends here.
fn ends_code(byte: u8) -> bool {
    matches!(
        byte,
        b'/' | b'"' | b'\'' | b'(' | b')' | b'[' | b']' | b'{' | b'}'
    )
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// How many bytes a character has that begins with this one.
fn utf8_length(first: u8) -> usize {
    match first {
        0xF0.. => 4,
        0xE0.. => 3,
        0xC0.. => 2,
        _ => 1,
    }
}
