//! The key that is given on the command line.

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
    #[arg(long, value_name = "FILE|URL", conflicts_with = "jwt_key")]
    jwks: Option<String>,
}

impl KeyArguments {
    /// Whether the key is what standard input holds.
    pub fn is_from_stdin(&self) -> bool {
        self.jwt_key.as_deref() == Some("-")
    }

    /// What was given, read where it is a file.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn read(&self, context: &Context<'_>) -> Result<Option<Given>, Error> {
        if let Some(given) = &self.jwt_key {
            let (text, origin) = match given.strip_prefix('@') {
                Some(path) => (input::from_file(path)?, format!("--jwt-key, {path}")),
                None if given == "-" => (
                    input::from_stdin(context)?,
                    "--jwt-key, standard input".to_owned(),
                ),
                None => (given.clone(), "--jwt-key".to_owned()),
            };
            return Ok(Some(Given::Pem(text, origin)));
        }
        Ok(match &self.jwks {
            Some(given) if given.contains("://") => Some(Given::Address(given.clone())),
            Some(path) => Some(Given::KeySet(
                input::from_file(path)?,
                format!("--jwks, {path}"),
            )),
            None => None,
        })
    }
}
