//! Who asks us to end: Ctrl-C, a termination signal, a terminal that is closed.

use std::io;

use super::RunError;

/// How we were asked. The app is asked in the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Ctrl-C.
    Interrupt,
    /// Otherwise.
    Terminate,
}

/// Listens from its making on; until then the system's own way of ending us is in force.
pub struct Signals {
    #[cfg(unix)]
    unix: [tokio::signal::unix::Signal; 3],
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
}

impl Signals {
    /// Needs a runtime.
    ///
    /// # Errors
    /// [`RunError::Runtime`] when the system does not let us listen.
    pub fn listen() -> Result<Self, RunError> {
        Self::new().map_err(RunError::Runtime)
    }

    /// What the future comes to, unless we are asked first.
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
        let unix = [
            signal(SignalKind::interrupt())?,
            signal(SignalKind::terminate())?,
            signal(SignalKind::hangup())?,
        ];
        Ok(Self { unix })
    }

    /// The next time that we are asked.
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
        let interrupt = tokio::signal::windows::ctrl_c()?;
        Ok(Self { interrupt })
    }

    /// The next time that we are asked.
    #[cfg(windows)]
    pub async fn next(&mut self) -> Asked {
        self.interrupt.recv().await;
        Asked::Interrupt
    }
}
