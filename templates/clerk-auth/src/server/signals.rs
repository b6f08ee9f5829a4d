//! Ctrl-C and termination signals.

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

#[cfg(not(unix))]
mod terminate {
    pub(super) struct Signal;

    impl Signal {
        pub(super) fn new() -> Self {
            Self
        }

        pub(super) async fn next(&mut self) {
            std::future::pending().await
        }
    }
}
