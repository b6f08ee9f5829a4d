//! The plan for a project: its files, its routes with what each will be, and the work that only its owner can do.

use std::slice;

use serde::Serialize;

use super::action::{Action, Kind};
use super::code::ByHand;
use super::migrate::Migration;
use super::project::Remark;
use crate::source::{Route, Unread, meant};

/// The plan.
#[derive(Debug, Default)]
pub struct Plan {
    pub actions: Vec<Action>,
    pub by_hand: Vec<ByHand>,
    pub routes: Vec<Planned>,
    pub unread: Vec<Unread>,
    /// Those of them that no gate is known to stand before.
    pub outside: Vec<Unread>,
    /// The patterns of paths that stay open.
    pub public: Vec<String>,
    /// Those of the routes that no gate is to stand before.
    pub without_gate: Vec<String>,
    pub remarks: Vec<Remark>,
    /// The way from the community's crate, if the project is on it.
    pub migration: Option<Migration>,
}

/// A route with what it will be.
#[derive(Debug, PartialEq, Serialize)]
pub struct Planned {
    #[serde(flatten)]
    pub route: Route,
    /// True if strangers reach it as the project is.
    pub was_open: bool,
}

impl Plan {
    /// True if there is something to write.
    pub fn has_changes(&self) -> bool {
        self.actions.iter().any(|action| action.kind != Kind::Skip)
    }

    /// Drops what was not read of our own files: nobody calls the module until its owner has added the lines, which are told.
    pub fn forget_own_files(&mut self) {
        let own = self
            .actions
            .iter()
            .filter(|action| action.kind != Kind::Edit);
        let own: Vec<_> = own.map(|action| action.path.as_str()).collect();
        let is_others = |unread: &Unread| !own.contains(&&*unread.place.file);
        self.unread.retain(is_others);
        self.outside.retain(is_others);
    }

    /// True if everything that is served is seen behind the gate.
    pub fn is_protected(&self) -> bool {
        let is_open = |planned: &Planned| planned.route.lacks_gate();
        self.by_hand.is_empty() && self.outside.is_empty() && !self.routes.iter().any(is_open)
    }

    /// Where a plan of the same project that was made later says something else: the file that was changed meanwhile. Not
    /// only what is written counts: what is told of the routes was read in files that stay as they are.
    pub fn changed_since<'a>(&'a self, later: &'a Self) -> Option<&'a str> {
        let steps = |plan: &'a Self| {
            let steps = plan.migration.as_ref().map(|way| way.steps.as_slice());
            steps.unwrap_or_default()
        };
        let action = first(&self.actions, &later.actions).map(|action| action.path.as_str());
        let route = || Some(&*first(&self.routes, &later.routes)?.route.place.file);
        let unread = || Some(&*first(&self.unread, &later.unread)?.place.file);
        let outside = || Some(&*first(&self.outside, &later.outside)?.place.file);
        let by_hand = || Some(first(&self.by_hand, &later.by_hand)?.path.as_str());
        let step = || Some(first(steps(self), steps(later))?.path.as_str());
        let place = action.or_else(route).or_else(unread).or_else(outside);
        place.or_else(by_hand).or_else(step)
    }

    /// A remark on routes that are listed as such and are not there.
    pub fn unused(&self) -> Option<Remark> {
        let is_there = |written: &&String| {
            let open = self
                .routes
                .iter()
                .filter(|planned| planned.route.is_left_open());
            let open = open.map(|planned| &*planned.route.path);
            !meant(slice::from_ref(*written), open).is_empty()
        };
        let listed = self.without_gate.iter();
        let unused: Vec<_> = listed
            .filter(|written| !is_there(written))
            .cloned()
            .collect();
        let text = format!(
            "without-gate names {}, and no route without a gate is there",
            unused.join(", ")
        );
        (!unused.is_empty()).then(|| Remark::new("without-gate-unused", text))
    }
}

/// The first entry of one list that the other does not have in its place.
fn first<'a, T: PartialEq>(one: &'a [T], other: &'a [T]) -> Option<&'a T> {
    let longer = if other.len() > one.len() { other } else { one };
    let mut places = 0..longer.len();
    let differs = |at: &usize| one.get(*at) != other.get(*at);
    places.find(differs).and_then(|at| longer.get(at))
}
