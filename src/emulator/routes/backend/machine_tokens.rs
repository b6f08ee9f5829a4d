//! API keys, tokens between machines, OAuth access tokens. The emulator issues none, so it knows none.

use serde::Deserialize;

use crate::emulator::instance::Refusal;
use crate::emulator::routes::Answer;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::ServerCall;

pub(super) fn routes() -> Routes {
    Routes::new()
        .post("/v1/api_keys/verify", verify_api_key)
        .post("/v1/m2m_tokens/verify", verify_m2m_token)
        .post(
            "/v1/oauth_applications/access_tokens/verify",
            verify_access_token,
        )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ApiKey {
    secret: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct M2mToken {
    token: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccessToken {
    /// `secret` is its old name.
    #[serde(alias = "secret")]
    access_token: String,
}

async fn verify_api_key(call: ServerCall) -> Answer {
    let ApiKey { secret } = call.body()?;
    refuse("secret", &secret)
}

async fn verify_m2m_token(call: ServerCall) -> Answer {
    let M2mToken { token } = call.body()?;
    refuse("token", &token)
}

async fn verify_access_token(call: ServerCall) -> Answer {
    let AccessToken { access_token } = call.body()?;
    refuse("access_token", &access_token)
}

fn refuse(name: &'static str, token: &str) -> Answer {
    Err(if token.is_empty() {
        Refusal::ParamMissing(name).into()
    } else {
        Refusal::NotFound.into()
    })
}
