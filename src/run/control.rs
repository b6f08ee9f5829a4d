//! Asks the project's running emulator to do something: what other programs do through its own routes.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::{Method, Request};
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use crate::backend::{Network, NetworkError, is_loopback};
use crate::emulator::address_file::Addresses;
use crate::error::{Explain, Explanation};
use crate::escape::visible;

/// A state with ten thousand users has a tenth of it.
const LONGEST: usize = 256 * 1024 * 1024;

/// A running emulator.
pub struct Control {
    url: Url,
    network: Network,
}

/// The reason why it did not do it.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    #[error("no emulator of this project runs")]
    NotRunning,
    /// Its state has passwords in it, so it is asked on this machine only.
    #[error("`{0}` is no address of an emulator")]
    Address(String),
    #[error("the emulator at {url} gave no answer")]
    Network {
        url: String,
        #[source]
        error: NetworkError,
    },
    #[error("the emulator at {url} refused")]
    Refused { url: String, words: String },
}

impl Explain for ControlError {
    fn explain(&self) -> Explanation {
        match self {
            Self::NotRunning => Explanation::failed("emulator-not-running")
                .help("start it with `clerk-rs dev` or `clerk-rs emulator`, or say with --url where it is"),
            Self::Address(_) => Explanation::usage("bad-address")
                .because("it is asked over http, on this machine only")
                .help("write it as http://127.0.0.1:4400"),
            Self::Network { error, .. } => Explanation::failed(error.code())
                .because(error)
                .help(error.help()),
            Self::Refused { words, .. } => Explanation::failed("emulator-refused").because(words),
        }
    }
}

/// The file with the addresses of a project's emulator.
pub fn address_file(project: &Path) -> PathBuf {
    project.join(".clerk").join("emulator-address.json")
}

impl Control {
    /// The emulator at `url`, or else the one of the project.
    ///
    /// # Errors
    /// [`ControlError`] if there is none, or if it would not be on this machine.
    pub fn find(project: Option<&Path>, url: Option<&str>) -> Result<Self, ControlError> {
        let known = || Some(Addresses::read(&address_file(project?))?.frontend);
        let named = url.map(str::to_owned);
        let address = named.or_else(known).ok_or(ControlError::NotRunning)?;
        let local = |url: &Url| url.scheme() == "http" && url.host_str().is_some_and(is_loopback);
        let url = Url::parse(&address).ok().filter(local);
        Ok(Self {
            url: url.ok_or_else(|| ControlError::Address(visible(&address).into_owned()))?,
            network: Network::new(LONGEST),
        })
    }

    /// The content of its answer.
    ///
    /// # Errors
    /// [`ControlError::Refused`] if that is something else.
    pub fn read<T: DeserializeOwned>(&self, answer: &[u8]) -> Result<T, ControlError> {
        serde_json::from_slice(answer).map_err(|_| ControlError::Refused {
            url: self.url.origin().ascii_serialization(),
            words: "its answer is not an emulator's".to_owned(),
        })
    }

    /// Sends one request, and answers the body.
    ///
    /// # Errors
    /// [`ControlError`], with the emulator's own words if it refuses.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        body: impl Into<Bytes>,
    ) -> Result<Bytes, ControlError> {
        let url = || self.url.origin().ascii_serialization();
        let failed = |error| ControlError::Network { url: url(), error };
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", url()))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.into())
            .map_err(|_| failed(NetworkError::Address))?;
        let answer = self.network.send(request).await.map_err(failed)?;
        if answer.status().is_success() {
            return Ok(answer.into_body());
        }
        let said: Option<Value> = serde_json::from_slice(answer.body()).ok();
        let words = said
            .as_ref()
            .and_then(|said| said["errors"][0]["long_message"].as_str());
        let words = words.unwrap_or("it does not say why");
        Err(ControlError::Refused {
            url: url(),
            words: visible(words).into_owned(),
        })
    }
}
