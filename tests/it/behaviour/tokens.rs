//! Session tokens and webhook signatures, made with the crypto library alone: a mistake of the
//! core must not sign itself a good answer.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA512};
use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::{Map, Value, json};

const KEY_ID: &str = "ins_2q7orchard";

/// What sets a token apart from a good one.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Recipe {
    /// Seconds from now.
    exp: Option<i64>,
    iat: Option<i64>,
    nbf: Option<i64>,
    header: Map<String, Value>,
    claims: Map<String, Value>,
    /// Claims left out.
    drop: Vec<String>,
    /// The text of the header or the payload, with `{own}` for the members it would have.
    header_text: Option<String>,
    claims_text: Option<String>,
    /// `stranger`: another RSA key of the same name; `hmac`: the public key as a password; `hmac_empty`: no password;
    /// `rs512`: the own key with a longer hash.
    key: Option<String>,
    /// `signature`, `payload`: one changed after signing; `unsigned`: none at all; `cut`: its end is missing.
    damage: Option<String>,
}

pub struct Mint {
    own: KeyPair,
    stranger: KeyPair,
    random: SystemRandom,
}

impl Mint {
    pub fn new() -> Self {
        let generate = || KeyPair::generate(KeySize::Rsa2048).unwrap();
        Self {
            own: generate(),
            stranger: generate(),
            random: SystemRandom::new(),
        }
    }

    pub fn public_pem(&self) -> String {
        let der = self.own.public_key().as_der().unwrap();
        let text = STANDARD.encode(der.as_ref());
        let lines: Vec<_> = text
            .as_bytes()
            .chunks(64)
            .map(String::from_utf8_lossy)
            .collect();
        format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            lines.join("\n")
        )
    }

    pub fn key_set(&self) -> String {
        key_set(&self.own)
    }

    pub fn strangers_key_set(&self) -> String {
        key_set(&self.stranger)
    }

    pub fn strangers_jwk(&self) -> String {
        let set = key_set(&self.stranger);
        set[r#"{"keys":["#.len()..set.len() - 2].to_owned()
    }

    /// When the user of every token signed in, in Unix seconds.
    pub fn signed_in_at(&self) -> i64 {
        now() - 3600
    }

    /// A token; `fill` puts values in the place of the table's `{names}` in its claims.
    pub fn token(
        &self,
        recipe: &Recipe,
        frontend_api: &str,
        fill: &dyn Fn(&str) -> String,
    ) -> String {
        let mut header =
            json!({"alg": "RS256", "cat": "cl_B7d4PD111AAA", "kid": KEY_ID, "typ": "JWT"});
        extend(&mut header, &recipe.header);
        let mut claims = json!({
            "azp": "https://orchard.example",
            "exp": now() + recipe.exp.unwrap_or(120),
            "iat": now() + recipe.iat.unwrap_or(-5),
            "iss": format!("https://{frontend_api}"),
            "nbf": now() + recipe.nbf.unwrap_or(-15),
            "sid": "sess_2q7orchard",
            "sub": "user_2q7orchard",
            "sts": "active",
            "fva": [1, -1],
        });
        extend(&mut claims, &recipe.claims);
        if let Value::Object(members) = &mut claims {
            members.retain(|name, _| !recipe.drop.contains(name));
        }
        let header_part = part(&written(&header, recipe.header_text.as_deref(), fill));
        let claims_text = written(&claims, recipe.claims_text.as_deref(), fill);
        let signed = format!("{header_part}.{}", part(&claims_text));
        let signature = self.sign(recipe.key.as_deref(), signed.as_bytes());
        match recipe.damage.as_deref() {
            None => format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)),
            Some("unsigned") => format!("{signed}."),
            Some("signature") => {
                let mut wrong = signature;
                wrong[7] ^= 1;
                format!("{signed}.{}", URL_SAFE_NO_PAD.encode(wrong))
            }
            Some("payload") => {
                claims["sub"] = json!("user_2q7somebodyelse");
                let claims_part = part(&claims.to_string());
                let signature = URL_SAFE_NO_PAD.encode(signature);
                format!("{header_part}.{claims_part}.{signature}")
            }
            Some("cut") => {
                format!("{signed}.{}", URL_SAFE_NO_PAD.encode(&signature[..128]))
            }
            Some(other) => panic!("no damage is called '{other}'"),
        }
    }

    fn sign(&self, key: Option<&str>, text: &[u8]) -> Vec<u8> {
        let pair = match key {
            None | Some("rs512") => &self.own,
            Some("stranger") => &self.stranger,
            Some(name @ ("hmac" | "hmac_empty")) => {
                let public = self.public_pem();
                let password = if name == "hmac" {
                    public.as_bytes()
                } else {
                    b""
                };
                let password = hmac::Key::new(hmac::HMAC_SHA256, password);
                return hmac::sign(&password, text).as_ref().to_vec();
            }
            Some(other) => panic!("no key is called '{other}'"),
        };
        let mut signature = vec![0; pair.public_modulus_len()];
        let hash = match key {
            Some("rs512") => &RSA_PKCS1_SHA512,
            _ => &RSA_PKCS1_SHA256,
        };
        pair.sign(hash, &self.random, text, &mut signature).unwrap();
        signature
    }
}

fn key_set(pair: &KeyPair) -> String {
    let key = pair.public_key();
    let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let (n, e) = (key.modulus(), key.exponent());
    let n = number(n.big_endian_without_leading_zero());
    let e = number(e.big_endian_without_leading_zero());
    json!({"keys": [{"use": "sig", "kty": "RSA", "kid": KEY_ID, "alg": "RS256", "n": n, "e": e}]})
        .to_string()
}

fn part(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

fn written(object: &Value, text: Option<&str>, fill: &dyn Fn(&str) -> String) -> String {
    let whole = object.to_string();
    match text {
        None => fill(&whole),
        Some(text) => fill(&text.replace("{own}", &whole[1..whole.len() - 1])),
    }
}

fn extend(value: &mut Value, more: &Map<String, Value>) {
    for (name, member) in more {
        value[name] = member.clone();
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "the app under test has the real clock"
)]
fn now() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
        .try_into()
        .unwrap()
}

pub fn publishable_key(prefix: &str, host: &str) -> String {
    format!("{prefix}{}", STANDARD_NO_PAD.encode(format!("{host}$")))
}

/// The Frontend API host inside a publishable key.
pub fn host_of(key: &str) -> String {
    let encoded = key.rsplit('_').next().unwrap();
    String::from_utf8(STANDARD_NO_PAD.decode(encoded).unwrap())
        .unwrap()
        .trim_end_matches('$')
        .to_owned()
}

pub fn cookie_suffix(key: &str) -> String {
    let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, key.as_bytes());
    URL_SAFE.encode(hash)[..8].to_owned()
}

/// The three headers of a signed webhook: `good`, `old` or `ahead` (ten minutes), by a `stranger` or with an `empty`
/// secret, of `another` body, or of another version (`v0`).
pub fn sign_webhook(how: &str, secret: &str, body: &str) -> Result<Vec<(String, String)>, String> {
    let own = STANDARD.decode(secret.trim_start_matches("whsec_"));
    let own = own.unwrap();
    let (age, key) = match how {
        "good" | "another" | "v0" => (0, own),
        "old" => (600, own),
        "ahead" => (-600, own),
        "stranger" => (0, b"somebody else's secret".to_vec()),
        "empty" => (0, Vec::new()),
        other => return Err(format!("no webhook is signed '{other}'")),
    };
    let (id, time) = ("msg_2q7orchard", now() - age);
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    let more = if how == "another" { " " } else { "" };
    let version = if how == "v0" { "v0" } else { "v1" };
    let signature = hmac::sign(&key, format!("{id}.{time}.{body}{more}").as_bytes());
    let headers = BTreeMap::from([
        ("svix-id", id.to_owned()),
        ("svix-timestamp", time.to_string()),
        (
            "svix-signature",
            format!("{version},{}", STANDARD.encode(signature)),
        ),
    ]);
    Ok(headers
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect())
}
