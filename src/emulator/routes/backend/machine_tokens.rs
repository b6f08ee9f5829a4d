//! Tokens between machines, OAuth access tokens. The emulator issues none, so it knows none.

use serde::Deserialize;

use crate::emulator::instance::Refusal;
use crate::emulator::routes::Answer;
use crate::emulator::routes::listed::Routes;
use crate::emulator::routes::server_call::ServerCall;

pub(super) fn routes() -> Routes {
    Routes::new().post(
        "/v1/oauth_applications/access_tokens/verify",
        verify_access_token,
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccessToken {
    /// `secret` is its old name.
    #[serde(alias = "secret")]
    access_token: String,
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
