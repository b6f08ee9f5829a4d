//! Where webhooks go, and how they arrived.

use clerk_auth::webhooks::WebhookSecret;
use serde::Deserialize;
use serde_json::json;

use crate::emulator::app::App;
use crate::emulator::instance::Refusal;
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::fault::Fault;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::ServerCall;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::webhooks::{NewEndpoint, Target, kind};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/__emulator/webhooks", show)
        .post("/__emulator/webhooks", add)
        .delete("/__emulator/webhooks/{id}", remove)
        .get("/__emulator/deliveries", deliveries)
        .post("/__emulator/deliveries/{id}/replay", replay)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    url: String,
    #[serde(default)]
    events: Vec<String>,
    secret: Option<String>,
}

fn show(app: &Shared) -> Answer {
    Ok(json_answer(
        &json!({ "webhooks": app.webhooks.endpoints() }),
    ))
}

/// `{"url": …}`, and which events and by which secret: all, and the instance's, unless it says so.
fn add(app: &Shared, call: ServerCall) -> Answer {
    let new = endpoint(app, call.own_body()?)?;
    let mut instance = app.instance();
    let id = app.webhooks.add(new, &mut instance);
    let id = id.ok_or(Fault::TooManyWebhooks)?;
    Ok(json_answer(&json!({ "id": id })))
}

fn endpoint(app: &App, body: Body) -> Result<NewEndpoint, Fault> {
    let target = Target::parse(&body.url, app.ports).map_err(Fault::WebhookTarget)?;
    let kinds = body.events.iter().map(|name| kind(name)).collect();
    let kinds: Option<Vec<_>> = kinds;
    let secret = body.secret.as_deref().map(WebhookSecret::parse).transpose();
    Ok(NewEndpoint {
        target,
        kinds: kinds.ok_or(Refusal::ParamValue("events"))?,
        secret: secret.map_err(|_| Refusal::ParamValue("secret"))?,
    })
}

fn remove(app: &Shared, Path(id): Path<String>) -> Answer {
    let mut instance = app.instance();
    if !app.webhooks.remove(&id, &mut instance) {
        return Err(Refusal::NotFound.into());
    }
    Ok(json_answer(&json!({ "id": id, "deleted": true })))
}

fn deliveries(app: &Shared) -> Answer {
    Ok(json_answer(&app.webhooks.deliveries()))
}

fn replay(app: &Shared, Path(id): Path<String>) -> Answer {
    if !app.webhooks.replay(&id) {
        return Err(Refusal::NotFound.into());
    }
    Ok(json_answer(&json!({ "id": id })))
}
