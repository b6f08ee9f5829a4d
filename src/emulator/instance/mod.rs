//! The emulated instance: who exists, who is signed in, and every decision about it. No HTTP and no signature in
//! here, and the time of each call is handed in; routes ask, the mint signs what was decided.

pub mod access;
pub mod account;
pub mod adopted;
mod bounds;
mod carried;
pub mod completed;
pub mod contact;
pub mod contact_checks;
pub mod contacts;
pub mod email;
pub mod email_link;
mod email_links;
pub mod external_account;
pub mod handshake;
pub mod happened;
pub mod image;
pub mod machines;
pub mod metadata;
pub mod oauth;
pub mod organization;
pub mod passkey;
mod passkeys;
pub mod password;
pub mod people;
pub mod random;
mod refusal;
pub mod reverification;
mod reverifications;
pub mod second_factor;
mod second_factors;
mod seeding;
pub mod session;
pub mod sign_in;
pub mod sign_up;
pub mod social;
mod strategy;
pub mod task;
pub mod user;
pub mod user_query;

use std::sync::Arc;

use clerk_auth::time::UnixMillis;
use serde::{Deserialize, Serialize};

pub use access::{AccessRefusal, Settings};
pub use email::{Mail, Outbox};
pub use metadata::Metadata;
pub use organization::{Organization, OrganizationRefusal};
pub use random::Random;
pub use refusal::Refusal;
pub use session::{Client, Session, SessionStatus};
pub use sign_in::SignIn;
pub use sign_up::SignUp;
pub use strategy::Strategy;
pub use user::{User, UserChanges};

use super::store::{Record, Stored, Table};
use access::Access;
use contact_checks::ContactChecks;
use handshake::Nonces;
use image::Image;
use machines::Machines;
use oauth::OAuth;
use oauth::authorization::Pending;
use organization::domain::OrganizationDomain;
use organization::enrollment::Enrollment;
use organization::invitation::OrganizationInvitation;
use organization::membership::Membership;
use organization::role::{Permission, Role};
use organization::role_set::RoleSet;
use organization::settings::OrganizationSettings;
use seeding::Sown;
use social::Social;

/// Everything that the instance knows. A restart finds what is in tables again, if there is a file for it.
#[derive(Clone)]
pub struct Instance {
    random: Arc<dyn Random>,
    dev_browsers: Table<DevBrowser>,
    clients: Table<Client>,
    sessions: Table<Session>,
    users: Table<User>,
    access: Access,
    images: Table<Image>,
    organizations: Table<Organization>,
    memberships: Table<Membership>,
    organization_invitations: Table<OrganizationInvitation>,
    organization_domains: Table<OrganizationDomain>,
    enrollments: Table<Enrollment>,
    permissions: Table<Permission>,
    roles: Table<Role>,
    role_sets: Table<RoleSet>,
    organization_settings: Table<OrganizationSettings>,
    machines: Machines,
    oauth: OAuth,
    social: Social,
    sown: Table<Sown>,
    contact_checks: ContactChecks,
    nonces: Nonces,
    outbox: Outbox,
}

/// The name under which a browser profile is known to a development instance; it has at most one client.
#[derive(Clone, Deserialize, Serialize)]
struct DevBrowser {
    id: String,
    client_id: Option<String>,
    created_at: UnixMillis,
}

impl Record for DevBrowser {
    const KIND: &'static str = "dev_browser";

    fn id(&self) -> &str {
        &self.id
    }
}

impl Instance {
    /// An instance without users.
    pub fn new(random: Arc<dyn Random>) -> Self {
        Self {
            random,
            dev_browsers: Table::default(),
            clients: Table::default(),
            sessions: Table::default(),
            users: Table::default(),
            access: Access::default(),
            images: Table::default(),
            organizations: Table::default(),
            memberships: Table::default(),
            organization_invitations: Table::default(),
            organization_domains: Table::default(),
            enrollments: Table::default(),
            permissions: Table::default(),
            roles: Table::default(),
            role_sets: Table::default(),
            organization_settings: Table::default(),
            machines: Machines::default(),
            oauth: OAuth::default(),
            social: Social::default(),
            sown: Table::default(),
            contact_checks: ContactChecks::default(),
            nonces: Nonces::default(),
            outbox: Outbox::default(),
        }
    }

    /// All tables. What is not among them ends with the process: mails, providers' codes, codes
    /// that servers sent, and the names of handshakes.
    pub fn tables(&mut self) -> Vec<&mut dyn Stored> {
        // Every field is named, so that none is forgotten by accident.
        let Self {
            random: _,
            dev_browsers,
            clients,
            sessions,
            users,
            images,
            access,
            organizations,
            memberships,
            organization_invitations,
            organization_domains,
            enrollments,
            permissions,
            roles,
            role_sets,
            organization_settings,
            machines,
            oauth,
            social: _,
            sown,
            contact_checks: _,
            nonces: _,
            outbox: _,
        } = self;
        let mut all: Vec<&mut dyn Stored> = vec![
            users,
            images,
            dev_browsers,
            clients,
            sessions,
            organizations,
            memberships,
            organization_invitations,
            organization_domains,
            enrollments,
            permissions,
            roles,
            role_sets,
            organization_settings,
            sown,
        ];
        all.extend(access.tables());
        all.extend(machines.tables());
        all.extend(oauth.tables());
        all
    }

    /// Forgets everybody and everything, but for what every instance has.
    pub fn reset(&mut self, now: UnixMillis) {
        self.clear();
        self.furnish(now);
        self.look_away();
    }

    fn clear(&mut self) {
        for table in self.tables() {
            table.clear();
        }
        self.oauth.pending = Pending::default();
        self.social = Social::default();
        self.contact_checks = ContactChecks::default();
        self.nonces = Nonces::default();
        self.outbox = Outbox::default();
    }

    /// Makes a dev browser and answers its id.
    pub fn new_dev_browser(&mut self, now: UnixMillis) -> String {
        self.bound_dev_browsers();
        let id = random::id(&*self.random, "dvb");
        self.dev_browsers.insert(DevBrowser {
            id: id.clone(),
            client_id: None,
            created_at: now,
        });
        id
    }

    /// True if the id names a dev browser of this instance.
    pub fn knows_dev_browser(&self, id: &str) -> bool {
        self.dev_browsers.contains(id)
    }

    /// The client of a dev browser, if it has one yet.
    ///
    /// # Errors
    /// [`Refusal::DevBrowserUnauthenticated`] when the dev browser is not known.
    pub fn client(&self, dev_browser: &str) -> Result<Option<&Client>, Refusal> {
        let browser = self
            .dev_browsers
            .get(dev_browser)
            .ok_or(Refusal::DevBrowserUnauthenticated)?;
        Ok(browser
            .client_id
            .as_ref()
            .and_then(|id| self.clients.get(id)))
    }

    /// The dev browser that has this client.
    pub fn dev_browser_of(&self, client: &str) -> Option<&str> {
        let mut all = self.dev_browsers.values();
        let browser = all.find(|browser| browser.client_id.as_deref() == Some(client));
        browser.map(|browser| browser.id.as_str())
    }

    /// Makes the client of a dev browser unless it has one, and answers its id.
    pub fn ensure_client(&mut self, dev_browser: &str, now: UnixMillis) -> String {
        if let Ok(Some(client)) = self.client(dev_browser) {
            return client.id.clone();
        }
        let id = self.new_client(now);
        if let Some(browser) = self.dev_browsers.edit(dev_browser) {
            browser.client_id = Some(id.clone());
        }
        id
    }

    fn new_client(&mut self, now: UnixMillis) -> String {
        self.bound_clients(now);
        let id = random::id(&*self.random, "client");
        let client = Client {
            id: id.clone(),
            sessions: Vec::new(),
            sign_in: None,
            sign_up: None,
            by_link: None,
            last_active_session_id: None,
            last_authentication_strategy: None,
            created_at: now,
            updated_at: now,
        };
        self.clients.insert(client);
        id
    }

    /// All clients, oldest first.
    pub fn clients(&self) -> impl DoubleEndedIterator<Item = &Client> + ExactSizeIterator {
        self.clients.values()
    }

    pub fn client_of_id(&self, id: &str) -> Option<&Client> {
        self.clients.get(id)
    }

    pub fn forget_client(&mut self, dev_browser: &str) {
        let browser = self.dev_browsers.edit(dev_browser);
        if let Some(id) = browser.and_then(|browser| browser.client_id.take()) {
            self.clients.remove(&id);
        }
    }

    /// One session is all that most instances allow on a client.
    fn refuse_second_session(&self, dev_browser: &str, now: UnixMillis) -> Result<(), Refusal> {
        let signed_in = self
            .client(dev_browser)?
            .is_some_and(|c| self.live_sessions(c, now).next().is_some());
        if signed_in && self.settings().single_session_mode {
            Err(Refusal::SessionExists)
        } else {
            Ok(())
        }
    }

    pub fn user(&self, id: &str) -> Option<&User> {
        self.users.get(id)
    }

    /// The user who has this address, which must be in normal form.
    pub fn user_with_email(&self, address: &str) -> Option<&User> {
        self.users.find(User::EMAIL, address)
    }

    /// All users, oldest first.
    pub fn users(&self) -> impl DoubleEndedIterator<Item = &User> + ExactSizeIterator {
        self.users.values()
    }

    /// All sessions, live or over, oldest first.
    pub fn sessions(&self) -> impl DoubleEndedIterator<Item = &Session> + ExactSizeIterator {
        self.sessions.values()
    }

    /// The mails that were "sent".
    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// Those that nobody was told of, oldest first.
    pub fn take_untold_mails(&mut self) -> Vec<Mail> {
        self.outbox.take_untold()
    }

    fn client_mut(&mut self, dev_browser: &str) -> Option<&mut Client> {
        let id = self.dev_browsers.get(dev_browser)?.client_id.as_ref()?;
        self.clients.edit(id)
    }
}

/// Puts the new value into a field, if there is one.
pub(super) fn set<T>(field: &mut T, change: Option<T>) {
    if let Some(change) = change {
        *field = change;
    }
}
