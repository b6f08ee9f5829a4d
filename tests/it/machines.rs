//! What programs may count on: documents, schemas, exit codes and reason words, whatever the surroundings.

mod surroundings;
mod words;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use clerk_rs_cli::commands::schema::{self, SCHEMAS};
use serde_json::{Value, json};

use crate::support::{Sandbox, tree};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The code of the tool, file by file.
fn sources() -> Vec<(String, String)> {
    let src = root().join("src");
    let files = tree(&src).into_iter().filter(|file| file.ends_with(".rs"));
    files
        .map(|file| {
            let text = fs::read_to_string(src.join(&file)).unwrap();
            (file, text)
        })
        .collect()
}

/// The names of documents in a text, such as `clerk-rs.init/1`.
fn documents(text: &str) -> impl Iterator<Item = String> {
    text.split("\"clerk-rs.").skip(1).filter_map(|rest| {
        let (name, _) = rest.split_once('"')?;
        name.contains('/').then(|| format!("clerk-rs.{name}"))
    })
}

#[test]
fn every_document_has_a_schema_and_every_schema_a_document() {
    let sources = sources();
    let code = sources
        .iter()
        .filter(|(file, _)| file != "commands/schema.rs");
    let mut used: BTreeSet<_> = code.flat_map(|(_, text)| documents(text)).collect();
    used.insert("clerk-rs.schema/1".to_owned());
    let known: BTreeSet<_> = SCHEMAS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(used, known);
    let files = tree(&root().join("docs/schemas"));
    assert_eq!(files.len(), SCHEMAS.len(), "{files:?}");
    for (name, text) in SCHEMAS {
        let file = name
            .strip_prefix("clerk-rs.")
            .unwrap()
            .split('/')
            .next()
            .unwrap();
        let path = root().join(format!("docs/schemas/{file}.json"));
        assert_eq!(fs::read_to_string(path).unwrap(), *text, "{name}");
    }
}

/// What several documents have is said alike in each.
#[test]
fn the_schemas_agree_and_demand_ok() {
    let mut shared = serde_json::Map::new();
    for (name, text) in SCHEMAS {
        let schema: Value = serde_json::from_str(text).unwrap();
        let variants = schema["anyOf"].as_array().cloned();
        for variant in variants.unwrap_or_else(|| vec![schema.clone()]) {
            assert_eq!(
                variant["properties"]["schema"],
                json!({ "const": name }),
                "{name}"
            );
            let required = variant["required"].as_array().unwrap();
            assert!(required.contains(&json!("ok")), "{name}: {variant:#}");
        }
        for (part, said) in schema["$defs"].as_object().into_iter().flatten() {
            let known = shared.entry(part).or_insert_with(|| said.clone());
            assert_eq!(known, said, "{part} of {name}");
        }
    }
}

#[test]
fn schemas_can_be_asked_for() {
    let sandbox = Sandbox::new();
    let list = sandbox.cli("schema").any_stdout().run();
    assert_eq!(list.lines().count(), SCHEMAS.len());
    assert!(list.lines().any(|line| line == "token-verify"), "{list}");
    let (_, schema) = schema::find("clerk-rs.token-verify/1").unwrap();
    for name in ["token-verify", "clerk-rs.token-verify/1"] {
        sandbox.cli(&format!("schema {name}")).stdout(schema).run();
    }
    let text = sandbox.cli("schema init --json").any_stdout().run();
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["json_schema"]["title"], "clerk-rs init");
    let text = sandbox.cli("schema --json").any_stdout().run();
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        document["documents"].as_array().unwrap().len(),
        SCHEMAS.len()
    );
    sandbox.cli("schema nonsense").status(2).any_stderr().run();
}
