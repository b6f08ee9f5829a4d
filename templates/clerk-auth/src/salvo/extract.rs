//! Extractors: with these a handler says who may call it. On a route outside of the hoop they answer 500.

use http::Method;
#[cfg(feature = "webhooks")]
use http::StatusCode;
use salvo_core::extract::Metadata;
#[cfg(feature = "webhooks")]
use salvo_core::http::ParseError;
use salvo_core::{Depot, Extractible, Request};

use super::HeadOnly;
#[cfg(feature = "machines")]
use crate::callers::CallerRule;
use crate::head::Head;
use crate::http_head::HttpHead;
#[cfg(feature = "machines")]
use crate::kit::Caller;
#[cfg(feature = "webhooks")]
use crate::kit::Webhook;
use crate::kit::{Allowed, Auth, CurrentUser, Guest, NoUser, Reply, SignedIn, no_layer};
use crate::protect::Rule;

/// The request as it came.
pub(super) fn whole(request: &Request) -> HttpHead<'_> {
    let is_head = request.extensions().get::<HeadOnly>().is_some();
    HttpHead {
        method: if is_head {
            &Method::HEAD
        } else {
            request.method()
        },
        uri: request.uri(),
        version: request.version(),
        headers: request.headers(),
    }
}

fn guest(depot: &Depot) -> Result<&Guest, Reply> {
    depot.get_typed().map_err(|_| no_layer())
}

/// Asks the guest whom the hoop kept.
fn ask<T>(
    request: &Request,
    depot: &Depot,
    question: impl FnOnce(&Guest, &dyn Head) -> Result<T, Reply>,
) -> Result<T, Reply> {
    question(guest(depot)?, &whole(request))
}

/// The signed-in user, for a handler that can do without: it takes `req: &Request` and `depot: &mut Depot`.
///
/// # Errors
/// The reason why there is none, in words that a visitor may read.
pub async fn current_user(request: &Request, depot: &mut Depot) -> Result<CurrentUser, NoUser> {
    if let Ok(user) = depot.get_typed::<CurrentUser>() {
        return Ok(user.clone());
    }
    let user = CurrentUser(guest(depot)?.user(&whole(request)).await?);
    depot.insert_typed(user.clone());
    Ok(user)
}

/// Each type with its way out of request and depot.
macro_rules! extractible {
    ($type:ty $(, for $rule:ident: $bound:ident)?, |$request:ident, $depot:ident| $extracted:expr) => {
        impl<'ex $(, $rule: $bound + 'ex)?> Extractible<'ex> for $type {
            fn metadata() -> &'static Metadata {
                // Read by nothing but descriptions of an API.
                static NONE: Metadata = Metadata::new("");
                &NONE
            }

            #[allow(refining_impl_trait, reason = "the trait hides the type")]
            async fn extract(
                $request: &'ex mut Request,
                $depot: &'ex mut Depot,
            ) -> Result<Self, Reply> {
                $extracted
            }
        }
    };
}

extractible!(Auth, |request, depot| ask(request, depot, Guest::auth)
    .map(Self));
extractible!(SignedIn, |request, depot| ask(
    request,
    depot,
    Guest::session
)
.map(Self));
extractible!(Allowed<R>, for R: Rule, |request, depot| {
    ask(request, depot, Guest::allowed::<R>).map(Self::new)
});
#[cfg(feature = "machines")]
extractible!(Caller<R>, for R: CallerRule, |request, depot| {
    ask(request, depot, Guest::caller::<R>).map(Self::new)
});
extractible!(CurrentUser, |request, depot| {
    let user = current_user(request, depot).await;
    user.map_err(|nobody| nobody.reply)
});
#[cfg(feature = "pages")]
extractible!(crate::kit::Page, |request, depot| {
    ask(request, depot, |guest, head| Ok(guest.page(head)))
});
#[cfg(feature = "webhooks")]
extractible!(Webhook, |request, depot| {
    let guest = guest(depot)?;
    let body = request.payload().await.map_err(unread)?.clone();
    guest.webhook(request.headers(), &body).map(Self)
});

/// The answer to a body that is too large or breaks off.
#[cfg(feature = "webhooks")]
fn unread(error: ParseError) -> Reply {
    match error {
        ParseError::PayloadTooLarge => Reply::error(StatusCode::PAYLOAD_TOO_LARGE),
        _ => Reply::error(StatusCode::BAD_REQUEST),
    }
}
