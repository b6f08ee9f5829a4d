//! What the tests of this crate share: the recorded cases and the fixture keys that they name.
#![allow(dead_code, reason = "each test file uses a part of this")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

#[cfg(all(feature = "actix-web", feature = "testing"))]
pub mod actix_app;
#[cfg(all(feature = "kit", feature = "testing"))]
pub mod app;
#[cfg(all(feature = "axum", feature = "testing"))]
pub mod axum_app;
pub mod backend;
#[cfg(feature = "testing")]
pub mod door;
#[cfg(all(feature = "kit", feature = "testing", feature = "webhooks"))]
pub mod events;
pub mod key_server;
pub mod log;
#[cfg(all(feature = "poem", feature = "testing"))]
pub mod poem_app;
#[cfg(all(feature = "machines", feature = "testing"))]
pub mod programs;
#[cfg(feature = "proxy")]
pub mod proxied;
#[cfg(all(feature = "machines", feature = "organizations"))]
pub mod recorded;
#[cfg(all(feature = "rocket", feature = "testing"))]
pub mod rocket_app;
#[cfg(all(
    feature = "salvo",
    feature = "proxy",
    feature = "testing",
    feature = "webhooks"
))]
pub mod salvo_app;
pub mod scripted;
#[cfg(all(feature = "server", feature = "testing"))]
pub mod server;
#[cfg(feature = "testing")]
pub mod sessions;
#[cfg(all(feature = "kit", feature = "testing"))]
pub mod shop;
#[cfg(all(feature = "listen", feature = "testing"))]
pub mod sockets;
#[cfg(feature = "testing")]
pub mod stage;
pub mod upstream;
#[cfg(all(feature = "testing", feature = "tool"))]
pub mod values;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use clerk_auth::public_key::PublicKey;
use serde_json::Value;

/// A moment at which the fixtures' tokens are valid: 2026-03-03 12:34:56 UTC, in milliseconds.
pub const NOW_MS: i64 = 1_772_541_296_000;

/// A file of recorded cases, by its name without `.json`.
pub fn cases(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/fixtures/cases")
        .join(name)
        .with_extension("json");
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The list under `list` in a file of cases.
pub fn list(file: &Value, list: &str) -> Vec<Value> {
    let found = file[list].as_array().expect("a list of cases").clone();
    assert!(
        !found.is_empty(),
        "{list} is empty: nothing would be tested"
    );
    found
}

/// The PEM text of a fixture key: `alpha`, `bravo` (2048 bits), `wide` (4096 bits).
pub fn fixture_pem(name: &str) -> String {
    cases("fixtures")["keys"][name]["pem"]
        .as_str()
        .expect("a fixture key")
        .to_owned()
}

/// The JWK of a fixture key; its `kid` is `ins_<name>`.
pub fn fixture_jwk(name: &str) -> Value {
    cases("fixtures")["keys"][name]["jwk"].clone()
}

/// A fixture key, as a local key.
pub fn fixture_key(name: &str) -> PublicKey {
    PublicKey::from_pem(&fixture_pem(name)).expect("a readable fixture key")
}

/// Cases whose recorded result a rule of ours contradicts, and the account of which of them turned up.
pub struct Deviations {
    /// Case id, and the rule with what is done instead.
    table: BTreeMap<&'static str, &'static str>,
    failures: Vec<String>,
    used: Vec<&'static str>,
}

impl Deviations {
    /// The table: case id, and the rule with what is done instead.
    pub fn new(table: &[(&'static str, &'static str)]) -> Self {
        Self {
            table: table.iter().copied().collect(),
            failures: Vec::new(),
            used: Vec::new(),
        }
    }

    /// Records how a case went: `recorded` is whether it went as the file says, `instead` whether it went as the table
    /// says (asked only for cases in the table).
    pub fn check(
        &mut self,
        id: &str,
        recorded: Result<(), String>,
        instead: impl FnOnce() -> bool,
    ) {
        match (self.table.get_key_value(id), recorded) {
            (None, Ok(())) => {}
            (None, Err(why)) => self.failures.push(format!("{id}: {why}")),
            (Some((id, rule)), recorded) => {
                self.used.push(id);
                if recorded.is_ok() {
                    self.failures
                        .push(format!("{id}: goes as recorded, its entry is not needed"));
                } else if !instead() {
                    self.failures.push(format!("{id}: not what {rule:?} says"));
                }
            }
        }
    }

    /// Fails the test when a case failed or an entry of the table named none.
    #[track_caller]
    pub fn finish(self) {
        let mut failures = self.failures;
        for id in self.table.keys() {
            if !self.used.contains(id) {
                failures.push(format!("{id}: in the table, but no such case"));
            }
        }
        assert!(failures.is_empty(), "\n{}", failures.join("\n"));
    }
}

/// `Err` with both sides when they differ.
pub fn same<T: PartialEq + std::fmt::Debug>(what: &str, got: &T, want: &T) -> Result<(), String> {
    if got == want {
        return Ok(());
    }
    Err(format!("{what}: got {got:?}, recorded {want:?}"))
}
