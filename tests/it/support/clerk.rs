//! A Clerk that answers what a test wants: both of its APIs on one loopback server, and an instance's signing key.

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use super::{Cli, Sandbox};

/// brave-otter-7.clerk.accounts.dev
pub const TEST: &str = "pk_test_YnJhdmUtb3R0ZXItNy5jbGVyay5hY2NvdW50cy5kZXYk";
pub const LIVE: &str = "pk_live_Y2xlcmsub3JjaGFyZC5leGFtcGxlJA";
pub const SECRET: &str = "sk_test_2q7OrchardOrchardOrchardOrchardOrchardx9Qf";

/// A running server.
pub struct Clerk {
    runtime: Runtime,
    server: MockServer,
}

impl Clerk {
    pub fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let server = runtime.block_on(MockServer::start());
        Self { runtime, server }
    }

    /// One that knows an instance: its keys, its name, its domain.
    pub fn of(signer: &Signer, frontend_api: &str) -> Self {
        let clerk = Self::new();
        let domains = json!({ "data": [{ "frontend_api_url": frontend_api }], "total_count": 1 });
        let instance =
            json!({ "object": "instance", "id": signer.kid, "environment_type": "development" });
        clerk.get("/v1/jwks", json_answer(200, &signer.key_set()));
        clerk.get(
            "/.well-known/jwks.json",
            json_answer(200, &signer.key_set()),
        );
        clerk.get("/v1/instance", json_answer(200, &instance));
        clerk.get("/v1/domains", json_answer(200, &domains));
        clerk
    }

    pub fn get(&self, at: &str, answer: ResponseTemplate) {
        self.mount("GET", at, answer);
    }

    pub fn post(&self, at: &str, answer: ResponseTemplate) {
        self.mount("POST", at, answer);
    }

    fn mount(&self, verb: &str, at: &str, answer: ResponseTemplate) {
        let mock = Mock::given(method(verb)).and(path(at)).respond_with(answer);
        self.runtime.block_on(mock.mount(&self.server));
    }

    pub fn url(&self) -> String {
        self.server.uri()
    }

    /// Host and port; ports of this kind have five digits.
    pub fn host(&self) -> String {
        self.server.address().to_string()
    }

    /// Everything that was asked.
    pub fn asked(&self) -> Vec<Request> {
        self.runtime
            .block_on(self.server.received_requests())
            .unwrap()
    }

    /// A run in a project whose keys are of this instance.
    pub fn cli<'a>(&self, sandbox: &'a Sandbox, words: &str) -> Cli<'a> {
        sandbox
            .cli(words)
            .var("CLERK_PUBLISHABLE_KEY", TEST)
            .var("CLERK_SECRET_KEY", SECRET)
            .var("CLERK_API_URL", &self.url())
            .var("CLERK_FAPI_URL", &self.url())
    }
}

pub fn json_answer(status: u16, body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(body)
}

/// An error as Clerk words it.
pub fn refusal(status: u16, code: &str) -> ResponseTemplate {
    let error =
        json!({ "code": code, "message": "words of Clerk", "long_message": "more words of Clerk" });
    json_answer(
        status,
        &json!({ "errors": [error], "clerk_trace_id": "0a1b2c" }),
    )
}

/// An instance's signing key.
pub struct Signer {
    pub kid: String,
    pair: KeyPair,
}

impl Signer {
    pub fn new(kid: &str) -> Self {
        let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
        Self {
            kid: kid.to_owned(),
            pair,
        }
    }

    pub fn key_set(&self) -> Value {
        let public = self.pair.public_key();
        let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({ "keys": [{
            "use": "sig",
            "kty": "RSA",
            "kid": self.kid,
            "alg": "RS256",
            "n": number(public.modulus().big_endian_without_leading_zero()),
            "e": number(public.exponent().big_endian_without_leading_zero()),
        }] })
    }

    /// On one line, as it stands in environment files.
    pub fn pem(&self) -> String {
        let der = self.pair.public_key().as_der().unwrap();
        let body = STANDARD.encode(der.as_ref());
        format!("-----BEGIN PUBLIC KEY-----\\n{body}\\n-----END PUBLIC KEY-----")
    }

    pub fn token(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(header), part(claims));
        let mut signature = vec![0; self.pair.public_modulus_len()];
        let random = SystemRandom::new();
        let signed = self
            .pair
            .sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature);
        signed.unwrap();
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}
