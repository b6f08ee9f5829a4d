//! The threads: each takes a block, judges what is in it and hands over the results, until there are no more.

use std::io::{self, Read, Write};
use std::ops::ControlFlow::{Break, Continue};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use clerk_auth::time::{Clock, UnixMillis};

use super::line::Style;
use super::order::{Order, Results};
use super::pick::Form;
use super::source::{Block, Source};
use super::{Answer, Batch, Event, Judge, Outcome};

/// Results of a block are written in parts of this size, in bytes.
const PART: usize = 64 * 1024;

/// A token longer than this is judged while no other such is: as values its parts take many times their length.
const LONG_TOKEN: usize = 16 * 1024;

/// How long a worker may take to end when somebody asks. One that waits for input, or for somebody who reads its
/// output, is left behind.
const GRACE: Duration = Duration::from_millis(300);

/// What all workers share.
pub struct Shared<R, W> {
    source: Mutex<Source<R>>,
    order: Order<W>,
    form: Form,
    style: Style,
    clock: Arc<dyn Clock>,
    watch: Box<dyn Fn(u64) + Send + Sync>,
    /// Nothing more is to be begun.
    stop: AtomicBool,
    read_error: Mutex<Option<io::Error>>,
    long_token: Mutex<()>,
}

/// Starts that many workers, or as many as there can be; says how many.
pub fn start<R, W, J>(
    shared: &Arc<Shared<R, W>>,
    judge: &J,
    jobs: usize,
    sender: &Sender<Event>,
) -> usize
where
    R: Read + Send + 'static,
    W: Write + Send + 'static,
    J: Judge,
{
    for working in 0..jobs {
        let (shared_with, judge, sender) = (Arc::clone(shared), judge.clone(), sender.clone());
        let work = move || {
            let end = End {
                shared: shared_with,
                sender,
            };
            end.shared.work(judge);
        };
        if let Err(error) = thread::Builder::new().spawn(work) {
            if working == 0 {
                shared.cannot_read(error);
            }
            return working;
        }
    }
    jobs
}

impl<R: Read, W: Write> Shared<R, W> {
    /// What is to be done, by so many workers.
    pub fn new<J: Judge>(batch: Batch<R, W, J>, jobs: usize) -> Self {
        Self {
            source: Mutex::new(Source::new(batch.input, batch.form.cut(), J::BLOCK)),
            order: Order::new(batch.output, jobs as u64),
            form: batch.form,
            style: batch.style,
            clock: batch.clock,
            watch: batch.watch,
            stop: AtomicBool::new(false),
            read_error: Mutex::default(),
            long_token: Mutex::default(),
        }
    }

    /// Waits for so many workers. Whether somebody asked to end before.
    pub fn wait(&self, mut working: usize, inbox: &Receiver<Event>) -> bool {
        let mut was_asked = false;
        while working > 0 {
            let event = match was_asked {
                true => inbox.recv_timeout(GRACE).ok(),
                false => inbox.recv().ok(),
            };
            match event {
                Some(Event::Ended) => working -= 1,
                Some(Event::Asked) if !was_asked => {
                    was_asked = true;
                    self.stop.store(true, Ordering::Relaxed);
                }
                Some(Event::Asked) | None => break,
            }
        }
        was_asked
    }

    /// What came of it.
    pub fn outcome(&self, was_asked: bool) -> Outcome {
        let mut read_error = self
            .read_error
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        Outcome {
            tally: self.order.tally(),
            was_asked,
            read_error: read_error.take(),
            write_error: self.order.take_error(),
        }
    }

    fn work(&self, mut judge: impl Judge) {
        let (mut block, mut results) = (Block::default(), Results::default());
        let mut details = Vec::new();
        while self.next(&mut block) {
            let now = self.clock.now();
            let (mut found, number) = (0, block.number);
            let flow = self.form.pick(&block, |place, item| {
                details.clear();
                let answer = match item {
                    Ok(token) => self.judge(&mut judge, &token, now, &mut details),
                    Err(answer) => answer,
                };
                found += 1;
                results.tally.count(answer, 1);
                self.style.line(&mut results.bytes, answer, place, &details);
                if results.bytes.len() < PART || self.order.part(number, &mut results) {
                    return Continue(());
                }
                Break(())
            });
            if flow.is_break() || !self.order.whole(number, &mut results) {
                break;
            }
            (self.watch)(found);
        }
    }

    fn judge(
        &self,
        judge: &mut impl Judge,
        token: &[u8],
        now: UnixMillis,
        details: &mut Vec<u8>,
    ) -> Answer {
        let is_long = token.len() > LONG_TOKEN;
        let lock = || {
            self.long_token
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        let _alone = is_long.then(lock);
        judge.judge(token, now, details)
    }

    fn next(&self, block: &mut Block) -> bool {
        let mut source = self.source.lock().unwrap_or_else(PoisonError::into_inner);
        match source.next(block, &self.stop) {
            Ok(is_there) => is_there,
            Err(error) => {
                self.cannot_read(error);
                false
            }
        }
    }

    fn cannot_read(&self, error: io::Error) {
        self.stop.store(true, Ordering::Relaxed);
        let mut first = self
            .read_error
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        first.get_or_insert(error);
    }
}

/// Says that a worker has ended, however it did.
struct End<R, W: Write> {
    shared: Arc<Shared<R, W>>,
    sender: Sender<Event>,
}

impl<R, W: Write> Drop for End<R, W> {
    fn drop(&mut self) {
        // The others would wait for the results of this one's block.
        if thread::panicking() {
            self.shared.stop.store(true, Ordering::Relaxed);
            let cause = "a part of the input could not be worked on";
            self.shared.order.end(io::Error::other(cause));
        }
        let _ = self.sender.send(Event::Ended);
    }
}
