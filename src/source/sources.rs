//! The thread on which sources are read: syntax cannot leave the thread that made it, and needs a deep stack.

use std::hint;
use std::path::Path;
use std::sync::mpsc::{self, Sender};
use std::thread;

use super::error::SourceError;
use super::files::Files;
use super::parsed::Parsed;
use super::{Reading, STACK, read, read_all};

type Question = Box<dyn FnOnce(&mut Parsed) + Send>;

/// Reads a program as often as it is asked, and parses again only what changed.
#[derive(Clone, Debug)]
pub struct Sources {
    questions: Sender<Question>,
}

impl Default for Sources {
    fn default() -> Self {
        let (questions, asked) = mpsc::channel::<Question>();
        let work = move || {
            warm_up();
            let mut parsed = Parsed::default();
            asked.iter().for_each(|question| question(&mut parsed));
        };
        // Where no thread can be started, nobody answers.
        let _ = thread::Builder::new().stack_size(STACK).spawn(work);
        Self { questions }
    }
}

/// The allocator of glibc asks the system for each page of a thread's own heap. Of two large blocks the first tells it that
/// such are usual here, and the second stays with the heap when it is freed: thousands of system calls become one.
fn warm_up() {
    const BLOCK: usize = 30 << 20;
    for _ in 0..2 {
        drop(hint::black_box(Vec::<u8>::with_capacity(BLOCK)));
    }
}

impl Sources {
    /// Reads the routes of a package's program.
    ///
    /// # Errors
    /// [`SourceError`]
    pub fn routes(
        &self,
        files: &Files,
        folder: &Path,
        program: Option<&str>,
    ) -> Result<Reading, SourceError> {
        let program = program.map(str::to_owned);
        self.ask(files, folder, move |files, parsed, folder| {
            read(files, parsed, folder, program.as_deref())
        })
    }

    /// Reads the routes of each program of a package.
    ///
    /// # Errors
    /// [`SourceError`]
    pub fn programs(&self, files: &Files, folder: &Path) -> Result<Vec<Reading>, SourceError> {
        self.ask(files, folder, read_all)
    }

    fn ask<T: Send + 'static>(
        &self,
        files: &Files,
        folder: &Path,
        read: impl FnOnce(&Files, &mut Parsed, &Path) -> Result<T, SourceError> + Send + 'static,
    ) -> Result<T, SourceError> {
        let (answer, answered) = mpsc::channel();
        let (files, folder) = (files.clone(), folder.to_owned());
        let question: Question = Box::new(move |parsed| {
            let _ = answer.send(read(&files, parsed, &folder));
        });
        let _ = self.questions.send(question);
        answered.recv().unwrap_or(Err(SourceError::Broken))
    }
}
