//! Other applications, and MCP clients, whose users sign in here: who they are, what users allowed them, and the tokens
//! that they got for it.

pub mod application;
pub mod authorization;
pub mod token;

use crate::emulator::instance::Refusal;
use crate::emulator::store::{Stored, Table};
use application::Application;
use authorization::Pending;
use token::{AccessToken, Grant};

/// All that can be asked for, and what the user is told of it.
pub const SCOPES: [(&str, &str); 7] = [
    ("openid", "Know who you are"),
    ("profile", "View your name and picture"),
    ("email", "View your email address"),
    ("offline_access", "Stay connected while you are away"),
    ("public_metadata", "View your public metadata"),
    ("private_metadata", "View your private metadata"),
    ("user:org:read", "View your organizations"),
];

#[derive(Clone, Default)]
pub(super) struct OAuth {
    pub applications: Table<Application>,
    pub tokens: Table<AccessToken>,
    pub grants: Table<Grant>,
    /// Under way, and so not kept.
    pub pending: Pending,
}

impl OAuth {
    pub fn tables(&mut self) -> Vec<&mut dyn Stored> {
        // Every field is named, so that none is forgotten by accident.
        let Self {
            applications,
            tokens,
            grants,
            pending: _,
        } = self;
        vec![applications, tokens, grants]
    }
}

/// The scopes in a text with blanks, each once.
///
/// # Errors
/// [`Refusal::ParamValue`] when one is not known.
pub fn scopes(field: &'static str, text: &str) -> Result<Vec<String>, Refusal> {
    let mut found: Vec<String> = Vec::new();
    for scope in text.split_whitespace() {
        if !SCOPES.iter().any(|(known, _)| *known == scope) {
            return Err(Refusal::ParamValue(field));
        }
        if !found.iter().any(|one| one == scope) {
            found.push(scope.to_owned());
        }
    }
    Ok(found)
}
