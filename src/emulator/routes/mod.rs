//! From the sockets to a handler and back, at both addresses: who may ask at all, which handler is meant, what every
//! answer carries.

mod access_fault;
mod admission;
mod api_key_list;
mod asked;
mod backend;
mod call;
mod cors;
mod desk;
mod fault;
mod html;
mod listed;
mod pages;
mod passkey_fault;
mod path;
mod row;
mod scripted;
mod server_call;
mod turn;
mod upload;
mod who;
mod window;
mod worlds;

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Body;
use axum::response::IntoResponse as _;
use clerk_auth::verify::http_date;
use futures_util::FutureExt as _;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request, Response};
use tokio::time::Instant;
use tower_service::Service as _;

use super::app::App;
use super::event::{Event, Note, Told, short};
use super::face::Face;
use super::faults::{End, Met};
use super::instance::Mail;
use super::report::Asked;
use super::server::Dropped;
use super::webhooks::Requester;
use call::Caller;
use fault::Fault;
use listed::Routes;
use path::Surface;
use who::Asker;

pub(super) use fault::words;
pub use listed::Route;
pub(super) use worlds::Worlds;

type Shared = Arc<App>;
type Answer = Result<axum::response::Response, Fault>;

fn table(face: Face) -> Routes {
    match face {
        Face::Frontend => pages::routes().and(desk::routes()),
        Face::Backend => backend::routes(),
    }
}

/// All that is emulated at an address.
pub fn routes_of(face: Face) -> Vec<Route> {
    table(face).list
}

/// One of the addresses, ready to answer.
struct Door {
    face: Face,
    app: Shared,
    /// Made when somebody first asks here: the hundreds of routes of both addresses are half of a start.
    router: OnceLock<Router>,
}

impl Door {
    pub fn new(face: Face, app: &Shared) -> Self {
        Self {
            face,
            app: Arc::clone(app),
            router: OnceLock::new(),
        }
    }

    fn router(&self) -> Router {
        let router = || {
            let router = table(self.face).router(&self.app);
            router
                .fallback(async || Fault::NotEmulated)
                .method_not_allowed_fallback(async || Fault::NotEmulated)
        };
        self.router.get_or_init(router).clone()
    }

    /// Answers one request, whatever it is, unless it is dropped on purpose, and tells one event of it.
    ///
    /// # Errors
    /// [`Dropped`].
    pub async fn answer(&self, mut request: Request<Body>) -> Result<Response<Body>, Dropped> {
        let (app, began) = (&self.app, Instant::now());
        let origin = app.origins.check(request.headers());
        path::normalize(self.face, &mut request);
        let method = request.method().clone();
        let path = request.uri().path().to_owned();
        let surface = Surface::of(self.face, &path);
        let asker = Asker::new(self.face, request.uri().query());
        let asked = asker.name(app);
        let (mut mails, mut dropped) = (Vec::new(), false);
        let mut response = match &origin {
            Err(foreign) => Fault::from(*foreign).into_response(),
            Ok(_) if surface.is_for_pages() && cors::is_preflight(&request) => {
                cors::preflight(request.headers())
            }
            Ok(origin) => {
                request.extensions_mut().insert(Caller {
                    origin: origin.clone(),
                });
                match self.end_on_purpose(surface, &method, &path).await {
                    Some(End::Drop) => {
                        dropped = true;
                        scripted::dropped()
                    }
                    Some(End::KeyRevoked) => Fault::KeyInvalid.into_response(),
                    Some(End::Answer {
                        status,
                        retry_after,
                    }) => scripted::answer(status, retry_after),
                    None => self.kept(request, surface, &mut mails).await,
                }
            }
        };
        if let (Ok(Some(origin)), true) = (&origin, surface.is_for_pages()) {
            cors::allow(response.headers_mut(), origin);
        }
        keep_to_its_type(response.headers_mut(), surface);
        if let Ok(date) = HeaderValue::from_str(&http_date(app.now())) {
            response.headers_mut().insert(header::DATE, date);
        }
        let note = response.extensions_mut().remove::<Note>();
        // The page refreshes itself: with that, nothing else would be left in the list.
        if !(surface.is_page_itself(&method, &path) && response.status().is_success()) {
            app.events.record(Event {
                at: app.now().0,
                face: self.face,
                method: short(method.as_str()),
                path: short(&path),
                status: response.status().as_u16(),
                // Who signs in is known afterwards only.
                who: asked.or_else(|| asker.name(app)),
                note: note.map(|Note(text)| text),
                took: began.elapsed(),
            });
        }
        for mail in &mails {
            app.events.tell(Told::Mail(mail));
        }
        if dropped { Err(Dropped) } else { Ok(response) }
    }

    /// What somebody ordered for this request, after the delay that they ordered. Whoever waits when the emulator ends is
    /// dropped.
    async fn end_on_purpose(&self, surface: Surface, method: &Method, path: &str) -> Option<End> {
        if surface == Surface::Desk {
            return None;
        }
        let Met { delay, end } = self.app.faults.meet(self.face, method, path);
        if !delay.is_zero() {
            let mut ending = self.app.ending.subscribe();
            let ended = ending.wait_for(|ended| *ended);
            if tokio::time::timeout(delay, ended).await.is_ok() {
                return Some(End::Drop);
            }
        }
        end
    }

    /// The answer of a route, once what it changed is written down and told; and the mails that it sent.
    async fn kept(
        &self,
        request: Request<Body>,
        surface: Surface,
        mails: &mut Vec<Mail>,
    ) -> Response<Body> {
        let app = &self.app;
        if matches!(surface, Surface::Pages | Surface::Backend) {
            app.findings.look(&Asked {
                face: self.face,
                method: request.method(),
                path: request.uri().path(),
                query: request.uri().query(),
                headers: request.headers(),
                at: app.now(),
            });
        }
        let hooks = app.webhooks.is_on();
        let requester = hooks.then(|| Requester::of(request.headers()));
        let answered = self.admitted(request, surface).await;
        *mails = app.instance().take_untold_mails();
        match app.keep(mails, requester.as_ref()) {
            Ok(()) => answered,
            Err(_) => Fault::NotKept.into_response(),
        }
    }

    async fn admitted(&self, request: Request<Body>, surface: Surface) -> Response<Body> {
        if let Err(fault) = admission::check(&self.app, surface, &request) {
            let is_foreign = matches!(fault, Fault::OtherProject | Fault::KeyInvalid);
            let refused = fault.into_response();
            return if is_foreign {
                name_itself(refused, &self.app.application_name)
            } else {
                refused
            };
        }
        // A panic ends this answer and neither the connection nor the emulator. Locks that it held go on.
        let answer = AssertUnwindSafe(self.router().call(request));
        match answer.catch_unwind().await {
            Ok(Ok(response)) => response,
            Err(_) => Fault::Internal.into_response(),
        }
    }
}

/// Says whose emulator this is, to an app that may take it for its own.
fn name_itself(mut response: Response<Body>, application: &str) -> Response<Body> {
    let visible = |c: char| {
        if c == ' ' || c.is_ascii_graphic() {
            c
        } else {
            '?'
        }
    };
    let name: String = application.chars().map(visible).collect();
    if let Ok(name) = HeaderValue::from_str(&name) {
        let header = HeaderName::from_static("x-clerk-emulator");
        response.headers_mut().insert(header, name);
    }
    response
}

/// No page may take an answer for something else than it is, nor embed one that is not for pages.
fn keep_to_its_type(headers: &mut HeaderMap, surface: Surface) {
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    if !surface.is_for_pages() {
        let name = HeaderName::from_static("cross-origin-resource-policy");
        headers.insert(name, HeaderValue::from_static("same-origin"));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use axum::routing;
    use http::StatusCode;

    use super::*;
    use crate::emulator::Options;
    use crate::emulator::instance::random::SystemRandom;

    #[tokio::test]
    async fn a_handler_that_panics_is_answered_for() {
        let options = Options::with_new_keys(Arc::new(SystemRandom), true).unwrap();
        let app = Arc::new(App::new(options, "localhost", (1, 2)).unwrap());
        let door = Door::new(Face::Backend, &app);
        let panics = async || -> StatusCode { panic!("on purpose") };
        let router = Router::new().route("/v1/users", routing::get(panics));
        door.router.set(router).unwrap();
        for _ in 0..2 {
            let key = format!("Bearer {}", app.secret_key.expose());
            let request = Request::get("/v1/users").header(header::AUTHORIZATION, key);
            let request = request.body(Body::empty()).unwrap();
            let answer = door.admitted(request, Surface::Backend).await;
            assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        }
    }

    #[test]
    fn what_is_for_developers_is_told_from_what_is_for_everybody() {
        for route in desk::routes().list {
            let surface = Surface::of(Face::Frontend, route.path);
            assert_eq!(surface, Surface::Desk, "{}", route.path);
        }
        for route in pages::routes().list {
            let surface = Surface::of(Face::Frontend, route.path);
            assert_ne!(surface, Surface::Desk, "{}", route.path);
        }
    }
}
