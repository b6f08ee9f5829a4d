//! A session token that is over, for a new one (`backend-api.md` section 7.2). The emulator gives no browser a refresh
//! token, so in the end each call is refused, by the first reason that the real service would name; an app then lets the
//! browser make a handshake.

use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use crate::emulator::instance::{AccessRefusal, Refusal};
use crate::emulator::routes::asked::Path;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::ServerCall;
use crate::emulator::routes::{Answer, Shared};

pub(super) fn routes() -> Routes {
    Routes::new().post("/v1/sessions/{session_id}/refresh", refresh)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    expired_token: String,
    refresh_token: String,
    request_origin: String,
    #[serde(rename = "request_headers")]
    _request_headers: Option<Map<String, Value>>,
    format: Option<String>,
    #[serde(rename = "request_originating_ip")]
    _request_originating_ip: Option<String>,
}

fn refresh(app: &Shared, Path(id): Path<String>, call: ServerCall) -> Answer {
    let body: Body = call.body()?;
    let format = body.format.as_deref().unwrap_or("token");
    if !["token", "cookie"].contains(&format) {
        return Err(Refusal::ParamValue("format").into());
    }
    if body.refresh_token.is_empty() {
        return Err(Refusal::ParamMissing("refresh_token").into());
    }
    let claims = app.mint.read_session_token(&body.expired_token);
    let code = of_token(claims.as_ref(), &body.request_origin, &id).or_else(|| {
        let instance = app.instance();
        match instance.session(&id) {
            None => Some("session_refresh_session_not_found"),
            Some(session) if !session.is_live(app.now()) => {
                Some("session_refresh_inactive_session")
            }
            Some(session) if instance.user(&session.user_id).is_none() => {
                Some("session_refresh_user_not_found")
            }
            Some(_) => None,
        }
    });
    let code = code.unwrap_or("refresh_token_not_found");
    Err(Refusal::from(AccessRefusal::NoRefresh(code)).into())
}

fn of_token(
    claims: Option<&Map<String, Value>>,
    origin: &str,
    session: &str,
) -> Option<&'static str> {
    let Some(claims) = claims else {
        return Some("expired_session_token_invalid");
    };
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let Some(party) = text("azp") else {
        return Some("expired_session_token_missing_azp");
    };
    let Some(sid) = text("sid") else {
        return Some("expired_session_token_missing_sid");
    };
    let Ok(origin) = Url::parse(origin) else {
        return Some("refresh_request_origin_invalid");
    };
    if origin.origin().ascii_serialization() != party {
        return Some("refresh_request_origin_azp_mismatch");
    }
    (sid != session).then_some("refresh_sid_mismatch")
}
