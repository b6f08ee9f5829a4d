//! The kit's answers as actix's.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::error::InternalError;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::{Error, HttpRequest, HttpResponse, Responder};
use http::Response;

use super::extract::ask;
use crate::kit::{self, AnswerHeaders, NoUser, Reply, SignedIn, Usual};

impl From<Reply> for HttpResponse {
    fn from(reply: Reply) -> Self {
        answer(Response::from(reply))
    }
}

impl Responder for Reply {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.into()
    }
}

impl From<Reply> for Error {
    fn from(reply: Reply) -> Self {
        InternalError::from_response("an answer of the kit", reply.into()).into()
    }
}

impl From<NoUser> for Error {
    fn from(error: NoUser) -> Self {
        error.reply.into()
    }
}

/// An answer in actix's types.
pub(super) fn answer(response: Response<impl MessageBody + 'static>) -> HttpResponse {
    let (head, body) = response.into_parts();
    let status = StatusCode::from_u16(head.status.as_u16());
    let mut answer = HttpResponse::new(status.unwrap_or_default());
    for (name, value) in &head.headers {
        answer.headers_mut().add(name.clone(), value.clone());
    }
    answer.set_body(BoxBody::new(body))
}

/// What is a name or a value in either version of these types is one in the other.
impl AnswerHeaders for HeaderMap {
    fn has(&self, name: &http::HeaderName) -> bool {
        self.contains_key(name.as_str())
    }

    fn add(&mut self, name: http::HeaderName, value: http::HeaderValue) {
        let name = HeaderName::from_bytes(name.as_str().as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value.as_bytes())) {
            self.append(name, value);
        }
    }

    fn set(&mut self, name: http::HeaderName, value: http::HeaderValue) {
        self.remove(name.as_str());
        self.add(name, value);
    }

    fn add_usual(&mut self, line: Usual) {
        let name = match line {
            Usual::NoStore => header::CACHE_CONTROL,
            Usual::NoSniff => header::X_CONTENT_TYPE_OPTIONS,
            Usual::NoFrame => header::X_FRAME_OPTIONS,
            Usual::OnlyHttps => header::STRICT_TRANSPORT_SECURITY,
        };
        if !self.contains_key(&name) {
            self.append(name, HeaderValue::from_static(line.value()));
        }
    }
}

/// `GET /api/me`: the sender, as JSON.
pub async fn me(SignedIn(session): SignedIn) -> Reply {
    kit::me(&session)
}

/// The default service, for addresses without a page. Strangers get here only on public paths; elsewhere they are sent
/// to sign-in first.
pub async fn not_found(request: HttpRequest) -> Reply {
    ask(&request, |guest, head| Ok(guest.not_found(head))).unwrap_or_else(|reply| reply)
}
