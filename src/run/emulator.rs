//! The emulator of one project: its keys from the project's settings and `.clerk/emulator.json`, its users from the file
//! of its state.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clerk_auth::keys::{PublishableKey, SecretKey};
use clerk_auth::webhooks::WebhookSecret;

use super::control::address_file;
use super::{Notice, RunError, SeedFileError, Tell, ports};
use crate::emulator::bundles::Bundles;
use crate::emulator::instance::random::SystemRandom;
use crate::emulator::keys::InstanceKeys;
use crate::emulator::seed::Seed;
use crate::emulator::{Emulator, Options, PORT, StartError, State};
use crate::project::folder;

/// In bytes: an RSA key of 8192 bits has half of it.
const LONGEST_KEY: u64 = 16 * 1024;

/// Everything needed to start it.
#[derive(Clone)]
pub struct Project {
    /// The folder for `.clerk/emulator.json`.
    pub folder: PathBuf,
    /// The publishable key, whose host is the emulator's.
    pub publishable: PublishableKey,
    /// The only credential that its Backend API takes.
    pub secret: SecretKey,
    /// Clerk's browser libraries.
    pub bundles: Bundles,
    pub memory: Memory,
    /// Things that it is to have besides.
    pub seed: Option<PathBuf>,
    pub webhooks: Webhooks,
    pub on_all_interfaces: bool,
    /// True if all that webhooks tell is to be noticed.
    pub tells_news: bool,
}

/// Where the app is told what happens, if it wants to be, and by which secret; else by the one in `.clerk/emulator.json`.
#[derive(Clone, Debug, Default)]
pub struct Webhooks {
    pub url: Option<String>,
    pub secret: Option<WebhookSecret>,
}

/// Where its users come from.
#[derive(Clone, Debug)]
pub enum Memory {
    /// From the file that they are kept in.
    File(State),
    /// From nowhere, and nothing of it is left to chance: see [`Options::deterministic`].
    Seed(u64),
}

/// Starts one that no project knows of, with keys of its own and nobody in it, and keeps nothing: for tests.
///
/// # Errors
/// [`RunError`] when a port is taken.
pub async fn start_for_tests(
    ports: (u16, u16),
    bundles: Bundles,
    tells_news: bool,
    tell: &Tell,
) -> Result<Emulator, RunError> {
    let options = Options::with_new_keys(Arc::new(SystemRandom), false);
    let options = Options {
        bundles,
        tells_news,
        application_name: "Tests".to_owned(),
        ..options.map_err(|error| RunError::Emulator(error.into()))?
    };
    let started = start(options, ports, tell).await;
    started.map_err(|error| explained(error, None))
}

async fn start(
    options: Options,
    (port, backend_port): (u16, u16),
    tell: &Tell,
) -> Result<Emulator, StartError> {
    let tell = tell.clone();
    let options = Options {
        port,
        backend_port,
        on_event: Some(Arc::new(move |world, told| {
            tell(Notice::Emulator(world, told));
        })),
        ..options
    };
    Emulator::start(options).await
}

fn explained(error: StartError, seed_file: Option<PathBuf>) -> RunError {
    match error {
        StartError::PortTaken { port } => RunError::PortTaken {
            port,
            help: "end that program, or take other ports, as in `clerk-rs emulator --port 4410`",
        },
        StartError::State { file, error } => RunError::Kept { file, error },
        StartError::Webhooks { url, error } => RunError::Webhooks { url, error },
        StartError::Seed(error) => RunError::Seed {
            file: seed_file.unwrap_or_default(),
            error: SeedFileError::Wrong(error),
        },
        error => RunError::Emulator(error),
    }
}

impl Project {
    /// Starts it on these ports, that of the Frontend API and that of the Backend API, and reports every request.
    ///
    /// # Errors
    /// [`RunError`] when the state cannot be used or a port is taken.
    pub async fn start(self, ports: (u16, u16), tell: &Tell) -> Result<Emulator, RunError> {
        let seed_file = self.seed.clone();
        let options = Options {
            application_name: folder::name(&self.folder),
            bundles: self.bundles.clone(),
            address_file: Some(address_file(&self.folder)),
            webhooks: self.webhooks.url.clone(),
            tells_news: self.tells_news,
            webhook_secret: self.webhooks.secret.clone(),
            on_all_interfaces: self.on_all_interfaces,
            ..self.options()?
        };
        let started = start(options, ports, tell).await;
        started.map_err(|error| explained(error, seed_file))
    }

    fn options(mut self) -> Result<Options, RunError> {
        let file = self.seed.take();
        let mut options = self.unseeded()?;
        let Some(file) = file else { return Ok(options) };
        let seed = read_seed(&file).and_then(|seed| {
            if let Some(key) = seed.signing_key() {
                let keys = options.keys.clone().signing_with(&read_key(&file, key)?);
                options.keys = keys.map_err(|_| SeedFileError::NoKey)?;
            }
            Ok(seed)
        });
        options.seed = Some(seed.map_err(|error| RunError::Seed { file, error })?);
        Ok(options)
    }

    fn unseeded(self) -> Result<Options, RunError> {
        let state = match self.memory {
            Memory::File(state) => state,
            Memory::Seed(seed) => {
                let options = Options::deterministic(self.publishable, self.secret, seed);
                return options.map_err(|error| RunError::Emulator(error.into()));
            }
        };
        let file = self.folder.join(".clerk").join("emulator.json");
        let keys = InstanceKeys::load_or_create(&file, &SystemRandom)
            .map_err(|error| RunError::State { file, error })?;
        Ok(Options {
            state: Some(state),
            ..Options::new(self.publishable, self.secret, keys)
        })
    }

    /// Starts it on the first two free ports from [`PORT`] on.
    ///
    /// # Errors
    /// [`RunError`] when the state cannot be used or no port is free.
    pub async fn start_where_free(self, tell: &Tell) -> Result<Emulator, RunError> {
        let mut first = PORT;
        loop {
            let port = ports::first_free(first)?;
            let backend_port = ports::first_free(port.saturating_add(1))?;
            match self.clone().start((port, backend_port), tell).await {
                // Another `dev`, started at the same moment, was faster.
                Err(RunError::PortTaken { .. }) => first = port.saturating_add(1),
                started => return started,
            }
        }
    }
}

fn read_seed(file: &Path) -> Result<Seed, SeedFileError> {
    let text = fs::read_to_string(file).map_err(SeedFileError::Unreadable)?;
    Seed::parse(&text).map_err(SeedFileError::Wrong)
}

/// The file that a seed names. A seed may be a stranger's, and is not to make the emulator sign with a key of the user's
/// own, or read without end.
fn read_key(seed: &Path, name: &str) -> Result<String, SeedFileError> {
    let folder = seed.parent().unwrap_or(Path::new(""));
    let real = |path: PathBuf| fs::canonicalize(path).map_err(SeedFileError::SigningKey);
    let (file, folder) = (real(folder.join(name))?, real(Path::new(".").join(folder))?);
    if !file.starts_with(&folder) || !file.is_file() {
        return Err(SeedFileError::KeyElsewhere);
    }
    let mut text = String::new();
    let file = fs::File::open(file).map_err(SeedFileError::SigningKey)?;
    let read = file.take(LONGEST_KEY).read_to_string(&mut text);
    read.map_err(SeedFileError::SigningKey)?;
    Ok(text)
}
