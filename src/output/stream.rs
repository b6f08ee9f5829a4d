//! Documents as they come, one a line, for commands that run until somebody ends them (`docs/streams.md`). Whoever reads
//! them may be slow, or gone: nothing waits for that, so an unread pipe holds up no request.

use std::io;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::json::error_document;
use crate::error::{Exit, Explain};
use crate::escape::in_json;

/// The most documents that wait for a reader; further ones are left out and counted.
const WAITING: usize = 4096;
/// The time that a reader gets for the last ones.
const LAST: Duration = Duration::from_secs(2);

/// Writes documents of one schema. Cheap to copy, so that every task has its own.
#[derive(Clone)]
pub struct Stream(Arc<Inner>);

struct Inner {
    schema: &'static str,
    /// None is the end.
    lines: SyncSender<Option<String>>,
    left_out: Mutex<u64>,
    /// Closed when all is written.
    written: Mutex<Receiver<()>>,
}

impl Stream {
    pub(super) fn start(schema: &'static str) -> Self {
        Self::to(schema, io::stdout())
    }

    fn to(schema: &'static str, mut reader: impl io::Write + Send + 'static) -> Self {
        let (lines, inbox) = sync_channel(WAITING);
        let (writing, written) = channel();
        let write = move || {
            // The reader has enough: then nobody misses the rest.
            let _gone = write_all(&inbox, &mut reader);
            drop(writing);
        };
        // Without a thread it is as if nobody read.
        let _none = thread::Builder::new().spawn(write);
        Self(Arc::new(Inner {
            schema,
            lines,
            left_out: Mutex::default(),
            written: Mutex::new(written),
        }))
    }

    /// Tells one thing of this type; what it says is an object.
    pub fn tell(&self, kind: &str, says: Value) {
        let mut left_out = self.left_out();
        if *left_out > 0 && self.send("left-out", json!({ "documents": *left_out })) {
            *left_out = 0;
        }
        if !self.send(kind, says) {
            *left_out += 1;
        }
    }

    /// Tells why it ends, and the exit code.
    pub fn fail(&self, error: &dyn Explain) -> Exit {
        self.tell("failed", error_document(self.0.schema, error));
        error.explain().exit
    }

    /// Waits until all is written, but not for long.
    pub fn end(&self) {
        if self.0.lines.try_send(None).is_ok() {
            let written = self.0.written.lock();
            let _late = written
                .unwrap_or_else(PoisonError::into_inner)
                .recv_timeout(LAST);
        }
    }

    fn left_out(&self) -> std::sync::MutexGuard<'_, u64> {
        let left_out = self.0.left_out.lock();
        left_out.unwrap_or_else(PoisonError::into_inner)
    }

    /// False if there is no room for it.
    fn send(&self, kind: &str, says: Value) -> bool {
        let mut document = Map::new();
        document.insert("schema".into(), self.0.schema.into());
        document.insert("type".into(), kind.into());
        document.insert("ok".into(), true.into());
        if let Value::Object(says) = says {
            document.extend(says);
        }
        let line = in_json(format!("{}\n", Value::Object(document)));
        let sent = self.0.lines.try_send(Some(line));
        !matches!(sent, Err(TrySendError::Full(_)))
    }
}

fn write_all(inbox: &Receiver<Option<String>>, reader: &mut impl io::Write) -> io::Result<()> {
    while let Ok(Some(line)) = inbox.recv() {
        reader.write_all(line.as_bytes())?;
        reader.flush()?;
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::sync::mpsc::Sender;

    use super::*;

    /// Reads a line whenever it is told to.
    struct Slow {
        told: Receiver<()>,
        read: Sender<String>,
    }

    impl io::Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
            self.told.recv().map_err(gone)?;
            let _nobody_looks = self.read.send(String::from_utf8_lossy(bytes).into_owned());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn slow() -> (Stream, SyncSender<()>, Receiver<String>) {
        let ((go, told), (read, lines)) = (sync_channel(2 * WAITING), channel());
        (Stream::to("test/1", Slow { told, read }), go, lines)
    }

    #[test]
    fn what_a_slow_reader_misses_is_counted() {
        let (stream, go, lines) = slow();
        let tell =
            |number: usize| stream.tell("number", json!({ "n": number, "hides": "\u{202e}" }));
        (0..WAITING + 100).for_each(tell);
        for _ in 0..WAITING {
            go.send(()).unwrap();
        }
        let first = lines.recv().unwrap();
        let expected = "{\"schema\":\"test/1\",\"type\":\"number\",\"ok\":true,\"n\":0,\"hides\":\"\\u202e\"}\n";
        assert_eq!(first, expected);
        assert_eq!(lines.iter().take(WAITING - 1).count(), WAITING - 1);
        tell(7);
        for _ in 0..WAITING {
            go.send(()).unwrap();
        }
        stream.end();
        let rest: Vec<String> = lines.try_iter().collect();
        let left_out = rest.iter().find(|line| line.contains("left-out")).unwrap();
        // One line was on its way already, or not yet.
        let counts = [99, 100].map(|count| format!("\"documents\":{count}}}"));
        assert!(
            counts.iter().any(|count| left_out.contains(count)),
            "{left_out}"
        );
        assert!(rest.last().unwrap().contains("\"n\":7"));
    }

    #[test]
    fn a_reader_that_is_gone_is_not_waited_for() {
        let (stream, go, _) = slow();
        drop(go);
        for number in 0..3 * WAITING {
            stream.tell("number", json!({ "n": number }));
        }
        stream.end();
    }
}
