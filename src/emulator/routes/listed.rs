//! Routes that can be told: a group declares each of its routes once, and both the router and the list of what is
//! emulated are made of it.

use std::collections::BTreeMap;

use axum::Router;
use axum::handler::Handler;
use axum::routing::{self, MethodRouter};

use super::Shared;

/// A method and the pattern of a path, as Clerk's descriptions name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
}

/// The routes of a group.
#[derive(Default)]
pub(super) struct Routes {
    pub list: Vec<Route>,
    /// What answers each of the list.
    answers: Vec<MethodRouter<Shared>>,
}

impl Routes {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn get<H: Handler<T, Shared>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.with("GET", path, routing::get(handler))
    }

    pub fn post<H: Handler<T, Shared>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.with("POST", path, routing::post(handler))
    }

    pub fn put<H: Handler<T, Shared>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.with("PUT", path, routing::put(handler))
    }

    pub fn patch<H: Handler<T, Shared>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.with("PATCH", path, routing::patch(handler))
    }

    pub fn delete<H: Handler<T, Shared>, T: 'static>(self, path: &'static str, handler: H) -> Self {
        self.with("DELETE", path, routing::delete(handler))
    }

    fn with(
        mut self,
        method: &'static str,
        path: &'static str,
        answer: MethodRouter<Shared>,
    ) -> Self {
        self.list.push(Route { method, path });
        self.answers.push(answer);
        self
    }

    /// These routes and those of another group.
    pub fn and(mut self, other: Self) -> Self {
        self.list.extend(other.list);
        self.answers.extend(other.answers);
        self
    }

    /// All of them in one router. It would copy what it has of a path for each method that comes later.
    pub fn router(self) -> Router<Shared> {
        let mut paths: BTreeMap<_, MethodRouter<Shared>> = BTreeMap::new();
        for (route, answer) in self.list.into_iter().zip(self.answers) {
            let before = paths.remove(route.path).unwrap_or_default();
            paths.insert(route.path, before.merge(answer));
        }
        let routers = paths.into_iter();
        routers.fold(Router::new(), |all, (path, answer)| all.route(path, answer))
    }
}
