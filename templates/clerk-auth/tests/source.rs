//! A file that is not listed in `source::FILES` would be missing from every generated project,
//! which then would not compile.
#![cfg(feature = "source")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use clerk_auth::source::FILES;

fn collect(root: &Path, folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, found);
        } else {
            let relative = path.strip_prefix(root).unwrap();
            found.insert(relative.to_str().unwrap().replace('\\', "/"));
        }
    }
}

#[test]
fn every_file_of_the_core_is_handed_out() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut expected: BTreeSet<String> = ["Cargo.toml", "LICENSE", "README.md"]
        .map(str::to_owned)
        .into();
    collect(root, &root.join("src"), &mut expected);
    let listed: BTreeSet<String> = FILES.iter().map(|(path, _)| (*path).to_owned()).collect();

    let missing: Vec<_> = expected.difference(&listed).collect();
    assert!(
        missing.is_empty(),
        "add to FILES in templates/clerk-auth/src/source.rs: {missing:?}"
    );
    let stale: Vec<_> = listed.difference(&expected).collect();
    assert!(stale.is_empty(), "no longer there: {stale:?}");
    assert_eq!(listed.len(), FILES.len(), "a path is listed twice");
}

#[test]
fn the_texts_are_those_of_the_files() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (path, text) in FILES {
        assert_eq!(
            fs::read_to_string(root.join(path)).unwrap(),
            *text,
            "{path}"
        );
    }
}

#[test]
fn the_list_is_sorted() {
    assert!(FILES.is_sorted_by_key(|(path, _)| path));
}
