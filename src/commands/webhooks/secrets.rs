//! The signing secrets: from files, or from where the app has them. Never from the command line.

use std::path::{Path, PathBuf};

use clap::Args;
use clerk_auth::webhooks::WebhookSecret;

use crate::commands::{Context, given, local, pasted};
use crate::error::{Error, Explain, Explanation};
use crate::project::judge::Problem;
use crate::project::settings::{SettingsError, read_webhook_secrets};

const WHAT: &str = "the signing secret";
const VARIABLE: &str = "CLERK_WEBHOOK_SIGNING_SECRET";

#[derive(Args, Debug)]
pub struct SecretArguments {
    /// The signing secret is in this file (`-` is standard input) in place of CLERK_WEBHOOK_SIGNING_SECRET; repeat it for
    /// more
    #[arg(long, value_name = "FILE")]
    secret_file: Vec<PathBuf>,
}

/// A secret, and the words for where it is from.
pub struct Known {
    pub secret: WebhookSecret,
    pub origin: String,
}

/// The reason why there is no secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    #[error("there is no signing secret")]
    Nowhere(#[source] SettingsError),
    #[error("there is no signing secret in {0}")]
    Empty(String),
    #[error("the signing secret from {0} cannot be used")]
    Bad(String, Problem),
}

impl Explain for SecretError {
    fn explain(&self) -> Explanation {
        const HOW: &str = "name a file that holds it with --secret-file; `-` reads standard input";
        match self {
            Self::Nowhere(error) => Explanation::failed("no-webhook-secret")
                .because(error)
                .help(format!(
                    "{HOW}; or `clerk-rs env set {VARIABLE}` asks for it and keeps it in .env"
                )),
            Self::Empty(_) => Explanation::usage("no-webhook-secret").help(HOW),
            Self::Bad(_, problem) => Explanation::usage("bad-webhook-secret")
                .because(&problem.detail)
                .help(&problem.help),
        }
    }
}

impl SecretArguments {
    /// True if one of them comes from standard input.
    pub fn is_from_stdin(&self) -> bool {
        self.secret_file.iter().any(|path| path == Path::new("-"))
    }

    /// True if no file is named.
    pub fn are_of_project(&self) -> bool {
        self.secret_file.is_empty()
    }

    /// All that count, at least one. A list with commas holds several, as in the variable.
    pub fn read(&self, context: &Context<'_>) -> Result<Vec<Known>, Error> {
        if self.are_of_project() {
            return of_project(context);
        }
        let mut all = Vec::new();
        for path in &self.secret_file {
            let (text, place) = given::read(WHAT, path, pasted::LONGEST, context.env)?;
            let secrets = read_webhook_secrets(&text).map_err(|problem| match problem {
                Some(problem) => SecretError::Bad(place.clone(), problem),
                None => SecretError::Empty(place.clone()),
            })?;
            all.extend(known(secrets, &place));
        }
        Ok(all)
    }
}

fn of_project(context: &Context<'_>) -> Result<Vec<Known>, Error> {
    let folder = local::folder(context.env)?;
    let settings = local::settings(context.env, &folder)?;
    match settings.webhook_secrets() {
        Ok(secrets) => Ok(known(secrets, VARIABLE).collect()),
        Err(error @ (SettingsError::Missing(_) | SettingsError::Empty(..))) => {
            Err(SecretError::Nowhere(error).into())
        }
        Err(error) => Err(error.into()),
    }
}

/// They are numbered where there are several in one place.
fn known(secrets: Vec<WebhookSecret>, place: &str) -> impl Iterator<Item = Known> {
    let is_one = secrets.len() == 1;
    let numbered = (1..).zip(secrets);
    numbered.map(move |(number, secret)| Known {
        secret,
        origin: match is_one {
            true => place.to_owned(),
            false => format!("{place}, number {number}"),
        },
    })
}
