//! `mint FOLDER COUNT`: a new key, its key set in `FOLDER/jwks.json`, its public half in `FOLDER/key.pem`,
//! and COUNT different session tokens, valid for an hour, one a line in `FOLDER/tokens`.
//! `mint --rate COUNT`: how many signatures a second a new key makes, by COUNT of them.

use std::error::Error;
use std::fs::{File, create_dir_all, write};
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("mint FOLDER COUNT")?);
    let count: usize = arguments.next().ok_or("mint FOLDER COUNT")?.parse()?;
    let pair = KeyPair::generate(KeySize::Rsa2048)?;
    if folder.as_os_str() == "--rate" {
        println!("{}", rate(&pair, count)?);
        return Ok(());
    }
    create_dir_all(&folder)?;
    let (n, e) = (pair.public_key().modulus(), pair.public_key().exponent());
    let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let key_set = json!({"keys": [{
        "use": "sig", "kty": "RSA", "kid": "ins_bench", "alg": "RS256",
        "n": number(n.big_endian_without_leading_zero()),
        "e": number(e.big_endian_without_leading_zero()),
    }]});
    write(folder.join("jwks.json"), key_set.to_string())?;
    let public: PublicKeyX509Der = pair.public_key().as_der()?;
    let pem = STANDARD.encode(public.as_ref());
    write(folder.join("key.pem"), format!("-----BEGIN PUBLIC KEY-----\n{pem}\n-----END PUBLIC KEY-----\n"))?;

    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let header = number(br#"{"alg":"RS256","cat":"cl_B7d4PD111AAA","kid":"ins_bench","typ":"JWT"}"#);
    let random = SystemRandom::new();
    let mut tokens = BufWriter::new(File::create(folder.join("tokens"))?);
    for index in 0..count {
        let claims = json!({
            "azp": "https://orchard.example", "exp": now + 3600, "fva": [1, -1], "iat": now,
            "iss": "https://clerk.orchard.example", "jti": format!("{index:020}"), "nbf": now - 10,
            "sid": format!("sess_{index:027}"), "sts": "active", "sub": format!("user_{index:027}"), "v": 2,
        });
        let signed = format!("{header}.{}", number(claims.to_string().as_bytes()));
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(&RSA_PKCS1_SHA256, &random, signed.as_bytes(), &mut signature)?;
        writeln!(tokens, "{signed}.{}", number(&signature))?;
    }
    Ok(())
}

/// Signatures a second over a text as long as a session token.
fn rate(pair: &KeyPair, count: usize) -> Result<f64, Box<dyn Error>> {
    let random = SystemRandom::new();
    let mut signature = vec![0; pair.public_modulus_len()];
    let start = Instant::now();
    for _ in 0..count {
        pair.sign(&RSA_PKCS1_SHA256, &random, &[b'a'; 500], &mut signature)?;
    }
    Ok(count as f64 / start.elapsed().as_secs_f64())
}
