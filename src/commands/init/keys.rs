//! Where `init` gets the keys from.

use clerk_auth::keys::{PublishableKey, SecretKey};

use super::{Arguments, KeySource, Template};
use crate::ask::{Ask, Question};
use crate::commands::given;
use crate::env::Env;
use crate::error::{Error, Exit, Explain};
use crate::project::keys::{KeyError, pair, publishable, secret};
use crate::scaffold::Keys;
use crate::scaffold::keys::{Pair, local};

/// Longer than any key; a file that is longer is not one.
const LONGEST: u64 = 4096;

const PUBLISHABLE: Question = Question {
    words: "Publishable key?",
    what: "the publishable key",
    flag: "--publishable-key PK",
};
const SECRET: Question = Question {
    words: "Secret key?",
    what: "the secret key",
    flag: "--secret-key-file FILE (or `-` for standard input)",
};
const SECRET_IF_ANY: Question = Question {
    words: "Secret key? (Enter: none)",
    what: SECRET.what,
    flag: SECRET.flag,
};

/// What can be wrong with the way the keys are given.
#[derive(Debug, thiserror::Error)]
enum SourceError {
    #[error("{flag} goes with --keys paste only")]
    Unfit { flag: &'static str },
    #[error("{0} is not set")]
    Unset(&'static str),
}

impl Explain for SourceError {
    fn code(&self) -> &'static str {
        match self {
            Self::Unfit { .. } => "usage",
            Self::Unset(_) => "key-not-in-environment",
        }
    }

    fn exit(&self) -> Exit {
        Exit::Usage
    }

    fn help(&self) -> Option<String> {
        Some(match self {
            Self::Unfit { .. } => "leave one of the two out".to_owned(),
            Self::Unset(name) => {
                format!("set {name} and run it again, or take --keys paste or --keys local")
            }
        })
    }
}

/// The flags that carry keys make no sense with the other sources.
pub fn must_fit(args: &Arguments, source: KeySource) -> Result<(), Error> {
    let flag = match (&args.publishable_key, &args.secret_key_file) {
        (Some(_), _) => "--publishable-key",
        (_, Some(_)) => "--secret-key-file",
        _ => return Ok(()),
    };
    match source {
        KeySource::Paste => Ok(()),
        KeySource::Local | KeySource::Env => Err(SourceError::Unfit { flag }.into()),
    }
}

/// Makes, asks for or looks up the keys, and checks them.
pub fn gather(args: &Arguments, ask: &Ask, env: &Env, source: KeySource) -> Result<Keys, Error> {
    match source {
        KeySource::Local => Ok(Keys::Local(local()?)),
        KeySource::Paste => pasted(args, ask, env).map(Keys::Given),
        KeySource::Env => from_environment(args.template, env).map(|()| Keys::Environment),
    }
}

fn pasted(args: &Arguments, ask: &Ask, env: &Env) -> Result<Pair, Error> {
    let public = match &args.publishable_key {
        Some(text) => publishable(text.trim(), "given by --publishable-key")?,
        None => asked(ask, PUBLISHABLE, |text| {
            publishable(text, "that was pasted")
        })?,
    };
    let private = match &args.secret_key_file {
        Some(path) => {
            let (text, place) = given::read(SECRET.what, path, LONGEST, env)?;
            let key = secret(text.trim(), &format!("from {place}"))?;
            pair(&public, &key)?;
            Some(key)
        }
        None => asked_secret(args.template, ask, &public)?,
    };
    Ok(Pair {
        publishable: public.as_str().to_owned(),
        secret: private,
    })
}

/// Asks, hidden, until the key will do. Pasting often brings spaces along; they are cut off.
fn asked<T>(
    ask: &Ask,
    question: Question,
    read: impl Fn(&str) -> Result<T, KeyError>,
) -> Result<T, Error> {
    loop {
        match read(ask.hidden(question)?.trim()) {
            Ok(key) => return Ok(key),
            Err(error) if ask.again(&error) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// An API can do without one.
fn asked_secret(
    template: Template,
    ask: &Ask,
    public: &PublishableKey,
) -> Result<Option<SecretKey>, Error> {
    let read = |text: &str| {
        let key = secret(text, "that was pasted")?;
        pair(public, &key)?;
        Ok(Some(key))
    };
    match template {
        Template::Web => asked(ask, SECRET, read),
        Template::Api if matches!(ask, Ask::Terminal) => asked(ask, SECRET_IF_ANY, |text| {
            if text.is_empty() {
                Ok(None)
            } else {
                read(text)
            }
        }),
        Template::Api => Ok(None),
    }
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
