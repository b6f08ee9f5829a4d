//! The list of `tests/mutations` keeps step with the kit: what a mistake would replace stands there, once.

use std::fs;
use std::path::Path;

#[test]
fn every_mutation_still_has_its_place() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let list = fs::read_to_string(root.join("tests/fixtures/mutations.toml")).unwrap();
    let list: toml::Table = list.parse().unwrap();
    let mutations = list["mutation"].as_array().unwrap();
    for mutation in mutations {
        let text = |name: &str| mutation.get(name).and_then(toml::Value::as_str);
        let (name, wanted) = (text("name").unwrap(), text("text").unwrap());
        let Some(file) = text("core") else {
            assert!(text("file").is_some(), "'{name}' names no file");
            continue;
        };
        let source = root.join("templates/clerk-auth/src").join(file);
        let source = fs::read_to_string(source).unwrap();
        assert_eq!(source.matches(wanted).count(), 1, "'{name}': {wanted}");
        assert_ne!(text("instead"), Some(wanted), "'{name}' changes nothing");
    }
    assert!(mutations.len() >= 80);
}
