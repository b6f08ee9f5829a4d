//! Many tokens: any input, a line for each result, in the order of the input. Memory is bounded by constants, whatever
//! comes; all cores work.
//!
//! `source` cuts the input into blocks, which workers take one by one; `pick` finds the tokens in a block, a [`Judge`]
//! says what they are, `line` words it, `order` writes the results of each block when it is its turn.

mod decode;
mod field;
mod item;
mod line;
mod order;
mod pick;
mod plain;
mod result;
mod scan;
mod seen;
mod source;
mod tally;
mod verify;
mod wide;
mod workers;

use std::io::{self, Read, Write};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

use clerk_auth::time::{Clock, UnixMillis};

pub use decode::Decoder;
pub use field::{Field, FieldError};
pub use item::Item;
pub use line::Style;
pub use pick::Form;
pub use result::{Answer, Verdict, reason};
pub use seen::Seen;
pub use source::LONGEST;
pub use tally::Tally;
pub use verify::{KeyOf, Verifier};
pub use wide::Narrow;

use super::kind::Token;
use workers::Shared;

/// Says what a token is. Each worker has one of its own.
pub trait Judge: Clone + Send + 'static {
    /// How much a worker takes at once, in bytes: so much that workers seldom meet, so little that they end together.
    const BLOCK: usize;

    /// The answer; the end of its line goes into `details`, which is empty.
    fn judge(&mut self, token: &[u8], now: UnixMillis, details: &mut Vec<u8>) -> Answer;

    /// The same of a token that was found in a text.
    fn judge_found(&mut self, token: &Token, now: UnixMillis, details: &mut Vec<u8>) -> Answer;
}

/// More workers would need more memory than is promised, and wait for each other.
pub const MOST_JOBS: usize = 32;

/// What is to be done with an input.
pub struct Batch<R, W, J> {
    /// What is read.
    pub input: R,
    /// Where results are written.
    pub output: W,
    /// In which form tokens come.
    pub form: Form,
    /// How results are written.
    pub style: Style,
    /// What is done with a token.
    pub judge: J,
    /// How many work on it; at most [`MOST_JOBS`].
    pub jobs: NonZeroUsize,
    /// What time it is; asked once for each block.
    pub clock: Arc<dyn Clock>,
    /// Is told how many results more there are.
    pub watch: Box<dyn Fn(u64) + Send + Sync>,
}

/// What happens while workers work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A worker has ended.
    Ended,
    /// Somebody asks us to end.
    Asked,
}

/// How it ended.
#[derive(Debug)]
pub struct Outcome {
    /// What was written.
    pub tally: Tally,
    /// Somebody asked us to end.
    pub was_asked: bool,
    /// Why the input could not be read to its end.
    pub read_error: Option<io::Error>,
    /// Why results could not be written to their end.
    pub write_error: Option<io::Error>,
}

impl<R: Read + Send + 'static, W: Write + Send + 'static, J: Judge> Batch<R, W, J> {
    /// Does it. The two are the ends of one channel, through which we may be asked to end.
    pub fn run(self, sender: &Sender<Event>, inbox: &Receiver<Event>) -> Outcome {
        let jobs = self.jobs.get().min(MOST_JOBS);
        let judge = self.judge.clone();
        let shared = Arc::new(Shared::new(self, jobs));
        let working = workers::start(&shared, &judge, jobs, sender);
        let was_asked = shared.wait(working, inbox);
        shared.outcome(was_asked)
    }
}
