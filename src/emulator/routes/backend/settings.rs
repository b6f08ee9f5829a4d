//! The instance's switches, as servers turn them.

use axum::response::IntoResponse as _;
use http::StatusCode;
use serde::Deserialize;

use crate::emulator::instance::access::settings::{PreferredStrategy, Settings};
use crate::emulator::instance::{Refusal, set};
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::ServerCall;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::access as shape;

/// More lines than any list of origins or countries has.
const MAX_LINES: usize = 300;
/// In bytes.
const MAX_TEXT: usize = 2_048;

pub(super) fn routes() -> Routes {
    Routes::new()
        .patch("/v1/instance", change)
        .patch("/v1/instance/restrictions", restrict)
        .get("/v1/instance/protect", protect)
        .patch("/v1/instance/protect", change_protect)
        .get("/v1/instance/communication", communication)
        .patch("/v1/instance/communication", change_communication)
        .get("/v1/instance/oauth_application_settings", oauth)
        .patch("/v1/instance/oauth_application_settings", change_oauth)
        .patch("/v1/beta_features/instance_settings", change_beta)
}

fn short(name: &'static str, text: Option<String>) -> Result<Option<String>, Refusal> {
    match text {
        Some(text) if text.len() > MAX_TEXT => Err(Refusal::TooLong(name)),
        text => Ok(text),
    }
}

fn few(name: &'static str, lines: Option<Vec<String>>) -> Result<Option<Vec<String>>, Refusal> {
    match lines {
        Some(lines) if lines.len() > MAX_LINES || lines.iter().any(|l| l.len() > MAX_TEXT) => {
            Err(Refusal::ParamValue(name))
        }
        lines => Ok(lines),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changes {
    test_mode: Option<bool>,
    hibp: Option<bool>,
    support_email: Option<String>,
    clerk_js_version: Option<String>,
    development_origin: Option<String>,
    allowed_origins: Option<Vec<String>>,
    cookieless_dev: Option<bool>,
    url_based_session_syncing: Option<bool>,
    preferred_sign_in_strategy_when_password_required: Option<String>,
}

fn change(app: &Shared, call: ServerCall) -> Answer {
    let changes: Changes = call.body()?;
    let preferred = match changes.preferred_sign_in_strategy_when_password_required {
        None => None,
        Some(name) => Some(match name.as_str() {
            "password" | "" => PreferredStrategy::Password,
            "otp" => PreferredStrategy::Otp,
            _ => {
                let name = "preferred_sign_in_strategy_when_password_required";
                return Err(Refusal::ParamValue(name).into());
            }
        }),
    };
    let support_email = short("support_email", changes.support_email)?;
    let clerk_js_version = short("clerk_js_version", changes.clerk_js_version)?;
    let development_origin = short("development_origin", changes.development_origin)?;
    let allowed_origins = few("allowed_origins", changes.allowed_origins)?;
    // Empty takes a text away.
    let text = |text: Option<String>| text.map(|text| Some(text).filter(|text| !text.is_empty()));
    app.instance().change_settings(|settings| {
        set(&mut settings.test_mode, changes.test_mode);
        set(&mut settings.hibp, changes.hibp);
        set(&mut settings.support_email, text(support_email));
        set(&mut settings.clerk_js_version, text(clerk_js_version));
        set(&mut settings.development_origin, text(development_origin));
        set(&mut settings.allowed_origins, allowed_origins);
        set(&mut settings.cookieless_dev, changes.cookieless_dev);
        set(
            &mut settings.url_based_session_syncing,
            changes.url_based_session_syncing,
        );
        set(&mut settings.preferred_sign_in_strategy, preferred);
    });
    Ok(StatusCode::NO_CONTENT.into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RestrictionChanges {
    allowlist: Option<bool>,
    blocklist: Option<bool>,
    allowlist_blocklist_disabled_on_sign_in: Option<bool>,
    block_email_subaddresses: Option<bool>,
    block_disposable_email_domains: Option<bool>,
}

fn restrict(app: &Shared, call: ServerCall) -> Answer {
    let changes: RestrictionChanges = call.body()?;
    let settings = app.instance().change_settings(|settings| {
        let rules = &mut settings.restrictions;
        set(&mut rules.allowlist, changes.allowlist);
        set(&mut rules.blocklist, changes.blocklist);
        set(
            &mut rules.allowlist_blocklist_disabled_on_sign_in,
            changes.allowlist_blocklist_disabled_on_sign_in,
        );
        set(
            &mut rules.block_email_subaddresses,
            changes.block_email_subaddresses,
        );
        set(
            &mut rules.block_disposable_email_domains,
            changes.block_disposable_email_domains,
        );
    });
    Ok(json_answer(&shape::restrictions(&settings)))
}

fn protect(app: &Shared) -> Answer {
    Ok(json_answer(&shape::protect(&app.instance().settings())))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProtectChanges {
    rules_enabled: Option<bool>,
    specter_enabled: Option<bool>,
}

fn change_protect(app: &Shared, call: ServerCall) -> Answer {
    let changes: ProtectChanges = call.body()?;
    let settings = app.instance().change_settings(|settings| {
        set(&mut settings.protect.rules_enabled, changes.rules_enabled);
        set(
            &mut settings.protect.specter_enabled,
            changes.specter_enabled,
        );
    });
    Ok(json_answer(&shape::protect(&settings)))
}

fn communication(app: &Shared) -> Answer {
    let settings = app.instance().settings();
    Ok(json_answer(&shape::communication(&settings)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CommunicationChanges {
    blocked_country_codes: Option<Vec<String>>,
}

/// The list takes the place of the one before.
fn change_communication(app: &Shared, call: ServerCall) -> Answer {
    let changes: CommunicationChanges = call.body()?;
    let mut codes = few("blocked_country_codes", changes.blocked_country_codes)?;
    let is_code = |code: &String| code.len() == 2 && code.bytes().all(|b| b.is_ascii_alphabetic());
    for code in codes.iter_mut().flatten() {
        if !is_code(code) {
            return Err(Refusal::ParamValue("blocked_country_codes").into());
        }
        code.make_ascii_uppercase();
    }
    let settings = app
        .instance()
        .change_settings(|settings| set(&mut settings.blocked_country_codes, codes));
    Ok(json_answer(&shape::communication(&settings)))
}

fn oauth(app: &Shared) -> Answer {
    let settings = app.instance().settings();
    Ok(json_answer(&shape::oauth_application_settings(&settings)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OAuthChanges {
    dynamic_oauth_client_registration: Option<bool>,
    default_scopes: Option<Vec<String>>,
    oauth_jwt_access_tokens: Option<bool>,
    client_id_metadata_documents_advertised: Option<bool>,
    client_id_metadata_documents_only_allow_pre_registered_clients: Option<bool>,
    client_id_metadata_documents_block_implicitly_allowed_clients: Option<bool>,
}

fn change_oauth(app: &Shared, call: ServerCall) -> Answer {
    let changes: OAuthChanges = call.body()?;
    let scopes = few("default_scopes", changes.default_scopes)?;
    let settings = app.instance().change_settings(|settings: &mut Settings| {
        let rules = &mut settings.oauth_applications;
        set(
            &mut rules.dynamic_oauth_client_registration,
            changes.dynamic_oauth_client_registration,
        );
        set(&mut rules.default_scopes, scopes);
        set(
            &mut rules.oauth_jwt_access_tokens,
            changes.oauth_jwt_access_tokens,
        );
        set(
            &mut rules.client_id_metadata_documents_advertised,
            changes.client_id_metadata_documents_advertised,
        );
        set(
            &mut rules.client_id_metadata_documents_only_allow_pre_registered_clients,
            changes.client_id_metadata_documents_only_allow_pre_registered_clients,
        );
        set(
            &mut rules.client_id_metadata_documents_block_implicitly_allowed_clients,
            changes.client_id_metadata_documents_block_implicitly_allowed_clients,
        );
    });
    Ok(json_answer(&shape::oauth_application_settings(&settings)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BetaChanges {
    restricted_to_allowlist: Option<bool>,
    from_email_address: Option<String>,
    progressive_sign_up: Option<bool>,
    test_mode: Option<bool>,
}

fn change_beta(app: &Shared, call: ServerCall) -> Answer {
    let changes: BetaChanges = call.body()?;
    let from = short("from_email_address", changes.from_email_address)?;
    let settings = app.instance().change_settings(|settings| {
        set(
            &mut settings.restrictions.allowlist,
            changes.restricted_to_allowlist,
        );
        set(&mut settings.from_email_address, from);
        set(
            &mut settings.progressive_sign_up,
            changes.progressive_sign_up,
        );
        set(&mut settings.test_mode, changes.test_mode);
    });
    Ok(json_answer(&shape::instance_settings(
        &settings,
        &app.instance_id,
    )))
}
