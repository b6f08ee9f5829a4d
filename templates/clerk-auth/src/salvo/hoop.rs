//! The hoop. It asks the kit about every request before any handler sees it.

use std::pin::pin;

use http::StatusCode;
use salvo_core::{Depot, FlowCtrl, Handler, Request, Response, Scribe as _, async_trait};

use super::extract::whole;
use super::reply::Redirected;
use crate::kit::{Entry, Guest, Kit, Stay, unless_panicked};
use crate::public_url::Connection;

const HTTP: Connection<'static> = Connection::HTTP;

/// The most bytes of a body unless the app says otherwise: as many as axum takes, where salvo takes 64 KiB.
const MOST_BODY: usize = 2 * 1024 * 1024;

/// Puts the kit before an app. It belongs to the service, not to a router, and before all other hoops: there it comes
/// before everything else, also what does not exist.
#[derive(Clone, Debug)]
pub struct ClerkHoop {
    kit: Kit,
    most_body: usize,
}

impl ClerkHoop {
    /// A hoop of this kit.
    pub fn new(kit: &Kit) -> Self {
        Self {
            kit: kit.clone(),
            most_body: MOST_BODY,
        }
    }

    /// The most bytes of a body, if not 2 MiB. salvo's own `SecureMaxSize` says it for a single route.
    pub fn most_body(mut self, bytes: usize) -> Self {
        self.most_body = bytes;
        self
    }

    /// The handler has answered; what is not its own answer is the kit's.
    fn leave(
        &self,
        is_whole: bool,
        guest: &Guest,
        stay: Stay,
        request: &Request,
        response: &mut Response,
    ) {
        let sent = response.extensions.remove::<Redirected>();
        match (response.status_code, sent) {
            _ if !is_whole => {
                *response = Response::new();
                self.kit.broken(&stay).render(response);
            }
            (Some(StatusCode::BAD_REQUEST), Some(Redirected(status))) => {
                response.status_code(status);
            }
            (Some(StatusCode::NOT_FOUND), _) if response.body.is_none() => {
                guest.not_found(&whole(request)).render(response);
            }
            _ => {}
        }
        let status = response.status_code.unwrap_or_default();
        self.kit.leave(stay, status, response.headers_mut());
    }
}

#[async_trait]
impl Handler for ClerkHoop {
    async fn handle(
        &self,
        request: &mut Request,
        depot: &mut Depot,
        response: &mut Response,
        flow: &mut FlowCtrl,
    ) {
        let kit = &self.kit;
        let entry = match kit.enter(&whole(request), HTTP) {
            Ok(entry) => entry,
            Err(waiting) => kit.wait(waiting, &whole(request), HTTP).await,
        };
        match entry {
            Entry::Answer(reply) => reply.render(response),
            #[cfg(feature = "proxy")]
            Entry::Forward => forward(kit, request, response).await,
            Entry::Pass(guest, stay) => {
                request.set_secure_max_size(self.most_body);
                depot.insert_typed(guest.clone());
                let handler = flow.call_next(request, depot, response);
                let is_whole = unless_panicked(pin!(handler)).await.is_some();
                self.leave(is_whole, &guest, stay, request, response);
            }
        }
        flow.skip_rest();
    }
}

/// Hands the request to Clerk's Frontend API.
#[cfg(feature = "proxy")]
async fn forward(kit: &Kit, request: &mut Request, response: &mut Response) {
    use http_body_util::BodyExt as _;
    use salvo_core::{BoxedError, conn::SocketAddr};

    let peer = match request.remote_addr() {
        SocketAddr::IPv4(address) => Some((*address.ip()).into()),
        SocketAddr::IPv6(address) => Some((*address.ip()).into()),
        _ => None,
    };
    let mut asked = http::Request::new(request.take_body());
    let head = whole(request);
    *asked.method_mut() = head.method.clone();
    *asked.uri_mut() = head.uri.clone();
    *asked.version_mut() = head.version;
    *asked.headers_mut() = head.headers.clone();
    let (head, body) = kit.forward(asked, peer, HTTP).await.into_parts();
    response.status_code(head.status);
    *response.headers_mut() = head.headers;
    response.stream(body.map_err(BoxedError::from).into_data_stream());
}
