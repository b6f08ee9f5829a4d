//! Keys that a person gives by flags or at hidden questions.

use std::path::Path;

use clerk_auth::keys::{PublishableKey, SecretKey};

use super::given::{self, GivenError};
use crate::ask::{Ask, AskError, Question};
use crate::env::Env;
use crate::error::Error;
use crate::escape::visible;
use crate::keyring::sources::Candidate;
use crate::project::keys::{pair, publishable, secret};
use crate::scaffold::keys::Pair;

/// No key is longer, so a longer file is not a key.
pub const LONGEST: u64 = 4096;

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

/// The ways in which a pair of keys is given. A missing key is asked for.
#[derive(Clone, Copy, Debug)]
pub struct GivenPair<'a> {
    /// The publishable key itself.
    pub publishable: Option<&'a str>,
    /// The file with the secret key; `-` is standard input.
    pub secret_file: Option<&'a Path>,
    /// True if the project can do without a secret key.
    pub secret_is_optional: bool,
}

impl GivenPair<'_> {
    /// Reads or asks for both keys, and checks each of them and the pair.
    pub fn gather(self, ask: &Ask, env: &Env) -> Result<Pair, Error> {
        let public = match self.publishable {
            Some(text) => publishable(text.trim(), "given by --publishable-key")?,
            None => asked_publishable(ask)?,
        };
        let private = match self.secret_file {
            Some(path) => {
                let (text, place) = given::read(SECRET.what, path, LONGEST, env)?;
                let key = secret(text.trim(), &format!("from {place}"))?;
                pair(&public, &key)?;
                Some(key)
            }
            None => self.asked_secret(ask, &public)?,
        };
        Ok(Pair {
            publishable: public.as_str().to_owned(),
            secret: private,
            webhook_secret: None,
        })
    }

    fn asked_secret(self, ask: &Ask, public: &PublishableKey) -> Result<Option<SecretKey>, Error> {
        let read = |text: &str| {
            let key = secret(text, "that was pasted")?;
            pair(public, &key)?;
            Ok(Some(key))
        };
        if !self.secret_is_optional {
            return asked(ask, || ask.hidden(SECRET), read);
        }
        if !matches!(ask, Ask::Terminal(_)) {
            return Ok(None);
        }
        asked(
            ask,
            || ask.hidden(SECRET_IF_ANY),
            |text| {
                if text.is_empty() {
                    Ok(None)
                } else {
                    read(text)
                }
            },
        )
    }
}

/// What the file of `--secret-key-file` holds, without the white space around it.
pub fn secret_in(path: &Path, env: &Env) -> Result<Candidate, GivenError> {
    let (text, place) = given::read(SECRET.what, path, LONGEST, env)?;
    let text = text.trim().to_owned();
    Ok(Candidate::given("--secret-key-file", text, place))
}

/// The question is hidden as well, because people mix up the keys. So afterwards it is said what was pasted.
fn asked_publishable(ask: &Ask) -> Result<PublishableKey, Error> {
    let read = |text: &str| Ok(publishable(text, "that was pasted")?);
    let key = asked(ask, || ask.hidden(PUBLISHABLE), read)?;
    let kind = if key.is_development() {
        "development"
    } else {
        "production"
    };
    ask.remark(&format!("{kind}, {}", visible(key.frontend_api_host())));
    Ok(key)
}

/// Asks until an answer will do. Spaces that often come with pasted text are cut off.
pub fn asked<T>(
    ask: &Ask,
    question: impl Fn() -> Result<String, AskError>,
    read: impl Fn(&str) -> Result<T, Error>,
) -> Result<T, Error> {
    loop {
        match read(question()?.trim()) {
            Ok(value) => return Ok(value),
            Err(error) if ask.again(&*error) => {}
            Err(error) => return Err(error),
        }
    }
}
