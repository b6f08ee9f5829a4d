//! Templates of tokens.

use serde_json::{Value, json};

use crate::emulator::instance::access::template::{Template, TemplateFields};
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::ServerCall;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::window::old_list;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::access::deleted;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/v1/jwt_templates", list)
        .post("/v1/jwt_templates", create)
        .get("/v1/jwt_templates/{template_id}", show)
        .patch("/v1/jwt_templates/{template_id}", change)
        .delete("/v1/jwt_templates/{template_id}", remove)
}

/// The key of another service is shown to nobody.
fn shape(template: &Template) -> Value {
    let shared = template.shared_key.as_ref();
    json!({
        "object": "jwt_template",
        "id": template.id,
        "name": template.name,
        "claims": template.claims,
        "lifetime": template.lifetime,
        "allowed_clock_skew": template.allowed_clock_skew,
        "custom_signing_key": shared.is_some(),
        "signing_algorithm": shared.map_or("RS256", |shared| shared.algorithm.as_str()),
        "created_at": template.created_at.0,
        "updated_at": template.updated_at.0,
    })
}

fn list(app: &Shared, call: ServerCall) -> Answer {
    let instance = app.instance();
    let all = instance.templates().collect();
    Ok(json_answer(&old_list(&call.query, all, shape)?))
}

fn create(app: &Shared, call: ServerCall) -> Answer {
    let fields: TemplateFields = call.body()?;
    let mut instance = app.instance();
    Ok(json_answer(&shape(
        instance.create_template(&fields, app.now())?,
    )))
}

fn show(app: &Shared, Path(id): Path<String>) -> Answer {
    Ok(json_answer(&shape(app.instance().template(&id)?)))
}

fn change(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    let fields: TemplateFields = call.body()?;
    let mut instance = app.instance();
    Ok(json_answer(&shape(instance.change_template(
        &id,
        &fields,
        app.now(),
    )?)))
}

fn remove(app: &Shared, Path(id): Path<String>) -> Answer {
    app.instance().remove_template(&id)?;
    Ok(json_answer(&deleted("jwt_template", &id)))
}
