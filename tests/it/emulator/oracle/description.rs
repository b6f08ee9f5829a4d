//! One of Clerk's published descriptions: its operations, and the schema of each of their answers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use yaml_rust2::{Yaml, YamlLoader};

use super::schema;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// A description, ready for the validator: what an answer must be stands in `document` under `/answers/{number}`.
pub struct Description {
    pub document: Value,
    pub operations: Vec<Operation>,
    /// The number of the schema of each event that a webhook tells.
    pub events: BTreeMap<String, usize>,
}

#[derive(Clone)]
pub struct Operation {
    /// In capitals.
    pub method: String,
    /// As the description writes it, with `{names}` for what varies.
    pub path: String,
    /// The group it is listed in.
    pub tag: String,
    pub answers: BTreeMap<u16, Body>,
}

/// The body that an answer must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    None,
    /// The number of its schema.
    Json(usize),
    /// Text, or a file.
    Other,
}

/// The folder of the descriptions, if it is there: it lies beside the project and is no part of it.
pub fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/openapi");
    folder.is_dir().then_some(folder)
}

impl Description {
    pub fn new(openapi: &Value) -> Self {
        let mut answers = Vec::new();
        let mut operations = Vec::new();
        for (path, item) in openapi["paths"].as_object().into_iter().flatten() {
            for method in METHODS {
                if let Some(operation) = item.get(method) {
                    operations.push(Operation {
                        method: method.to_uppercase(),
                        path: path.clone(),
                        tag: operation["tags"][0].as_str().unwrap_or_default().to_owned(),
                        answers: answers_of(operation, openapi, &mut answers),
                    });
                }
            }
        }
        let events = events_of(openapi, &mut answers);
        let mut schemas = openapi["components"]["schemas"].clone();
        if let Some(schemas) = schemas.as_object_mut() {
            schemas.values_mut().for_each(schema::from_openapi);
            schema::close_around_compositions(schemas);
        }
        answers.iter_mut().for_each(schema::from_openapi);
        Self {
            document: json!({ "components": { "schemas": schemas }, "answers": answers }),
            operations,
            events,
        }
    }

    /// The operation that a request is for. Of two the one that spells out more of the path.
    pub fn find(&self, method: &str, path: &str) -> Option<&Operation> {
        let fitting = self
            .operations
            .iter()
            .filter(|operation| operation.method == method && fits(&operation.path, path));
        fitting.min_by_key(|operation| operation.path.matches('{').count())
    }
}

fn fits(template: &str, path: &str) -> bool {
    let (mut left, mut right) = (template.split('/'), path.split('/'));
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(left), Some(right)) if left == right => {}
            (Some(left), Some(right)) if left.contains('{') && !right.is_empty() => {}
            _ => return false,
        }
    }
}

fn answers_of(operation: &Value, openapi: &Value, schemas: &mut Vec<Value>) -> BTreeMap<u16, Body> {
    let mut answers = BTreeMap::new();
    for (status, answer) in operation["responses"].as_object().into_iter().flatten() {
        let answer = referred(answer, openapi);
        let body = match answer.get("content") {
            None => Body::None,
            Some(content) => match content.get("application/json") {
                None => Body::Other,
                Some(json) => {
                    schemas.push(json["schema"].clone());
                    Body::Json(schemas.len() - 1)
                }
            },
        };
        answers.insert(status.parse().unwrap(), body);
    }
    answers
}

fn events_of(openapi: &Value, schemas: &mut Vec<Value>) -> BTreeMap<String, usize> {
    let events = openapi["x-webhooks"].as_object().into_iter().flatten();
    let numbered = events.map(|(name, event)| {
        let content = &event["post"]["requestBody"]["content"]["application/json"];
        schemas.push(content["schema"].clone());
        (name.clone(), schemas.len() - 1)
    });
    numbered.collect()
}

/// What stands where a reference leads.
fn referred<'a>(value: &'a Value, openapi: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(reference) => openapi.pointer(reference.trim_start_matches('#')).unwrap(),
        None => value,
    }
}

/// A description as it was published.
pub fn read(file: &str) -> Value {
    let text = std::fs::read_to_string(folder().unwrap().join(file)).unwrap();
    let documents = YamlLoader::load_from_str(&text).unwrap();
    to_json(&documents[0])
}

fn to_json(yaml: &Yaml) -> Value {
    match yaml {
        Yaml::Real(text) => text.parse::<f64>().unwrap().into(),
        Yaml::Integer(number) => (*number).into(),
        Yaml::String(text) => text.as_str().into(),
        Yaml::Boolean(value) => (*value).into(),
        Yaml::Array(items) => items.iter().map(to_json).collect(),
        Yaml::Hash(members) => {
            let members = members
                .iter()
                .map(|(key, value)| (key_text(key), to_json(value)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        Yaml::Null => Value::Null,
        Yaml::Alias(_) | Yaml::BadValue => panic!("no alias is expected in a description"),
    }
}

fn key_text(key: &Yaml) -> String {
    match key {
        Yaml::String(text) => text.clone(),
        Yaml::Integer(number) => number.to_string(),
        Yaml::Boolean(value) => value.to_string(),
        other => panic!("{other:?} is no name"),
    }
}
