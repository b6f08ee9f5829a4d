//! A client for a scripted Backend API.

use clerk_auth::backend::BackendClient;
use clerk_auth::keys::SecretKey;
use serde_json::Value;

use super::scripted::{Reply, Scripted};

pub const SECRET: &str = "sk_live_thisIsOurOwnSecretKey";

pub fn client(scripted: &Scripted) -> BackendClient {
    let secret = SecretKey::new(SECRET).unwrap();
    BackendClient::new(
        scripted.fetch(),
        "https://api.clerk.com/",
        "/v1/",
        Some(secret),
    )
}

pub fn answering(status: u16, body: Value) -> (Scripted, BackendClient) {
    let scripted = Scripted::always(Reply::Json(status, body));
    let client = client(&scripted);
    (scripted, client)
}
