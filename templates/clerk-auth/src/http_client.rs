//! The HTTP client for apps without one of their own: HTTP/1.1 on hyper, TLS with the system's certificates.
//!
//! It follows no redirects and bounds what it reads. Nothing is set up before the first request of its kind, so an app
//! starts without a network, and one that only speaks `http` to a local emulator never reads certificates.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, ResponseFuture};
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::crypto::tls_provider;
use crate::fetch::{BoxFuture, Fetch, FetchError};

/// The most bytes of an answer to read, unless set otherwise.
pub const DEFAULT_BODY_LIMIT: usize = 8 * 1024 * 1024;
const CONNECT_LIMIT: Duration = Duration::from_secs(5);

/// [`Fetch`] on hyper. Cheap to clone; clones share their connections. Needs a Tokio runtime.
#[derive(Clone)]
pub struct HyperFetch {
    connections: Arc<Connections<Full<Bytes>>>,
    body_limit: usize,
}

impl Default for HyperFetch {
    fn default() -> Self {
        Self::new(DEFAULT_BODY_LIMIT)
    }
}

impl fmt::Debug for HyperFetch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperFetch")
            .field("body_limit", &self.body_limit)
            .finish_non_exhaustive()
    }
}

impl HyperFetch {
    /// A client that reads at most `body_limit` bytes of an answer.
    pub fn new(body_limit: usize) -> Self {
        Self {
            connections: Arc::default(),
            body_limit,
        }
    }

    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, FetchError> {
        let limit = self.body_limit;
        let answer = self.connections.request(request.map(Full::new))?.await;
        let (head, body) = answer.map_err(|error| failure(&error))?.into_parts();
        let body = Limited::new(body, limit).collect().await;
        let body = body.map_err(|error| match error.is::<LengthLimitError>() {
            true => FetchError::TooLarge { limit },
            false => FetchError::Broken(causes(error.as_ref())),
        })?;
        Ok(Response::from_parts(head, body.to_bytes()))
    }
}

impl Fetch for HyperFetch {
    fn fetch(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, FetchError>> {
        Box::pin(self.send(request))
    }
}

/// Pools of connections for request bodies of one type.
pub(crate) struct Connections<B> {
    plain: OnceLock<Client<HttpConnector, B>>,
    encrypted: OnceLock<Result<Client<HttpsConnector<HttpConnector>, B>, FetchError>>,
}

impl<B> Default for Connections<B> {
    fn default() -> Self {
        Self {
            plain: OnceLock::new(),
            encrypted: OnceLock::new(),
        }
    }
}

impl<B> Connections<B>
where
    B: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Send + Unpin + 'static,
{
    /// Sends a request whose URI is absolute.
    pub(crate) fn request(&self, request: Request<B>) -> Result<ResponseFuture, FetchError> {
        if request.uri().scheme_str() == Some("http") {
            let client = self.plain.get_or_init(|| builder().build(tcp()));
            return Ok(client.request(request));
        }
        let build = || Ok(builder().build(encrypted()?));
        match self.encrypted.get_or_init(build) {
            Ok(client) => Ok(client.request(request)),
            Err(error) => Err(error.clone()),
        }
    }
}

fn tcp() -> HttpConnector {
    let mut tcp = HttpConnector::new();
    tcp.set_connect_timeout(Some(CONNECT_LIMIT));
    tcp.set_nodelay(true);
    tcp
}

fn builder() -> hyper_util::client::legacy::Builder {
    let mut builder = Client::builder(TokioExecutor::new());
    builder.pool_timer(TokioTimer::new());
    builder.pool_idle_timeout(Duration::from_secs(30));
    builder
}

fn encrypted() -> Result<HttpsConnector<HttpConnector>, FetchError> {
    let mut tcp = tcp();
    tcp.enforce_http(false);
    let builder = HttpsConnectorBuilder::new()
        .with_provider_and_native_roots(tls_provider())
        .map_err(|_| FetchError::NoCertificates)?;
    Ok(builder.https_only().enable_http1().wrap_connector(tcp))
}

pub(crate) fn failure(error: &hyper_util::client::legacy::Error) -> FetchError {
    if error.is_connect() {
        FetchError::Connect(causes(error))
    } else {
        FetchError::Broken(causes(error))
    }
}

/// Only the innermost cause says what happened; the errors around it just say that something did.
fn causes(error: &(dyn Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
