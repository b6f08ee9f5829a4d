//! Holds the port that browsers know for as long as `dev` runs. Each version of the app listens behind it on a port of
//! its own, so that a new one can take over while the old one still answers. While there is none, the front answers. A
//! socket that is handed over would save the forwarding, but not every system can do that.

mod document;
mod forward;
mod held;
mod pages;
mod passed;
mod serve;

use std::net::TcpListener;
use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{Notice, Tell};
use crate::emulator::instance::random::{SystemRandom, alphanumeric};

pub use passed::Passed;

/// The addresses that the core answers in any app.
const OF_CORE: [&str; 4] = [
    "/__clerk",
    "/healthz",
    "/readyz",
    "/.well-known/oauth-protected-resource",
];

/// The front of one `dev`. Dropping it frees the port.
pub struct Front {
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

/// Shared by all requests.
struct Shared {
    behind: watch::Sender<Behind>,
    /// Differs in each process, so that no page mistakes the next `dev` for its own.
    run: String,
    /// True if the app's pages get the script that reloads them.
    reloads: bool,
    beside: Option<Beside>,
    tell: Tell,
}

/// A second server, which has all paths but those of the app.
pub struct Beside {
    server: Arc<Backend>,
    /// The app's paths; each stands for all below it, too.
    app_paths: Vec<String>,
}

/// The current state behind the port.
#[derive(Clone, Default)]
struct Behind {
    /// Changes whenever open pages should reload.
    version: u64,
    app: Option<Arc<Backend>>,
    /// The page that browsers get instead of the app's.
    instead: Option<Arc<Instead>>,
    /// True if we are ending, so that no page waits for another version.
    is_over: bool,
}

/// The reason why a browser sees a page of ours.
enum Instead {
    /// The first build is under way.
    Building,
    /// The app did not start, or has ended.
    Failed(Failure),
}

/// A failure to show on the page.
#[derive(Debug)]
pub struct Failure {
    /// `cargo run`'s exit code.
    pub code: u8,
    /// True if it had answered before.
    pub was_ready: bool,
    /// Its last lines, without colours.
    pub said: String,
}

/// A running app, with the number of requests it has not answered yet.
pub struct Backend {
    port: u16,
    busy: watch::Sender<usize>,
}

impl Front {
    /// Starts to answer on these sockets, at first with "it is being built". Each request that the app answers is told.
    pub fn start(
        listeners: Vec<TcpListener>,
        reloads: bool,
        beside: Option<Beside>,
        tell: &Tell,
    ) -> std::io::Result<Self> {
        let behind = Behind {
            instead: Some(Arc::new(Instead::Building)),
            ..Behind::default()
        };
        let shared = Arc::new(Shared {
            behind: watch::Sender::new(behind),
            run: alphanumeric(&SystemRandom, 8),
            reloads,
            beside,
            tell: tell.clone(),
        });
        let (stop, stopped) = watch::channel(false);
        let serving = serve::spawn(listeners, &shared, stopped)?;
        Ok(Self {
            shared,
            stop,
            serving,
        })
    }

    /// Passes requests to the app on `port` from now on.
    pub fn pass_to(&self, port: u16) -> Arc<Backend> {
        let app = Backend::on(port);
        self.change(|behind| {
            behind.app = Some(Arc::clone(&app));
            behind.instead = None;
        });
        app
    }

    /// Lets requests wait for the next app.
    pub fn wait(&self) {
        self.shared.behind.send_modify(|behind| behind.app = None);
    }

    /// Shows a failure to browsers. Other requests go to the app that is still there, if any.
    pub fn show(&self, failure: Failure) {
        self.change(|behind| behind.instead = Some(Arc::new(Instead::Failed(failure))));
    }

    /// Lets open pages reload.
    pub fn reload(&self) {
        self.change(|_| ());
    }

    /// Frees the port once the current answers are sent, but does not wait for long.
    pub async fn stop(self) {
        self.shared
            .behind
            .send_modify(|behind| behind.is_over = true);
        let _nobody_listens = self.stop.send(true);
        let _ended = self.serving.await;
    }

    fn change(&self, change: impl FnOnce(&mut Behind)) {
        self.shared.behind.send_modify(|behind| {
            behind.version += 1;
            change(behind);
        });
    }
}

impl Shared {
    fn tell(&self, passed: &Passed) {
        (self.tell)(Notice::Passed(passed));
    }

    /// The version of a page, to compare with a later one.
    fn version(&self, behind: &Behind) -> String {
        format!("{}-{}", self.run, behind.version)
    }
}

impl Beside {
    /// The server on this port, beside an app that has these paths, the core's own, and what is below them.
    pub fn new(port: u16, app_paths: Vec<String>) -> Self {
        Self {
            server: Backend::on(port),
            app_paths,
        }
    }

    fn has(&self, path: &str) -> bool {
        let is_apps = |apps: &str| {
            let rest = path.strip_prefix(apps.trim_end_matches('/'));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let mut app_paths = self.app_paths.iter().map(String::as_str);
        !app_paths.any(is_apps) && !OF_CORE.iter().copied().any(is_apps)
    }
}

impl Backend {
    fn on(port: u16) -> Arc<Self> {
        let busy = watch::Sender::new(0);
        Arc::new(Self { port, busy })
    }

    /// Returns once it has answered all its requests.
    pub async fn idle(&self) {
        let mut busy = self.busy.subscribe();
        let _gone = busy.wait_for(|busy| *busy == 0).await;
    }
}
