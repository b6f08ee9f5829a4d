//! Users, as a server sees them.

use axum::extract::{Path, State};

use crate::emulator::instance::Refusal;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::{Audience, user};

pub(super) fn routes() -> Routes {
    Routes::new().get("/v1/users/{user_id}", show)
}

async fn show(State(app): State<Shared>, Path(id): Path<String>) -> Answer {
    let instance = app.instance();
    let found = instance.user(&id).ok_or(Refusal::NotFound)?;
    Ok(json_answer(&user(found, Audience::Server)))
}
