//! What servers ask: the Backend API, one file for each group of it (`backend-api.md`).

mod clients;
mod instance;
mod machine_tokens;
mod sessions;
mod users;

use super::listed::Routes;

pub(super) fn routes() -> Routes {
    instance::routes()
        .and(users::routes())
        .and(sessions::routes())
        .and(clients::routes())
        .and(machine_tokens::routes())
}
