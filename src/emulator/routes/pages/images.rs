//! Pictures: that of the page's user, and all of them for whoever shows them.

use axum::response::IntoResponse as _;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde_json::json;

use crate::emulator::instance::Refusal;
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::call::Call;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::Turn;
use crate::emulator::routes::upload::Upload;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::access::deleted;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/images/{image_id}", show)
        .post("/v1/me/profile_image", set)
        .delete("/v1/me/profile_image", remove)
}

fn show(app: &Shared, Path(id): Path<String>) -> Answer {
    let instance = app.instance();
    let image = instance.image(&id).ok_or(Refusal::NotFound)?;
    let bytes = image.bytes().ok_or(Refusal::NotFound)?;
    // Another picture has another id.
    let headers = [
        (CONTENT_TYPE, image.kind.content_type()),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((headers, bytes).into_response())
}

fn set(app: &Shared, upload: Upload) -> Answer {
    let mut turn = Turn::new(app, &upload.call);
    let user_id = turn.acting_user()?;
    let (base, now) = (&upload.call.base, turn.now);
    let picture = turn
        .instance
        .set_picture(&user_id, &upload.file, base, now)?;
    turn.wrapped(&json!({
        "object": "image", "id": picture.id, "name": "profile", "public_url": picture.url,
    }))
}

fn remove(app: &Shared, call: Call) -> Answer {
    let mut turn = Turn::new(app, &call);
    let user_id = turn.acting_user()?;
    let now = turn.now;
    let gone = turn.instance.remove_picture(&user_id, now)?;
    let gone = gone.ok_or(Refusal::NotFound)?;
    turn.wrapped(&deleted("image", &gone.id))
}
