//! The rules of who may come in, and by what: the switches of the instance, its lists of identifiers, addresses and
//! domains; tickets, invitations and the waitlist; templates of what may be read in tokens.

mod admission;
pub mod domain;
pub mod identifier;
pub mod invitation;
pub mod redirect_url;
pub mod refusal;
pub mod settings;
pub mod template;
pub mod ticket;
pub mod waitlist;

use crate::emulator::store::{Stored, Table};
use domain::Domain;
use identifier::{Allowed, Blocked};
use invitation::Invitation;
use redirect_url::RedirectUrl;
pub use refusal::AccessRefusal;
pub use settings::Settings;
use template::Template;
use ticket::Ticket;
use waitlist::WaitlistEntry;

/// Lists that servers write are of a few entries each.
const MAX_LIST: usize = 1_000;

#[derive(Clone, Default)]
pub(super) struct Access {
    pub settings: Table<Settings>,
    pub allowed: Table<Allowed>,
    pub blocked: Table<Blocked>,
    pub redirect_urls: Table<RedirectUrl>,
    pub domains: Table<Domain>,
    pub templates: Table<Template>,
    pub tickets: Table<Ticket>,
    pub invitations: Table<Invitation>,
    pub waitlist: Table<WaitlistEntry>,
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
            templates,
            tickets,
            invitations,
            waitlist,
        } = self;
        vec![
            settings,
            allowed,
            blocked,
            redirect_urls,
            domains,
            templates,
            tickets,
            invitations,
            waitlist,
        ]
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
