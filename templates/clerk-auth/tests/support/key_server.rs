//! A key server whose answer can be changed, and the key set that asks it.

use std::sync::{Arc, Mutex};

use clerk_auth::fetch::FetchError;
use clerk_auth::key_set::{KeySet, KeySetError, KeySource};
use clerk_auth::keys::SecretKey;
use clerk_auth::time::UnixMillis;
use serde_json::{Value, json};

use super::scripted::{Reply, Scripted};
use super::{NOW_MS, fixture_jwk};

pub const SECRET: &str = "sk_live_thisIsOurOwnSecretKey";

pub fn source() -> KeySource {
    let secret_key = SecretKey::new(SECRET).unwrap();
    KeySource::backend_api("https://api.clerk.com/", "v1", secret_key)
}

pub fn at(seconds: i64) -> UnixMillis {
    UnixMillis(NOW_MS + seconds * 1000)
}

pub fn set_of(names: &[(&str, &str)]) -> Reply {
    let keys: Vec<Value> = names
        .iter()
        .map(|(kid, fixture)| {
            let mut jwk = fixture_jwk(fixture);
            jwk["kid"] = json!(kid);
            jwk
        })
        .collect();
    Reply::Json(200, json!({ "keys": keys }))
}

pub fn alpha() -> Reply {
    set_of(&[("ins_alpha", "alpha")])
}

pub fn down() -> Reply {
    Reply::Fails(FetchError::Connect("refused".to_owned()))
}

/// A key server whose answer can be changed, and the key set that asks it.
pub struct Bench {
    reply: Arc<Mutex<Reply>>,
    pub scripted: Scripted,
    pub set: KeySet,
}

impl Bench {
    pub fn new(reply: Reply) -> Self {
        let reply = Arc::new(Mutex::new(reply));
        let current = Arc::clone(&reply);
        let scripted = Scripted::new(move |_, _| current.lock().unwrap().clone());
        let set = KeySet::new(scripted.fetch(), source());
        Self {
            reply,
            scripted,
            set,
        }
    }

    pub fn answers(&self, reply: Reply) {
        *self.reply.lock().unwrap() = reply;
    }

    pub async fn ask(&self, kid: &str, seconds: i64) -> Result<(), KeySetError> {
        let key = self.set.key(Some(kid), false, at(seconds)).await;
        key.map(|_| ())
    }

    /// The [`word`] of an answer, and the calls it cost.
    pub async fn seen(&self, kid: &str, seconds: i64) -> (&'static str, usize) {
        let before = self.scripted.count();
        let word = word(self.ask(kid, seconds).await);
        (word, self.scripted.count() - before)
    }
}

/// The reason word of a refusal, `unavailable`, or `ok`.
pub fn word<T>(answer: Result<T, KeySetError>) -> &'static str {
    match answer {
        Ok(_) => "ok",
        Err(KeySetError::Token { error, .. }) => error.reason.as_str(),
        Err(KeySetError::Unavailable { .. }) => "unavailable",
        Err(KeySetError::Rationed { .. }) => "rationed",
    }
}
