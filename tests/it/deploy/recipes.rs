//! The texts of `docs/deploy.md`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

pub fn document(name: &str) -> String {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    fs::read_to_string(docs.join(name)).unwrap()
}

/// The one file in this language.
pub fn recipe(language: &str) -> String {
    let text = document("deploy.md");
    let opening = format!("\n```{language}\n");
    let mut blocks = text.split(&opening).skip(1);
    let block = blocks.next().unwrap().split("\n```").next().unwrap();
    assert!(blocks.next().is_none(), "two files in {language}");
    format!("{block}\n")
}

/// The variables of Clerk's that a text names.
pub fn variables(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_uppercase() && c != '_');
    words
        .filter(|word| word.starts_with("CLERK_"))
        .map(str::to_owned)
        .collect()
}
