//! Who may come in, and by what: the switches of the instance, its lists of identifiers, addresses and
//! domains.

mod admission;
pub mod domain;
pub mod identifier;
pub mod redirect_url;
pub mod refusal;
pub mod settings;

use crate::emulator::store::{Stored, Table};
use domain::Domain;
use identifier::{Allowed, Blocked};
use redirect_url::RedirectUrl;
pub use refusal::AccessRefusal;
pub use settings::Settings;

/// Lists that servers write are of a few entries each.
const MAX_LIST: usize = 1_000;

#[derive(Default)]
pub(super) struct Access {
    pub settings: Table<Settings>,
    pub allowed: Table<Allowed>,
    pub blocked: Table<Blocked>,
    pub redirect_urls: Table<RedirectUrl>,
    pub domains: Table<Domain>,
}

impl Access {
    pub fn tables(&mut self) -> Vec<&mut dyn Stored> {
        // Every field is named, so that none is forgotten by accident.
        let Self {
            settings,
            allowed,
            blocked,
            redirect_urls,
            domains,
        } = self;
        vec![settings, allowed, blocked, redirect_urls, domains]
    }
}

/// # Errors
/// [`AccessRefusal::Quota`].
fn below(count: usize, bound: usize) -> Result<(), AccessRefusal> {
    if count < bound {
        Ok(())
    } else {
        Err(AccessRefusal::Quota)
    }
}
