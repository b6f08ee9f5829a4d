//! Memory has bounds, whatever comes.

use std::fs;
use std::io::{Read as _, Write as _};
use std::process::Child;
use std::thread;

use super::raw_token;
use crate::support::Sandbox;

/// The bound, in KiB.
const MOST: u64 = 64 * 1024;

/// Hands over pieces of an input, reads and drops what comes back, and says what the tool's memory was at its highest,
/// in KiB, and what it said last.
fn highest(mut child: Child, pieces: impl Iterator<Item = Vec<u8>>) -> (u64, String) {
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let status = format!("/proc/{}/status", child.id());
    thread::scope(|scope| {
        let reader = scope.spawn(move || {
            let (mut buffer, mut last) = (vec![0; 1 << 16], Vec::new());
            while let count @ 1.. = stdout.read(&mut buffer).unwrap() {
                last.extend_from_slice(&buffer[..count]);
                last.drain(..last.len().saturating_sub(200));
            }
            String::from_utf8(last).unwrap()
        });
        for piece in pieces {
            stdin.write_all(&piece).unwrap();
        }
        let status = fs::read_to_string(status).unwrap();
        drop(stdin);
        child.wait().unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:"));
        let number = line.unwrap().split_whitespace().nth(1).unwrap();
        (number.parse().unwrap(), reader.join().unwrap())
    })
}

#[test]
fn an_endless_line_takes_no_memory() {
    for options in ["", "--scan", "--field a"] {
        let sandbox = Sandbox::new();
        let child = sandbox
            .cli(&format!("token decode --batch --jobs 8 {options}"))
            .spawn();
        let pieces = (0..80).map(|_| vec![b'a'; 1 << 20]);
        let (highest, _) = highest(child, pieces);
        assert!(highest < MOST, "{options}: {highest} KiB");
    }
}

#[test]
fn empty_lines_and_large_objects_take_little_memory() {
    // A claim of two bytes costs many times that as a value.
    let members = "\"\":0,".repeat(18_000);
    let large = raw_token(&format!("{{{members}\"sub\":1}}"));
    let inputs = [b"\n".repeat(1 << 20), format!("{large}\n").into_bytes()];
    for piece in inputs {
        let sandbox = Sandbox::new();
        let child = sandbox.cli("token decode --batch --jobs 16").spawn();
        let pieces = (0..4 << 20).step_by(piece.len()).map(|_| piece.clone());
        let (highest, _) = highest(child, pieces);
        assert!(highest < MOST, "{highest} KiB");
    }
}

#[test]
fn what_is_remembered_of_distinct_tokens_has_an_end() {
    let sandbox = Sandbox::new();
    let fixtures = format!(
        "{}/tests/fixtures/cases/fixtures.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let fixtures: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(fixtures).unwrap()).unwrap();
    let pem = fixtures["keys"]["alpha"]["pem"].as_str().unwrap();
    fs::write(sandbox.path("key.pem"), pem).unwrap();
    let child = sandbox
        .cli("token verify --batch --jobs 8 --jwt-key @key.pem")
        .spawn();
    // 120 MiB, each line twice, since what comes once may not be remembered at all. Of a class that only Clerk can
    // verify, so that no signature has to be checked.
    let pieces = (0..60).map(|piece| {
        let line =
            |number: u32| format!("ak_{piece:02}{number:06}{}\n", "x".repeat(1000)).repeat(2);
        (0..1000).map(line).collect::<String>().into_bytes()
    });
    let (highest, last) = highest(child, pieces);
    assert!(
        last.ends_with("unknown\tonly-clerk-knows\t120000\t-\t-\t-\n"),
        "{last}"
    );
    assert!(highest < MOST, "{highest} KiB");
}
