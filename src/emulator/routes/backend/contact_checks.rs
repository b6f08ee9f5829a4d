//! Codes by which a server finds out whether somebody has an address or a number.

use serde::Deserialize;
use serde_json::json;

use crate::emulator::instance::contact::ContactKind;
use crate::emulator::instance::contact_checks::ContactCheck;
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::ServerCall;
use crate::emulator::routes::turn::json_answer;
use crate::emulator::routes::{Answer, Shared};
use clerk_auth::time::UnixMillis;

const EMAIL: ContactKind = ContactKind::Email;
const PHONE: ContactKind = ContactKind::Phone;

pub(super) fn routes() -> Routes {
    Routes::new()
        .post(
            "/v1/email_addresses/{email_address_id}/prepare_verification",
            |app: &Shared, Path(id): Path<String>| prepare(app, EMAIL, &id),
        )
        .post(
            "/v1/email_addresses/{email_address_id}/attempt_verification",
            |app: &Shared, Path(id): Path<String>, call: ServerCall| {
                attempt(app, EMAIL, &id, &call.body()?)
            },
        )
        .post(
            "/v1/phone_numbers/{phone_number_id}/prepare_verification",
            |app: &Shared, Path(id): Path<String>| prepare(app, PHONE, &id),
        )
        .post(
            "/v1/phone_numbers/{phone_number_id}/attempt_verification",
            |app: &Shared, Path(id): Path<String>, call: ServerCall| {
                attempt(app, PHONE, &id, &call.body()?)
            },
        )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tried {
    verification_id: String,
    code: String,
}

fn prepare(app: &Shared, kind: ContactKind, id: &str) -> Answer {
    let now = app.now();
    let mut instance = app.instance();
    Ok(answer(kind, instance.prepare_check(kind, id, now)?, now))
}

fn attempt(app: &Shared, kind: ContactKind, id: &str, tried: &Tried) -> Answer {
    let now = app.now();
    let mut instance = app.instance();
    let check = instance.attempt_check(kind, id, &tried.verification_id, &tried.code, now)?;
    Ok(answer(kind, check, now))
}

fn answer(kind: ContactKind, check: &ContactCheck, now: UnixMillis) -> axum::response::Response {
    json_answer(&json!({
        "object": "verification_otp",
        "id": check.id,
        "status": check.code.status(now),
        "strategy": kind.strategy().as_str(),
        "attempts": check.code.attempts(),
        "expire_at": check.code.expire_at().0,
        "channel": (kind == PHONE).then_some("sms"),
    }))
}
