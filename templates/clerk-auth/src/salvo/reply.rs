//! The kit's answers as salvo's.

use http::StatusCode;
use salvo_core::http::ResBody;
use salvo_core::{
    Depot, Extractible as _, FlowCtrl, Handler, Request, Response, Scribe, async_trait,
};

use crate::kit::{self, NoUser, Reply, SignedIn, append};

/// The status of a redirect that was sent. salvo's macro for handlers makes 400 of it if an extractor sent it.
#[derive(Clone, Copy)]
pub(super) struct Redirected(pub(super) StatusCode);

impl Scribe for Reply {
    fn render(self, response: &mut Response) {
        let (head, body) = http::Response::from(self).into_parts();
        response.status_code(head.status);
        append(response.headers_mut(), head.headers);
        // Without a body salvo would put a page of its own there.
        response.body(ResBody::Once(body));
        if head.status.is_redirection() {
            response.extensions.insert(Redirected(head.status));
        }
    }
}

impl Scribe for NoUser {
    fn render(self, response: &mut Response) {
        self.reply.render(response);
    }
}

/// `GET /api/me`: the sender, as JSON.
#[derive(Clone, Copy, Debug)]
#[allow(
    non_camel_case_types,
    reason = "named as the functions that are handlers"
)]
pub struct me;

#[async_trait]
impl Handler for me {
    async fn handle(
        &self,
        request: &mut Request,
        depot: &mut Depot,
        response: &mut Response,
        _: &mut FlowCtrl,
    ) {
        match SignedIn::extract(request, depot).await {
            Ok(SignedIn(session)) => kit::me(&session).render(response),
            Err(reply) => reply.render(response),
        }
    }
}
