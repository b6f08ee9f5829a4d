//! Actix's server as apps of every framework have it: its address, limits and end, and HEAD.

use std::io;
use std::net::TcpListener;
use std::pin::pin;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::{App, Error, HttpServer};
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::{Home, ServerLimits, listen, place, told};
use crate::kit::{Kit, StartError};

/// An app with its routes and middlewares, whose type is too long to be written down: `App<impl Site>`.
pub trait Site:
    ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<Self::Body>,
        Error = Error,
        InitError = (),
    > + 'static
{
    /// The bodies of its answers.
    type Body: MessageBody + 'static;
}

impl<T, B> Site for T
where
    T: ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<B>,
            Error = Error,
            InitError = (),
        > + 'static,
    B: MessageBody + 'static,
{
    type Body = B;
}

/// Serves the app on the address in the settings until Ctrl-C or a termination signal; a second one ends at once. Each
/// of actix's threads makes an app of its own.
///
/// # Errors
/// [`StartError::Listen`].
pub async fn serve<F, T>(app: F, kit: Kit) -> Result<(), StartError>
where
    F: Fn(Kit) -> App<T> + Clone + Send + 'static,
    T: Site,
{
    let address = place(kit.listen());
    let failed = |error| StartError::Listen(address.clone(), error);
    // Whoever reads that the app is ready may end it at once.
    let told = told();
    let listener = listen(&kit).await?.into_std().map_err(failed)?;
    let limits = ServerLimits::default();
    let ended = run(app, kit, listener, limits, told).await;
    ended.map_err(failed)
}

/// The same with a listener of your own. `told` counts how often the server was told to stop: the first time it
/// finishes requests under way, the second time it ends at once. Actix reads heads of up to 128 KiB, whatever the
/// limits say, and counts the grace in seconds.
///
/// # Errors
/// If the system has no thread left.
pub async fn run<F, T>(
    app: F,
    kit: Kit,
    listener: TcpListener,
    limits: ServerLimits,
    mut told: watch::Receiver<u32>,
) -> io::Result<()>
where
    F: Fn(Kit) -> App<T> + Clone + Send + 'static,
    T: Site,
{
    let home = Home(Handle::current());
    let server = HttpServer::new(move || app(kit.clone()))
        .on_connect(move |_, data| {
            data.insert(home.clone());
        })
        .keep_alive(limits.head_time)
        .client_request_timeout(limits.head_time)
        .shutdown_timeout(limits.grace.as_secs())
        .disable_signals()
        .listen(listener)?
        .run();
    let handle = server.handle();
    let mut server = pin!(server);
    tokio::select! {
        ended = server.as_mut() => return ended,
        _ = told.changed() => {}
    }
    tracing::info!("stopping");
    // The server hears it at once.
    drop(handle.stop(true));
    if *told.borrow_and_update() > 1 {
        return Ok(());
    }
    tokio::select! {
        ended = server => ended,
        _ = told.changed() => {
            tracing::warn!("told twice: requests under way are cut off");
            Ok(())
        }
    }
}

/// Lets the handlers of GET answer HEAD as well, for `middleware::from_fn`: actix by itself says 404 or 405. The server
/// leaves the body out.
///
/// # Errors
/// Those of the app.
pub async fn head_as_get<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    next.call(request).await
}
