//! The environment: what the components show and ask for (`frontend-api.md` section 7). The names and
//! addresses are those of this instance, and its switches are heeded.

use serde_json::{Value, json};

use crate::emulator::app::App;
use crate::emulator::instance::Settings;
use crate::emulator::instance::access::settings::Requirement;
use crate::emulator::instance::social::provider::Provider;
use crate::emulator::routes::call::Call;
use crate::emulator::routes::fault::Fault;
use crate::emulator::shape::role;

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
    let settings = app.instance().settings();
    switch(&mut environment, &settings);
    role::put_environment(&app.instance(), &mut environment["organization_settings"]);
    Ok(environment)
}

/// What the instance's switches change in it.
fn switch(environment: &mut Value, settings: &Settings) {
    ways_in(&mut environment["auth_config"], settings);
    let display = &mut environment["display_config"];
    display["preferred_sign_in_strategy"] = json!(settings.preferred_sign_in_strategy);
    display["support_email"] = json!(settings.support_email);
    display["clerk_js_version"] = json!(settings.clerk_js_version);
    let users = &mut environment["user_settings"];
    users["sign_up"]["mode"] = json!(settings.sign_up_mode);
    users["sign_up"]["progressive"] = json!(settings.progressive_sign_up);
    users["sign_in"]["second_factor"]["required"] = json!(settings.second_factor_required);
    attributes(&mut users["attributes"], settings);
    if settings.passkey {
        passkeys(users);
    }
    if settings.email_link {
        email_links(users, settings.email_link_same_client);
    }
    let rules = &settings.restrictions;
    for (name, is_on) in [
        ("allowlist", rules.allowlist),
        ("blocklist", rules.blocklist),
        (
            "allowlist_blocklist_disabled_on_sign_in",
            rules.allowlist_blocklist_disabled_on_sign_in,
        ),
        ("block_email_subaddresses", rules.block_email_subaddresses),
        (
            "block_disposable_email_domains",
            rules.block_disposable_email_domains,
        ),
    ] {
        users["restrictions"][name]["enabled"] = json!(is_on);
    }
    for provider in &settings.social {
        users["social"][provider.strategy()] = social(*provider);
    }
    let api_keys = &mut environment["api_keys_settings"];
    api_keys["enabled"] = json!(settings.user_api_keys || settings.organization_api_keys);
    api_keys["user_api_keys_enabled"] = json!(settings.user_api_keys);
    api_keys["orgs_api_keys_enabled"] = json!(settings.organization_api_keys);
}

/// How people come in, and how many of them in one browser.
fn ways_in(auth: &mut Value, settings: &Settings) {
    auth["single_session_mode"] = json!(settings.single_session_mode);
    auth["test_mode"] = json!(settings.test_mode);
    auth["url_based_session_syncing"] = json!(settings.url_based_session_syncing);
    auth["reverification"] = json!(settings.reverification);
    auth["native_settings"]["api_enabled"] = json!(settings.native_api);
    if let Some(factors) = auth["first_factors"].as_array_mut() {
        factors.extend(settings.social.iter().map(|one| json!(one.strategy())));
        factors.extend(settings.passkey.then(|| json!("passkey")));
        factors.extend(settings.email_link.then(|| json!("email_link")));
    }
    auth["phone_number"] = json!(settings.phone_number);
    if settings.phone_number != Requirement::Off
        && let Some(strategies) = auth["identification_strategies"].as_array_mut()
    {
        strategies.push(json!("phone_number"));
    }
}

/// The button of a provider. Its picture is fetched from Clerk's host, whatever stands here.
fn social(provider: Provider) -> Value {
    json!({
        "enabled": true,
        "required": false,
        "authenticatable": true,
        "block_email_subaddresses": false,
        "strategy": provider.strategy(),
        "not_selectable": false,
        "deprecated": false,
        "name": provider.title(),
        "logo_url": format!("https://img.clerk.com/static/{}.svg", provider.name()),
    })
}

/// The section of the profile, the button of the sign-in, and the offer in its field.
fn passkeys(users: &mut Value) {
    let passkey = &mut users["attributes"]["passkey"];
    passkey["enabled"] = json!(true);
    passkey["used_for_first_factor"] = json!(true);
    passkey["first_factors"] = json!(["passkey"]);
    passkey["verifications"] = json!(["passkey"]);
    for switch in ["allow_autofill", "show_sign_in_button"] {
        users["passkey_settings"][switch] = json!(true);
    }
}

/// Beside the code. The sign-up asks for the link then.
fn email_links(users: &mut Value, same_client: bool) {
    let address = &mut users["attributes"]["email_address"];
    for list in ["first_factors", "verifications"] {
        if let Some(ways) = address[list].as_array_mut() {
            ways.push(json!("email_link"));
        }
    }
    users["attack_protection"]["email_link"]["require_same_client"] = json!(same_client);
}

/// What users have, or may have.
fn attributes(attributes: &mut Value, settings: &Settings) {
    if settings.authenticator_app || settings.second_factor_required {
        for (name, strategy) in [
            ("authenticator_app", "totp"),
            ("backup_code", "backup_code"),
        ] {
            let attribute = &mut attributes[name];
            attribute["enabled"] = json!(true);
            attribute["used_for_second_factor"] = json!(true);
            attribute["second_factors"] = json!([strategy]);
        }
        attributes["authenticator_app"]["verifications"] = json!(["totp"]);
    }
    if settings.phone_number != Requirement::Off {
        let phone = &mut attributes["phone_number"];
        phone["enabled"] = json!(true);
        phone["required"] = json!(settings.phone_number == Requirement::Required);
        phone["used_for_first_factor"] = json!(true);
        phone["first_factors"] = json!(["phone_code"]);
        phone["verifications"] = json!(["phone_code"]);
        phone["verify_at_sign_up"] = json!(true);
    }
}
