//! A local Clerk: the Frontend API that Clerk's own browser libraries speak, and the part of the Backend API that an
//! app needs, on loopback (`frontend-api.md` is the contract). One request goes one way: a route parses, the
//! [`instance`] decides, the [`mint`] signs, the route answers, one [`event`] is told.

pub mod app;
pub mod bundles;
pub mod event;
pub mod instance;
pub mod keys;
pub mod mint;
pub mod origins;
mod routes;
mod server;
mod shape;

use std::io;
use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use app::Options;

use app::App;

/// A running emulator. Dropping it ends it as [`Emulator::stop`] does, but without waiting.
pub struct Emulator {
    port: u16,
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
}

impl Emulator {
    /// Binds the port on both loopback families and serves from now on, in tasks of the present runtime.
    ///
    /// # Errors
    /// [`StartError`] when the port is taken, or the signing key is not usable.
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
        let answer = move |request| routes::answer(Arc::clone(&app), router.clone(), request);
        let serving = tokio::spawn(server::serve(listeners, answer, stopped));
        Ok(Self {
            port,
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

    /// Takes no more requests, lets those under way finish for at most two seconds, and frees the port.
    pub async fn stop(self) {
        let _nobody_listens = self.stop.send(true);
        let _ended = self.serving.await;
    }
}
