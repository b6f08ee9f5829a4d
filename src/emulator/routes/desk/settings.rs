//! The instance's switches, for people and tests.

use serde_json::{Map, Value, json};

use crate::emulator::instance::organization::settings::OrganizationSettingsChanges;
use crate::emulator::instance::{Instance, Settings};
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::{ServerCall, typed};
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::{Answer, Shared};

const ORGANIZATIONS: &str = "organization_settings";

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/__emulator/settings", show)
        .patch("/__emulator/settings", change)
}

fn show(app: &Shared) -> Answer {
    Ok(json_answer(&shape(&app.instance())))
}

/// The rules of organizations stand in an object of their own, in the words of the Backend API, which turns all but one.
fn shape(instance: &Instance) -> Value {
    let mut shape = json!(instance.settings());
    let mut rules = json!(instance.organization_settings());
    if let Some(rules) = rules.as_object_mut() {
        rules.remove("id");
    }
    shape[ORGANIZATIONS] = rules;
    shape
}

/// A JSON object with those that change; null gives one its first value back.
fn change(app: &Shared, call: ServerCall) -> Answer {
    let mut patch: Map<String, Value> = call.body()?;
    let rules = patch.remove(ORGANIZATIONS);
    let rules: Option<OrganizationSettingsChanges> = rules.map(typed).transpose()?;
    let mut instance = app.instance();
    let settings: Settings = typed(instance.settings().patched(patch))?;
    if let Some(rules) = rules {
        instance.change_organization_settings(rules)?;
    }
    instance.set_settings(settings);
    Ok(json_answer(&shape(&instance)))
}
