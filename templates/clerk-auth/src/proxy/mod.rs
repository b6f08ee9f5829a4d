//! The `/__clerk` proxy: Clerk's Frontend API under the app's own origin (`backend-api.md` section 11,
//! `frontend-api.md` section 2).
//!
//! Every request carries the secret key. So there is one fixed upstream, no redirect is followed, and nothing that a
//! client sends decides about the target or about the headers that speak for the app. Bodies stream both ways.

mod answer;
mod body;
mod headers;
mod path;
mod settings;
#[cfg(any(feature = "upload", feature = "rocket"))]
mod upload;

use std::error::Error;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::LOCATION;
use http::{Method, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::BodyExt as _;
use http_body_util::combinators::UnsyncBoxBody;

use crate::fetch::FetchError;
use crate::http_client::failure;
use crate::keys::SecretKey;
use crate::time::{Clock as _, SystemClock};
use answer::Trouble;
use body::{BodyLimit, Guarded};
use settings::Settings;

pub use answer::ProxyError;
pub use settings::{DEFAULT_UPSTREAM, ProxyConfigError};
#[cfg(feature = "rocket")]
pub use upload::upload_of;
#[cfg(any(feature = "upload", feature = "rocket"))]
pub use upload::{BrokenOff, Upload, UploadSender, upload};

/// The error of a body.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// The body of an answer; it streams.
pub type ProxyBody = UnsyncBoxBody<Bytes, BoxError>;

/// Limits of size and time. The defaults fit profile pictures over a slow line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProxyLimits {
    /// The most bytes of a request's body.
    pub request_body: u64,
    /// The most time until the head of the answer, upload included.
    pub head: Duration,
    /// The most time that either body may stand still.
    pub idle: Duration,
}

impl Default for ProxyLimits {
    fn default() -> Self {
        Self {
            request_body: 12 * 1024 * 1024,
            head: Duration::from_secs(60),
            idle: Duration::from_secs(20),
        }
    }
}

/// The client, as the app knows it: headers do not count here.
#[derive(Clone, Copy, Debug)]
pub struct ProxyClient<'a> {
    /// The browser's address: that of the connection, or the one a trusted proxy in front names.
    pub address: Option<IpAddr>,
    /// The app's own public origin, such as `https://app.example.com`.
    pub origin: &'a str,
}

/// The proxy. Cheap to clone; clones share their connections. Needs a Tokio runtime with time and I/O switched on.
#[derive(Clone, Debug)]
pub struct FapiProxy(Arc<Settings>);

impl FapiProxy {
    /// A proxy to `upstream` (an origin: [`DEFAULT_UPSTREAM`], or `CLERK_FAPI_URL`) below `proxy_url` (a path such as
    /// `/__clerk`, or the absolute address that the browser uses).
    ///
    /// # Errors
    /// [`ProxyConfigError`] if either cannot be used, or a live key would travel unencrypted.
    pub fn new(
        upstream: &str,
        proxy_url: &str,
        secret_key: &SecretKey,
        limits: ProxyLimits,
    ) -> Result<Self, ProxyConfigError> {
        let settings = Settings::new(upstream, proxy_url, secret_key, limits)?;
        Ok(Self(Arc::new(settings)))
    }

    /// The path of the proxy, such as `/__clerk`: requests for it and for everything below belong here.
    pub fn prefix(&self) -> &str {
        &self.0.prefix
    }

    /// Forwards a request whose path still has the prefix.
    ///
    /// # Errors
    /// [`ProxyError`] when the request is not passed on, or no answer came.
    pub async fn forward<B>(
        &self,
        request: Request<B>,
        client: ProxyClient<'_>,
    ) -> Result<Response<ProxyBody>, ProxyError>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        self.try_forward(request, client).await.map_err(|trouble| {
            // Strangers cause these lines at will.
            if let Some(left_out) = self.0.log.line(trouble.kind(), SystemClock.now()) {
                tracing::warn!(upstream = self.0.upstream, left_out, "{trouble}");
            }
            trouble.with_local(self.0.is_local)
        })
    }

    async fn try_forward<B>(
        &self,
        request: Request<B>,
        client: ProxyClient<'_>,
    ) -> Result<Response<ProxyBody>, Trouble>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let limits = self.0.limits;
        if !is_allowed(request.method()) {
            return Err(Trouble::Method);
        }
        if request.body().size_hint().lower() > limits.request_body {
            return Err(Trouble::TooLarge);
        }
        let uri = path::target(request.uri(), &self.0)?;
        let headers = headers::for_upstream(request.headers(), &self.0, client)?;
        let (mut head, body) = request.into_parts();
        head.uri = uri;
        head.headers = headers;
        head.version = http::Version::HTTP_11;
        // Extensions belong to the server; an upgrade handle among them must not reach the client.
        head.extensions = http::Extensions::new();
        let body = Guarded::new(body, Some(limits.request_body), limits.idle).boxed_unsync();

        let sent = self.0.connections.request(Request::from_parts(head, body));
        let answer = tokio::time::timeout(limits.head, sent.map_err(Trouble::Upstream)?)
            .await
            .map_err(|_| Trouble::Upstream(FetchError::TimedOut))?
            .map_err(|error| cause(&error))?;
        self.answer(answer)
    }

    fn answer<B>(&self, answer: Response<B>) -> Result<Response<ProxyBody>, Trouble>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
            let error = FetchError::Broken("it wants to switch protocols".to_owned());
            return Err(Trouble::Upstream(error));
        }
        // An emulator says whose it is when it refuses the app's key.
        let name = answer.headers().get("x-clerk-emulator");
        if let Some(name) = name.filter(|_| self.0.is_local) {
            let name = String::from_utf8_lossy(name.as_bytes());
            return Err(Trouble::OtherEmulator(name.into_owned()));
        }
        let (mut head, body) = answer.into_parts();
        head.headers = headers::for_client(&head.headers);
        head.extensions = http::Extensions::new();
        if let Some(location) = head.headers.get(LOCATION)
            && let Some(moved) = headers::moved_location(location, &self.0)
        {
            head.headers.insert(LOCATION, moved);
        }
        let body = Guarded::new(body, None, self.0.limits.idle).boxed_unsync();
        Ok(Response::from_parts(head, body))
    }
}

/// `TRACE` would make the upstream send the request back, secret key included; `CONNECT` asks for a tunnel.
fn is_allowed(method: &Method) -> bool {
    const ALLOWED: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    ALLOWED.contains(&method.as_str())
}

fn cause(error: &hyper_util::client::legacy::Error) -> Trouble {
    let mut source = error.source();
    while let Some(inner) = source {
        match inner.downcast_ref::<BodyLimit>() {
            Some(BodyLimit::TooLarge) => return Trouble::TooLarge,
            Some(BodyLimit::Idle) => return Trouble::SlowUpload,
            Some(BodyLimit::BrokenOff) => return Trouble::BrokenOff,
            None => source = inner.source(),
        }
    }
    Trouble::Upstream(failure(error))
}
