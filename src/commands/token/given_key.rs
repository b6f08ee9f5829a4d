//! The key given on the command line.

use std::path::Path;

use clap::Args;

use super::input;
use crate::commands::Context;
use crate::error::Error;
use crate::keyring::search::Given;

/// Where the key is, on the command line.
#[derive(Args, Debug)]
pub struct KeyArguments {
    /// Verify with this public key: PEM, @FILE, or `-` for standard input
    #[arg(long, value_name = "PEM", allow_hyphen_values = true)]
    jwt_key: Option<String>,

    /// Verify with this key set: a file, or an https address
    #[arg(
        long,
        value_name = "FILE|URL",
        conflicts_with = "jwt_key",
        allow_hyphen_values = true
    )]
    jwks: Option<String>,
}

impl KeyArguments {
    /// True if a key was given, so that the project's keys do not matter.
    pub const fn is_given(&self) -> bool {
        self.jwt_key.is_some() || self.jwks.is_some()
    }

    /// True if the key comes from standard input.
    pub fn is_from_stdin(&self) -> bool {
        self.jwt_key.as_deref() == Some("-")
    }

    /// The given key; a file is read.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read(&self, context: &Context<'_>) -> Result<Option<Given>, Error> {
        if let Some(given) = &self.jwt_key {
            if is_address(given) {
                return Ok(Some(Given::Address(given.clone(), "--jwt-key")));
            }
            let (text, origin) = match given.strip_prefix('@') {
                Some(path) => (input::from_file(path)?, format!("--jwt-key, {path}")),
                None if given == "-" => (
                    input::from_stdin(context)?,
                    "--jwt-key, standard input".to_owned(),
                ),
                // The path of an existing file is not a key.
                None if Path::new(given).is_file() => {
                    (input::from_file(given)?, format!("--jwt-key, {given}"))
                }
                None => (given.clone(), "--jwt-key".to_owned()),
            };
            return Ok(Some(Given::Text {
                text,
                origin,
                is_set: false,
            }));
        }
        let Some(given) = &self.jwks else {
            return Ok(None);
        };
        if is_address(given) {
            return Ok(Some(Given::Address(given.clone(), "--jwks")));
        }
        let path = given
            .strip_prefix('@')
            .filter(|_| !Path::new(given).exists());
        let path = path.unwrap_or(given);
        // A text that is not a file and cannot be a file's name is the key itself, or something else that the error
        // names.
        let is_text = !Path::new(path).exists() && is_material(path);
        let (text, origin) = if is_text {
            (path.to_owned(), "--jwks".to_owned())
        } else {
            (input::from_file(path)?, format!("--jwks, {path}"))
        };
        Ok(Some(Given::Text {
            text,
            origin,
            is_set: true,
        }))
    }
}

fn is_address(given: &str) -> bool {
    given.contains("://") && !given.contains(char::is_whitespace) && !given.starts_with('{')
}

fn is_material(text: &str) -> bool {
    const STARTS: [&str; 10] = [
        "{", "[", "<", "-----", "eyJ", "LS0tLS1", "sk_", "pk_", "whsec_", "ak_",
    ];
    STARTS
        .iter()
        .any(|start| text.trim_start().starts_with(start))
}
