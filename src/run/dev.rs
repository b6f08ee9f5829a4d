//! The life of the app under `dev`: started behind the front, followed by its next version when something changes, and
//! ended with us.

use std::process::ExitStatus;
use std::sync::Arc;

use tokio::task::JoinSet;
use tokio::time::{Duration, timeout};

use super::app::{App, CargoRun, Start};
use super::front::{Backend, Failure, Front};
use super::signals::Asked;
use super::watch::{Change, Scope, Watch};
use super::{Notice, RunError, Signals, Tell, browser, exit};
use crate::error::Explain;

/// How long the version before may take for the requests that it has.
const LAST_REQUESTS: Duration = Duration::from_secs(10);
/// A program that runs cannot be replaced on Windows: cargo could not write the next version. The front holds the
/// requests meanwhile.
const ENDS_FIRST: bool = cfg!(windows);

/// What to run.
pub struct Dev<'a> {
    pub run: CargoRun,
    /// The address to open in the browser once it answers, if wanted.
    pub open: Option<String>,
    pub scope: Scope,
    /// What a change of the settings calls for.
    pub settings: &'a dyn Fn() -> Fit,
}

/// Whether changed settings fit what runs.
pub enum Fit {
    /// The app alone starts again.
    App,
    /// The emulator does as well: the keys are others.
    All,
    /// They cannot be used, and why.
    Unusable(Box<dyn Explain>),
}

/// How it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The exit code of the app's last run.
    pub code: u8,
    /// How often it was started again.
    pub restarts: u64,
    /// Whether everything is to be started again, with the settings as they are now.
    pub again: bool,
}

/// Something happened.
enum Event {
    Asked(Asked),
    /// The app that answers has ended by itself.
    Ended(ExitStatus),
    /// The next one did something.
    Next(Start),
    Changed(Change),
}

/// The apps of one project.
struct Life<'a> {
    dev: Dev<'a>,
    front: &'a Front,
    tell: &'a Tell,
    /// The one that answers.
    current: Option<(App, Arc<Backend>)>,
    /// The one that is being built, or starts.
    next: Option<App>,
    /// Those that still have requests to answer, or are slow to end.
    leaving: JoinSet<()>,
    /// Of the last one that ended by itself.
    code: u8,
    restarts: u64,
    over: Option<Over>,
}

/// Why nothing runs any more.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Over {
    Ended,
    OtherKeys,
}

impl<'a> Dev<'a> {
    /// Runs the app until it ends, or until we are asked to end.
    ///
    /// # Errors
    /// [`RunError`] when cargo cannot be started.
    pub async fn run(
        self,
        front: &'a Front,
        signals: &mut Signals,
        tell: &'a Tell,
    ) -> Result<Outcome, RunError> {
        let mut watch = Watch::new(&self.run.folder, self.scope);
        let mut life = Life {
            next: Some(App::start(&self.run, tell)?),
            dev: self,
            front,
            tell,
            current: None,
            leaving: JoinSet::new(),
            code: 0,
            restarts: 0,
            over: None,
        };
        loop {
            match life.event(&mut watch, signals).await? {
                Event::Asked(asked) => return life.end(asked, signals).await,
                Event::Next(Start::Ready(port)) => life.swap(port),
                Event::Next(Start::Ended(status)) => life.failed(status),
                Event::Ended(status) => life.ended(status),
                Event::Changed(change) => life.changed(change).await?,
            }
            if let Some(over) = life.over {
                return Ok(life.outcome(over));
            }
        }
    }
}

impl Life<'_> {
    async fn event(&mut self, watch: &mut Watch, signals: &mut Signals) -> Result<Event, RunError> {
        let ended = async {
            match &mut self.current {
                Some((app, _)) => app.ended().await,
                None => std::future::pending().await,
            }
        };
        let next = async {
            match &mut self.next {
                Some(app) => app.start_up().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            asked = signals.next() => Ok(Event::Asked(asked)),
            status = ended => status.map(Event::Ended),
            start = next => start.map(Event::Next),
            change = watch.changed() => Ok(Event::Changed(change)),
        }
    }

    /// The next one takes over.
    fn swap(&mut self, port: u16) {
        let Some(app) = self.next.take() else {
            return;
        };
        let backend = self.front.pass_to(port);
        (self.tell)(Notice::Ready(app.age()));
        if let Some((old, requests)) = self.current.replace((app, backend)) {
            self.leaving.spawn(leave(old, requests));
        }
        while self.leaving.try_join_next().is_some() {}
        if let Some(address) = self.dev.open.take() {
            browser::open(&address, self.tell);
        }
    }

    /// The next one did not get as far as to answer.
    fn failed(&mut self, status: ExitStatus) {
        self.code = exit::code(status);
        let said = self.next.take().map_or_else(String::new, |app| app.words());
        self.stays_down(said, false);
    }

    /// The one that answered has ended.
    fn ended(&mut self, status: ExitStatus) {
        self.code = exit::code(status);
        let said = self
            .current
            .take()
            .map_or_else(String::new, |(app, _)| app.words());
        self.front.wait();
        if self.next.is_none() {
            self.stays_down(said, true);
        }
    }

    fn stays_down(&mut self, said: String, was_ready: bool) {
        let goes_on = self.current.is_some();
        if self.dev.scope == Scope::Settings && !goes_on {
            self.over = Some(Over::Ended);
            return;
        }
        let code = self.code;
        self.front.show(Failure {
            code,
            was_ready,
            said,
        });
        (self.tell)(Notice::Waiting { code, goes_on });
    }

    /// Starts the next version if there is to be one.
    async fn changed(&mut self, change: Change) -> Result<(), RunError> {
        if change.settings {
            match (self.dev.settings)() {
                Fit::App => {}
                Fit::All => {
                    self.make_way().await;
                    return Ok(());
                }
                Fit::Unusable(why) => {
                    (self.tell)(Notice::Unusable(&*why));
                    return Ok(());
                }
            }
        } else if !change.sources {
            self.front.reload();
            (self.tell)(Notice::Pages);
            return Ok(());
        }
        (self.tell)(if change.sources {
            Notice::Changed
        } else {
            Notice::Settings
        });
        self.restarts += 1;
        if let Some(unfinished) = self.next.take() {
            self.leaving.spawn(give_up(unfinished));
        }
        if ENDS_FIRST && let Some((mut old, _)) = self.current.take() {
            self.front.wait();
            old.end_for_restart().await?;
        }
        self.next = Some(App::start(&self.dev.run, self.tell)?);
        Ok(())
    }

    /// Ends what runs, for a start with other keys.
    async fn make_way(&mut self) {
        (self.tell)(Notice::OtherKeys);
        self.front.wait();
        let current = self.current.take().map(|(app, _)| app);
        for mut app in current.into_iter().chain(self.next.take()) {
            // Lost or not, it is gone.
            let _status = app.end_for_restart().await;
        }
        self.restarts += 1;
        self.over = Some(Over::OtherKeys);
    }

    /// Ends everything, as we were asked.
    async fn end(mut self, asked: Asked, signals: &mut Signals) -> Result<Outcome, RunError> {
        let (current, next) = (self.current.take().map(|(app, _)| app), self.next.take());
        // A version that nobody has seen is no loss.
        let (last, _unseen) = match current {
            Some(app) => (Some(app), next),
            None => (next, None),
        };
        if let Some(mut app) = last {
            (self.tell)(Notice::Stopping);
            self.code = exit::code(app.end(asked, signals).await?);
        }
        Ok(self.outcome(Over::Ended))
    }

    fn outcome(&self, over: Over) -> Outcome {
        Outcome {
            code: self.code,
            restarts: self.restarts,
            again: over == Over::OtherKeys,
        }
    }
}

/// A version whose time is over finishes what it was asked.
async fn leave(app: App, requests: Arc<Backend>) {
    let _late = timeout(LAST_REQUESTS, requests.idle()).await;
    give_up(app).await;
}

async fn give_up(mut app: App) {
    // Lost or not, it is gone.
    let _status = app.end_for_restart().await;
}
