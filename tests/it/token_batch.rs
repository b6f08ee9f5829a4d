//! `--batch`: many tokens, a line for each, whatever comes.

mod bounds;
mod forms;
mod found;
mod interrupted;
#[cfg(target_os = "linux")]
mod memory;
#[cfg(unix)]
mod meter;
#[cfg(unix)]
mod parallel;
mod verdicts;

use std::process::{Child, Output};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::support::Sandbox;
use crate::support::documents::judge;

/// A session token that nobody signed.
fn token(claims: &Value) -> String {
    raw_token(&claims.to_string())
}

fn raw_token(claims: &str) -> String {
    let header = json!({ "alg": "RS256", "cat": "cl_B7d4PD111AAA", "kid": "ins_a", "typ": "JWT" });
    let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let header = header.to_string();
    let signature = part(&(0..=255).collect::<Vec<u8>>());
    format!(
        "{}.{}.{signature}",
        part(header.as_bytes()),
        part(claims.as_bytes())
    )
}

fn user(number: u32) -> String {
    token(
        &json!({ "sub": format!("user_{number}"), "sid": "sess_1", "exp": 1_772_541_346, "v": 2 }),
    )
}

/// What is said of that token on that line.
fn told(number: u32, place: &str) -> String {
    format!("unverified\tsession-v2\t{place}\tuser_{number}\tsess_1\t1772541346\n")
}

/// Runs `token decode --batch` on that; standard output.
#[track_caller]
fn decode(options: &str, status: i32, input: impl AsRef<[u8]>) -> String {
    let output = run(options, input.as_ref());
    assert_eq!(output.status.code(), Some(status), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn run(options: &str, input: &[u8]) -> Output {
    let sandbox = Sandbox::new();
    let child = sandbox
        .cli(&format!("token decode --batch {options}"))
        .spawn();
    fed(child, input)
}

/// Writes while somebody else reads: the pipes are smaller than some inputs.
fn fed(mut child: Child, input: &[u8]) -> Output {
    use std::io::Write as _;
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let _ = stdin.write_all(input);
        });
        let output = child.wait_with_output().unwrap();
        judge(&output.stdout);
        output
    })
}

#[track_caller]
fn documents(text: &str) -> Vec<Value> {
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}
