//! The process environment wins over `.env.local`, that over `.env`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::fs;
use std::path::PathBuf;

use clerk_auth::env_files::{EnvFileError, Origin, Variables};

/// A folder below the target folder, one for each test, emptied first.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn the_strongest_place_wins() {
    let folder = folder("strongest");
    fs::write(folder.join(".env"), "A=env\nB=env\nC=env\n").unwrap();
    fs::write(folder.join(".env.local"), "A=local\nB=local\n").unwrap();
    let process = |name: &str| (name == "A").then(|| "process".to_owned());
    let variables = Variables::read(&folder, process).unwrap();
    let found = |name: &str| {
        let value = variables.get(name).unwrap();
        (value, variables.origin(name).unwrap())
    };
    let file = |name, line| Origin::File { name, line };
    assert_eq!(found("A"), ("process".to_owned(), Origin::Process));
    assert_eq!(found("B"), ("local".to_owned(), file(".env.local", 2)));
    assert_eq!(found("C"), ("env".to_owned(), file(".env", 3)));
    assert_eq!(variables.get("D"), None);
}

#[test]
fn an_empty_value_hides_the_weaker_places() {
    let folder = folder("empty");
    fs::write(folder.join(".env"), "A=env\n").unwrap();
    let variables = Variables::read(&folder, |_| Some(String::new())).unwrap();
    assert_eq!(variables.get("A"), None);
}

#[test]
fn no_files_are_no_error() {
    let variables = Variables::read(&folder("none"), |_| None).unwrap();
    assert_eq!(variables.get("A"), None);
}

#[test]
fn quotes_comments_exports_and_a_mark_in_front_are_read() {
    let folder = folder("syntax");
    let text = "\u{feff}# keys\nexport A='one # two'\nB=\"line\\nbreak\"\r\nC=plain # comment\n";
    fs::write(folder.join(".env"), text).unwrap();
    let variables = Variables::read(&folder, |_| None).unwrap();
    assert_eq!(variables.get("A").as_deref(), Some("one # two"));
    assert_eq!(variables.get("B").as_deref(), Some("line\nbreak"));
    assert_eq!(variables.get("C").as_deref(), Some("plain"));
}

#[test]
fn a_bad_line_is_named_by_its_number_and_not_repeated() {
    let folder = folder("bad");
    fs::write(folder.join(".env"), "A=1\n\nsk_test_secret is my key\n").unwrap();
    let error = Variables::read(&folder, |_| None).unwrap_err();
    let EnvFileError::Malformed { line, .. } = &error else {
        panic!("{error}");
    };
    assert_eq!(*line, 3);
    assert!(!format!("{error} {error:?}").contains("secret"), "{error}");
}

#[test]
fn a_folder_in_the_place_of_the_file_is_an_error() {
    let folder = folder("unreadable");
    fs::create_dir(folder.join(".env")).unwrap();
    let error = Variables::read(&folder, |_| None).unwrap_err();
    assert!(matches!(error, EnvFileError::Unreadable { .. }), "{error}");
}
