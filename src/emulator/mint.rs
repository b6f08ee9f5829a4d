//! Signs what the instance decided: session tokens and handshake tokens, as the real service makes them
//! (`frontend-api.md` section 9.3).

use std::sync::{Arc, OnceLock};

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

use super::faults::{Faults, Twist};
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

/// A key in PKCS#8 or PKCS#1.
pub(super) fn key_pair(der: &[u8]) -> Result<KeyPair, KeyError> {
    let pair = KeyPair::from_pkcs8(der).or_else(|_| KeyPair::from_der(der));
    pair.map_err(|_| KeyError)
}

/// Signs in the name of one instance.
pub struct Mint {
    signing: Signing,
    /// Made when somebody wants it; none where no key can be made.
    other: OnceLock<Option<Signing>>,
    faults: Arc<Faults>,
    issuer: String,
}

/// A key and its id.
struct Signing {
    pair: Arc<KeyPair>,
    id: String,
}

impl Signing {
    /// Its id hangs on it alone.
    fn new() -> Option<Self> {
        let pair = KeyPair::generate(KeySize::Rsa2048).ok()?;
        let public = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        let id = random::id(&random::SeededRandom::of(&public), "ins");
        let pair = Arc::new(pair);
        Some(Self { pair, id })
    }
}

impl Mint {
    /// A mint for the instance whose Frontend API host is `host`, with a key in PKCS#8 or PKCS#1.
    ///
    /// # Errors
    /// [`KeyError`] when the key cannot be read.
    pub fn new(instance_id: &str, host: &str, der: &[u8]) -> Result<Self, KeyError> {
        Ok(Self::of(instance_id, host, Arc::new(key_pair(der)?)))
    }

    /// The same with a key that was read before.
    pub(super) fn of(instance_id: &str, host: &str, pair: Arc<KeyPair>) -> Self {
        // The issuer is the host in the key, never the address that the emulator is reached at (section 1, rule 3).
        Self {
            signing: Signing {
                pair,
                id: instance_id.to_owned(),
            },
            other: OnceLock::new(),
            faults: Arc::default(),
            issuer: format!("https://{host}"),
        }
    }

    /// With the faults that somebody wants in its tokens.
    pub(super) fn with_faults(mut self, faults: &Arc<Faults>) -> Self {
        self.faults = Arc::clone(faults);
        self
    }

    /// The key that tokens for apps are signed with now.
    fn current(&self) -> &Signing {
        let other = || self.other.get_or_init(Signing::new).as_ref();
        let is_rotated = self.faults.has_other_key();
        is_rotated.then(other).flatten().unwrap_or(&self.signing)
    }

    /// The public half as a key set.
    pub fn key_set(&self) -> Value {
        let current = self.current();
        let public = current.pair.public_key();
        let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({ "keys": [{
            "use": "sig",
            "kty": "RSA",
            "kid": current.id,
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
        let der: PublicKeyX509Der<'_> = self
            .signing
            .pair
            .public_key()
            .as_der()
            .map_err(|_| KeyError)?;
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

    /// The id of the first key, and of the instance.
    pub(super) fn key_id(&self) -> &str {
        &self.signing.id
    }

    pub(super) fn public_der(&self) -> &[u8] {
        self.signing.pair.public_key().as_ref()
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
        let twist = self.faults.twist();
        let authorized_party = twist.authorized_party.as_deref().or(authorized_party);
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
            first_factor_age: ages[0],
            issued_at: now.seconds() + twist.skew,
            life: TOKEN_LIFE,
        };
        let mut claims = session.claims();
        claims.insert("fva".to_owned(), json!(ages));
        claims.extend(extra);
        self.sign(&Value::Object(self.stretched(claims, &twist)))
    }

    /// The claims with so much more that the token gets the length that is wanted.
    fn stretched(&self, mut claims: Map<String, Value>, twist: &Twist) -> Map<String, Value> {
        if let Some(length) = twist.length {
            let current = self.current();
            let header = session_header(Some(&current.id)).to_string();
            let coded = |bytes: usize| (bytes * 4).div_ceil(3);
            let dots = 2;
            let rest = coded(header.len()) + coded(current.pair.public_modulus_len()) + dots;
            let key = r#","padding":"""#.len();
            let now = Value::Object(claims.clone()).to_string().len() + key;
            let more = (length.saturating_sub(rest) * 3 / 4).saturating_sub(now);
            claims.insert("padding".to_owned(), json!("x".repeat(more)));
        }
        claims
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
        let mut header = session_header(Some(&self.current().id));
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
        let header = json!({ "alg": "RS256", "typ": "at+jwt", "kid": self.current().id });
        self.token(&header, &claims)
    }

    /// An ID token, which tells a client who signed in: for the client alone, and no session.
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
        let mut header = session_header(Some(&self.current().id));
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
        let header = session_header(Some(&self.current().id));
        self.token(&header, claims)
    }

    /// A token of any header and claims, signed by RS256 whatever the header says: for tests of an app.
    ///
    /// # Errors
    /// [`KeyError`] when the key does not sign.
    pub fn token(&self, header: &Value, claims: &Value) -> Result<String, KeyError> {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(header), part(claims));
        // The header says which key is meant.
        let current = self.current();
        let is_current = header["kid"] == current.id.as_str();
        let pair = if is_current {
            &current.pair
        } else {
            &self.signing.pair
        };
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(
            &RSA_PKCS1_SHA256,
            &SystemRandom::new(),
            text.as_bytes(),
            &mut signature,
        )
        .map_err(|_| KeyError)?;
        Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}
