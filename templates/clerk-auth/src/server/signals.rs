//! Ctrl-C and termination signals; on Windows what stands for these: Ctrl-Break, a window that is closed, the system's end.

use std::future::pending;

use tokio::sync::watch;

/// Counts how often the process is told to stop, from now on.
pub fn told() -> watch::Receiver<u32> {
    let (sender, told) = watch::channel(0);
    let mut terminate = terminate::Signal::new();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                () = interrupt() => {}
                () = terminate.next() => {}
            }
            sender.send_modify(|times| *times += 1);
        }
    });
    told
}

async fn interrupt() {
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::warn!("Ctrl-C cannot be noticed: {error}");
        pending::<()>().await;
    }
}

#[cfg(unix)]
mod terminate {
    use tokio::signal::unix::{self, SignalKind, signal};

    /// One listener for the life of the process: a signal between two listeners would get lost.
    pub(super) struct Signal(Option<unix::Signal>);

    impl Signal {
        pub(super) fn new() -> Self {
            let signal = signal(SignalKind::terminate());
            let told =
                |error: &_| tracing::warn!("a termination signal cannot be noticed: {error}");
            Self(signal.inspect_err(told).ok())
        }

        pub(super) async fn next(&mut self) {
            let told = match &mut self.0 {
                Some(signal) => signal.recv().await,
                None => None,
            };
            if told.is_none() {
                std::future::pending::<()>().await;
            }
        }
    }
}

#[cfg(windows)]
mod terminate {
    use std::io;

    use tokio::signal::windows::{
        CtrlBreak, CtrlClose, CtrlShutdown, ctrl_break, ctrl_close, ctrl_shutdown,
    };

    /// One listener of each kind for the life of the process: Windows ends it at once where nobody listens.
    pub(super) struct Signal(Option<(CtrlBreak, CtrlClose, CtrlShutdown)>);

    impl Signal {
        pub(super) fn new() -> Self {
            let signals =
                || -> io::Result<_> { Ok((ctrl_break()?, ctrl_close()?, ctrl_shutdown()?)) };
            let told = |error: &_| tracing::warn!("a request to end cannot be noticed: {error}");
            Self(signals().inspect_err(told).ok())
        }

        pub(super) async fn next(&mut self) {
            let told = match &mut self.0 {
                Some((stop, close, shutdown)) => tokio::select! {
                    told = stop.recv() => told,
                    told = close.recv() => told,
                    told = shutdown.recv() => told,
                },
                None => None,
            };
            if told.is_none() {
                std::future::pending::<()>().await;
            }
        }
    }
}
