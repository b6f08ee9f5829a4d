//! The sources of keys for `init`.

use super::arguments::{Arguments, KeySource};
use crate::ask::Ask;
use crate::commands::pasted::GivenPair;
use crate::commands::{Context, keyless};
use crate::env::Env;
use crate::error::{Error, Exit, Explain, Explanation};
use crate::project::keys::{pair, publishable, secret};
use crate::scaffold::keys::local;
use crate::scaffold::{Keys, Template};

/// Mistakes in the way the keys are given.
#[derive(Debug, thiserror::Error)]
enum SourceError {
    #[error("{flag} goes with --keys paste only")]
    Unfit { flag: &'static str },
    #[error("{0} is not set")]
    Unset(&'static str),
}

impl Explain for SourceError {
    fn explain(&self) -> Explanation {
        match self {
            Self::Unfit { .. } => Explanation::usage("usage").help("leave one of the two out"),
            Self::Unset(name) => Explanation::usage("key-not-in-environment").help(format!(
                "set {name} and run it again, or take --keys paste or --keys local"
            )),
        }
    }
}

/// The source of the keys, as `--keys` names it.
pub const fn word(keys: &Keys) -> &'static str {
    match keys {
        Keys::Local(_) => "local",
        Keys::Given(_) => "paste",
        Keys::Environment => "env",
        Keys::Keyless { .. } => "keyless",
    }
}

/// Refuses flags with keys if the keys come from another source.
pub fn must_fit(args: &Arguments, source: KeySource) -> Result<(), Error> {
    let flag = match (&args.publishable_key, &args.secret_key_file) {
        (Some(_), _) => "--publishable-key",
        (_, Some(_)) => "--secret-key-file",
        _ => return Ok(()),
    };
    match source {
        KeySource::Paste => Ok(()),
        KeySource::Local | KeySource::Env | KeySource::Keyless => {
            Err(SourceError::Unfit { flag }.into())
        }
    }
}

/// Makes, asks for or looks up the keys, and checks them. `None` means that a temporary application will have them.
pub fn gather(
    args: &Arguments,
    template: Template,
    ask: &Ask,
    env: &Env,
    source: KeySource,
) -> Result<Option<Keys>, Error> {
    let keys = match source {
        KeySource::Keyless => return Ok(None),
        KeySource::Local => Ok(Keys::Local(local()?)),
        KeySource::Paste => {
            let given = GivenPair {
                publishable: args.publishable_key.as_deref(),
                secret_file: args.secret_key_file.as_deref(),
                secret_is_optional: template == Template::Api,
            };
            given.gather(ask, env).map(Keys::Given)
        }
        KeySource::Env => from_environment(template, env).map(|()| Keys::Environment),
    };
    keys.map(Some)
}

/// The keys of a temporary application. If none can be made, the keys are local and the error comes with them.
pub fn keyless(context: &Context<'_>, dry_run: bool) -> Result<(Keys, Option<Error>), Error> {
    if dry_run {
        let pair = keyless::placeholder()?;
        let (record, claim_url) = ("{}\n".to_owned(), String::new());
        return Ok((
            Keys::Keyless {
                pair,
                record,
                claim_url,
            },
            None,
        ));
    }
    match application(context) {
        Ok(keys) => Ok((keys, None)),
        Err(error) if error.explain().exit == Exit::Interrupted => Err(error),
        Err(error) => Ok((Keys::Local(local()?), Some(error))),
    }
}

/// Makes a temporary application.
pub fn application(context: &Context<'_>) -> Result<Keys, Error> {
    let made = keyless::make(context)?;
    Ok(Keys::Keyless {
        pair: made.pair,
        record: made.record,
        claim_url: made.claim_url,
    })
}

fn from_environment(template: Template, env: &Env) -> Result<(), Error> {
    const PUBLIC: &str = "CLERK_PUBLISHABLE_KEY";
    const SECRET: &str = "CLERK_SECRET_KEY";
    let public = env.var(PUBLIC).ok_or(SourceError::Unset(PUBLIC))?;
    let public = publishable(&public, &format!("in {PUBLIC}"))?;
    let private = match env.var(SECRET) {
        Some(text) => Some(secret(&text, &format!("in {SECRET}"))?),
        None if template == Template::Api => None,
        None => return Err(SourceError::Unset(SECRET).into()),
    };
    match private {
        Some(private) => Ok(pair(&public, &private)?),
        None => Ok(()),
    }
}
