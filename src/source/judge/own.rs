//! The routes that the kit itself adds.

use super::{Protection, Route};
use crate::source::place::Place;
use crate::source::value::{Kind, Kit};

/// What the kit itself answers.
pub fn of_kit(kit: &Kit, forwards: bool) -> Vec<Route> {
    let mut routes = Vec::new();
    if let Some(place) = &kit.health {
        for path in ["/healthz", "/readyz"] {
            routes.push(own(path, Protection::WithoutAuth, "the kit: health", place));
        }
    }
    if let Some(place) = &kit.files {
        let name = "the kit: files";
        routes.push(own("files that exist", Protection::Public, name, place));
    }
    if let Some(place) = &kit.front_end {
        let name = "the kit: front end";
        routes.push(own("all other addresses", Protection::Public, name, place));
    }
    if kit.machines.as_ref().is_ok_and(|list| !list.is_empty()) {
        let (name, path) = (
            "the kit: for OAuth clients",
            "/.well-known/oauth-protected-resource/*",
        );
        routes.push(own(path, Protection::WithoutAuth, name, &kit.place));
    }
    if forwards {
        let name = "the kit: forwarded to Clerk";
        routes.push(own("/__clerk/*", Protection::WithoutAuth, name, &kit.place));
    }
    routes
}

fn own(path: &str, protection: Protection, handler: &str, place: &Place) -> Route {
    Route {
        method: None,
        path: path.to_owned(),
        kind: match path.ends_with('*') {
            true => Kind::Below,
            false => Kind::Route,
        },
        protection,
        rule: None,
        data: false,
        handler: handler.to_owned(),
        asks_nobody: false,
        takes_note: false,
        layers: Vec::new(),
        place: place.clone(),
        remarks: Vec::new(),
    }
}
