//! The emulator's knowledge, carried out of it and into another: through the one that runs, or else through the file that
//! the next one will read.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use http::Method;

use super::control::{Control, ControlError};
use super::error::{RunError, explain_state};
use crate::backend::NetworkError;
use crate::emulator::instance::Instance;
use crate::emulator::instance::random::SystemRandom;
use crate::emulator::store::{Journal, LONGEST, StateError};
use crate::error::{Explain, Explanation};

const EXPORT: &str = "/__emulator/export";
const IMPORT: &str = "/__emulator/import";

/// The emulator that is meant.
pub struct Place {
    pub project: Option<PathBuf>,
    /// Where it runs, if the user said so.
    pub url: Option<String>,
    /// The file of its state, for when it does not run.
    pub state: Option<PathBuf>,
}

/// The reason why nothing was carried.
#[derive(Debug, thiserror::Error)]
pub enum CarryError {
    #[error(transparent)]
    Control(#[from] ControlError),
    #[error(transparent)]
    State(#[from] RunError),
    #[error("there is nothing to export")]
    Nothing(PathBuf),
    #[error("{} cannot be imported", file.display())]
    Unusable {
        file: PathBuf,
        #[source]
        error: StateError,
    },
    #[error("{} cannot be written", file.display())]
    Write {
        file: PathBuf,
        #[source]
        error: io::Error,
    },
    #[error("what the emulator holds cannot be written as JSON")]
    Json(#[from] serde_json::Error),
}

impl Explain for CarryError {
    fn explain(&self) -> Explanation {
        match self {
            Self::Control(error) => error.explain(),
            Self::State(error) => error.explain(),
            Self::Nothing(file) => Explanation::failed("no-emulator-state").because(format!(
                "no emulator of this project runs, and there is no {}",
                file.display()
            )),
            Self::Unusable { error, .. } => explain_state(error),
            Self::Write { error, .. } if error.kind() == io::ErrorKind::AlreadyExists => {
                Explanation::failed("file-exists")
                    .because("it exists, and might be the only copy of something")
                    .help("take another name, or remove it")
            }
            Self::Write { error, .. } => Explanation::failed("cannot-write").because(error),
            Self::Json(error) => Explanation::failed("emulator-state-unreadable").because(error),
        }
    }
}

impl Place {
    /// The emulator that runs, if one does.
    async fn running(&self) -> Result<Option<Control>, ControlError> {
        let control = match Control::find(self.project.as_deref(), self.url.as_deref()) {
            Err(ControlError::NotRunning) => return Ok(None),
            control => control?,
        };
        match control.send(Method::GET, "/v1/health", "").await {
            // One that was killed has left its address behind.
            Err(ControlError::Network {
                error: NetworkError::Refused,
                ..
            }) if self.url.is_none() => Ok(None),
            Err(error) => Err(error),
            Ok(_) => Ok(Some(control)),
        }
    }

    fn state(&self) -> Result<&Path, ControlError> {
        self.state.as_deref().ok_or(ControlError::NotRunning)
    }
}

/// Writes all of it into a new file, which its owner alone may read.
///
/// # Errors
/// [`CarryError`]
pub async fn export(place: &Place, file: &Path) -> Result<(), CarryError> {
    let text = match place.running().await? {
        Some(control) => control.send(Method::GET, EXPORT, "").await?.to_vec(),
        None => {
            let state = place.state()?;
            if !state.exists() {
                return Err(CarryError::Nothing(state.to_owned()));
            }
            let mut instance = Instance::new(Arc::new(SystemRandom));
            open(state, false, &mut instance)?;
            instance.export()?
        }
    };
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let write = || {
        let staged = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
        std::fs::write(staged.path(), text)?;
        staged.persist_noclobber(file).map_err(|error| error.error)
    };
    write().map(drop).map_err(|error| CarryError::Write {
        file: file.to_owned(),
        error,
    })
}

/// Puts what is in the file in place of everybody who is there; answers it.
///
/// # Errors
/// [`CarryError`]; then nobody is gone.
pub async fn import(place: &Place, file: &Path) -> Result<Instance, CarryError> {
    let unusable = |error| CarryError::Unusable {
        file: file.to_owned(),
        error,
    };
    let mut text = Vec::new();
    // One byte more than is taken says that there is too much, whatever kind of file it is.
    let most = u64::try_from(LONGEST).unwrap_or(u64::MAX).saturating_add(1);
    std::fs::File::open(file)
        .and_then(|file| file.take(most).read_to_end(&mut text))
        .map_err(|error| unusable(error.into()))?;
    let mut instance = Instance::new(Arc::new(SystemRandom));
    instance.import(&text).map_err(unusable)?;
    put(place, &mut instance).await?;
    Ok(instance)
}

/// Puts this instance in place of everybody who is there.
///
/// # Errors
/// [`CarryError`]; then nobody is gone.
pub async fn put(place: &Place, instance: &mut Instance) -> Result<(), CarryError> {
    match place.running().await? {
        Some(control) => {
            let text = instance.export()?;
            drop(control.send(Method::POST, IMPORT, text).await?);
        }
        None => open(place.state()?, true, instance)?,
    }
    Ok(())
}

/// Reads the state of an emulator that does not run, or, with `fresh`, writes it.
fn open(file: &Path, fresh: bool, instance: &mut Instance) -> Result<(), RunError> {
    let opened = Journal::open(file, fresh, &mut instance.tables());
    opened.map(drop).map_err(|error| RunError::Kept {
        file: file.to_owned(),
        error,
    })
}
