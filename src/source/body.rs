//! The code of a function, which is read when it is followed: most functions never are.

use std::cell::OnceCell;

use syn::Block;

use super::place::Unread;
use super::text::Text;

/// The body of a function.
pub enum Body {
    Read(Block),
    /// The byte that it begins at.
    LeftOut(usize, OnceCell<Result<Block, Unread>>),
}

impl Body {
    /// The body that a block of a file is, or stands for.
    pub fn new(block: &Block, text: &Text) -> Self {
        match text.leaves_out(block) {
            Some(start) => Self::LeftOut(start, OnceCell::new()),
            None => Self::Read(block.clone()),
        }
    }

    /// The code, if it can be read.
    pub fn read(&self, text: &Text) -> Result<&Block, &Unread> {
        match self {
            Self::Read(block) => Ok(block),
            Self::LeftOut(start, read) => read.get_or_init(|| text.left_out(*start)).as_ref(),
        }
    }
}
