//! The life of the app under `dev`: started, perhaps restarted when its sources change, ended with us.

use std::process::ExitStatus;

use tokio::time::Instant;

use super::app::{App, CargoRun};
use super::signals::Asked;
use super::watch::Watch;
use super::{Notice, RunError, Signals, Tell, browser, exit, ready};

/// What to run.
#[derive(Debug)]
pub struct Dev {
    pub run: CargoRun,
    /// The port that it was told to listen on.
    pub port: u16,
    /// The address to open in the browser once it answers, if wanted.
    pub open: Option<String>,
    /// Whether to start it again when its sources change.
    pub watch: bool,
}

/// How it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The exit code of the app's last run.
    pub code: u8,
    /// How often it was started again.
    pub restarts: u64,
}

/// Why one run is over.
enum Over {
    Ended(ExitStatus),
    Asked(ExitStatus),
    Changed,
}

impl Dev {
    /// Runs the app until it ends, or until we are asked to end.
    ///
    /// # Errors
    /// [`RunError`] when cargo cannot be started.
    pub async fn run(mut self, signals: &mut Signals, tell: &Tell) -> Result<Outcome, RunError> {
        let mut watch = self.watch.then(|| Watch::new(&self.run.folder));
        let mut restarts = 0;
        loop {
            let code = match self.once(&mut watch, signals, tell).await? {
                Over::Asked(status) => {
                    let code = exit::code(status);
                    return Ok(Outcome { code, restarts });
                }
                Over::Ended(status) => Some(exit::code(status)),
                Over::Changed => None,
            };
            if let Some(code) = code {
                if watch.is_none() {
                    return Ok(Outcome { code, restarts });
                }
                tell(Notice::Waiting(code));
                tokio::select! {
                    _ = signals.next() => return Ok(Outcome { code, restarts }),
                    () = changed(&mut watch) => {}
                }
            }
            tell(Notice::Changed);
            restarts += 1;
        }
    }

    async fn once(
        &mut self,
        watch: &mut Option<Watch>,
        signals: &mut Signals,
        tell: &Tell,
    ) -> Result<Over, RunError> {
        let started = Instant::now();
        let mut app = App::start(&self.run, tell)?;
        let said = app.ready();
        let mut is_ready = false;
        loop {
            tokio::select! {
                biased;
                asked = signals.next() => return end(&mut app, asked, signals, tell).await,
                status = app.ended() => return Ok(Over::Ended(status?)),
                () = changed(watch) => return restart(&mut app, signals, tell).await,
                () = said.notified(), if !is_ready => is_ready = true,
                () = ready::answers(self.port), if !is_ready => is_ready = true,
            }
            tell(Notice::Ready(started.elapsed()));
            if let Some(address) = self.open.take() {
                browser::open(&address, tell);
            }
        }
    }
}

/// Ends the app for its next start, unless we are asked to end meanwhile.
async fn restart(app: &mut App, signals: &mut Signals, tell: &Tell) -> Result<Over, RunError> {
    let asked = tokio::select! {
        biased;
        asked = signals.next() => asked,
        ended = app.end_for_restart() => return ended.map(|_| Over::Changed),
    };
    end(app, asked, signals, tell).await
}

async fn end(
    app: &mut App,
    asked: Asked,
    signals: &mut Signals,
    tell: &Tell,
) -> Result<Over, RunError> {
    tell(Notice::Stopping);
    Ok(Over::Asked(app.end(asked, signals).await?))
}

/// Never, when nobody wants to know.
async fn changed(watch: &mut Option<Watch>) {
    match watch {
        Some(watch) => watch.changed().await,
        None => std::future::pending().await,
    }
}
