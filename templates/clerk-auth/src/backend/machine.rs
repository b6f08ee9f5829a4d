//! Checks of opaque machine tokens (`request-authentication.md` section 9.3).
//!
//! Like the reference, these calls have no version segment in their paths.

use http::Method;
use serde_json::{Value, json};

use super::{BackendClient, BackendError};
use crate::keys::MachineSecretKey;

impl BackendClient {
    /// Checks an API key (`ak_`). The answer is the key's object; look at its `revoked` and `expired`.
    ///
    /// # Errors
    /// [`BackendError`]: 404 means that there is no such key, 401 that our own secret key is refused.
    pub async fn verify_api_key(&self, secret: &str) -> Result<Value, BackendError> {
        let body = json!({ "secret": secret });
        self.verify("api_keys/verify", self.secret()?, &body).await
    }

    /// Checks an M2M token (`mt_`), with the machine secret key when there is one. The answer is the token's object;
    /// look at its `revoked` and `expired`.
    ///
    /// # Errors
    /// [`BackendError`]: 404 means that there is no such token, 401 that our own key is refused.
    pub async fn verify_m2m_token(&self, token: &str) -> Result<Value, BackendError> {
        let machine_key = self.machine_secret_key.as_ref();
        let credential = match machine_key.map(MachineSecretKey::expose) {
            Some(key) => key,
            None => self.secret()?,
        };
        let body = json!({ "token": token });
        self.verify("m2m_tokens/verify", credential, &body).await
    }

    /// Checks an OAuth access token (`oat_`). The answer is the token's object; look at its `revoked` and `expired`.
    ///
    /// # Errors
    /// [`BackendError`]: 404 means that there is no such token, 401 that our own secret key is refused.
    pub async fn verify_oauth_token(&self, token: &str) -> Result<Value, BackendError> {
        let body = json!({ "access_token": token });
        let path = "oauth_applications/access_tokens/verify";
        self.verify(path, self.secret()?, &body).await
    }

    async fn verify(
        &self,
        path: &str,
        credential: &str,
        body: &Value,
    ) -> Result<Value, BackendError> {
        let url = format!("{}/{path}", self.api_url);
        self.send(Method::POST, &url, credential, Some(body)).await
    }
}
