//! `decode-loop < TOKENS`: the payload of each line by `base64` and `serde_json`.

use std::error::Error;
use std::io::{BufRead, stdin};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let (mut decoded, mut broken) = (0, 0);
    for line in stdin().lock().lines() {
        let line = line?;
        let payload = line.split('.').nth(1).unwrap_or_default();
        let bytes = URL_SAFE_NO_PAD.decode(payload).unwrap_or_default();
        match serde_json::from_slice::<Value>(&bytes) {
            Ok(claims) if claims.is_object() => decoded += 1,
            _ => broken += 1,
        }
    }
    println!("{decoded} decoded, {broken} not");
    Ok(())
}
