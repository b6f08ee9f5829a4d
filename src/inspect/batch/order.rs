//! Writes results in the order of the input, whoever has them first.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::mem::replace;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::tally::Tally;

/// Takes results and writes them in order.
#[derive(Debug)]
pub struct Order<W> {
    state: Mutex<State<W>>,
    turn: Condvar,
    /// Kept apart from the rest, which is locked while somebody writes: a reader who stopped reading must not keep us
    /// from saying how far we got.
    tally: Mutex<Tally>,
    /// The number of later blocks whose results may wait for an earlier one.
    ahead: u64,
}

#[derive(Debug)]
struct State<W> {
    output: W,
    /// The number of the block whose turn it is.
    next: u64,
    /// Complete results of later blocks.
    kept: BTreeMap<u64, Results>,
    /// Buffers to use again.
    spare: Vec<Results>,
    /// True if nothing can be written any more.
    has_ended: bool,
    error: Option<io::Error>,
}

/// The results of a block, or of its beginning.
#[derive(Debug, Default)]
pub struct Results {
    /// The lines to write.
    pub bytes: Vec<u8>,
    /// The same results, counted.
    pub tally: Tally,
}

impl<W: Write> Order<W> {
    /// Writes to `output`. At most `ahead` blocks of results wait.
    pub fn new(output: W, ahead: u64) -> Self {
        Self {
            state: Mutex::new(State {
                output,
                next: 0,
                kept: BTreeMap::new(),
                spare: Vec::new(),
                has_ended: false,
                error: None,
            }),
            turn: Condvar::new(),
            tally: Mutex::default(),
            ahead,
        }
    }

    /// Writes the results of the beginning of a block and empties them. Waits for the block's turn, so that a block
    /// with endless results cannot fill the memory. False if nothing can be written any more.
    pub fn part(&self, number: u64, results: &mut Results) -> bool {
        let mut state = self.wait_for(number);
        self.write(&mut state, results);
        !state.has_ended
    }

    /// Takes all results of a block, or all that are left, and empties them. Keeps them until the block's turn, or
    /// waits for it. False if nothing can be written any more.
    pub fn whole(&self, number: u64, results: &mut Results) -> bool {
        let mut state = self.lock();
        if (1..=self.ahead).contains(&number.saturating_sub(state.next)) {
            let room = state.spare.pop().unwrap_or_default();
            state.kept.insert(number, replace(results, room));
            return !state.has_ended;
        }
        drop(state);
        state = self.wait_for(number);
        self.write(&mut state, results);
        state.next = number + 1;
        while let Some(mut kept) = state.take_kept() {
            self.write(&mut state, &mut kept);
            state.next += 1;
            state.spare.push(kept);
        }
        self.turn.notify_all();
        !state.has_ended
    }

    /// Notes that nothing can be written any more, and wakes everybody who waits.
    pub fn end(&self, error: io::Error) {
        let mut state = self.lock();
        state.has_ended = true;
        state.error.get_or_insert(error);
        self.turn.notify_all();
    }

    /// The results written so far, counted.
    pub fn tally(&self) -> Tally {
        let tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        tally.clone()
    }

    /// The reason why nothing can be written any more. Does not wait for somebody who is writing.
    pub fn take_error(&self) -> Option<io::Error> {
        self.state.try_lock().ok()?.error.take()
    }

    fn lock(&self) -> MutexGuard<'_, State<W>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_for(&self, number: u64) -> MutexGuard<'_, State<W>> {
        let not_yet = |state: &mut State<W>| state.next != number && !state.has_ended;
        let waited = self.turn.wait_while(self.lock(), not_yet);
        waited.unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, state: &mut State<W>, results: &mut Results) {
        if state.has_ended {
            return;
        }
        match state.output.write_all(&results.bytes) {
            Ok(()) => {
                let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
                tally.take(&mut results.tally);
                results.bytes.clear();
            }
            Err(error) => {
                state.has_ended = true;
                state.error = Some(error);
                self.turn.notify_all();
            }
        }
    }
}

impl<W> State<W> {
    fn take_kept(&mut self) -> Option<Results> {
        self.kept.remove(&self.next)
    }
}
