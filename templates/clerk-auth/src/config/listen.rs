//! The address the app listens on.

use std::net::{IpAddr, Ipv6Addr};

use super::host::{is_name, is_port};
use super::problem::{ConfigError, Refusal};
use super::source::Source;
use super::variables::Reader;

/// `HOST` and `PORT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen {
    /// The interface: an address, or a name that resolves to one. 127.0.0.1 unless `HOST` says otherwise.
    pub host: String,
    /// The port; 0 is any free one. 3000 unless `PORT` says otherwise.
    pub port: u16,
}

impl Listen {
    /// Reads both.
    ///
    /// # Errors
    /// The problems of both.
    pub fn from_variables(source: &dyn Source) -> Result<Self, Vec<ConfigError>> {
        let mut reader = Reader::new(source);
        let host = reader.value("HOST", host);
        let port = reader.value("PORT", port);
        let usual = Self::default();
        reader.finish(Self {
            host: host.unwrap_or(usual.host),
            port: port.unwrap_or(usual.port),
        })
    }
}

impl Default for Listen {
    fn default() -> Self {
        Self {
            host: "127.0.0.1".to_owned(),
            port: 3000,
        }
    }
}

fn host(text: &str) -> Result<String, Refusal> {
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    if bare.unwrap_or(text).parse::<Ipv6Addr>().is_ok() {
        return Ok(bare.unwrap_or(text).to_owned());
    }
    // Every reader takes a name that ends in a number for an IPv4 address.
    let last = text.rsplit('.').next().unwrap_or_default();
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit());
    let is_right = if is_number {
        text.parse::<IpAddr>().is_ok()
    } else {
        is_name(&text.replace('_', "-"))
    };
    if is_right {
        return Ok(text.to_owned());
    }
    let remedy =
        "write an address such as 127.0.0.1 or 0.0.0.0, or a host name; the port goes into PORT";
    Err(Refusal::malformed("is neither an address nor a host name", remedy).about(text))
}

fn port(text: &str) -> Result<u16, Refusal> {
    let number = text.parse().ok().filter(|_| is_port(text));
    number.ok_or_else(|| {
        Refusal::malformed("is not a port number", "write a number from 0 to 65535").about(text)
    })
}
