//! What servers ask: the Backend API, one file for each group of it (`backend-api.md`).

mod clients;
mod contacts;
mod domains;
mod identifiers;
mod instance;
mod machine_tokens;
mod redirect_urls;
mod sessions;
mod settings;
mod testing;
mod user_actions;
mod user_body;
mod users;

use super::listed::Routes;

pub(super) fn routes() -> Routes {
    instance::routes()
        .and(users::routes())
        .and(user_actions::routes())
        .and(contacts::routes())
        .and(sessions::routes())
        .and(clients::routes())
        .and(machine_tokens::routes())
        .and(settings::routes())
        .and(domains::routes())
        .and(identifiers::routes())
        .and(redirect_urls::routes())
        .and(testing::routes())
}
