//! A request as it reaches a handler: read whole, and taken apart into what the handler wants of it.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequestParts as _, RawPathParams, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::HeaderMap;
use http::request::Parts;

use super::Shared;
use super::fault::Fault;
use crate::emulator::instance::Refusal;

/// On loopback no body takes long.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// A request whose body has arrived.
pub(super) struct Asked {
    pub parts: Parts,
    pub body: Bytes,
    /// What stands in the path where the route has a name.
    names: Vec<String>,
}

impl Asked {
    /// Reads a request, whose body may have so many bytes. With none it is left alone.
    pub async fn read(request: Request, longest: usize) -> Result<Self, Fault> {
        let (mut parts, rest) = request.into_parts();
        let body = match longest {
            0 => Bytes::new(),
            longest => body_up_to(longest, rest).await?,
        };
        let names = RawPathParams::from_request_parts(&mut parts, &()).await;
        let names = names.map_err(|_| Refusal::NotFound)?;
        let names = names.iter().map(|(_, value)| value.to_owned()).collect();
        Ok(Self { parts, body, names })
    }

    fn name(&self, number: usize) -> Result<String, Fault> {
        let name = self.names.get(number).cloned();
        name.ok_or(Fault::Refused(Refusal::NotFound))
    }
}

/// A body, if it has no more bytes than that.
async fn body_up_to(bound: usize, body: Body) -> Result<Bytes, Fault> {
    let read = axum::body::to_bytes(body, bound);
    let read = tokio::time::timeout(BODY_TIMEOUT, read).await;
    read.map_err(|_| Fault::BodyTooSlow)?
        .map_err(|_| Fault::BodyTooLarge)
}

/// What a handler wants of a request.
pub(super) trait Part: Sized {
    /// The bytes that the body may have; none where it is not wanted.
    const LONGEST: usize = 0;

    /// Takes it out of the request. Later ones of a handler find what earlier ones left.
    fn take(asked: &mut Asked, app: &Shared) -> Result<Self, Fault>;
}

/// The names in a path: an id, or two.
pub(super) struct Path<T>(pub T);

impl Part for Path<String> {
    fn take(asked: &mut Asked, _: &Shared) -> Result<Self, Fault> {
        Ok(Self(asked.name(0)?))
    }
}

impl Part for Path<(String, String)> {
    fn take(asked: &mut Asked, _: &Shared) -> Result<Self, Fault> {
        Ok(Self((asked.name(0)?, asked.name(1)?)))
    }
}

/// The body as it came, of at most so many bytes.
pub(super) struct Text<const LONGEST: usize>(pub Bytes);

impl<const LONGEST: usize> Part for Text<LONGEST> {
    const LONGEST: usize = LONGEST;

    fn take(asked: &mut Asked, _: &Shared) -> Result<Self, Fault> {
        Ok(Self(std::mem::take(&mut asked.body)))
    }
}

impl Part for HeaderMap {
    fn take(asked: &mut Asked, _: &Shared) -> Result<Self, Fault> {
        Ok(asked.parts.headers.clone())
    }
}

/// A function that answers a route: of the instance, and of those parts of the request that it names.
pub(super) trait Handler<Wants>: Copy + Send + Sync + 'static {
    /// The bytes that the body may have.
    const LONGEST: usize;

    fn answer(self, asked: Asked, app: &Shared) -> Response;
}

macro_rules! handler {
    ($($part:ident)*) => {
        impl<F, R, $($part),*> Handler<(R, $($part,)*)> for F
        where
            F: Fn(&Shared, $($part),*) -> R + Copy + Send + Sync + 'static,
            R: IntoResponse,
            $($part: Part,)*
        {
            const LONGEST: usize = longest(&[$($part::LONGEST),*]);

            #[allow(unused_mut, unused_variables, non_snake_case, reason = "there may be no parts")]
            fn answer(self, mut asked: Asked, app: &Shared) -> Response {
                $(let $part = match $part::take(&mut asked, app) {
                    Ok(part) => part,
                    Err(fault) => return fault.into_response(),
                };)*
                self(app, $($part),*).into_response()
            }
        }
    };
}

handler!();
handler!(A);
handler!(A B);
handler!(A B C);

const fn longest(bounds: &[usize]) -> usize {
    let (mut most, mut rest) = (0, bounds);
    while let [first, after @ ..] = rest {
        if *first > most {
            most = *first;
        }
        rest = after;
    }
    most
}
