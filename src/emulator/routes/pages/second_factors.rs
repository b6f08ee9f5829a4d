//! The authenticator app and the backup codes of the page's user (`frontend-api-2.md` section 3.1).

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::emulator::app::App;
use crate::emulator::instance::User;
use crate::emulator::instance::second_factor::Totp;
use crate::emulator::routes::call::Call;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::turn::Turn;
use crate::emulator::routes::{Answer, Shared};
use crate::emulator::shape::access::deleted;

pub(super) fn routes() -> Routes {
    Routes::new()
        .post("/v1/me/totp", create_totp)
        .delete("/v1/me/totp", remove_totp)
        .post("/v1/me/totp/attempt_verification", attempt_totp)
        .post("/v1/me/backup_codes", create_backup_codes)
}

fn create_totp(app: &Shared, call: Call) -> Answer {
    let mut turn = Turn::new(app, &call);
    let user_id = turn.settled_user()?;
    let now = turn.now;
    let totp = turn.instance.create_totp(&user_id, now)?;
    let user = turn.instance.user(&user_id);
    let mut shape = shape(&totp);
    // Shown now and never again.
    shape["secret"] = json!(totp.secret);
    shape["uri"] = json!(user.map(|user| uri(app, user, &totp.secret)));
    turn.wrapped(&shape)
}

fn attempt_totp(app: &Shared, call: Call) -> Answer {
    let code = call.form.required("code")?;
    let mut turn = Turn::new(app, &call);
    let user_id = turn.acting_user()?;
    let now = turn.now;
    let totp = turn.instance.attempt_totp(&user_id, code, now)?;
    turn.wrapped(&shape(&totp))
}

fn remove_totp(app: &Shared, call: Call) -> Answer {
    let mut turn = Turn::new(app, &call);
    let user_id = turn.settled_user()?;
    let now = turn.now;
    let id = turn.instance.remove_totp(&user_id, now)?;
    turn.wrapped(&deleted("totp", &id))
}

fn create_backup_codes(app: &Shared, call: Call) -> Answer {
    let mut turn = Turn::new(app, &call);
    let user_id = turn.settled_user()?;
    let now = turn.now;
    let codes = turn.instance.new_backup_codes(&user_id, now)?;
    turn.wrapped(&json!({
        "object": "backup_code",
        "id": user_id.replace("user_", "bkc_"),
        "codes": codes,
        "created_at": now.0,
        "updated_at": now.0,
    }))
}

fn shape(totp: &Totp) -> Value {
    json!({
        "object": "totp",
        "id": totp.id,
        "secret": null,
        "uri": null,
        "verified": totp.verified,
        "backup_codes": null,
        "created_at": totp.created_at.0,
        "updated_at": totp.updated_at.0,
    })
}

/// What the square of dots says that an app reads.
fn uri(app: &App, user: &User, secret: &str) -> String {
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let issuer = encoded(&app.application_name);
    let name = user.primary_email().map(|email| encoded(&email.address));
    let name = name.unwrap_or_else(|| user.id.clone());
    format!(
        "otpauth://totp/{issuer}:{name}?algorithm=SHA1&digits=6&issuer={issuer}&period=30&secret={secret}"
    )
}
