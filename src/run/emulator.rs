//! The emulator of one project: its keys from the project's settings and `.clerk/emulator.json`.

use std::path::Path;

use clerk_auth::keys::{PublishableKey, SecretKey};

use super::{Notice, RunError, Tell};
use crate::emulator::bundles::Bundles;
use crate::emulator::instance::random::SystemRandom;
use crate::emulator::keys::InstanceKeys;
use crate::emulator::{Emulator, Options, StartError};
use crate::project::folder;

/// Where it listens unless somebody says otherwise; a generated project's `.env` names it.
pub const PORT: u16 = 4400;

/// Starts it; every request is told.
///
/// # Errors
/// [`RunError`] when the state cannot be used or the port is taken.
pub async fn start(
    project: &Path,
    (publishable, secret): (PublishableKey, SecretKey),
    port: u16,
    bundles: Bundles,
    tell: &Tell,
) -> Result<Emulator, RunError> {
    let file = project.join(".clerk").join("emulator.json");
    let keys = InstanceKeys::load_or_create(&file, &SystemRandom)
        .map_err(|error| RunError::State { file, error })?;
    let tell = tell.clone();
    let options = Options {
        port,
        application_name: folder::name(project),
        bundles,
        on_event: Some(Box::new(move |event| tell(Notice::Emulator(event)))),
        ..Options::new(publishable, secret, keys)
    };
    Emulator::start(options).await.map_err(|error| match error {
        StartError::PortTaken { port } => RunError::PortTaken {
            port,
            help: "end that program, or take another port, as in `clerk-rs emulator --port 4401`",
        },
        error => RunError::Emulator(error),
    })
}
