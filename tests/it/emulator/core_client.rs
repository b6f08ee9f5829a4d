//! The core's own client of the Backend API, which asks the emulator as an app does.

use std::sync::Arc;

use bytes::Bytes;
use clerk_auth::backend::BackendClient;
use clerk_auth::fetch::{BoxFuture, Fetch, FetchError};
use clerk_auth::keys::{MachineSecretKey, SecretKey};

use super::world::{SECRET, World};

pub struct Network(reqwest::Client);

pub fn network() -> Network {
    Network(reqwest::Client::builder().no_proxy().build().unwrap())
}

impl Fetch for Network {
    fn fetch(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, FetchError>> {
        Box::pin(async move {
            let broken = |error: reqwest::Error| FetchError::Broken(error.to_string());
            let request = reqwest::Request::try_from(request.map(reqwest::Body::from));
            let answer = self.0.execute(request.map_err(broken)?).await;
            let answer = answer.map_err(broken)?;
            let status = answer.status();
            let body = answer.bytes().await.map_err(broken)?;
            let mut response = http::Response::new(body);
            *response.status_mut() = status;
            Ok(response)
        })
    }
}

/// A client with the secret key, and with a machine's if there is one.
pub fn core_client(world: &World, machine: Option<&str>) -> BackendClient {
    let url = format!("http://127.0.0.1:{}", world.backend_port());
    let secret = SecretKey::new(SECRET).unwrap();
    BackendClient::new(Arc::new(network()), &url, "v1", Some(secret))
        .with_machine_secret_key(machine.map(|key| MachineSecretKey::new(key).unwrap()))
}
