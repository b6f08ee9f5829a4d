//! Every document that the tool prints in a test is held against its schema in `docs/schemas`. Outside a schema says what a
//! reader may count on; in here nothing else may stand in a document.

use std::cell::RefCell;
use std::collections::HashMap;

use boon::{Compiler, SchemaIndex, Schemas};
use clerk_rs_cli::commands::schema;
use serde_json::Value;

/// The documents that list reason words.
const REASONS: [&str; 4] = [
    include_str!("../../../docs/machines.md"),
    include_str!("../../../docs/tokens.md"),
    include_str!("../../../docs/keys.md"),
    include_str!("../../../docs/findings.md"),
];

thread_local! {
    static JUDGE: RefCell<Judge> = RefCell::default();
}

#[derive(Default)]
struct Judge {
    schemas: Schemas,
    known: HashMap<String, SchemaIndex>,
}

/// Looks for documents in what was printed: one over many lines, or one a line.
#[track_caller]
pub fn judge(printed: &[u8]) {
    if !printed.starts_with(b"{") {
        return;
    }
    let values = serde_json::Deserializer::from_slice(printed).into_iter::<Value>();
    // A test that cuts a stream off sees the beginning of a document.
    for document in values.map_while(Result::ok) {
        judge_one(&document);
    }
}

/// What names no schema of ours is no document: the body of a webhook, a seed.
#[track_caller]
pub fn judge_one(document: &Value) {
    let Some(name) = document["schema"].as_str() else {
        return;
    };
    if name.starts_with("clerk-rs.") {
        JUDGE.with_borrow_mut(|judge| judge.holds(name, document));
    }
}

impl Judge {
    #[track_caller]
    fn holds(&mut self, name: &str, document: &Value) {
        assert!(document["ok"].is_boolean(), "no `ok`: {document:#}");
        let index = match self.known.get(name) {
            Some(index) => *index,
            None => self.compile(name),
        };
        for part in ["error", "refusal"] {
            if let Some(code) = document[part]["code"].as_str() {
                // `secret-key-` goes with every fault of a key.
                let known = code.starts_with("secret-key-")
                    || REASONS
                        .iter()
                        .any(|text| text.contains(&format!("`{code}`")));
                assert!(known, "no table has `{code}`: {document:#}");
            }
        }
        if let Err(error) = self.schemas.validate(document, index) {
            panic!("this is no {name}:\n{error:#}\n{document:#}");
        }
    }

    #[track_caller]
    fn compile(&mut self, name: &str) -> SchemaIndex {
        let found = schema::find(name);
        let (_, text) = found.unwrap_or_else(|| panic!("docs/schemas has none for {name}"));
        let mut text: Value = serde_json::from_str(text).unwrap();
        close(&mut text);
        let place = format!("https://schemas.invalid/{name}");
        let mut compiler = Compiler::new();
        compiler.add_resource(&place, text).unwrap();
        let index = compiler.compile(&place, &mut self.schemas).unwrap();
        self.known.insert(name.to_owned(), index);
        index
    }
}

/// Allows no members but those that are named.
fn close(schema: &mut Value) {
    if let Some(object) = schema.as_object_mut() {
        if object.get("properties").is_some_and(Value::is_object) {
            object
                .entry("additionalProperties")
                .or_insert(Value::Bool(false));
        }
        object.values_mut().for_each(close);
    } else if let Some(items) = schema.as_array_mut() {
        items.iter_mut().for_each(close);
    }
}

/// The judge itself: what is missing, superfluous or of another type is seen.
#[test]
fn a_document_that_breaks_its_schema_is_caught() {
    use serde_json::json;
    let good = json!({ "schema": "clerk-rs.version/1", "ok": true, "version": "1" });
    judge_one(&good);
    for (member, value) in [
        ("version", json!(1)),
        ("more", json!(1)),
        ("ok", json!("yes")),
        ("schema", json!("clerk-rs.versions/1")),
    ] {
        let mut bad = good.clone();
        bad[member] = value;
        let caught = std::panic::catch_unwind(|| judge(bad.to_string().as_bytes()));
        assert!(caught.is_err(), "{bad}");
    }
}
