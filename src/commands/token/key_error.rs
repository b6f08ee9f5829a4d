//! Why there is no key to verify with: one that was named and cannot be used, or one that could not be had.

use bytes::Bytes;
use clerk_auth::public_key::PemError;
use http::Request;
use serde::Serialize;
use serde_json::Value;
use url::Url;

use crate::backend::Network;
use crate::error::{Explain, Explanation};
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
    fn explain(&self) -> Explanation {
        match self {
            Self::Pem { error, .. } => Explanation::usage("bad-jwt-key").because(error).help(
                "give the PEM text from Clerk's dashboard (API keys, JWT public key), or @FILE",
            ),
            Self::Set { why, .. } => Explanation::usage("bad-key-set")
                .because(visible(why))
                .help("it is what an instance serves at /.well-known/jwks.json"),
            Self::Address => Explanation::usage("bad-address")
                .help("write it as https://host/path; http is for this machine alone"),
        }
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
    fn explain(&self) -> Explanation {
        Explanation {
            help: self.0.help.clone(),
            ..Explanation::failed("no-key").because(&self.0.message)
        }
    }
}

impl From<KeyError> for Problem {
    fn from(error: KeyError) -> Self {
        let message = error.with_reason();
        let Explanation { code, help, .. } = error.explain();
        Self {
            help,
            ..Self::new(code, message)
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
