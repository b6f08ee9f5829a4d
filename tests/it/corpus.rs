//! Inputs that the fuzzer found worth keeping, and those that something once failed at: see `fuzz/README.md`.

#[path = "../../fuzz/properties/mod.rs"]
pub mod properties;

use std::fs;
use std::path::Path;

use crate::support::tree;

#[test]
fn what_must_hold_of_any_input_holds_of_those_that_were_kept() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let mut tried = 0;
    for (name, property) in properties::ALL {
        property(b"");
        for file in tree(&corpus.join(name)) {
            println!("{name}/{file}");
            property(&fs::read(corpus.join(name).join(file)).unwrap());
            tried += 1;
        }
    }
    assert!(tried > 400, "{tried}");
}
