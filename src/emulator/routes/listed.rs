//! Routes that can be told: a group declares each of its routes once, and both the router and the list of what is
//! emulated are made of it.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter};
use tower_service::Service;

use super::Shared;

/// A method and the pattern of a path, as Clerk's descriptions name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
}

/// What answers a route: its handler, without its type. As axum keeps handlers, each of hundreds would be touched in the
/// program's text to make the router.
type Answering = Arc<dyn Fn(Request, Shared) -> Answered + Send + Sync>;
type Answered = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

/// The routes of a group.
#[derive(Default)]
pub(super) struct Routes {
    pub list: Vec<Route>,
    /// What answers each of the list.
    answers: Vec<(MethodFilter, Answering)>,
}

impl Routes {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn get<H: Handler<T, Shared>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.with("GET", MethodFilter::GET, path, handler)
    }

    pub fn post<H: Handler<T, Shared>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.with("POST", MethodFilter::POST, path, handler)
    }

    pub fn put<H: Handler<T, Shared>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.with("PUT", MethodFilter::PUT, path, handler)
    }

    pub fn patch<H: Handler<T, Shared>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.with("PATCH", MethodFilter::PATCH, path, handler)
    }

    pub fn delete<H: Handler<T, Shared>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.with("DELETE", MethodFilter::DELETE, path, handler)
    }

    fn with<H: Handler<T, Shared>, T: 'static>(
        mut self,
        method: &'static str,
        filter: MethodFilter,
        path: &'static str,
        handler: H,
    ) -> Self {
        let answer = move |request, app| -> Answered {
            let answered = handler.clone().call(request, app);
            Box::pin(async { Ok(answered.await) })
        };
        self.list.push(Route { method, path });
        self.answers.push((filter, Arc::new(answer)));
        self
    }

    /// These routes and those of another group.
    pub fn and(mut self, other: Self) -> Self {
        self.list.extend(other.list);
        self.answers.extend(other.answers);
        self
    }

    /// All of them in one router. It would copy what it has of a path for each method that comes later.
    pub fn router(self, app: &Shared) -> Router {
        let mut paths: BTreeMap<_, MethodRouter> = BTreeMap::new();
        for (route, (filter, answer)) in self.list.into_iter().zip(self.answers) {
            let app = Arc::clone(app);
            let before = paths.remove(route.path).unwrap_or_default();
            let with_it = before.on_service(filter, Answers { answer, app });
            paths.insert(route.path, with_it);
        }
        let routers = paths.into_iter();
        routers.fold(Router::new(), |all, (path, answer)| all.route(path, answer))
    }
}

/// A route's answer for one instance.
#[derive(Clone)]
struct Answers {
    answer: Answering,
    app: Shared,
}

impl Service<Request> for Answers {
    type Response = Response;
    type Error = Infallible;
    type Future = Answered;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        (self.answer)(request, Arc::clone(&self.app))
    }
}
