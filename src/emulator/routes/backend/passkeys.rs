//! The passkeys of users, which servers can take away.

use crate::emulator::routes::asked::Path;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::access::deleted;

pub(super) fn routes() -> Routes {
    Routes::new().delete(
        "/v1/users/{user_id}/passkeys/{passkey_identification_id}",
        remove,
    )
}

fn remove(app: &Shared, Path((user_id, id)): Path<(String, String)>) -> Answer {
    let now = app.now();
    app.instance().remove_passkey(&user_id, &id, now)?;
    Ok(json_answer(&deleted("passkey", &id)))
}
