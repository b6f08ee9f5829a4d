//! The port that browsers know, held for as long as `dev` runs. The app listens on a port of its own behind it, each
//! version of the app on another, so that a new one can take over while the old one still answers; and while there is
//! none, somebody says so. A handed-over socket would save the forwarding, but not every system can hand one over.

mod document;
mod forward;
mod held;
mod pages;
mod serve;

use std::net::TcpListener;
use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::emulator::instance::random::{SystemRandom, alphanumeric};

/// The front of one `dev`. Dropping it frees the port.
pub struct Front {
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

/// What the requests look at.
struct Shared {
    behind: watch::Sender<Behind>,
    /// Another one in each process, so that no page takes the next `dev` for the one it came from.
    run: String,
    /// Whether the app's pages get the script that reloads them.
    reloads: bool,
}

/// What is behind the port at the moment.
#[derive(Clone, Default)]
struct Behind {
    /// Another number whenever open pages are to reload.
    version: u64,
    app: Option<Arc<Backend>>,
    /// What browsers get instead of the app's pages.
    instead: Option<Arc<Instead>>,
    /// We end: no page is kept waiting for another version.
    is_over: bool,
}

/// Why a browser sees a page of ours.
enum Instead {
    /// The first build is under way.
    Building,
    /// The app did not start, or has ended.
    Failed(Failure),
}

/// What went wrong, for the page.
#[derive(Debug)]
pub struct Failure {
    /// `cargo run`'s exit code.
    pub code: u8,
    /// Whether it had answered before.
    pub was_ready: bool,
    /// What it said, without colours.
    pub said: String,
}

/// A running app, and how many requests it has not answered yet.
pub struct Backend {
    port: u16,
    busy: watch::Sender<usize>,
}

impl Front {
    /// Answers on these sockets from now on, at first with "it is being built".
    pub fn start(listeners: Vec<TcpListener>, reloads: bool) -> std::io::Result<Self> {
        let behind = Behind {
            instead: Some(Arc::new(Instead::Building)),
            ..Behind::default()
        };
        let shared = Arc::new(Shared {
            behind: watch::Sender::new(behind),
            run: alphanumeric(&SystemRandom, 8),
            reloads,
        });
        let (stop, stopped) = watch::channel(false);
        let serving = serve::spawn(listeners, &shared, stopped)?;
        Ok(Self {
            shared,
            stop,
            serving,
        })
    }

    /// From now on the app on `port` answers.
    pub fn pass_to(&self, port: u16) -> Arc<Backend> {
        let app = Arc::new(Backend {
            port,
            busy: watch::Sender::new(0),
        });
        self.change(|behind| {
            behind.app = Some(Arc::clone(&app));
            behind.instead = None;
        });
        app
    }

    /// There is no app for the moment: requests wait for the next one.
    pub fn wait(&self) {
        self.shared.behind.send_modify(|behind| behind.app = None);
    }

    /// Browsers see what went wrong; everything else goes to the app that is still there, if one is.
    pub fn show(&self, failure: Failure) {
        self.change(|behind| behind.instead = Some(Arc::new(Instead::Failed(failure))));
    }

    /// Open pages reload.
    pub fn reload(&self) {
        self.change(|_| ());
    }

    /// Frees the port once the answers under way are sent, but does not wait for long.
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
    /// The name of what a page shows.
    fn version(&self, behind: &Behind) -> String {
        format!("{}-{}", self.run, behind.version)
    }
}

impl Backend {
    /// Returns once it has answered all that it was asked.
    pub async fn idle(&self) {
        let mut busy = self.busy.subscribe();
        let _gone = busy.wait_for(|busy| *busy == 0).await;
    }
}
