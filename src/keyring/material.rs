//! Reads a text that is given as a key, in every shape that is safe, and names what it is in any other.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD_INDIFFERENT, URL_SAFE_NO_PAD_INDIFFERENT};
use clerk_auth::config::{explain, read_jwt_key};
use clerk_auth::public_key::{JwkSet, PublicKey};
use serde_json::{Value, json};

use crate::escape::visible;

/// The most layers of base64 and JSON texts to take off.
const MOST_LAYERS: u32 = 2;

/// Keys in a text.
#[derive(Debug)]
pub enum Material {
    /// One key without a name.
    Key(PublicKey),
    /// A set, or one key with a name.
    Set(JwkSet),
}

/// The reason why there is no key. Nothing of the text is repeated except addresses in a public document.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NoKey {
    /// A name for what it is instead.
    pub why: String,
    /// Advice, if it is needed.
    pub help: Option<String>,
}

impl NoKey {
    fn new(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            help: None,
        }
    }

    /// The same in the place of a key set.
    pub fn in_place_of_set(mut self) -> Self {
        self.why = self.why.replace("not a PEM public key", "not a key set");
        self
    }
}

/// Reads PEM, a key set, a JWK, and each of them in base64 or as a text of JSON.
///
/// # Errors
/// A name for what it is instead.
pub fn read(text: &str) -> Result<Material, NoKey> {
    layer(text, MOST_LAYERS)
}

fn layer(text: &str, left: u32) -> Result<Material, NoKey> {
    let text = text.trim_start_matches('\u{feff}').trim();
    let text = text.trim_matches(|c| matches!(c, '\'' | '`')).trim();
    if text.starts_with(['{', '[', '"']) {
        return in_json(text, left);
    }
    if text.starts_with('<') {
        return Err(NoKey::new("it is a web page or XML, not a key"));
    }
    if !text.contains("-----")
        && left > 0
        && let Some(inner) = decoded(text)
    {
        return layer(&inner, left - 1);
    }
    in_pem(text)
}

fn in_pem(text: &str) -> Result<Material, NoKey> {
    read_jwt_key(text).map(Material::Key).map_err(|refusal| {
        let refusal = explain("CLERK_JWT_KEY", text, &refusal);
        let what = refusal.problem.strip_prefix("cannot be read: ");
        let why = what.map_or_else(|| format!("it {}", refusal.problem), str::to_owned);
        NoKey::new(why)
    })
}

/// The text inside base64, if there is a key in it; the key's own bytes do not count.
fn decoded(text: &str) -> Option<String> {
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let bytes = STANDARD_NO_PAD_INDIFFERENT
        .decode(&compact)
        .or_else(|_| URL_SAFE_NO_PAD_INDIFFERENT.decode(&compact))
        .ok()?;
    let inner = String::from_utf8(bytes).ok()?;
    let start = inner.trim_start();
    let holds_key = start.starts_with("-----BEGIN")
        || start.starts_with(['{', '['])
        // Base64 inside base64.
        || start.starts_with("LS0tLS1") || start.starts_with("eyJ");
    holds_key.then_some(inner)
}

fn in_json(text: &str, left: u32) -> Result<Material, NoKey> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        // serde's words name what it expected, and repeat nothing.
        NoKey::new(format!("it is not JSON: {error}"))
    })?;
    match &value {
        Value::String(inner) if left > 0 => layer(inner, left - 1),
        // A PEM that some tool wrapped: `{"key": "-----BEGIN …"}`. The app takes it as well.
        _ if text.contains("-----BEGIN ") => in_pem(text),
        Value::Array(list) if list.iter().any(|key| key.get("kty").is_some()) => {
            in_set(&json!({ "keys": list })).map(Material::Set)
        }
        _ if value.get("kty").is_some() => in_jwk(&value),
        _ => in_set(&value).map(Material::Set),
    }
}

fn in_jwk(value: &Value) -> Result<Material, NoKey> {
    if value.get("kid").is_some_and(Value::is_string) {
        return in_set(&json!({ "keys": [value] })).map(Material::Set);
    }
    must_be_public(value)?;
    let key = PublicKey::from_jwk(value);
    key.map(Material::Key)
        .map_err(|error| NoKey::new(error.to_string()))
}

/// The keys of a set that can be used.
///
/// # Errors
/// None can be used, or it is another document.
pub fn in_set(value: &Value) -> Result<JwkSet, NoKey> {
    if let Some(address) = value.get("jwks_uri").and_then(Value::as_str) {
        return Err(NoKey {
            why: "it is an OpenID configuration document, not a key set".to_owned(),
            help: Some(format!(
                "it names its key set: pass --jwks {}",
                visible(address)
            )),
        });
    }
    if let Some(inner) = value.get("jwks").filter(|inner| inner.is_object()) {
        return in_set(inner);
    }
    let keys = value.get("keys").and_then(Value::as_array);
    keys.into_iter().flatten().try_for_each(must_be_public)?;
    let set = JwkSet::from_value(value);
    if !set.keys.is_empty() {
        return Ok(set);
    }
    Err(NoKey::new(match set.skipped.first() {
        Some((_, error)) => error.to_string(),
        None => "there is no list `keys` with a key in it".to_owned(),
    }))
}

fn must_be_public(key: &Value) -> Result<(), NoKey> {
    if key.get("d").is_some() {
        return Err(NoKey {
            why: "there is a private key in it, and only public ones belong here".to_owned(),
            help: Some("whoever could see it can sign with it: make a new one".to_owned()),
        });
    }
    Ok(())
}
