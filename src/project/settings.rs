//! Settings of a project that `dev` and the emulator need: whose keys it has, and where its app listens.

use std::path::Path;

use clerk_auth::config::{
    Listen, PUBLISHABLE_KEY_NAMES, ProblemKind, Source as _, read_publishable_key, read_secret_key,
};
use clerk_auth::keys::{PublishableKey, SecretKey};
use clerk_auth::webhooks::WebhookSecret;

use super::judge::{self, Problem};
use super::manifest::Secret;
use super::variables::{MalformedLine, Place, UnreadableFile, Variables};
use crate::error::{Explain, Explanation};

const PUBLISHABLE: &str = "CLERK_PUBLISHABLE_KEY";
const SECRET: &str = "CLERK_SECRET_KEY";
const MAKES_KEYS: &str =
    "`clerk-rs env set --keys local` makes a pair for the emulator, --keys paste takes yours";
const WEBHOOK_SECRETS: &str = "CLERK_WEBHOOK_SIGNING_SECRET";

/// The variables of one project.
#[derive(Debug)]
pub struct Settings<'a> {
    variables: Variables<'a>,
    problems: Vec<Problem>,
}

/// The instance that the project's keys belong to.
#[derive(Debug)]
pub enum Instance {
    /// A local emulator.
    Local {
        /// The host in it is the emulator's.
        publishable: PublishableKey,
        /// The only credential that the emulator's Backend API accepts.
        secret: SecretKey,
        /// What the app checks webhooks with.
        webhook_secret: Option<Box<WebhookSecret>>,
    },
    /// A Clerk instance.
    Real(PublishableKey),
}

/// The reason why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A file that cannot be read.
    #[error(transparent)]
    File(#[from] UnreadableFile),
    /// A line that cannot be understood.
    #[error(transparent)]
    Line(#[from] MalformedLine),
    /// A key is not set anywhere.
    #[error("{0} is not set")]
    Missing(&'static str),
    /// A key that is set to nothing, at this place.
    #[error("{0} is empty")]
    Empty(&'static str, Place),
    /// A value that the app would refuse.
    #[error("{} cannot be used", place(.0))]
    Bad(Problem),
}

fn place(problem: &Problem) -> String {
    match &problem.place {
        Some(place) => format!("{} ({place})", problem.name),
        None => problem.name.clone(),
    }
}

impl Explain for SettingsError {
    fn explain(&self) -> Explanation {
        match self {
            Self::File(error) => error.explain(),
            Self::Line(error) => error.explain(),
            Self::Missing(_) => Explanation::failed("key-missing")
                .because("it is neither in the environment nor in .env.local or .env")
                .help(MAKES_KEYS),
            Self::Empty(_, place) => Explanation::failed("key-missing")
                .because(format!(
                    "{place} has nothing behind its `=`, which hides any other value"
                ))
                .help(MAKES_KEYS),
            Self::Bad(problem) => Explanation::failed(match problem.kind {
                ProblemKind::Pair => "keys-mixed",
                _ => "bad-setting",
            })
            .because(&problem.detail)
            .help(&problem.help),
        }
    }
}

impl<'a> Settings<'a> {
    /// Reads the files of a folder; `process` looks a name up in the environment of the process, empty values too.
    pub fn read(
        folder: &Path,
        process: impl Fn(&str) -> Option<String> + 'a,
    ) -> Result<Self, SettingsError> {
        let variables = Variables::read(folder, process)?;
        variables.must_be_readable()?;
        let problems = judge::problems(&variables, Secret::Optional);
        Ok(Self {
            variables,
            problems,
        })
    }

    /// The port for the app to listen on, if one is set.
    pub fn port(&self) -> Result<Option<u16>, SettingsError> {
        self.refuse(&["PORT"])?;
        Ok(self
            .listen()
            .filter(|_| self.is_set("PORT"))
            .map(|listen| listen.port))
    }

    /// The interface for the app to listen on, if one is set.
    pub fn host(&self) -> Result<Option<String>, SettingsError> {
        self.refuse(&["HOST"])?;
        Ok(self
            .listen()
            .filter(|_| self.is_set("HOST"))
            .map(|listen| listen.host))
    }

    /// The instance of these keys; the host in the publishable key decides.
    pub fn instance(&self) -> Result<Instance, SettingsError> {
        let key = self.variables.publishable_keys().into_iter().next();
        let key = key.ok_or_else(|| self.absent(PUBLISHABLE))?;
        self.refuse(&PUBLISHABLE_KEY_NAMES)?;
        self.refuse(&[SECRET])?;
        let publishable = read_publishable_key(&key.value);
        let publishable = publishable.map_err(|_| SettingsError::Missing(PUBLISHABLE))?;
        if !publishable.is_local_emulator() {
            return Ok(Instance::Real(publishable));
        }
        let secret = self.variables.value(SECRET);
        let secret = secret.and_then(|text| read_secret_key(&text).ok());
        Ok(Instance::Local {
            publishable,
            secret: secret.ok_or_else(|| self.absent(SECRET))?,
            webhook_secret: self.webhook_secret().map(Box::new),
        })
    }

    fn absent(&self, name: &'static str) -> SettingsError {
        match self.variables.all(name).into_iter().next() {
            Some(empty) if empty.value.is_empty() => SettingsError::Empty(name, empty.place),
            _ => SettingsError::Missing(name),
        }
    }

    /// The first of the list.
    fn webhook_secret(&self) -> Option<WebhookSecret> {
        let list = self.variables.value(WEBHOOK_SECRETS)?;
        webhook_secrets(&list).next()
    }

    /// The secrets by which the app checks webhooks: two during a rotation, else one.
    pub fn webhook_secrets(&self) -> Result<Vec<WebhookSecret>, SettingsError> {
        self.refuse(&[WEBHOOK_SECRETS])?;
        let list = self.variables.value(WEBHOOK_SECRETS);
        let list = list.ok_or_else(|| self.absent(WEBHOOK_SECRETS))?;
        Ok(webhook_secrets(&list).collect())
    }

    fn refuse(&self, names: &[&str]) -> Result<(), SettingsError> {
        let own = |problem: &&Problem| names.contains(&problem.name.as_str());
        match self.problems.iter().find(own) {
            Some(problem) => Err(SettingsError::Bad(problem.clone())),
            None => Ok(()),
        }
    }

    fn is_set(&self, name: &str) -> bool {
        self.variables.value(name).is_some()
    }

    fn listen(&self) -> Option<Listen> {
        Listen::from_variables(&self.variables).ok()
    }
}

fn webhook_secrets(list: &str) -> impl Iterator<Item = WebhookSecret> {
    let all = list.split(',');
    all.filter_map(|text| WebhookSecret::parse(text.trim()).ok())
}

/// The secrets in a text that is no variable, with commas or white space between them.
///
/// # Errors
/// The [`Problem`] of the first that the app would refuse; none if there is no secret.
pub fn read_webhook_secrets(text: &str) -> Result<Vec<WebhookSecret>, Option<Problem>> {
    let words = text.split(|c: char| c == ',' || c.is_whitespace());
    let list = words.filter(|word| !word.is_empty()).collect::<Vec<_>>();
    let list = list.join(",");
    let nothing = Variables::of(Vec::new(), |_| None);
    match judge::one(WEBHOOK_SECRETS, &list, &nothing) {
        Some(problem) if !list.is_empty() => Err(Some(problem)),
        _ if list.is_empty() => Err(None),
        _ => Ok(webhook_secrets(&list).collect()),
    }
}
