//! Requests to end: Ctrl-C, a termination signal, a terminal that is closed, a system that goes down.

use std::cell::{Cell, RefCell};
use std::io;

use tokio::runtime::Runtime;
#[cfg(windows)]
use tokio::signal::windows;
use tokio::task::yield_now;

use super::{RunError, runtime};

/// The way we were asked. The app is asked in the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Ctrl-C.
    Interrupt,
    /// Any other way.
    Terminate,
}

/// Listens as soon as it is made. Until then the system ends us in its own way.
pub struct Signals {
    #[cfg(unix)]
    unix: [tokio::signal::unix::Signal; 3],
    #[cfg(windows)]
    windows: (
        windows::CtrlC,
        windows::CtrlBreak,
        windows::CtrlClose,
        windows::CtrlShutdown,
    ),
}

impl Signals {
    /// Starts to listen; needs a runtime.
    ///
    /// # Errors
    /// [`RunError::Runtime`] when the system does not let us listen.
    pub fn listen() -> Result<Self, RunError> {
        Self::new().map_err(RunError::Runtime)
    }

    /// The result of the future, unless we are asked to end first.
    ///
    /// # Errors
    /// [`RunError::Interrupted`].
    pub async fn unless_asked<T>(
        &mut self,
        future: impl Future<Output = T>,
    ) -> Result<T, RunError> {
        tokio::select! {
            _ = self.next() => Err(RunError::Interrupted),
            answer = future => Ok(answer),
        }
    }

    #[cfg(unix)]
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        outgrown_is_error()?;
        let unix = [
            signal(SignalKind::interrupt())?,
            signal(SignalKind::terminate())?,
            signal(SignalKind::hangup())?,
        ];
        Ok(Self { unix })
    }

    /// Waits until we are asked the next time.
    #[cfg(unix)]
    pub async fn next(&mut self) -> Asked {
        let [interrupt, terminate, hangup] = &mut self.unix;
        tokio::select! {
            _ = interrupt.recv() => Asked::Interrupt,
            _ = terminate.recv() => Asked::Terminate,
            _ = hangup.recv() => Asked::Terminate,
        }
    }

    #[cfg(windows)]
    fn new() -> io::Result<Self> {
        let windows = (
            windows::ctrl_c()?,
            windows::ctrl_break()?,
            windows::ctrl_close()?,
            windows::ctrl_shutdown()?,
        );
        Ok(Self { windows })
    }

    /// Waits until we are asked the next time.
    #[cfg(windows)]
    pub async fn next(&mut self) -> Asked {
        let (interrupt, stop, close, shutdown) = &mut self.windows;
        tokio::select! {
            _ = interrupt.recv() => Asked::Interrupt,
            _ = stop.recv() => Asked::Terminate,
            _ = close.recv() => Asked::Terminate,
            _ = shutdown.recv() => Asked::Terminate,
        }
    }
}

/// From now on a write beyond the limit on the size of files fails, as on a full disk. Else the system ends us halfway, and
/// what was begun lies about. Needs a runtime.
#[cfg(unix)]
fn outgrown_is_error() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let kind = SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw());
    signal(kind).map(drop)
}

/// The same for work that does not listen.
///
/// # Errors
/// [`RunError::Runtime`].
pub fn expect_limits() -> Result<(), RunError> {
    #[cfg(unix)]
    {
        let runtime = runtime()?;
        let _inside = runtime.enter();
        outgrown_is_error().map_err(RunError::Runtime)?;
    }
    Ok(())
}

/// For work that does not wait. It asks now and then if it should end, and ends where it leaves nothing behind.
pub struct Stops {
    runtime: Runtime,
    signals: RefCell<Signals>,
    came: Cell<bool>,
}

impl Stops {
    /// Starts to listen. From here on only we end ourselves.
    ///
    /// # Errors
    /// [`RunError::Runtime`] when the system does not let us listen.
    pub fn listen() -> Result<Self, RunError> {
        let runtime = runtime()?;
        let signals = {
            let _inside = runtime.enter();
            Signals::listen()?
        };
        Ok(Self {
            runtime,
            signals: RefCell::new(signals),
            came: Cell::new(false),
        })
    }

    /// True if we have been asked by now.
    pub fn came(&self) -> bool {
        let Ok(mut signals) = self.signals.try_borrow_mut() else {
            return self.came.get();
        };
        let came = self.runtime.block_on(async {
            tokio::select! {
                biased;
                _ = signals.next() => true,
                // In between the runtime looks for signals.
                () = async { yield_now().await; yield_now().await } => false,
            }
        });
        self.came.set(self.came.get() || came);
        self.came.get()
    }
}

#[cfg(unix)]
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use rustix::process::{Signal, getpid, kill_process};

    use super::*;

    #[test]
    fn a_request_to_end_is_seen_at_the_next_look_and_from_then_on() {
        for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
            let stops = Stops::listen().unwrap();
            assert!(!stops.came());
            kill_process(getpid(), signal).unwrap();
            // The signal may reach another thread, a moment later.
            while !stops.came() {}
            assert!(stops.came());
        }
    }
}
