//! Why there is no key to verify with: one that was named and cannot be used, or one that could not be had.

use bytes::Bytes;
use clerk_auth::public_key::PemError;
use http::Request;
use serde::Serialize;
use serde_json::Value;
use url::Url;

use crate::backend::Network;
use crate::error::{Exit, Explain};
use crate::escape::visible;
use crate::finding::Finding;

/// A key that was named, and cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// A public key.
    #[error("the JWT key ({origin}) cannot be used")]
    Pem {
        /// Where it was found.
        origin: String,
        /// Why not.
        error: PemError,
    },
    /// A key set.
    #[error("the key set ({origin}) cannot be used")]
    Set {
        /// Where it was found.
        origin: String,
        /// Why not.
        why: String,
    },
    /// An address that is not asked.
    #[error("--jwks names no file and no address that can be asked")]
    Address,
}

impl Explain for KeyError {
    fn code(&self) -> &'static str {
        match self {
            Self::Pem { .. } => "bad-jwt-key",
            Self::Set { .. } => "bad-key-set",
            Self::Address => "bad-address",
        }
    }

    fn exit(&self) -> Exit {
        Exit::Usage
    }

    fn because(&self) -> Option<String> {
        match self {
            Self::Pem { error, .. } => Some(error.to_string()),
            Self::Set { why, .. } => Some(visible(why).into_owned()),
            Self::Address => None,
        }
    }

    fn help(&self) -> Option<String> {
        Some(match self {
            Self::Pem { .. } => {
                "give the PEM text from Clerk's dashboard (API keys, JWT public key), or @FILE"
                    .to_owned()
            }
            Self::Set { .. } => {
                "it is what an instance serves at /.well-known/jwks.json".to_owned()
            }
            Self::Address => {
                "write it as https://host/path; http is for this machine alone".to_owned()
            }
        })
    }
}

/// Something that could not be found out, in the shape of the `error` of a document.
#[derive(Clone, Debug, Serialize)]
pub struct Problem {
    /// A stable word.
    pub code: String,
    /// In a sentence.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl Problem {
    /// A problem, safe to print.
    pub fn new(code: &str, message: impl AsRef<str>) -> Self {
        Self {
            code: code.to_owned(),
            message: visible(message.as_ref()).into_owned(),
            help: None,
        }
    }

    /// The same with what to do.
    #[must_use]
    pub fn help(mut self, help: &str) -> Self {
        self.help = Some(help.to_owned());
        self
    }

    /// What the check of keys found.
    pub fn of(finding: &Finding) -> Self {
        Self {
            code: finding.id.to_string(),
            message: finding.detail.clone(),
            help: finding.help.clone(),
        }
    }
}

/// There is no key for a whole batch.
#[derive(Debug, thiserror::Error)]
#[error("no token could be verified")]
pub struct NoKeys(pub Problem);

impl Explain for NoKeys {
    fn code(&self) -> &'static str {
        "no-key"
    }

    fn because(&self) -> Option<String> {
        Some(self.0.message.clone())
    }

    fn help(&self) -> Option<String> {
        self.0.help.clone()
    }
}

impl From<KeyError> for Problem {
    fn from(error: KeyError) -> Self {
        let because = error.because().map(|because| format!(": {because}"));
        let message = format!("{error}{}", because.unwrap_or_default());
        Self {
            help: error.help(),
            ..Self::new(error.code(), message)
        }
    }
}

/// The document at an address.
///
/// # Errors
/// Why there is none.
pub async fn fetch(network: &Network, url: &Url) -> Result<Value, Problem> {
    let name = url.host_str().unwrap_or_default();
    let request = Request::get(url.as_str()).body(Bytes::new());
    let request =
        request.map_err(|_| Problem::new("bad-address", "this is no address that can be asked"))?;
    let answer = network.send(request).await.map_err(|error| {
        Problem::new(error.code(), format!("{name}: {error}")).help(error.help())
    })?;
    let status = answer.status();
    if !status.is_success() {
        let message = format!("{name} answered with status {}", status.as_u16());
        return Err(Problem::new("jwk-remote-failed-to-load", message));
    }
    serde_json::from_slice(answer.body()).map_err(|_| {
        Problem::new(
            "jwk-remote-invalid",
            format!("{name} answered with something that is not JSON"),
        )
    })
}
