//! The environment: what the components show and ask for (`frontend-api.md` section 7). All of it is fixed but the
//! names and addresses of this instance.

use serde_json::{Value, json};

use crate::emulator::app::App;
use crate::emulator::routes::call::Call;
use crate::emulator::routes::fault::Fault;

/// The default preset: address, verified by a code, and password.
const PRESET: &str = include_str!("environment.json");

/// The environment for a page that asks through `call.base`.
pub(super) fn environment(app: &App, call: &Call) -> Result<Value, Fault> {
    let mut environment: Value = serde_json::from_str(PRESET).map_err(|_| Fault::Internal)?;
    environment["auth_config"]["id"] = json!(app.instance_id.replace("ins_", "aconf_"));
    let display = &mut environment["display_config"];
    display["id"] = json!(app.instance_id.replace("ins_", "display_config_"));
    display["application_name"] = json!(app.application_name);
    display["home_url"] = json!(call.origin.as_deref().unwrap_or("/"));
    display["sign_in_url"] = json!(format!("{}/__emulator/sign-in", call.base));
    display["sign_up_url"] = json!(format!("{}/__emulator/sign-up", call.base));
    Ok(environment)
}
