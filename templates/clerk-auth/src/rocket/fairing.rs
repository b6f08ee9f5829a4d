//! The fairing. It asks the kit about every request before Rocket chooses a route.
//!
//! A fairing cannot answer. Where the kit does, the request goes to a route of our own, which finds the answer in the
//! request's local cache; nobody gets anything else there.

use std::sync::Mutex;

use http::StatusCode;
use rocket::fairing::{Fairing, Info, Kind, Result};
use rocket::http::uri::Origin;
use rocket::http::{Header, Method};
use rocket::{Build, Catcher, Data, Request, Response, Rocket, Route};

use super::answer;
use super::kept::{Kept, held};
use crate::head::Head as _;
use crate::kit::{Entry, Kit};
use crate::public_url::Connection;

const OWN_PATH: &str = "/.clerk-auth";

/// Puts the kit before an app. Attach it last, so that it judges what other fairings make of a request.
#[derive(Clone, Debug)]
pub struct ClerkFairing(Kit);

impl ClerkFairing {
    /// A fairing of this kit.
    pub fn new(kit: &Kit) -> Self {
        Self(kit.clone())
    }
}

#[rocket::async_trait]
impl Fairing for ClerkFairing {
    fn info(&self) -> Info {
        let kind = Kind::Ignite | Kind::Request | Kind::Response | Kind::Singleton;
        let name = "Clerk";
        Info { name, kind }
    }

    async fn on_ignite(&self, rocket: Rocket<Build>) -> Result {
        // An app may have a route of its own for every HEAD.
        let ours = [Method::Get, Method::Head]
            .map(|method| Route::ranked(isize::MIN, method, OWN_PATH, answer::send));
        let is_theirs = |own: &Catcher| own.code.is_none() && own.base == "/";
        let has_one = rocket.catchers().any(is_theirs);
        let catcher = (!has_one).then(|| Catcher::new(None, answer::catch));
        let rocket = rocket.register("/", Vec::from_iter(catcher));
        Ok(rocket.manage(self.0.clone()).mount("/", ours.to_vec()))
    }

    async fn on_request(&self, request: &mut Request<'_>, data: &mut Data<'_>) {
        undo_method_field(request, data).await;
        let (kit, mut kept) = (&self.0, Kept::default());
        if let (Some(host), None) = (request.host(), request.header(&http::header::HOST)) {
            // That of HTTP/2, which has no header for it.
            request.add_header(Header::new("host", host.to_string()));
        }
        let head = &*request;
        let entry = match kit.enter(head, Connection::HTTP) {
            Ok(entry) => entry,
            Err(waiting) => kit.wait(waiting, head, Connection::HTTP).await,
        };
        let entry = kit.without_foreign_forms(entry, head, Connection::HTTP);
        match entry {
            Entry::Pass(guest, stay) => {
                kept.guest = Some(guest);
                kept.stay = Mutex::new(Some(stay));
            }
            Entry::Answer(reply) => kept.reply = Mutex::new(Some(reply)),
            #[cfg(feature = "proxy")]
            Entry::Forward => kept.for_clerk = crate::head::copied(head),
        }
        request.local_cache(|| kept);
        if Kept::of(request).guest.is_none() {
            request.set_uri(Origin::path_only(OWN_PATH));
            // Rocket must know that the answer to HEAD has no body, and finds the route nevertheless.
            if request.method() != Method::Head {
                request.set_method(Method::Get);
            }
        }
    }

    /// Cookies leave as headers: the jar is read before, and would give them attributes of its own.
    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        let Some(stay) = held(&Kept::of(request).stay).take() else {
            return;
        };
        let status = StatusCode::from_u16(response.status().code).unwrap_or_default();
        self.0.leave(stay, status, response);
    }
}

/// Rocket takes a form that begins with a field `_method` for a request with that method. Here the method that came is
/// the one that counts: a form on any site could pass for a page, or for more than a form. Forms come by POST, so another
/// method over such a form is Rocket's.
async fn undo_method_field(request: &mut Request<'_>, data: &mut Data<'_>) {
    let is_form = request.content_type().is_some_and(|of| of.is_form());
    if is_form && request.method() != Method::Post {
        // Read as Rocket reads it, which takes `_method[]` and `._method` for the same field.
        let start = data.peek("_method=delete".len()).await;
        let form = std::str::from_utf8(start).unwrap_or_default();
        let mut fields = rocket::form::Form::values(form);
        if fields.next().is_some_and(|field| field.name == "_method") {
            request.set_method(Method::Post);
        }
    }
}
