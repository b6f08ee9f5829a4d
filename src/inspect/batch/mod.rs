//! Many tokens: any input, and a line for each result in the order of the input. Memory is bounded by constants,
//! whatever comes, and all cores work.
//!
//! `source` cuts the input into blocks, which workers take one by one. `pick` finds the tokens in a block, a [`Judge`]
//! gives the answers, `line` words them, and `order` writes the results of each block when it is its turn.

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

/// Gives the answer about a token. Each worker has its own judge.
pub trait Judge: Clone + Send + 'static {
    /// The bytes a worker takes at once: so many that workers seldom meet, so few that all end at about the same time.
    const BLOCK: usize;

    /// The answer about a text; the end of its line goes into `details`, which is empty.
    fn judge(&mut self, token: &[u8], now: UnixMillis, details: &mut Vec<u8>) -> Answer;

    /// The answer about a token that was found in a text.
    fn judge_found(&mut self, token: &Token, now: UnixMillis, details: &mut Vec<u8>) -> Answer;
}

/// More workers would need more memory than we promise, and would wait for each other.
pub const MOST_JOBS: usize = 32;

/// An input, and the work to do with it.
pub struct Batch<R, W, J> {
    /// The input itself.
    pub input: R,
    /// The output for results.
    pub output: W,
    /// The form in which tokens come.
    pub form: Form,
    /// How results are written.
    pub style: Style,
    /// Judges each token.
    pub judge: J,
    /// The number of workers; at most [`MOST_JOBS`].
    pub jobs: NonZeroUsize,
    /// Asked for the time once for each block.
    pub clock: Arc<dyn Clock>,
    /// Is called with the number of new results.
    pub watch: Box<dyn Fn(u64) + Send + Sync>,
}

/// Events while workers work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A worker has ended.
    Ended,
    /// Somebody asked us to end.
    Asked,
}

/// The outcome of a batch.
#[derive(Debug)]
pub struct Outcome {
    /// The written results, counted.
    pub tally: Tally,
    /// True if somebody asked us to end.
    pub was_asked: bool,
    /// The reason why the input could not be read to its end.
    pub read_error: Option<io::Error>,
    /// The reason why not all results could be written.
    pub write_error: Option<io::Error>,
}

impl<R: Read + Send + 'static, W: Write + Send + 'static, J: Judge> Batch<R, W, J> {
    /// Does the work. The two arguments are the ends of one channel, through which we may be asked to end.
    pub fn run(self, sender: &Sender<Event>, inbox: &Receiver<Event>) -> Outcome {
        let jobs = self.jobs.get().min(MOST_JOBS);
        let judge = self.judge.clone();
        let shared = Arc::new(Shared::new(self, jobs));
        let working = workers::start(&shared, &judge, jobs, sender);
        let was_asked = shared.wait(working, inbox);
        shared.outcome(was_asked)
    }
}
