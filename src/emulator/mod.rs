//! A local Clerk: the Frontend API that Clerk's own browser libraries speak, and the part of the Backend API that an
//! app needs, on loopback (`frontend-api.md` is the contract). One request goes one way: a route parses, the
//! [`instance`] decides, the [`mint`] signs, the route answers, one [`event`] is told.

pub mod app;
pub mod bundles;
pub mod clock;
pub mod event;
pub mod instance;
pub mod keys;
pub mod mint;
pub mod origins;
mod routes;
mod server;
mod shape;
pub mod store;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use app::{Options, Restored, State};

use app::App;

/// A running emulator. Dropping it ends it as [`Emulator::stop`] does, but without waiting.
pub struct Emulator {
    port: u16,
    app: Arc<App>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

/// The reason why the emulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("port {port} is taken")]
    PortTaken { port: u16 },
    /// The port could not be opened.
    #[error("port {port} cannot be opened on 127.0.0.1")]
    Bind {
        port: u16,
        /// The system's word.
        source: io::Error,
    },
    #[error(transparent)]
    Key(#[from] mint::KeyError),
    #[error("the emulator's state in {} cannot be used", file.display())]
    State {
        file: PathBuf,
        #[source]
        error: store::StateError,
    },
}

impl Emulator {
    /// Binds the port on both loopback families and serves from now on, in tasks of the present runtime.
    ///
    /// # Errors
    /// [`StartError`] when the port is taken, or the signing key or the state is not usable.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let wanted = options.port;
        let (port, listeners) =
            server::bind(wanted)
                .await
                .map_err(|source| match source.kind() {
                    io::ErrorKind::AddrInUse => StartError::PortTaken { port: wanted },
                    _ => StartError::Bind {
                        port: wanted,
                        source,
                    },
                })?;
        let app = Arc::new(App::new(options, port)?);
        let (stop, stopped) = watch::channel(false);
        let router = routes::router(Arc::clone(&app));
        let shared = Arc::clone(&app);
        let answer = move |request| routes::answer(Arc::clone(&shared), router.clone(), request);
        let serving = tokio::spawn(server::serve(listeners, answer, stopped));
        Ok(Self {
            port,
            app,
            stop,
            serving,
        })
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its address for a browser.
    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// Its address for a server, which needs no resolver: the value of `CLERK_API_URL` and `CLERK_FAPI_URL`.
    pub fn server_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What came back from the file of its state, if it has one.
    pub fn restored(&self) -> Option<Restored> {
        self.app.restored
    }

    /// Takes no more requests, lets those under way finish for at most two seconds, and frees the port.
    pub async fn stop(self) {
        let _nobody_listens = self.stop.send(true);
        let _ended = self.serving.await;
        self.app.close();
    }
}
