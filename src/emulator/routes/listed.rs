//! Routes that can be told: a group declares each of its routes once, and both the router and the list of what is
//! emulated are made of it.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::future::ready;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodFilter, MethodRouter};
use tower_service::Service;

use super::Shared;
use super::asked::{Asked, Handler};

/// A method and the pattern of a path, as Clerk's descriptions name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
}

/// What answers a route: its handler, without its type. The hundreds that there are share all that is not their own.
type Answering = Arc<dyn Fn(Asked, Shared) -> Answered + Send + Sync>;
pub(super) type Answered = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

/// A way to an answer.
#[derive(Clone)]
struct Way {
    /// The bytes that the body may have.
    longest: usize,
    answer: Answering,
}

/// The routes of a group.
#[derive(Default)]
pub(super) struct Routes {
    pub list: Vec<Route>,
    /// What answers each of the list.
    answers: Vec<(MethodFilter, Way)>,
}

impl Routes {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn get<H: Handler<T>, T>(self, path: &'static str, handler: H) -> Self {
        self.with("GET", MethodFilter::GET, path, handler)
    }

    pub fn post<H: Handler<T>, T>(self, path: &'static str, handler: H) -> Self {
        self.with("POST", MethodFilter::POST, path, handler)
    }

    pub fn put<H: Handler<T>, T>(self, path: &'static str, handler: H) -> Self {
        self.with("PUT", MethodFilter::PUT, path, handler)
    }

    pub fn patch<H: Handler<T>, T>(self, path: &'static str, handler: H) -> Self {
        self.with("PATCH", MethodFilter::PATCH, path, handler)
    }

    pub fn delete<H: Handler<T>, T>(self, path: &'static str, handler: H) -> Self {
        self.with("DELETE", MethodFilter::DELETE, path, handler)
    }

    /// With a handler that waits for something.
    pub fn post_later(
        self,
        path: &'static str,
        answer: impl Fn(Asked, Shared) -> Answered + Send + Sync + 'static,
    ) -> Self {
        let (longest, answer) = (0, Arc::new(answer));
        self.with_way("POST", MethodFilter::POST, path, Way { longest, answer })
    }

    fn with<H: Handler<T>, T>(
        self,
        method: &'static str,
        filter: MethodFilter,
        path: &'static str,
        handler: H,
    ) -> Self {
        let way = Way {
            longest: H::LONGEST,
            answer: Arc::new(move |asked, app| at_once(handler.answer(asked, &app))),
        };
        self.with_way(method, filter, path, way)
    }

    fn with_way(
        mut self,
        method: &'static str,
        filter: MethodFilter,
        path: &'static str,
        way: Way,
    ) -> Self {
        self.list.push(Route { method, path });
        self.answers.push((filter, way));
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
        for (route, (filter, way)) in self.list.into_iter().zip(self.answers) {
            let app = Arc::clone(app);
            let before = paths.remove(route.path).unwrap_or_default();
            let with_it = before.on_service(filter, Answers { way, app });
            paths.insert(route.path, with_it);
        }
        let routers = paths.into_iter();
        routers.fold(Router::new(), |all, (path, answer)| all.route(path, answer))
    }
}

fn at_once(response: Response) -> Answered {
    Box::pin(ready(Ok(response)))
}

/// A route's answer for one instance.
#[derive(Clone)]
struct Answers {
    way: Way,
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
        let Self { way, app } = self.clone();
        Box::pin(async move {
            match Asked::read(request, way.longest).await {
                Ok(asked) => (way.answer)(asked, app).await,
                Err(fault) => Ok(fault.into_response()),
            }
        })
    }
}
