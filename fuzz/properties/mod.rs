//! What must hold of anything that strangers and owners write. Each property takes any bytes and panics where it does not
//! hold. The targets of this folder look for such bytes; `tests/it/corpus.rs` tries those that were kept.

mod batch;
mod cookies;
mod dotenv;
mod emulator;
mod manifest;
mod source;
mod token;
mod urls;
mod webhook;

pub use batch::batch;
pub use cookies::cookies;
pub use dotenv::{differs, dotenv, oracle, ours};
pub use emulator::emulator;
pub use manifest::manifest;
pub use source::source;
pub use token::token;
pub use urls::urls;
pub use webhook::webhook;

use std::sync::OnceLock;

use clerk_auth::keys::InstanceType;
use clerk_auth::testing::TestKeys;
use clerk_auth::time::UnixMillis;

/// What must hold of any bytes.
pub type Property = fn(&[u8]);

/// Each of them by its name, which is that of its target and of its folder in `corpus`.
pub const ALL: [(&str, Property); 9] = [
    ("batch", batch),
    ("cookies", cookies),
    ("dotenv", dotenv),
    ("emulator", emulator),
    ("manifest", manifest),
    ("source", source),
    ("token", token),
    ("urls", urls),
    ("webhook", webhook),
];

/// Nothing here asks for the time.
const NOW: UnixMillis = UnixMillis(1_772_541_296_000);

/// The parts of an input. A byte stands between them that no text of these kinds has; what is missing is empty.
fn parts<const N: usize>(input: &[u8]) -> [&[u8]; N] {
    let mut parts = input.splitn(N, |byte| *byte == b'\x1e');
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

/// The same as texts.
fn texts<const N: usize>(input: &[u8]) -> [String; N] {
    parts::<N>(input).map(|part| String::from_utf8_lossy(part).into_owned())
}

/// Keys that everybody knows.
fn keys(kind: InstanceType) -> &'static TestKeys {
    static KEYS: OnceLock<[TestKeys; 2]> = OnceLock::new();
    let [live, development] = KEYS.get_or_init(|| {
        [InstanceType::Production, InstanceType::Development]
            .map(|kind| TestKeys::new(kind).unwrap())
    });
    match kind {
        InstanceType::Production => live,
        InstanceType::Development => development,
    }
}

/// True if all of a text stands in another one in its order, with anything between.
fn is_within(text: impl IntoIterator<Item = char>, other: impl IntoIterator<Item = char>) -> bool {
    let mut other = other.into_iter();
    text.into_iter().all(|wanted| other.any(|c| c == wanted))
}
