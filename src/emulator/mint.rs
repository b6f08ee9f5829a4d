//! Signs what the instance decided: session tokens and handshake tokens, as the real service makes them
//! (`frontend-api.md` section 9.3).

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use clerk_auth::public_key::PublicKey;
use clerk_auth::testing::{NewSession, session_header};
use clerk_auth::time::UnixMillis;
use clerk_auth::token::category;
use serde_json::{Map, Value, json};

use super::instance::machines::m2m::M2mToken;
use super::instance::oauth::token::AccessToken;
use super::instance::{Random, Session, random};

/// The lifetime of a session token in seconds.
const TOKEN_LIFE: i64 = 60;
/// The RSA key was refused: it is no RSA key in PKCS#8, or could not be made or used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signing key is not usable")]
pub struct KeyError;

/// Makes a new signing key and answers its PKCS#8 form.
///
/// # Errors
/// [`KeyError`] when the crypto library makes none.
pub fn new_signing_key() -> Result<Vec<u8>, KeyError> {
    let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError)?;
    let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| KeyError)?;
    Ok(der.as_ref().to_vec())
}

/// Signs in the name of one instance.
pub struct Mint {
    pair: KeyPair,
    instance_id: String,
    issuer: String,
}

impl Mint {
    /// A mint for the instance whose Frontend API host is `host`, with a key in PKCS#8 or PKCS#1.
    ///
    /// # Errors
    /// [`KeyError`] when the key cannot be read.
    pub fn new(instance_id: &str, host: &str, der: &[u8]) -> Result<Self, KeyError> {
        let pair = KeyPair::from_pkcs8(der).or_else(|_| KeyPair::from_der(der));
        let pair = pair.map_err(|_| KeyError)?;
        // The issuer is the host in the key, never the address that the emulator is reached at (section 1, rule 3).
        Ok(Self {
            pair,
            instance_id: instance_id.to_owned(),
            issuer: format!("https://{host}"),
        })
    }

    /// The public half as a key set.
    pub fn key_set(&self) -> Value {
        let public = self.pair.public_key();
        let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({ "keys": [{
            "use": "sig",
            "kty": "RSA",
            "kid": self.instance_id,
            "alg": "RS256",
            "n": number(public.modulus().big_endian_without_leading_zero()),
            "e": number(public.exponent().big_endian_without_leading_zero()),
        }] })
    }

    /// The public half, to check what was signed with.
    ///
    /// # Errors
    /// [`KeyError`], which no key that signs leads to.
    pub fn public_key(&self) -> Result<PublicKey, KeyError> {
        PublicKey::from_jwk(&self.key_set()["keys"][0]).map_err(|_| KeyError)
    }

    /// The same as text: the value of `CLERK_JWT_KEY`.
    ///
    /// # Errors
    /// [`KeyError`], likewise.
    pub fn public_pem(&self) -> Result<String, KeyError> {
        let der: PublicKeyX509Der<'_> = self.pair.public_key().as_der().map_err(|_| KeyError)?;
        let text = STANDARD.encode(der.as_ref());
        let mut pem = "-----BEGIN PUBLIC KEY-----\n".to_owned();
        for line in text.as_bytes().chunks(64) {
            pem.push_str(&String::from_utf8_lossy(line));
            pem.push('\n');
        }
        Ok(pem + "-----END PUBLIC KEY-----\n")
    }

    /// The issuer of all tokens.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The id of the key, and of the instance.
    pub(super) fn key_id(&self) -> &str {
        &self.instance_id
    }

    pub(super) fn public_der(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    /// A session token, with more claims or others in place of its own. `authorized_party` is the origin of the page that asked, if it is known.
    ///
    /// # Errors
    /// [`KeyError`] when the key does not sign.
    pub fn session_token(
        &self,
        session: &Session,
        extra: Map<String, Value>,
        authorized_party: Option<&str>,
        random: &dyn Random,
        now: UnixMillis,
    ) -> Result<String, KeyError> {
        let ages = [
            session.first_factor_age(now),
            session.second_factor_age(now),
        ];
        let session = NewSession {
            user: &session.user_id,
            session: &session.id,
            status: session.status.as_str(),
            is_version_2: true,
            id: Some(&random::alphanumeric(random, 20)),
            issuer: Some(&self.issuer),
            authorized_party,
            first_factor_age: session.first_factor_age(now),
            issued_at: now.seconds(),
            life: TOKEN_LIFE,
        };
        let mut claims = session.claims();
        claims.insert("fva".to_owned(), json!(ages));
        claims.extend(extra);
        self.sign(&Value::Object(claims))
    }

    /// A token of a machine, which others check with the key set alone.
    ///
    /// # Errors
    /// [`KeyError`] when the key does not sign.
    pub fn m2m_token(&self, token: &M2mToken) -> Result<String, KeyError> {
        let mut claims = json!(token.claims.clone().unwrap_or_default());
        claims["iss"] = json!(self.issuer);
        claims["sub"] = json!(token.subject);
        claims["aud"] = json!(token.scopes);
        claims["scopes"] = json!(token.scopes.join(" "));
        claims["jti"] = json!(token.id);
        claims["iat"] = json!(token.life.created_at.seconds());
        claims["nbf"] = json!(token.life.created_at.seconds());
        claims["exp"] = json!(token.life.expiration.map(UnixMillis::seconds));
        let mut header = session_header(Some(&self.instance_id));
        header["cat"] = json!(category::M2M);
        self.token(&header, &claims)
    }

    /// An access token that others check with the key set alone.
    ///
    /// # Errors
    /// [`KeyError`] when the key does not sign.
    pub fn access_token(&self, token: &AccessToken) -> Result<String, KeyError> {
        let claims = json!({
            "iss": self.issuer,
            "sub": token.subject,
            "client_id": token.client_id,
            "jti": token.id,
            "scope": token.scopes.join(" "),
            "iat": token.life.created_at.seconds(),
            "nbf": token.life.created_at.seconds(),
            "exp": token.life.expiration.map(UnixMillis::seconds),
        });
        let header = json!({ "alg": "RS256", "typ": "at+jwt", "kid": self.instance_id });
        self.token(&header, &claims)
    }

    /// What a client is told of the user who signed in: for the client alone, and no session.
    ///
    /// # Errors
    /// [`KeyError`] when the key does not sign.
    pub fn id_token(
        &self,
        token: &AccessToken,
        issuer: &str,
        about: &Value,
        nonce: Option<String>,
    ) -> Result<String, KeyError> {
        let mut claims = about.as_object().cloned().unwrap_or_default();
        for name in ["object", "instance_id", "user_id"] {
            claims.remove(name);
        }
        let mut claims = Value::Object(claims);
        claims["iss"] = json!(issuer);
        claims["aud"] = json!(token.client_id);
        claims["iat"] = json!(token.life.created_at.seconds());
        claims["exp"] = json!(token.life.expiration.map(UnixMillis::seconds));
        if let Some(nonce) = nonce {
            claims["nonce"] = json!(nonce);
        }
        let mut header = session_header(Some(&self.instance_id));
        header["cat"] = json!(category::TEMPLATE);
        self.token(&header, &claims)
    }

    /// A token that carries the cookies of a handshake.
    ///
    /// # Errors
    /// [`KeyError`] when the key does not sign.
    pub fn handshake_token(&self, directives: &[String]) -> Result<String, KeyError> {
        self.sign(&json!({ "handshake": directives }))
    }

    fn sign(&self, claims: &Value) -> Result<String, KeyError> {
        let header = session_header(Some(&self.instance_id));
        self.token(&header, claims)
    }

    /// A token of any header and claims, signed by RS256 whatever the header says: for tests of an app.
    ///
    /// # Errors
    /// [`KeyError`] when the key does not sign.
    pub fn token(&self, header: &Value, claims: &Value) -> Result<String, KeyError> {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(header), part(claims));
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                text.as_bytes(),
                &mut signature,
            )
            .map_err(|_| KeyError)?;
        Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}
