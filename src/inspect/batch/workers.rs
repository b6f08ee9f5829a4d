//! The threads. Each takes a block, judges its tokens and hands over the results, until there are no more blocks.

use std::io::{self, Read, Write};
use std::ops::ControlFlow::{self, Break, Continue};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use clerk_auth::error::Reason;
use clerk_auth::time::{Clock, UnixMillis};

use super::item::Item;
use super::line::{Details, Style};
use super::order::{Order, Results};
use super::pick::{self, Form};
use super::source::{Block, Place, Source};
use super::{Answer, Batch, Event, Judge, Outcome};
use crate::inspect::kind::Token;
use crate::inspect::paste::{self, Found};
use crate::inspect::piece::is_of_token;

/// Results of a block are written in parts of this many bytes.
const PART: usize = 64 * 1024;

/// Tokens longer than this are judged one at a time: as values, their parts take many times their length.
const LONG_TOKEN: usize = 16 * 1024;

/// The bytes of a text to look at to see if it may be just a token.
const GLANCE: usize = 24;

/// The time a worker has to end when somebody asks. One that waits for input, or for a reader of its output, is left
/// behind.
const GRACE: Duration = Duration::from_millis(300);

/// Shared by all workers.
pub struct Shared<R, W> {
    source: Mutex<Source<R>>,
    order: Order<W>,
    form: Form,
    style: Style,
    clock: Arc<dyn Clock>,
    watch: Box<dyn Fn(u64) + Send + Sync>,
    /// True if no more blocks are to be begun.
    stop: AtomicBool,
    read_error: Mutex<Option<io::Error>>,
    long_token: Mutex<()>,
}

/// Starts that many workers, or as many as the system allows, and returns their number.
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
    /// The work for that many workers.
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

    /// Waits for that many workers. True if somebody asked us to end before.
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

    /// The outcome of the batch.
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

    fn work(&self, judge: impl Judge) {
        let mut block = Block::default();
        let mut work = Work {
            shared: self,
            judge,
            results: Results::default(),
            details: Vec::new(),
            now: UnixMillis(0),
            found: 0,
        };
        while self.next(&mut block) {
            work.now = self.clock.now();
            let number = block.number;
            let flow = self
                .form
                .pick(&block, |place, item| work.item(number, place, item));
            if flow.is_break() || !self.order.whole(number, &mut work.results) {
                break;
            }
            (self.watch)(std::mem::take(&mut work.found));
        }
    }

    /// Lets one worker at a time judge long tokens.
    fn alone(&self, length: usize) -> Option<MutexGuard<'_, ()>> {
        let lock = || {
            self.long_token
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        (length > LONG_TOKEN).then(lock)
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

/// A worker's work on a block.
struct Work<'s, R, W, J> {
    shared: &'s Shared<R, W>,
    judge: J,
    results: Results,
    details: Vec<u8>,
    now: UnixMillis,
    found: u64,
}

impl<R: Read, W: Write, J: Judge> Work<'_, R, W, J> {
    fn item(&mut self, block: u64, place: Place, item: Item<'_>) -> ControlFlow<()> {
        self.details.clear();
        let answer = match item {
            Item::Text(text) => return self.text(block, place, &text),
            Item::Token(token) => self.token(token),
            Item::Read(found) => self.read(found),
            Item::Nothing(answer, "") => answer,
            Item::Nothing(answer, message) => {
                let told = Details {
                    message,
                    ..Details::default()
                };
                self.shared.style.details(&mut self.details, &told);
                answer
            }
        };
        self.tell(block, place, answer)
    }

    fn token(&mut self, token: &[u8]) -> Answer {
        let _alone = self.shared.alone(token.len());
        self.judge.judge(token, self.now, &mut self.details)
    }

    fn read(&mut self, found: Found) -> Answer {
        let _alone = self.shared.alone(found.token.len());
        self.judge
            .judge_found(&Token::of(found), self.now, &mut self.details)
    }

    /// Judges a text that nearly always is a token, or else contains some.
    fn text(&mut self, block: u64, place: Place, text: &[u8]) -> ControlFlow<()> {
        let (line, token) = (
            Place {
                column: None,
                ..place
            },
            pick::bare(text),
        );
        if token.iter().take(GLANCE).all(|byte| is_of_token(*byte)) && !token.is_empty() {
            let answer = self.token(token);
            if answer != Answer::invalid(Reason::TokenInvalid.as_str()) {
                return self.tell(block, line, answer);
            }
        }
        let paste = {
            let _alone = self.shared.alone(text.len());
            paste::find_most(&String::from_utf8_lossy(text), usize::MAX)
        };
        if paste.tokens.is_empty() {
            self.details.clear();
            let answer = self.read(Found::bare(""));
            return self.tell(block, line, answer);
        }
        // In a line each place is reported, as in a scan; a field has no places to report.
        let most = if place.column.is_some() {
            usize::MAX
        } else {
            1
        };
        let places = paste.tokens.iter().enumerate().flat_map(|(at, found)| {
            let places = found.places.iter().take(most);
            places.map(move |place| (place.offset as u64, at))
        });
        let mut places: Vec<_> = places.collect();
        places.sort_unstable();
        let is_alone = places.len() == 1;
        for (offset, at) in places {
            let column = place.column.filter(|_| !is_alone);
            let column = column.map(|start| start + offset);
            self.details.clear();
            let answer = self.read(paste.tokens[at].clone());
            self.tell(block, Place { column, ..place }, answer)?;
        }
        Continue(())
    }

    fn tell(&mut self, block: u64, place: Place, answer: Answer) -> ControlFlow<()> {
        self.found += 1;
        self.results.tally.count(answer, 1);
        let style = self.shared.style;
        style.line(&mut self.results.bytes, answer, place, &self.details);
        let is_full = self.results.bytes.len() >= PART;
        if is_full && !self.shared.order.part(block, &mut self.results) {
            return Break(());
        }
        Continue(())
    }
}

/// Reports that a worker has ended, however it did.
struct End<R, W: Write> {
    shared: Arc<Shared<R, W>>,
    sender: Sender<Event>,
}

impl<R, W: Write> Drop for End<R, W> {
    fn drop(&mut self) {
        // The others would wait for the results of this worker's block.
        if thread::panicking() {
            self.shared.stop.store(true, Ordering::Relaxed);
            let cause = "a part of the input could not be worked on";
            self.shared.order.end(io::Error::other(cause));
        }
        let _ = self.sender.send(Event::Ended);
    }
}
