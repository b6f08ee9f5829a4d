//! Reasons why a request got no answer. They are told apart, because each needs another remedy.
//!
//! No stranger's text gets in here: nothing that a server sent, not even its certificate, is repeated.

use std::error::Error as StdError;
use std::io;

use clerk_auth::fetch::FetchError;
use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use rustls::CertificateError;

use super::is_loopback;

/// No complete answer came. `Display` gives the reason as the end of a sentence about the one we asked.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NetworkError {
    /// DNS knows no such host, or there is no DNS.
    #[error("its name could not be resolved")]
    NameResolution,
    #[error("the connection was refused")]
    Refused,
    #[error("no connection could be made ({0})")]
    NoConnection(String),
    #[error("no answer came in time")]
    TimedOut,
    /// The other side cannot prove who it is, or does not speak TLS.
    #[error("no secure connection could be made: {0}")]
    Tls(TlsFault),
    #[error("this machine has no CA certificates to check it by")]
    NoCertificates,
    #[error("the proxy {proxy} {fault}")]
    Proxy {
        /// Its host and port, without credentials.
        proxy: String,
        /// The proxy's fault.
        fault: &'static str,
    },
    #[error("its answer is larger than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The connection broke, or the answer was not HTTP.
    #[error("its answer broke off ({0})")]
    Broken(String),
    #[error("this is no address that can be asked")]
    Address,
}

/// The reason why there is no secure connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TlsFault {
    /// The certificate is self-signed, or from an authority that this machine does not trust.
    #[error("its certificate is from nobody this machine trusts")]
    UnknownIssuer,
    #[error("its certificate is for another host")]
    OtherHost,
    /// The certificate is out of date by this machine's clock.
    #[error("its certificate has expired, or this machine's clock is wrong")]
    Expired,
    #[error("its certificate is not valid yet, or this machine's clock is wrong")]
    NotYetValid,
    /// Any other fault of the certificate.
    #[error("its certificate is not valid")]
    Certificate,
    /// The other side speaks something else, or none of our versions.
    #[error("what answers there does not speak TLS as it should")]
    Protocol,
}

impl NetworkError {
    /// A stable word for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NameResolution => "name-not-resolved",
            Self::Refused => "connection-refused",
            Self::NoConnection(_) => "no-connection",
            Self::TimedOut => "timed-out",
            Self::Tls(_) => "tls-failed",
            Self::NoCertificates => "no-ca-certificates",
            Self::Proxy { .. } => "proxy-failed",
            Self::TooLarge { .. } => "answer-too-large",
            Self::Broken(_) => "answer-broken",
            Self::Address => "bad-address",
        }
    }

    /// The remedy.
    pub fn help(&self) -> &'static str {
        match self {
            Self::NameResolution => "check the network and the spelling of the host",
            Self::Refused => "check that it runs and that the port is right",
            Self::NoConnection(_) => "check the network",
            Self::TimedOut => "try again, or allow more time with --timeout",
            Self::Tls(TlsFault::Protocol) => "check the address and its port",
            Self::Tls(TlsFault::Expired | TlsFault::NotYetValid) => "check this machine's clock",
            Self::Tls(_) => {
                "if your company inspects TLS, name its certificate in SSL_CERT_FILE; else do not trust this network"
            }
            Self::NoCertificates => "install the package ca-certificates, or set SSL_CERT_FILE",
            Self::Proxy { .. } => "check HTTPS_PROXY; NO_PROXY names hosts to reach without it",
            Self::TooLarge { .. } | Self::Broken(_) => {
                "something else than Clerk may answer there: check the address and the proxy"
            }
            Self::Address => "write it as https://host",
        }
    }
}

impl From<NetworkError> for FetchError {
    fn from(error: NetworkError) -> Self {
        match error {
            NetworkError::TimedOut => Self::TimedOut,
            NetworkError::TooLarge { limit } => Self::TooLarge { limit },
            NetworkError::NoCertificates => Self::NoCertificates,
            NetworkError::Broken(cause) => Self::Broken(cause),
            error => Self::Connect(error.to_string()),
        }
    }
}

/// Translates reqwest's error about a request to `uri`.
pub(super) fn of(error: &reqwest::Error, uri: &Uri) -> NetworkError {
    if let Some(fault) = chain(error).find_map(tls_fault) {
        return NetworkError::Tls(fault);
    }
    if error.is_connect()
        && let Some(proxy) = proxy(uri)
    {
        return NetworkError::Proxy {
            fault: proxy_fault(error),
            proxy,
        };
    }
    if error.is_timeout() {
        return NetworkError::TimedOut;
    }
    if !error.is_connect() {
        return NetworkError::Broken(innermost(error));
    }
    // The resolver's errors have neither a public type nor a kind.
    if chain(error).any(|cause| cause.to_string() == "dns error") {
        return NetworkError::NameResolution;
    }
    let kind = chain(error).find_map(|cause| Some(cause.downcast_ref::<io::Error>()?.kind()));
    match kind {
        Some(io::ErrorKind::ConnectionRefused) => NetworkError::Refused,
        _ => NetworkError::NoConnection(innermost(error)),
    }
}

fn chain<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let error = next?;
        next = error.source();
        Some(error)
    })
}

/// Only the innermost cause says what happened; the errors around it just say that something did.
fn innermost(error: &(dyn StdError + 'static)) -> String {
    chain(error)
        .last()
        .map(ToString::to_string)
        .unwrap_or_default()
}

fn tls_fault(error: &(dyn StdError + 'static)) -> Option<TlsFault> {
    // An I/O error does not show the error it wraps as its source, and one may wrap another.
    if let Some(wrapped) = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
    {
        return tls_fault(wrapped);
    }
    let rustls::Error::InvalidCertificate(fault) = error.downcast_ref()? else {
        return Some(TlsFault::Protocol);
    };
    Some(match fault {
        CertificateError::UnknownIssuer => TlsFault::UnknownIssuer,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            TlsFault::OtherHost
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => TlsFault::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            TlsFault::NotYetValid
        }
        _ => TlsFault::Certificate,
    })
}

/// Host and port of the proxy for such a request, by reqwest's own rules.
fn proxy(uri: &Uri) -> Option<String> {
    if is_loopback(uri.host()?) {
        return None;
    }
    let found = Matcher::from_system().intercept(uri)?;
    Some(match (found.uri().host()?, found.uri().port_u16()) {
        (host, Some(port)) => format!("{host}:{port}"),
        (host, None) => host.to_owned(),
    })
}

fn proxy_fault(error: &reqwest::Error) -> &'static str {
    let said = |words: &str| chain(error).any(|cause| cause.to_string().ends_with(words));
    if said("proxy authorization required") {
        "asks for a name and password"
    } else if said("unsuccessful") {
        "did not let the request through"
    } else if error.is_timeout() {
        "did not answer in time"
    } else {
        "could not be reached"
    }
}
