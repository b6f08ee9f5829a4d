//! The life of the app under `dev`: it starts behind the front, its next version follows when something changes, and it
//! ends with us.

use std::process::ExitStatus;
use std::sync::Arc;

use tokio::task::JoinSet;
use tokio::time::{Duration, timeout};

use super::app::{App, CargoRun, Start};
use super::front::{Backend, Failure, Front};
use super::signals::Asked;
use super::watch::{Change, Scope, Watch};
use super::{DevServer, Notice, RunError, Signals, Tell, browser, exit};
use crate::error::Explain;

/// The most time that an old version gets for its last requests.
const LAST_REQUESTS: Duration = Duration::from_secs(10);
/// On Windows the file of a running program cannot be replaced, so cargo could not write the next version. The front
/// holds the requests meanwhile. The same where an app has a port of its own, which two versions cannot share.
const ENDS_FIRST: bool = cfg!(windows);
/// What an app says whose port is taken; Windows has numbers that mean nothing else anywhere.
const PORT_IN_USE: [&str; 4] = [
    "AddrInUse",
    "in use (os error",
    "(os error 10048)",
    "(os error 10013)",
];

/// The app to run, and how to follow its changes.
pub struct Dev<'a> {
    pub run: CargoRun,
    /// The address to open in the browser once the app answers.
    pub open: Option<String>,
    pub scope: Scope,
    /// The server beside it, without which nothing goes on.
    pub front_end: Option<&'a mut DevServer>,
    /// Asked when the settings have changed.
    pub settings: &'a dyn Fn() -> Fit,
}

/// The consequence of changed settings.
pub enum Fit {
    /// Only the app starts again.
    App,
    /// The emulator starts again as well, because the keys are others.
    All,
    /// They cannot be used, for this reason.
    Unusable(Box<dyn Explain>),
}

/// The end of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The exit code of the app's last run.
    pub code: u8,
    /// The number of restarts.
    pub restarts: u64,
    /// True if everything should start again, with the settings as they are now.
    pub again: bool,
}

/// Something happened.
enum Event {
    Asked(Asked),
    /// The current app has ended by itself.
    Ended(ExitStatus),
    /// The next app answers, or has ended.
    Next(Start),
    Changed(Change),
    FrontEndEnded(ExitStatus),
}

/// The apps of one project.
struct Life<'a> {
    dev: Dev<'a>,
    front: &'a Front,
    tell: &'a Tell,
    /// The one that answers requests.
    current: Option<(App, Arc<Backend>)>,
    /// The one that is being built or is starting.
    next: Option<App>,
    /// Old ones that still answer requests or are slow to end.
    leaving: JoinSet<()>,
    /// The exit code of the last one that ended by itself.
    code: u8,
    restarts: u64,
    over: Option<Over>,
}

/// The reason why nothing runs any more.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Over {
    Ended,
    OtherKeys,
}

impl<'a> Dev<'a> {
    /// Runs the app until it ends or we are asked to end.
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
                Event::FrontEndEnded(status) => {
                    let code = exit::code(status).max(1);
                    tell(Notice::FrontEndEnded(code));
                    let outcome = life.end(Asked::Terminate, signals).await?;
                    return Ok(Outcome { code, ..outcome });
                }
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
        let front_end = async {
            match &mut self.dev.front_end {
                Some(server) => server.ended().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            asked = signals.next() => Ok(Event::Asked(asked)),
            status = ended => status.map(Event::Ended),
            start = next => start.map(Event::Next),
            status = front_end => status.map(Event::FrontEndEnded),
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

    /// The next one ended before it answered.
    fn failed(&mut self, status: ExitStatus) {
        self.code = exit::code(status);
        let said = self.next.take().map_or_else(String::new, |app| app.words());
        if PORT_IN_USE.iter().any(|words| said.contains(words)) {
            (self.tell)(Notice::PortInUse);
        }
        self.stays_down(said, false);
    }

    /// The current one has ended.
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

    /// Starts the next version if the change calls for one.
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
        let ends_first = ENDS_FIRST || self.dev.run.own_port.is_some();
        match self.next.take() {
            Some(mut unfinished) if ends_first => _ = unfinished.end_for_restart().await?,
            Some(unfinished) => _ = self.leaving.spawn(give_up(unfinished)),
            None => {}
        }
        if ends_first && let Some((mut old, _)) = self.current.take() {
            self.front.wait();
            old.end_for_restart().await?;
        }
        self.next = Some(App::start(&self.dev.run, self.tell)?);
        Ok(())
    }

    /// Ends all versions, so that everything can start with other keys.
    async fn make_way(&mut self) {
        (self.tell)(Notice::OtherKeys);
        self.front.wait();
        let current = self.current.take().map(|(app, _)| app);
        for mut app in current.into_iter().chain(self.next.take()) {
            // Whatever the result, it is gone.
            let _status = app.end_for_restart().await;
        }
        self.restarts += 1;
        self.over = Some(Over::OtherKeys);
    }

    /// Ends everything, in the way we were asked.
    async fn end(mut self, asked: Asked, signals: &mut Signals) -> Result<Outcome, RunError> {
        let (current, next) = (self.current.take().map(|(app, _)| app), self.next.take());
        // Nobody has seen the next version, so it is simply dropped.
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

/// Lets an old version answer its last requests, then ends it.
async fn leave(app: App, requests: Arc<Backend>) {
    let _late = timeout(LAST_REQUESTS, requests.idle()).await;
    give_up(app).await;
}

async fn give_up(mut app: App) {
    // Whatever the result, it is gone.
    let _status = app.end_for_restart().await;
}
