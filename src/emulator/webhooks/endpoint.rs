//! Where events go: this machine and nowhere else. Whoever could name another machine, or a name that may lead to one, would
//! have the emulator ask it in their stead.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use clerk_auth::webhooks::WebhookSecret;
use url::{Host, Url};

use super::news::KINDS;

/// In bytes.
const MAX_URL: usize = 2048;

/// The reason why events cannot go to an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.words())]
pub enum TargetError {
    NoAddress,
    Scheme,
    NotLocal,
    Own,
}

impl TargetError {
    pub const fn words(self) -> &'static str {
        match self {
            Self::NoAddress => "it is no address such as http://localhost:3000/webhooks/clerk",
            Self::Scheme => "it does not begin with http://",
            Self::NotLocal => "it is not on this machine, as localhost, 127.0.0.1 and [::1] are",
            Self::Own => "it is the emulator's own address",
        }
    }
}

/// An address on this machine.
#[derive(Clone, Debug)]
pub struct Target {
    url: Url,
    addresses: Vec<SocketAddr>,
}

impl Target {
    /// The target that a text names, where the emulator itself listens on the ports `own`.
    ///
    /// # Errors
    /// [`TargetError`].
    pub fn parse(text: &str, own: [u16; 2]) -> Result<Self, TargetError> {
        if text.len() > MAX_URL {
            return Err(TargetError::NoAddress);
        }
        let mut url = Url::parse(text).map_err(|_| TargetError::NoAddress)?;
        if url.scheme() != "http" {
            return Err(TargetError::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(TargetError::NoAddress);
        }
        url.set_fragment(None);
        let port = url.port_or_known_default().unwrap_or(80);
        // Never asked of a resolver, which may answer anything.
        let (v4, v6) = (Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into());
        let hosts: Vec<IpAddr> = match url.host() {
            Some(Host::Domain("localhost")) => vec![v4, v6],
            Some(Host::Ipv4(address)) if address.is_loopback() => vec![address.into()],
            Some(Host::Ipv6(address)) if address.is_loopback() => vec![address.into()],
            _ => return Err(TargetError::NotLocal),
        };
        if own.contains(&port) {
            return Err(TargetError::Own);
        }
        let addresses = hosts.into_iter().map(|host| SocketAddr::new(host, port));
        Ok(Self {
            addresses: addresses.collect(),
            url,
        })
    }

    /// In the order in which they are tried.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }

    /// Path and query.
    pub fn path(&self) -> String {
        let path = self.url.path();
        self.url
            .query()
            .map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"))
    }

    /// The value of `Host`.
    pub fn authority(&self) -> &str {
        self.url.authority()
    }
}

/// An app that wants to know.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// `ep_…`
    pub id: String,
    pub target: Target,
    /// The kinds that it wants; all of them if none is named.
    pub kinds: Vec<&'static str>,
    pub secret: WebhookSecret,
}

impl Endpoint {
    pub fn wants(&self, kind: &str) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }
}

/// The kind of this name.
pub fn kind(name: &str) -> Option<&'static str> {
    KINDS.into_iter().find(|kind| *kind == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_this_machine_are_targets() {
        let error = |text: &str| Target::parse(text, [4400, 4401]).err();
        for text in [
            "http://localhost:3000/webhooks/clerk",
            "http://127.0.0.1/",
            "http://127.8.9.10:1/x?y=z#part",
            "http://[::1]:3000/x",
            "http://LOCALHOST:3000/",
            "http://2130706433:3000/",
        ] {
            assert_eq!(error(text), None, "{text}");
        }
        for (text, why) in [
            ("", TargetError::NoAddress),
            ("localhost:3000/x", TargetError::Scheme),
            ("/webhooks", TargetError::NoAddress),
            ("https://localhost:3000/", TargetError::Scheme),
            ("file:///etc/passwd", TargetError::Scheme),
            ("http://ada@localhost:3000/", TargetError::NoAddress),
            ("http://localhost@evil.example/", TargetError::NoAddress),
            ("http://evil.example/", TargetError::NotLocal),
            ("http://localhost.evil.example/", TargetError::NotLocal),
            ("http://app.localhost:3000/", TargetError::NotLocal),
            ("http://localhost.:3000/", TargetError::NotLocal),
            ("http://127.0.0.1.nip.io/", TargetError::NotLocal),
            ("http://0.0.0.0:3000/", TargetError::NotLocal),
            ("http://[::]:3000/", TargetError::NotLocal),
            ("http://[::ffff:127.0.0.1]:3000/", TargetError::NotLocal),
            ("http://169.254.169.254/latest", TargetError::NotLocal),
            ("http://192.168.0.1/", TargetError::NotLocal),
            ("http://localhost:4400/x", TargetError::Own),
            ("http://127.0.0.1:4401/v1/users", TargetError::Own),
        ] {
            assert_eq!(error(text), Some(why), "{text}");
        }
        let long = format!("http://localhost/{}", "x".repeat(MAX_URL));
        assert_eq!(error(&long), Some(TargetError::NoAddress));
    }

    #[test]
    fn a_target_says_what_is_asked_of_whom() {
        let target = Target::parse("http://localhost:3000/a b?c=d#e", [0, 0]);
        let said = target.map(|target| (target.path(), target.authority().to_owned()));
        assert_eq!(
            said,
            Ok(("/a%20b?c=d".to_owned(), "localhost:3000".to_owned()))
        );
    }
}
