//! Exactly one document per run, even on failure, with its schema's name first.

use std::io;

use serde_json::{Map, Value, json};

use super::Report;
use crate::error::{Exit, Explain, Explanation};
use crate::escape::in_json;

pub fn report(report: &dyn Report) -> io::Result<String> {
    let mut document = Map::new();
    document.insert("schema".into(), report.schema().into());
    // Most reports say it themselves; none is without it.
    document.insert("ok".into(), (report.exit() == Exit::Yes).into());
    if let Value::Object(data) = report.data()? {
        document.extend(data);
    }
    Ok(line(&Value::Object(document)))
}

pub fn error(schema: &str, error: &dyn Explain) -> String {
    line(&error_document(schema, error))
}

/// An error after lines with one document each.
pub fn error_document(schema: &str, error: &dyn Explain) -> Value {
    let Explanation { code, help, .. } = error.explain();
    json!({
        "schema": schema,
        "ok": false,
        "error": { "code": code, "message": error.with_reason(), "help": help },
    })
}

fn line(document: &Value) -> String {
    in_json(format!("{document:#}\n"))
}
