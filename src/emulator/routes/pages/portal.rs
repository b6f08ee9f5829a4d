//! The neighbours of the Frontend API at its address: the account portal, and files that apps on telephones ask for.

use axum::response::IntoResponse as _;
use http::StatusCode;
use http::header::{CACHE_CONTROL, LOCATION};
use serde_json::json;

use super::handshake::{redirect, redirect_target};
use crate::emulator::routes::call::Call;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::{Answer, Shared};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/v1/account_portal", account_portal)
        .get("/v1/redirect", go_on)
        .get("/.well-known/assetlinks.json", asset_links)
        .get("/.well-known/apple-app-site-association", apple_apps)
}

/// The hosted forms are the portal.
fn account_portal(_: &Shared) -> Answer {
    Ok(json_answer(&json!({
        "object": "account_portal",
        "allowed": true,
        "enabled": true,
        "internal_linking": true,
        "after_sign_in_url": "/",
        "after_sign_up_url": "/",
        "after_join_waitlist_url": "/",
        "after_create_organization_url": "/",
        "after_leave_organization_url": "/",
        "logo_link_url": "/",
        "customization": {
            "appearance": null,
            "background_color_dark": null,
            "background_color_light": null,
            "primary_color_dark": null,
            "primary_color_light": null,
        },
    })))
}

/// To a page that is allowed; without one, to the root of the host by which the browser came.
fn go_on(app: &Shared, call: Call) -> Answer {
    const STATUS: StatusCode = StatusCode::TEMPORARY_REDIRECT;
    if call.query.get("redirect_url").is_some() {
        return Ok(redirect(STATUS, &redirect_target(app, &call)?));
    }
    let headers = [(LOCATION, "/"), (CACHE_CONTROL, "no-store")];
    Ok((STATUS, headers).into_response())
}

/// No app on a telephone belongs to an emulator.
fn asset_links(_: &Shared) -> Answer {
    Ok(json_answer(&json!([])))
}

fn apple_apps(_: &Shared) -> Answer {
    Ok(json_answer(&json!({ "webcredentials": { "apps": [] } })))
}
