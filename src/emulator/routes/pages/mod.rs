//! The surface for browsers: the Frontend API, the scripts of its pages, and forms for visitors.

mod account;
mod api_keys;
mod billing;
mod client;
mod contacts;
mod environment;
mod frontend;
mod handshake;
mod hosted;
mod images;
mod links;
mod my_organizations;
mod oauth_metadata;
mod oauth_tokens;
mod organization_domains;
mod organization_invitations;
mod organization_members;
mod organizations;
mod passkeys;
mod portal;
mod reverification;
mod scripts;
mod second_factors;
mod sessions;
mod sign_ins;
mod sign_ups;
mod social;
mod tickets;

use super::listed::Routes;

pub(super) fn routes() -> Routes {
    frontend::routes()
        .and(client::routes())
        .and(sessions::routes())
        .and(account::routes())
        .and(images::routes())
        .and(organizations::routes())
        .and(organization_members::routes())
        .and(organization_invitations::routes())
        .and(organization_domains::routes())
        .and(my_organizations::routes())
        .and(api_keys::routes())
        .and(oauth_metadata::routes())
        .and(oauth_tokens::routes())
        .and(contacts::routes())
        .and(second_factors::routes())
        .and(passkeys::routes())
        .and(reverification::routes())
        .and(sign_ups::routes())
        .and(sign_ins::routes())
        .and(tickets::routes())
        .and(links::routes())
        .and(social::routes())
        .and(portal::routes())
        .and(billing::routes())
        .and(handshake::routes())
        .and(scripts::routes())
        .and(hosted::routes())
}
