//! Addresses to which apps outside a browser may be sent back.

use serde::Deserialize;

use crate::emulator::routes::asked::Path;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::ServerCall;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::window::old_list;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::access::{deleted, redirect_url};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/v1/redirect_urls", list)
        .post("/v1/redirect_urls", create)
        .get("/v1/redirect_urls/{id}", show)
        .delete("/v1/redirect_urls/{id}", remove)
}

fn list(app: &Shared, call: ServerCall) -> Answer {
    let instance = app.instance();
    let all = instance.redirect_urls().collect();
    Ok(json_answer(&old_list(&call.query, all, redirect_url)?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    url: String,
}

fn create(app: &Shared, call: ServerCall) -> Answer {
    let New { url } = call.body()?;
    let mut instance = app.instance();
    Ok(json_answer(&redirect_url(
        instance.add_redirect_url(&url, app.now())?,
    )))
}

fn show(app: &Shared, Path(id): Path<String>) -> Answer {
    Ok(json_answer(&redirect_url(
        app.instance().redirect_url(&id)?,
    )))
}

fn remove(app: &Shared, Path(id): Path<String>) -> Answer {
    app.instance().remove_redirect_url(&id)?;
    Ok(json_answer(&deleted("redirect_url", &id)))
}
