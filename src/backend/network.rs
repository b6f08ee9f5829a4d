//! The tool's only HTTP client. It follows no redirects, because requests carry secret keys, and it bounds what it
//! reads. It is set up at the first request of a kind, because loading the system's certificates takes most of a short
//! run.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::OnceLock;
use std::time::Duration;

use bytes::Bytes;
use clerk_auth::fetch::{BoxFuture, Fetch, FetchError};
use http::{Request, Response, Uri};
use reqwest::{Client, redirect};

use super::failure::{self, NetworkError};
use super::is_loopback;

const AGENT: &str = concat!("clerk-rs/", env!("CARGO_PKG_VERSION"));
const BODY_LIMIT: usize = 8 * 1024 * 1024;
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// The most time between two pieces of an answer. Callers set a limit for the whole.
const READ_LIMIT: Duration = Duration::from_secs(30);

/// The client. Needs a Tokio runtime with network and time.
#[derive(Debug)]
pub struct Network {
    /// One each for this machine and others, plain and encrypted: see [`Kind`].
    clients: [OnceLock<Result<Client, NetworkError>>; 4],
    body_limit: usize,
}

impl Default for Network {
    fn default() -> Self {
        Self::new(BODY_LIMIT)
    }
}

/// The abilities of a client.
#[derive(Clone, Copy)]
struct Kind {
    is_local: bool,
    is_plain: bool,
}

impl Network {
    /// A client that reads at most `body_limit` bytes of an answer.
    pub fn new(body_limit: usize) -> Self {
        Self {
            clients: Default::default(),
            body_limit,
        }
    }

    /// Sends a request whose address is absolute, and reads the whole answer, whatever its status.
    pub async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, NetworkError> {
        let uri = request.uri().clone();
        let client = self.client(&uri)?;
        let request = reqwest::Request::try_from(request).map_err(|_| NetworkError::Address)?;
        let failed = |error: reqwest::Error| failure::of(&error, &uri);
        let mut answer = client.execute(request).await.map_err(failed)?;
        let mut body = Vec::new();
        let too_large = NetworkError::TooLarge {
            limit: self.body_limit,
        };
        while let Some(piece) = answer.chunk().await.map_err(failed)? {
            if piece.len() > self.body_limit - body.len() {
                return Err(too_large);
            }
            body.extend_from_slice(&piece);
        }
        let mut whole = Response::new(Bytes::from(body));
        *whole.status_mut() = answer.status();
        *whole.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(whole)
    }

    fn client(&self, uri: &Uri) -> Result<&Client, NetworkError> {
        let kind = Kind {
            is_local: is_loopback(uri.host().unwrap_or_default()),
            is_plain: uri.scheme_str() == Some("http"),
        };
        let place = usize::from(kind.is_local) * 2 + usize::from(kind.is_plain);
        let client = self.clients[place].get_or_init(|| build(kind));
        client.as_ref().map_err(Clone::clone)
    }
}

impl Fetch for Network {
    fn fetch(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, FetchError>> {
        Box::pin(async move { Ok(self.send(request).await?) })
    }
}

fn build(kind: Kind) -> Result<Client, NetworkError> {
    let mut builder = Client::builder()
        .user_agent(AGENT)
        .redirect(redirect::Policy::none())
        .connect_timeout(CONNECT_LIMIT)
        .read_timeout(READ_LIMIT);
    if kind.is_local {
        // A proxy would look for the emulator on its own machine, and DNS must not decide where this machine is.
        let here = [
            IpAddr::from(Ipv4Addr::LOCALHOST),
            Ipv6Addr::LOCALHOST.into(),
        ];
        builder = builder
            .no_proxy()
            .resolve_to_addrs("localhost", &here.map(|address| (address, 0).into()));
    }
    if kind.is_plain {
        // Without this a machine that has no certificates could not even speak to its own emulator.
        builder = builder.tls_certs_only([]);
    }
    builder.build().map_err(|_| NetworkError::NoCertificates)
}
