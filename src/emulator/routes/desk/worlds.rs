//! Worlds: made, listed and ended.

use std::sync::Arc;

use axum::response::IntoResponse as _;
use serde_json::{Value, json};

use crate::emulator::app::App;
use crate::emulator::routes::asked::{Asked, Part as _};
use crate::emulator::routes::fault::Fault;
use crate::emulator::routes::listed::{Answered, Routes};
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::worlds::Worlds;
use crate::emulator::routes::{Answer, Shared};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/__emulator/worlds", list)
        .post_later("/__emulator/worlds", make)
        .delete("/__emulator/worlds", end)
}

/// What a page may see of them: no secret key.
fn list(_: &Shared, worlds: Arc<Worlds>) -> Answer {
    let worlds: Vec<_> = worlds.all().iter().map(|app| shown(app)).collect();
    Ok(json_answer(&json!({ "worlds": worlds })))
}

fn make(mut asked: Asked, app: Shared) -> Answered {
    Box::pin(async move {
        let made = match Arc::<Worlds>::take(&mut asked, &app) {
            Ok(worlds) => made(worlds).await,
            Err(fault) => Err(fault),
        };
        Ok(made.into_response())
    })
}

async fn made(worlds: Arc<Worlds>) -> Answer {
    // A key takes a while to find, in which others are to be answered.
    let made = tokio::task::spawn_blocking(move || worlds.make()).await;
    let made = made.map_err(|_| Fault::Internal)?;
    let app = made.map_err(|_| Fault::Internal)?;
    let mut world = shown(&app);
    world["secret_key"] = app.secret_key.expose().into();
    world["jwt_key"] = app.mint.public_pem()?.into();
    Ok(json_answer(&world))
}

/// Ends the world whose secret key was sent.
fn end(app: &Shared, worlds: Arc<Worlds>) -> Answer {
    if !worlds.end(app) {
        return Err(Fault::FirstWorld);
    }
    Ok(json_answer(
        &json!({ "id": app.instance_id, "deleted": true }),
    ))
}

fn shown(app: &App) -> Value {
    json!({
        "id": app.instance_id,
        "publishable_key": app.publishable_key.as_str(),
        "url": app.address,
        "frontend_url": app.frontend_address,
        "backend_url": app.backend_address,
        "users": app.instance().users().len(),
    })
}
