//! A local Clerk: the Frontend API that Clerk's own browser libraries speak, and the part of the Backend API that an
//! app needs, on loopback (`frontend-api.md` is the contract), each at an address of its own. One request goes one way: a
//! route parses, the [`instance`] decides, the [`mint`] signs, the route answers, one [`event`] is told.

pub mod address_file;
pub mod app;
pub mod bundles;
pub mod clock;
pub mod event;
mod face;
pub mod faults;
pub mod instance;
pub mod keys;
pub mod mint;
pub mod options;
pub mod origins;
mod passes;
pub mod report;
mod routes;
pub mod sample;
pub mod seed;
mod server;
mod shape;
pub mod store;
mod surroundings;
pub mod webhooks;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use axum::body::Body;
use http::{Request, Response};
use hyper::body::Incoming;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use face::Face;
pub use options::{Options, Restored, State};
pub use routes::{Route, routes_of};
pub use server::is_taken;

use address_file::{AddressFile, Addresses};
use app::App;
use clerk_auth::webhooks::WebhookSecretError;
use faults::Faults;
use routes::Worlds;
use seed::{SeedError, Sowing};
use surroundings::Surroundings;
use webhooks::Webhooks;

/// The default port of the Frontend API; the `.env` of a generated project names it.
pub const PORT: u16 = 4400;
/// The default port of the Backend API, named there as well.
pub const BACKEND_PORT: u16 = 4401;

/// A running emulator. Dropping it ends it as [`Emulator::stop`] does, but without waiting.
pub struct Emulator {
    port: u16,
    backend_port: u16,
    app: Arc<App>,
    worlds: Arc<Worlds>,
    stop: watch::Sender<bool>,
    sowing: Option<Sowing>,
    _address_file: Option<Arc<AddressFile>>,
    serving: JoinHandle<((), ())>,
}

/// The reason why the emulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("port {port} is taken")]
    PortTaken { port: u16 },
    /// The port could not be opened.
    #[error("port {port} cannot be opened")]
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
    #[error("no webhook can be sent to {url}")]
    Webhooks {
        url: String,
        #[source]
        error: webhooks::TargetError,
    },
    #[error("the secret for webhooks cannot be used")]
    WebhookSecret(#[from] WebhookSecretError),
    #[error("the seed cannot be applied")]
    Seed(#[source] SeedError),
}

impl Emulator {
    /// Binds both ports, on both loopback families unless it was told otherwise, and serves from now on, in tasks of the present runtime.
    ///
    /// # Errors
    /// [`StartError`] when a port is taken, or the signing key, the state or the seed is not usable.
    pub async fn start(mut options: Options) -> Result<Self, StartError> {
        let everywhere = options.on_all_interfaces;
        let (port, for_browsers) = bind(options.port, everywhere).await?;
        let (backend_port, for_servers) = bind(options.backend_port, everywhere).await?;
        let address_file = options.address_file.clone();
        let (seed, tells_news) = (options.seed.take(), options.tells_news);
        let ports = (port, backend_port);
        let surroundings = Surroundings::of(&options, ports);
        let app = Arc::new(App::new(options, "localhost", ports)?);
        let worlds = Arc::new(Worlds::new(&app, surroundings));
        let sowing = seed.map(|seed| app.sow(&seed, routes::words));
        let sowing = sowing.transpose().map_err(StartError::Seed)?;
        // Each request tries again to write it down, and is not answered before.
        let _written = app.keep(&[], None);
        // Not of what the seed made: where the emulator is comes first.
        if tells_news {
            app.tell_news();
        }
        let addresses = Addresses {
            frontend: loopback(port),
            backend: loopback(backend_port),
        };
        let written = address_file.map(|file| AddressFile::new(file, addresses, app.time()));
        // Without it, others have to be told where it is.
        let written = written.and_then(Result::ok).map(Arc::new);
        let _first = written
            .as_ref()
            .map(|file| app.address_file.set(Arc::downgrade(file)));
        let (stop, stopped) = watch::channel(false);
        let serve = |face, listeners| {
            let worlds = Arc::clone(&worlds);
            let answer = move |request: Request<Incoming>| {
                let worlds = Arc::clone(&worlds);
                async move { worlds.answer(face, request.map(Body::new)).await }
            };
            server::serve(listeners, answer, stopped.clone())
        };
        let browsers = serve(Face::Frontend, for_browsers);
        let servers = serve(Face::Backend, for_servers);
        let serving = tokio::spawn(async { tokio::join!(browsers, servers) });
        Ok(Self {
            port,
            backend_port,
            app,
            worlds,
            stop,
            sowing,
            serving,
            _address_file: written,
        })
    }

    /// The port of the Frontend API.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The port of the Backend API.
    pub fn backend_port(&self) -> u16 {
        self.backend_port
    }

    /// Its address for a browser.
    pub fn url(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// The Frontend API for a server, without a name to resolve: the value of `CLERK_FAPI_URL`.
    pub fn frontend_url(&self) -> String {
        loopback(self.port)
    }

    /// The Backend API, likewise: the value of `CLERK_API_URL`.
    pub fn backend_url(&self) -> String {
        loopback(self.backend_port)
    }

    /// The answer to a request that did not come through a socket; `None` if it is dropped on purpose.
    pub async fn answer(&self, face: Face, request: Request<Body>) -> Option<Response<Body>> {
        Arc::clone(&self.worlds).answer(face, request).await.ok()
    }

    /// Whose emulator this is.
    pub fn publishable_key(&self) -> &str {
        self.app.publishable_key.as_str()
    }

    /// The things that came back from the file of its state, if it has one.
    pub fn restored(&self) -> Option<Restored> {
        self.app.restored
    }

    /// The faults that it makes on purpose.
    pub fn faults(&self) -> &Faults {
        &self.app.faults
    }

    /// The webhooks that it sends to the app.
    pub fn webhooks(&self) -> &Arc<Webhooks> {
        &self.app.webhooks
    }

    /// Says where the app is, before it has asked anything.
    pub fn note_app(&self, origin: &str) {
        self.app.note_app(origin);
    }

    /// The records that its seed made, if it has one.
    pub fn sowing(&self) -> Option<&Sowing> {
        self.sowing.as_ref()
    }

    /// Takes no more requests, lets those under way finish for at most two seconds, and frees the ports.
    pub async fn stop(self) {
        let _nobody_listens = self.stop.send(true);
        self.app.hurry();
        let _ended = self.serving.await;
        self.app.close();
    }
}

fn loopback(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

async fn bind(port: u16, everywhere: bool) -> Result<(u16, Vec<TcpListener>), StartError> {
    let bound = if everywhere {
        server::bind_everywhere(port).await
    } else {
        server::bind(port).await
    };
    bound.map_err(|source| match is_taken(&source) {
        true => StartError::PortTaken { port },
        false => StartError::Bind { port, source },
    })
}
