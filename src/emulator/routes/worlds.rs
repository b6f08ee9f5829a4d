//! Several instances behind the same two addresses, so that each test can have one to itself. A request is for the one
//! that it names: by secret key, by host, or by what one of them alone knows. What names none is for the first, which is
//! the project's own.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{AUTHORIZATION, HOST, HeaderMap};
use http::{Request, Response};
use serde_json::Value;

use super::admission::bearer;
use super::asked::{Asked, Part};
use super::call::Fields;
use super::fault::Fault;
use super::{Door, Shared};
use crate::emulator::StartError;
use crate::emulator::app::App;
use crate::emulator::face::Face;
use crate::emulator::server::Dropped;
use crate::emulator::surroundings::{Surroundings, own_host};

/// More than tests run at a time; one more takes the place of the one that nobody has asked for longest, so that tests
/// which were killed leave nothing behind for good.
const MAX_WORLDS: usize = 100;

/// All of them.
pub(in crate::emulator) struct Worlds {
    first: Arc<World>,
    others: RwLock<Vec<Arc<World>>>,
    surroundings: Surroundings,
    made: AtomicU64,
    /// Grows with each request.
    turn: AtomicU64,
}

/// One of them, behind its own doors.
struct World {
    app: Shared,
    host: String,
    frontend: Door,
    backend: Door,
    asked_last: AtomicU64,
}

impl World {
    fn new(app: &Shared) -> Self {
        Self {
            app: Arc::clone(app),
            host: own_host(&app.publishable_key),
            frontend: Door::new(Face::Frontend, app),
            backend: Door::new(Face::Backend, app),
            asked_last: AtomicU64::new(0),
        }
    }

    fn is_named_by_host(&self, headers: &HeaderMap) -> bool {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        let rest = host.and_then(|host| host.strip_prefix(&self.host));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
    }

    fn has_machine(&self, key: &str) -> bool {
        let app = &self.app;
        app.instance().machine_with_key(key, app.now()).is_some()
    }
}

impl Worlds {
    pub fn new(first: &Shared, surroundings: Surroundings) -> Self {
        Self {
            first: Arc::new(World::new(first)),
            others: RwLock::default(),
            surroundings,
            made: AtomicU64::new(0),
            turn: AtomicU64::new(0),
        }
    }

    /// Answers one request, in the world that it is for.
    ///
    /// # Errors
    /// [`Dropped`].
    pub async fn answer(
        self: Arc<Self>,
        face: Face,
        mut request: Request<Body>,
    ) -> Result<Response<Body>, Dropped> {
        let world = self.meant(face, &request);
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        world.asked_last.store(turn, Ordering::Relaxed);
        request.extensions_mut().insert(self);
        match face {
            Face::Frontend => world.frontend.answer(request).await,
            Face::Backend => world.backend.answer(request).await,
        }
    }

    /// Makes one more. It takes as long as an RSA key, some tenth of a second.
    pub fn make(&self) -> Result<Shared, StartError> {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let app = Arc::new(self.surroundings.another(number)?);
        let world = Arc::new(World::new(&app));
        let turn = self.turn.load(Ordering::Relaxed);
        world.asked_last.store(turn, Ordering::Relaxed);
        let mut others = self.others.write().unwrap_or_else(PoisonError::into_inner);
        if others.len() >= MAX_WORLDS {
            let asked = others
                .iter()
                .map(|world| world.asked_last.load(Ordering::Relaxed));
            if let Some((oldest, _)) = asked.enumerate().min_by_key(|(_, turn)| *turn) {
                others.remove(oldest);
            }
        }
        others.push(world);
        Ok(app)
    }

    /// Forgets it and all that is in it. False for the first one, which stays.
    pub fn end(&self, app: &App) -> bool {
        let mut others = self.others.write().unwrap_or_else(PoisonError::into_inner);
        let before = others.len();
        others.retain(|world| !std::ptr::eq(&*world.app, app));
        others.len() < before
    }

    /// All of them, oldest first.
    pub fn all(&self) -> Vec<Shared> {
        let others = self.others.read().unwrap_or_else(PoisonError::into_inner);
        let all = std::iter::once(&self.first).chain(&*others);
        all.map(|world| Arc::clone(&world.app)).collect()
    }

    fn meant(&self, face: Face, request: &Request<Body>) -> Arc<World> {
        let others = self.others.read().unwrap_or_else(PoisonError::into_inner);
        let found = if others.is_empty() {
            None
        } else {
            let all: Vec<_> = std::iter::once(&self.first).chain(&*others).collect();
            match face {
                Face::Frontend => for_pages(&all, request),
                Face::Backend => for_servers(&all, request.headers()),
            }
        };
        Arc::clone(found.unwrap_or(&self.first))
    }
}

impl Part for Arc<Worlds> {
    fn take(asked: &mut Asked, _: &Shared) -> Result<Self, Fault> {
        let worlds = asked.parts.extensions.get();
        worlds.cloned().ok_or(Fault::Internal)
    }
}

fn for_servers<'a>(all: &[&'a Arc<World>], headers: &HeaderMap) -> Option<&'a Arc<World>> {
    let key = bearer(headers)?;
    let has_key = |world: &&Arc<World>| world.app.has_secret_key(key.as_bytes());
    let has_machine = |world: &&Arc<World>| key.starts_with("ak_") && world.has_machine(key);
    let mut worlds = all.iter().copied();
    worlds
        .clone()
        .find(has_key)
        .or_else(|| worlds.find(has_machine))
}

fn for_pages<'a>(all: &[&'a Arc<World>], request: &Request<Body>) -> Option<&'a Arc<World>> {
    let (headers, worlds) = (request.headers(), all.iter().copied());
    let key = headers.get("clerk-secret-key").map(|key| key.as_bytes());
    let key = key.or_else(|| bearer(headers).map(str::as_bytes));
    let by_key = |key: &[u8]| worlds.clone().find(|world| world.app.has_secret_key(key));
    let by_host = || worlds.clone().find(|world| world.is_named_by_host(headers));
    let by_browser = || {
        let query = Fields::parse(request.uri().query()?.as_bytes());
        let browser = query.get("__clerk_db_jwt")?;
        worlds
            .clone()
            .find(|world| world.app.instance().knows_dev_browser(browser))
    };
    let by_token = || {
        let signer = signer(headers)?;
        worlds.clone().find(|world| world.app.instance_id == signer)
    };
    key.and_then(by_key)
        .or_else(by_host)
        .or_else(by_browser)
        .or_else(by_token)
}

/// The instance that a token names as its own: that of an app outside a browser, or of an OAuth client. Whether it is
/// right is for that instance to say.
fn signer(headers: &HeaderMap) -> Option<String> {
    let token = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let token = token.strip_prefix("Bearer ").unwrap_or(token);
    let head = URL_SAFE_NO_PAD.decode(token.split('.').next()?).ok()?;
    let head: Value = serde_json::from_slice(&head).ok()?;
    Some(head["kid"].as_str()?.to_owned())
}
