//! Tokens of the mint besides session tokens: those of templates, tickets, links in mails, and the tokens by which
//! clients outside a browser are known. Each has a type of its own in its head, so that none passes for another.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clerk_auth::time::UnixMillis;
use clerk_auth::token::category;
use serde_json::{Map, Value, json};

use super::instance::access::template::{Algorithm, SharedKey};
use super::instance::email_link::LinkPass;
use super::instance::machines::m2m::M2mToken;
use super::mint::{KeyError, Mint};

const TICKET: &str = "clerk-ticket";
const CLIENT: &str = "clerk-client";
const LINK: &str = "clerk-link";

/// Whom a ticket lets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketFor {
    /// A user, without a password.
    User,
    /// Somebody new, to whom an invitation was sent.
    Invited,
}

impl TicketFor {
    const fn as_str(self) -> &'static str {
        match self {
            Self::User => "sign_in_token",
            Self::Invited => "invitation",
        }
    }
}

impl Mint {
    fn pass(&self, kind: &str, claims: &Value) -> Result<String, KeyError> {
        let header = json!({ "alg": "RS256", "kid": self.key_id(), "typ": kind });
        self.token(&header, claims)
    }

    /// The claims of a pass of this kind, if this mint signed it; however old it is.
    fn read(&self, kind: &str, token: &str) -> Option<Map<String, Value>> {
        let (header, claims) = self.opened(token)?;
        (header["typ"] == kind).then_some(claims)
    }

    /// The two halves of a token that this mint signed.
    fn opened(&self, token: &str) -> Option<(Value, Map<String, Value>)> {
        let (signed, signature) = token.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, self.public_der());
        key.verify(signed.as_bytes(), &signature).ok()?;
        let (header, claims) = signed.split_once('.')?;
        let header = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        let claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
        Some((header, claims))
    }

    /// The token that stands for a ticket or an invitation. Whether it is good is known to the instance alone.
    ///
    /// # Errors
    /// [`KeyError`] when the key does not sign.
    pub fn ticket(
        &self,
        purpose: TicketFor,
        id: &str,
        end: UnixMillis,
    ) -> Result<String, KeyError> {
        let claims = json!({
            "exp": end.seconds(), "iid": self.key_id(), "sid": id, "st": purpose.as_str(),
        });
        self.pass(TICKET, &claims)
    }

    /// The purpose of a ticket, and its id.
    pub fn read_ticket(&self, token: &str) -> Option<(TicketFor, String)> {
        let claims = self.read(TICKET, token)?;
        let purpose = claims.get("st")?.as_str()?;
        let purpose = [TicketFor::User, TicketFor::Invited]
            .into_iter()
            .find(|known| known.as_str() == purpose)?;
        Some((purpose, claims.get("sid")?.as_str()?.to_owned()))
    }

    /// The token by which a client is known where there are no cookies.
    ///
    /// # Errors
    /// [`KeyError`] when the key does not sign.
    pub fn client_token(&self, client: &str) -> Result<String, KeyError> {
        self.pass(CLIENT, &json!({ "id": client }))
    }

    /// The id of the client that a token is for.
    pub fn client_of_token(&self, token: &str) -> Option<String> {
        let claims = self.read(CLIENT, token)?;
        Some(claims.get("id")?.as_str()?.to_owned())
    }

    /// The token in a link that proves an address.
    ///
    /// # Errors
    /// [`KeyError`] when the key does not sign.
    pub fn link_token(&self, pass: &LinkPass) -> Result<String, KeyError> {
        let mut claims = json!(pass);
        claims["iid"] = json!(self.key_id());
        self.pass(LINK, &claims)
    }

    /// The content of such a token. It may be over: the caller has to look.
    pub fn read_link_token(&self, token: &str) -> Option<LinkPass> {
        let claims = self.read(LINK, token)?;
        serde_json::from_value(Value::Object(claims)).ok()
    }

    /// The claims of a session token that this mint signed, however old it is.
    pub fn read_session_token(&self, token: &str) -> Option<Map<String, Value>> {
        self.read("JWT", token)
    }

    /// The token of a machine as a JWT, of which no record is kept. It may be over: whoever asks has to look.
    pub fn read_m2m_token(&self, token: &str) -> Option<M2mToken> {
        let (header, claims) = self.opened(token)?;
        let is_ours = header["cat"] == category::M2M && claims.get("iss")? == self.issuer();
        is_ours.then(|| M2mToken::of_claims(claims)).flatten()
    }

    /// A token of a template, signed with its key if it has one.
    ///
    /// # Errors
    /// [`KeyError`] when the key does not sign.
    pub fn template_token(
        &self,
        claims: &Value,
        shared: Option<&SharedKey>,
    ) -> Result<String, KeyError> {
        let mut header = json!({
            "alg": "RS256", "cat": category::TEMPLATE, "kid": self.key_id(), "typ": "JWT",
        });
        let Some(SharedKey { algorithm, key }) = shared else {
            return self.token(&header, claims);
        };
        header["alg"] = algorithm.as_str().into();
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(&header), part(claims));
        let way = match algorithm {
            Algorithm::HS256 => hmac::HMAC_SHA256,
            Algorithm::HS384 => hmac::HMAC_SHA384,
            Algorithm::HS512 => hmac::HMAC_SHA512,
        };
        let signature = hmac::sign(&hmac::Key::new(way, key.as_bytes()), text.as_bytes());
        Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}
