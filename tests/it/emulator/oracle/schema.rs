//! Schemas as OpenAPI 3.0 writes them, made into schemas as a validator of JSON Schema reads them. They differ in one
//! word that matters, `nullable`; what only describes is left as it is.

use serde_json::{Map, Value, json};

/// The words below which more schemas stand: under names, in a list, or one.
const NAMED: [&str; 1] = ["properties"];
const LISTED: [&str; 3] = ["allOf", "anyOf", "oneOf"];
const SINGLE: [&str; 3] = ["items", "additionalProperties", "not"];

pub fn from_openapi(schema: &mut Value) {
    let Value::Object(members) = schema else {
        return;
    };
    for word in NAMED {
        if let Some(Value::Object(named)) = members.get_mut(word) {
            named.values_mut().for_each(from_openapi);
        }
    }
    for word in LISTED {
        if let Some(Value::Array(listed)) = members.get_mut(word) {
            listed.iter_mut().for_each(from_openapi);
        }
    }
    for word in SINGLE {
        if let Some(single) = members.get_mut(word) {
            from_openapi(single);
        }
    }
    if members.remove("nullable") == Some(json!(true)) {
        *schema = or_null(members);
    }
}

/// The descriptions write `nullable` beside a reference as well, and mean it, though the letter of OpenAPI 3.0.3 would
/// have null fail at the schema that is referred to.
fn or_null(members: &mut Map<String, Value>) -> Value {
    let composed = members.contains_key("$ref") || LISTED.iter().any(|w| members.contains_key(*w));
    if composed {
        return json!({ "anyOf": [{ "type": "null" }, members] });
    }
    if let Some(Value::Array(values)) = members.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
    if let Some(kind) = members.get_mut("type") {
        *kind = json!([kind, "null"]);
    }
    Value::Object(std::mem::take(members))
}

/// A schema that allows no other members, composed with one that adds some, would allow nothing at all. The descriptions
/// write that, and mean that there are no members but those of all parts.
pub fn close_around_compositions(schemas: &mut Map<String, Value>) {
    let before = schemas.clone();
    for schema in schemas.values_mut() {
        let Some(parts) = schema.get_mut("allOf").and_then(Value::as_array_mut) else {
            continue;
        };
        if parts.len() < 2 {
            continue;
        }
        let mut closed = false;
        for part in parts {
            let name = part["$ref"]
                .as_str()
                .and_then(|place| place.rsplit('/').next());
            let Some(known) = name.and_then(|name| before.get(name)) else {
                continue;
            };
            if known["additionalProperties"] == json!(false) {
                *part = known.clone();
                part["additionalProperties"] = json!(true);
                closed = true;
            }
        }
        if closed {
            schema["unevaluatedProperties"] = json!(false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_closed_and_composed_is_closed_around_all_of_it() {
        let mut schemas = json!({
            "Closed": { "properties": { "a": {} }, "additionalProperties": false },
            "Open": { "properties": { "c": {} } },
            "Both": { "allOf": [{ "$ref": "#/components/schemas/Closed" }, { "properties": { "b": {} } }] },
            "Alone": { "allOf": [{ "$ref": "#/components/schemas/Closed" }] },
            "Wide": { "allOf": [{ "$ref": "#/components/schemas/Open" }, { "properties": { "b": {} } }] },
        });
        let before = schemas.clone();
        close_around_compositions(schemas.as_object_mut().unwrap());
        assert_eq!(
            schemas["Both"],
            json!({
                "allOf": [
                    { "properties": { "a": {} }, "additionalProperties": true },
                    { "properties": { "b": {} } },
                ],
                "unevaluatedProperties": false,
            })
        );
        for name in ["Closed", "Open", "Alone", "Wide"] {
            assert_eq!(schemas[name], before[name], "{name}");
        }
    }

    fn converted(mut schema: Value) -> Value {
        from_openapi(&mut schema);
        schema
    }

    #[test]
    fn null_is_allowed_where_the_description_allows_it_and_nowhere_else() {
        assert_eq!(
            converted(json!({ "properties": {
                "nullable": { "type": "boolean" },
                "a": { "type": "string", "enum": ["x"], "nullable": true },
                "b": { "type": "object", "nullable": true, "allOf": [{ "$ref": "#/x" }] },
                "c": { "type": "array", "items": { "type": "integer", "nullable": false } },
            }})),
            json!({ "properties": {
                "nullable": { "type": "boolean" },
                "a": { "type": ["string", "null"], "enum": ["x", null] },
                "b": { "anyOf": [{ "type": "null" }, { "type": "object", "allOf": [{ "$ref": "#/x" }] }] },
                "c": { "type": "array", "items": { "type": "integer" } },
            }}),
        );
    }
}
