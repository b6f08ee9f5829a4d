//! The middleware. It asks the kit about every request before any handler sees it.

use std::future::{Ready, ready};
use std::pin::{Pin, pin};
use std::rc::Rc;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::error::InternalError;
use actix_web::{Error, HttpMessage as _, HttpResponse};

use super::head::{connection, parts};
use crate::kit::{Entry, Guest, Kit, Stay, Waiting, unless_panicked};
use crate::server::at_home;

/// Puts the kit before an app. Wrap it last, so that it comes before everything else.
#[derive(Clone, Debug)]
pub struct ClerkMiddleware(Kit);

impl ClerkMiddleware {
    /// A middleware of this kit.
    pub fn new(kit: &Kit) -> Self {
        Self(kit.clone())
    }
}

impl<S, B> Transform<S, ServiceRequest> for ClerkMiddleware
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = Protected<S>;
    type InitError = ();
    type Future = Ready<Result<Protected<S>, ()>>;

    fn new_transform(&self, app: S) -> Self::Future {
        let (kit, app) = (Rc::new(self.0.clone()), Rc::new(app));
        ready(Ok(Protected { kit, app }))
    }
}

/// The service behind the middleware.
#[derive(Debug)]
pub struct Protected<S> {
    kit: Rc<Kit>,
    app: Rc<S>,
}

impl<S, B> Service<ServiceRequest> for Protected<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>>>>;

    forward_ready!(app);

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        let (kit, app) = (Rc::clone(&self.kit), Rc::clone(&self.app));
        let entered = kit.enter(request.head(), connection(&request));
        Box::pin(async move {
            let (guest, stay) = match entered {
                Ok(Entry::Pass(guest, stay)) => (guest, stay),
                // Boxed so that the usual case does not carry the size of all this.
                entered => match Box::pin(settle(&kit, entered, &mut request)).await {
                    Ok(passed) => passed,
                    Err(answer) => return Ok(request.into_response(answer.map_into_right_body())),
                },
            };
            request.extensions_mut().insert(guest);
            let mut answer = match unless_panicked(pin!(app.call(request))).await {
                Some(Ok(mut response)) => {
                    leave(&kit, stay, response.response_mut());
                    return Ok(response.map_into_left_body());
                }
                Some(Err(error)) => error.error_response(),
                None => kit.broken(&stay).into(),
            };
            // An error would leave without the headers.
            leave(&kit, stay, &mut answer);
            Err(InternalError::from_response("an answer", answer).into())
        })
    }
}

/// The visitor who is let in, or the answer in place of a handler's.
async fn settle(
    kit: &Kit,
    entered: Result<Entry, Waiting>,
    request: &mut ServiceRequest,
) -> Result<(Guest, Stay), HttpResponse> {
    let entry = match entered {
        Ok(entry) => entry,
        Err(waiting) => {
            let (kit, parts) = (kit.clone(), parts(request.head())?);
            let connection = connection(request);
            let work = async move { kit.wait(waiting, &parts, connection).await };
            at_home(request.conn_data().cloned(), work).await
        }
    };
    match entry {
        Entry::Answer(reply) => Err(reply.into()),
        #[cfg(feature = "proxy")]
        Entry::Forward => Err(super::forward::forward(kit.clone(), request).await?),
        Entry::Pass(guest, stay) => Ok((guest, stay)),
    }
}

/// Hands the answer's headers to the kit.
fn leave<B>(kit: &Kit, stay: Stay, answer: &mut HttpResponse<B>) {
    let status = http::StatusCode::from_u16(answer.status().as_u16());
    kit.leave(stay, status.unwrap_or_default(), answer.headers_mut());
}
