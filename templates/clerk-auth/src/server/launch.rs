//! Launches Rocket, and stops it as the other servers stop: requests under way are finished first. By itself it cuts
//! them off after two seconds.
//!
//! Rocket brings its own server, which takes no listener and sets no limit on request heads, nor on how long they take.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use rocket::error::ErrorKind;
use rocket::fairing::{AdHoc, Fairing, Info, Kind};
use rocket::{Build, Data, Orbit, Request, Rocket};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::{ServerLimits, bind, place, say_ready, told};
use crate::kit::{Kit, StartError};

/// The time for the last bytes of an answer to leave.
const LINGER: Duration = Duration::from_millis(100);

/// The time for the app's own work at shutdown once the last request is answered. Rocket would wait longer for a
/// connection with half a head.
const LAST_WORK: Duration = Duration::from_secs(2);

/// Launches the app on the address in the settings. It ends with Ctrl-C or a termination signal; a second one ends it at
/// once. Port 0 takes any free port; the line `Ready: http://...` on standard output names it. Rocket's own log is off
/// unless `Rocket.toml` or `ROCKET_LOG_LEVEL` switches it on.
///
/// # Errors
/// [`StartError`].
pub async fn launch(rocket: Rocket<Build>, kit: &Kit) -> Result<(), StartError> {
    launch_until(rocket, kit, ServerLimits::default().grace, told()).await
}

/// The same with a grace of your own for requests under way. `told` counts how often the app was told to stop.
///
/// # Errors
/// [`StartError`].
pub async fn launch_until(
    rocket: Rocket<Build>,
    kit: &Kit,
    grace: Duration,
    mut told: watch::Receiver<u32>,
) -> Result<(), StartError> {
    // Rocket takes a number for an address: the first of a name's numbers that can be had.
    let (listener, address) = bind(kit).await?;
    drop(listener);
    let under_way = Arc::new(watch::Sender::new(()));
    let requests = Arc::clone(&under_way);
    let rocket = configured(
        rocket,
        SocketAddr::new(address.ip(), kit.listen().port),
        grace,
    )
    .attach(UnderWay { requests, grace })
    .attach(AdHoc::on_liftoff("Ready", |rocket| {
        let config = rocket.config();
        say_ready(SocketAddr::new(config.address, config.port));
        Box::pin(async {})
    }));
    let rocket = rocket.ignite().await.map_err(|error| failed(kit, &error))?;
    let stop = rocket.shutdown();
    let mut launched = pin!(rocket.launch());
    tokio::select! {
        ended = &mut launched => return ended.map(drop).map_err(|error| failed(kit, &error)),
        _ = told.changed() => tracing::info!("stopping"),
    }
    stop.notify();
    if *told.borrow_and_update() > 1 {
        return Ok(());
    }
    let answered = async {
        if timeout(grace, under_way.closed()).await.is_err() {
            let grace = grace.as_secs();
            tracing::warn!("requests were still under way after {grace} s");
        }
        sleep(LAST_WORK).await;
    };
    tokio::select! {
        // An error is a connection that was still open. Rocket panics over one that nobody looks at.
        ended = launched => drop(ended.map_err(|error| error.to_string())),
        () = answered => {}
        _ = told.changed() => tracing::warn!("told twice: requests under way are cut off"),
    }
    Ok(())
}

fn configured(rocket: Rocket<Build>, address: SocketAddr, grace: Duration) -> Rocket<Build> {
    let given = rocket.figment();
    let is_unset = |key| {
        let by = given.find_metadata(key);
        by.is_none_or(|by| by.name.starts_with("rocket::Config"))
    };
    let mut figment = given
        .clone()
        .merge(("address", address.ip()))
        .merge(("port", address.port()))
        .merge(("shutdown.grace", grace.as_secs()))
        // The signals are ours.
        .merge(("shutdown.ctrlc", false))
        .merge(("shutdown.signals", Vec::<&str>::new()));
    if is_unset("log_level") {
        figment = figment.merge(("log_level", "off"));
    }
    if is_unset("ident") {
        figment = figment.merge(("ident", false));
    }
    rocket.configure(figment)
}

fn failed(kit: &Kit, error: &rocket::Error) -> StartError {
    match error.kind() {
        ErrorKind::Bind(error) | ErrorKind::Io(error) => {
            let error = std::io::Error::new(error.kind(), error.to_string());
            StartError::Listen(place(kit.listen()), error)
        }
        // Its own words name neither the routes that collide nor the guards that found no fairing.
        kind => StartError::setup(format!("Rocket does not launch: {kind}: {kind:?}")),
    }
}

/// Marks requests under way, from their first fairing to the last byte of their answer.
struct UnderWay {
    requests: Arc<watch::Sender<()>>,
    grace: Duration,
}

/// Lies in the request's local cache, and goes with it.
struct Mark {
    _request: watch::Receiver<()>,
}

#[rocket::async_trait]
impl Fairing for UnderWay {
    fn info(&self) -> Info {
        Info {
            name: "Requests under way",
            kind: Kind::Request | Kind::Shutdown,
        }
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        let _request = self.requests.subscribe();
        request.local_cache(|| Mark { _request });
    }

    async fn on_shutdown(&self, _: &Rocket<Orbit>) {
        // Whoever launched tells of those that take longer.
        let _ = timeout(self.grace, self.requests.closed()).await;
        sleep(LINGER).await;
    }
}
