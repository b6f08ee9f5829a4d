//! The answer that a browser brings back from a device, and its proof (Web Authentication, level 3: "Registering a
//! New Credential", "Verifying an Authentication Assertion").

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::cbor::{Item, Reader, value};
use super::key::PublicKey;
use super::{Challenge, Credential, PasskeyRefusal as Flaw};

/// In bytes. The largest key and the longest id need a fourth of it.
const MAX_ANSWER: usize = 16 * 1024;
/// In bytes, by the standard.
const MAX_CREDENTIAL_ID: usize = 1023;

/// The flags of a device.
const PRESENT: u8 = 1;
const VERIFIED: u8 = 1 << 2;
const HAS_KEY: u8 = 1 << 6;
const HAS_EXTENSIONS: u8 = 1 << 7;

/// The browser's answer: a `PublicKeyCredential` as JSON, its bytes in base64url.
#[derive(Deserialize)]
pub struct Answer {
    id: String,
    #[serde(rename = "rawId")]
    raw_id: String,
    #[serde(rename = "type")]
    kind: String,
    response: Response,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    attestation_object: Option<String>,
    authenticator_data: Option<String>,
    signature: Option<String>,
    user_handle: Option<String>,
}

/// What the browser says about the page.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
}

/// What the device says.
struct DeviceData<'a> {
    party_hash: &'a [u8],
    flags: u8,
    counter: u32,
    rest: &'a [u8],
}

fn decoded(text: &str) -> Result<Vec<u8>, Flaw> {
    let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('='));
    bytes.map_err(|_| Flaw::Malformed)
}

impl Answer {
    /// # Errors
    /// [`Flaw::Malformed`].
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        if text.len() > MAX_ANSWER {
            return Err(Flaw::Malformed);
        }
        let answer: Self = serde_json::from_str(text).map_err(|_| Flaw::Malformed)?;
        if answer.kind != "public-key" || decoded(&answer.id)? != decoded(&answer.raw_id)? {
            return Err(Flaw::Malformed);
        }
        Ok(answer)
    }

    /// The id of the credential, in base64url.
    ///
    /// # Errors
    /// [`Flaw::Malformed`].
    pub fn credential_id(&self) -> Result<String, Flaw> {
        Ok(URL_SAFE_NO_PAD.encode(decoded(&self.id)?))
    }

    /// The bytes that the browser says about the page, once they fit the challenge.
    fn client_data(&self, kind: &str, asked: &Challenge) -> Result<Vec<u8>, Flaw> {
        let bytes = decoded(&self.response.client_data)?;
        let said: ClientData = serde_json::from_slice(&bytes).map_err(|_| Flaw::Malformed)?;
        if said.kind != kind {
            return Err(Flaw::Kind);
        }
        if said.challenge.trim_end_matches('=') != asked.text {
            return Err(Flaw::Challenge);
        }
        // A page inside another page of somebody else's could be asked without knowing it.
        if said.origin != asked.origin || said.cross_origin {
            return Err(Flaw::Origin);
        }
        Ok(bytes)
    }

    /// The credential that a device made for this challenge. Nobody asked the device to prove what it is, so its
    /// statement about that is not looked at.
    ///
    /// # Errors
    /// A [`Flaw`].
    pub fn registered(&self, asked: &Challenge) -> Result<Credential, Flaw> {
        self.client_data("webauthn.create", asked)?;
        let object = self.response.attestation_object.as_deref();
        let object = decoded(object.ok_or(Flaw::Malformed)?)?;
        let pairs = Reader(&object).map().ok_or(Flaw::Malformed)?;
        let Some(Item::Bytes(data)) = value(&pairs, &Item::Text("authData")) else {
            return Err(Flaw::Malformed);
        };
        let data = DeviceData::parse(data).ok_or(Flaw::Malformed)?;
        data.check(asked)?;
        let (id, key) = data.made().ok_or(Flaw::Malformed)?;
        if id != decoded(&self.id)? {
            return Err(Flaw::Malformed);
        }
        Ok(Credential {
            id: URL_SAFE_NO_PAD.encode(id),
            key: key.ok_or(Flaw::Key)?,
            counter: data.counter,
            party: asked.party.clone(),
        })
    }

    /// The counter that the owner of a credential brings along. The device may say whose it is, and must where
    /// nobody was named before.
    ///
    /// # Errors
    /// A [`Flaw`].
    pub fn asserted(
        &self,
        asked: &Challenge,
        credential: &Credential,
        owner: &str,
        is_named: bool,
    ) -> Result<u32, Flaw> {
        let said = self.client_data("webauthn.get", asked)?;
        match self.response.user_handle.as_deref() {
            Some(handle) if handle.trim_end_matches('=') == owner => {}
            None if is_named => {}
            _ => return Err(Flaw::Owner),
        }
        let part = |part: &Option<String>| decoded(part.as_deref().ok_or(Flaw::Malformed)?);
        let bytes = part(&self.response.authenticator_data)?;
        let signature = part(&self.response.signature)?;
        let data = DeviceData::parse(&bytes).ok_or(Flaw::Malformed)?;
        data.check(asked)?;
        if credential.party != asked.party {
            return Err(Flaw::Party);
        }
        let message = [&bytes, digest(&SHA256, &said).as_ref()].concat();
        if !credential.key.verifies(&message, &signature) {
            return Err(Flaw::Signature);
        }
        if (data.counter, credential.counter) != (0, 0) && data.counter <= credential.counter {
            return Err(Flaw::Counter);
        }
        Ok(data.counter)
    }
}

impl<'a> DeviceData<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (party_hash, rest) = bytes.split_at_checked(32)?;
        let (flags, rest) = rest.split_first()?;
        let (counter, rest) = rest.split_first_chunk()?;
        Some(Self {
            party_hash,
            flags: *flags,
            counter: u32::from_be_bytes(*counter),
            rest,
        })
    }

    fn check(&self, asked: &Challenge) -> Result<(), Flaw> {
        if self.party_hash != digest(&SHA256, asked.party.as_bytes()).as_ref() {
            return Err(Flaw::Party);
        }
        if self.flags & PRESENT == 0 {
            return Err(Flaw::NotPresent);
        }
        if self.flags & VERIFIED == 0 {
            return Err(Flaw::NotVerified);
        }
        Ok(())
    }

    /// The id of a new credential and its key, absent if it is none that was asked for.
    fn made(&self) -> Option<(&'a [u8], Option<PublicKey>)> {
        if self.flags & HAS_KEY == 0 {
            return None;
        }
        // Sixteen bytes name the model of the device.
        let (_, rest) = self.rest.split_at_checked(16)?;
        let (length, rest) = rest.split_first_chunk()?;
        let length = usize::from(u16::from_be_bytes(*length));
        if length == 0 || length > MAX_CREDENTIAL_ID {
            return None;
        }
        let (id, rest) = rest.split_at_checked(length)?;
        let mut reader = Reader(rest);
        let key = PublicKey::of_cose(&reader.map()?);
        if self.flags & HAS_EXTENSIONS != 0 {
            reader.map()?;
        }
        reader.0.is_empty().then_some((id, key))
    }
}
