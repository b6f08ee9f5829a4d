//! Routes that can be told: a group declares each of its routes once, and both the router and the list of what is
//! emulated are made of it.

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
    pub router: Router<Shared>,
    pub list: Vec<Route>,
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
        self.router = self.router.route(path, answer);
        self
    }

    /// These routes and those of another group.
    pub fn and(mut self, other: Self) -> Self {
        self.list.extend(other.list);
        self.router = self.router.merge(other.router);
        self
    }
}
