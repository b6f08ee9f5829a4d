//! The Backend API, which servers ask: one file for each group of it (`backend-api.md`).

mod api_keys;
mod billing;
mod body;
mod clients;
mod contact_checks;
mod contacts;
mod domains;
mod identifiers;
mod instance;
mod invitations;
mod jwt_templates;
mod m2m_tokens;
mod machines;
mod oauth_applications;
mod order;
mod organization_domains;
mod organization_invitations;
mod organization_members;
mod organization_roles;
mod organizations;
mod passkeys;
mod redirect_urls;
mod refresh;
mod role_sets;
mod sessions;
mod settings;
mod sign_ups;
mod testing;
mod tickets;
mod user_actions;
mod user_body;
mod users;
mod waitlist;

use super::listed::Routes;

pub(super) fn routes() -> Routes {
    instance::routes()
        .and(users::routes())
        .and(user_actions::routes())
        .and(contacts::routes())
        .and(contact_checks::routes())
        .and(passkeys::routes())
        .and(organizations::routes())
        .and(organization_members::routes())
        .and(organization_invitations::routes())
        .and(organization_domains::routes())
        .and(organization_roles::routes())
        .and(role_sets::routes())
        .and(sessions::routes())
        .and(clients::routes())
        .and(api_keys::routes())
        .and(machines::routes())
        .and(m2m_tokens::routes())
        .and(oauth_applications::routes())
        .and(settings::routes())
        .and(domains::routes())
        .and(identifiers::routes())
        .and(redirect_urls::routes())
        .and(testing::routes())
        .and(jwt_templates::routes())
        .and(tickets::routes())
        .and(invitations::routes())
        .and(waitlist::routes())
        .and(billing::routes())
        .and(refresh::routes())
        .and(sign_ups::routes())
}
