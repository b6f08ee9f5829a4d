//! A device that keeps a passkey, made of a key and a counter.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::world::PAGE;

pub const PRESENT_AND_VERIFIED: u8 = 0b101;

pub enum Key {
    Es256(EcdsaKeyPair),
    Rs256(RsaKeyPair),
}

/// Keeps one key for one host, and can be told to lie.
pub struct Device {
    pub key: Key,
    pub id: Vec<u8>,
    pub owner: String,
    pub counter: u32,
    pub flags: u8,
    pub party: &'static str,
    pub origin: &'static str,
    pub cross_origin: bool,
}

pub fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A CBOR text of bytes of this length.
fn cbor_bytes(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap().to_be_bytes();
    [&[0x59], &length[..], bytes].concat()
}

impl Device {
    pub fn new(id: &[u8], key: Key) -> Self {
        Self {
            key,
            id: id.to_vec(),
            owner: String::new(),
            counter: 0,
            flags: PRESENT_AND_VERIFIED,
            party: "localhost",
            origin: PAGE,
            cross_origin: false,
        }
    }

    pub fn es256(id: &[u8]) -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        Self::new(id, Key::Es256(key))
    }

    pub fn cose(&self) -> Vec<u8> {
        match &self.key {
            Key::Es256(key) => {
                let point = key.public_key().as_ref();
                let (x, y) = (cbor_bytes(&point[1..33]), cbor_bytes(&point[33..65]));
                [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21], &x[..], &[0x22], &y].concat()
            }
            Key::Rs256(key) => {
                let n = key.public_key().modulus().big_endian_without_leading_zero();
                let e = key.public_key().exponent();
                let (n, e) = (
                    cbor_bytes(n),
                    cbor_bytes(e.big_endian_without_leading_zero()),
                );
                [&[0xa4, 1, 3, 3, 0x39, 1, 0, 0x20], &n[..], &[0x21], &e].concat()
            }
        }
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        let party = digest(&SHA256, self.party.as_bytes());
        let counter = self.counter.to_be_bytes();
        [party.as_ref(), &[flags], &counter].concat()
    }

    fn client_data(&self, kind: &str, challenge: &Value) -> String {
        json!({
            "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": self.cross_origin,
        })
        .to_string()
    }

    fn answer(&self, response: &Value) -> String {
        let id = text(&self.id);
        json!({ "type": "public-key", "id": id, "rawId": id, "response": response }).to_string()
    }

    /// What `navigator.credentials.create` gives for these options.
    pub fn make(&mut self, options: &Value, cose: &[u8]) -> String {
        self.owner = options["user"]["id"].as_str().unwrap().to_owned();
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        let data = [
            &self.data(self.flags | 0x40)[..],
            &[0; 16],
            &length,
            &self.id,
            cose,
        ]
        .concat();
        let object = [
            &[0xa3][..],
            b"\x63fmt\x64none",
            b"\x67attStmt\xa0",
            b"\x68authData",
            &cbor_bytes(&data),
        ]
        .concat();
        let client = self.client_data("webauthn.create", &options["challenge"]);
        self.answer(&json!({
            "clientDataJSON": text(client.as_bytes()), "attestationObject": text(&object),
        }))
    }

    /// What `navigator.credentials.get` gives.
    pub fn sign(&mut self, options: &Value) -> String {
        self.counter += 1;
        let data = self.data(self.flags);
        let client = self.client_data("webauthn.get", &options["challenge"]);
        let message = [&data[..], digest(&SHA256, client.as_bytes()).as_ref()].concat();
        let random = SystemRandom::new();
        let signature = match &self.key {
            Key::Es256(key) => key.sign(&random, &message).unwrap().as_ref().to_vec(),
            Key::Rs256(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, &message, &mut signature)
                    .unwrap();
                signature
            }
        };
        self.answer(&json!({
            "clientDataJSON": text(client.as_bytes()), "authenticatorData": text(&data),
            "signature": text(&signature), "userHandle": self.owner,
        }))
    }
}
