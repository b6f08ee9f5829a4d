//! Clerk's Frontend API under the app's own origin, as part of an app.

use std::net::IpAddr;

use bytes::Bytes;
use http::header::RETRY_AFTER;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt as _, Full};

use super::{Kit, Reply, StartError};
use crate::config::Config;
use crate::gate::plain;
use crate::protect::RequestKind;
use crate::proxy::{
    BoxError, DEFAULT_UPSTREAM, FapiProxy, ProxyBody, ProxyClient, ProxyError, ProxyLimits,
};
use crate::public_url::Connection;

/// The path of the proxy, unless the configuration names another.
const PREFIX: &str = "/__clerk";

#[derive(Clone)]
pub(super) struct ProxyRoute {
    proxy: Option<FapiProxy>,
    /// The kit answers below this path; `None` in an app without pages and without a proxy.
    prefix: Option<String>,
}

impl ProxyRoute {
    pub(super) fn new(config: &Config, is_api: bool) -> Result<Self, StartError> {
        let (Some(proxy_url), Some(secret_key)) = (&config.proxy_url, &config.secret_key) else {
            let prefix = (!is_api).then(|| PREFIX.to_owned());
            return Ok(Self {
                proxy: None,
                prefix,
            });
        };
        let upstream = config.frontend_api_url.as_deref();
        let proxy = FapiProxy::new(
            upstream.unwrap_or(DEFAULT_UPSTREAM),
            proxy_url,
            secret_key,
            ProxyLimits::default(),
        )
        .map_err(StartError::setup)?;
        Ok(Self {
            prefix: Some(proxy.prefix().to_owned()),
            proxy: Some(proxy),
        })
    }

    /// Only the prefix has to be spelled as it is written: what follows is Clerk's affair, and no router of the app sees
    /// it.
    pub(super) fn is_for(&self, path: &str) -> bool {
        let prefix = self.prefix.as_deref();
        let rest = prefix.and_then(|prefix| path.strip_prefix(prefix));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl Kit {
    /// Passes a request on to Clerk's Frontend API. `peer` is the other end of the connection. Any failure becomes an
    /// answer.
    pub async fn forward<B>(
        &self,
        request: Request<B>,
        peer: Option<IpAddr>,
        connection: Connection<'static>,
    ) -> Response<ProxyBody>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let (head, body) = request.into_parts();
        let line = self.line(&head);
        let is_page = RequestKind::of(&head) == RequestKind::Page;
        let passed = match self.0.proxy_route.proxy.as_ref() {
            None => Err(self.is_off(is_page)),
            Some(_) if !self.gate().is_own_host(&head, connection) => Err(foreign_host()),
            Some(proxy) => {
                let origin = self.gate().own_origin(&head, connection);
                let client = ProxyClient {
                    address: self.gate().client_address(&head, peer),
                    origin: origin.as_deref().unwrap_or_default(),
                };
                // Boxed as in `wait`.
                let passed = Box::pin(proxy.forward(Request::from_parts(head, body), client));
                passed.await.map_err(|error| self.trouble(&error, is_page))
            }
        };
        let mut answer = passed.unwrap_or_else(|reply| {
            Response::from(reply).map(|body| {
                let body = Full::new(body).map_err(|never| match never {});
                body.boxed_unsync()
            })
        });
        self.secure(answer.headers_mut());
        self.write(line, answer.status());
        answer
    }

    fn is_off(&self, is_page: bool) -> Reply {
        const STATUS: StatusCode = StatusCode::NOT_FOUND;
        if !is_page {
            return Reply::error(STATUS);
        }
        let message = "The proxy is off. Set CLERK_PROXY_URL and the secret key to switch it on.";
        self.problem(STATUS, &plain("Clerk is not here", message))
    }

    fn trouble(&self, error: &ProxyError, is_page: bool) -> Reply {
        let mut reply = if is_page {
            self.problem(error.status(), &error.problem())
        } else {
            Reply::json(error.status(), error.json())
        };
        if error.is_upstream() {
            let wait = HeaderValue::from_static("5");
            reply.headers_mut().insert(RETRY_AFTER, wait);
        }
        reply
    }
}

fn foreign_host() -> Reply {
    let text = "With the keys of a local emulator only this machine's own names are answered here. Open the app as \
                localhost or by its number, or list its origin in CLERK_AUTHORIZED_PARTIES.";
    Reply::text(StatusCode::FORBIDDEN, text)
}
