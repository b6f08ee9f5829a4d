//! What is to be done in a project: its files, its routes with what each will be, and what only its owner can do.

use serde::Serialize;

use super::action::{Action, Kind};
use super::code::ByHand;
use super::migrate::Migration;
use super::project::Remark;
use super::public;
use crate::source::{Protection, Route, Unread};

/// What is to be done.
#[derive(Debug, Default)]
pub struct Plan {
    pub actions: Vec<Action>,
    pub by_hand: Vec<ByHand>,
    pub routes: Vec<Planned>,
    pub unread: Vec<Unread>,
    /// What of that no gate is known to stand before.
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
#[derive(Debug, Serialize)]
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

    /// Whether everything that is served is seen behind the gate.
    pub fn is_protected(&self) -> bool {
        let is_open = |planned: &Planned| {
            planned.route.protection == Protection::WithoutGate && !self.is_meant(planned)
        };
        self.by_hand.is_empty() && self.outside.is_empty() && !self.routes.iter().any(is_open)
    }

    /// Whether a route is without a gate because its owner wants it so.
    pub fn is_meant(&self, planned: &Planned) -> bool {
        planned.route.protection == Protection::WithoutGate
            && self
                .without_gate
                .contains(&public::pattern(&planned.route.path))
    }

    /// What is said of routes that are listed as such and are not there.
    pub fn unused(&self) -> Option<Remark> {
        let meant = self.routes.iter().filter(|planned| self.is_meant(planned));
        let there: Vec<_> = meant
            .map(|planned| public::pattern(&planned.route.path))
            .collect();
        let listed = self.without_gate.iter().cloned();
        let unused: Vec<_> = listed.filter(|pattern| !there.contains(pattern)).collect();
        let text = format!(
            "without-gate names {}, and no route without a gate is there",
            unused.join(", ")
        );
        (!unused.is_empty()).then(|| Remark::new("without-gate-unused", text))
    }
}
