//! Shortcodes in claims: `{{user.first_name}}`, or one of several: `{{user.username || user.id || 'nobody'}}`
//! (`backend-api.md` section 8).

use serde_json::{Map, Value};

const OPEN: &str = "{{";
const CLOSE: &str = "}}";

/// The claims with what their shortcodes stand for.
pub(super) fn expand(claims: &Map<String, Value>, known: &Value) -> Map<String, Value> {
    let expanded = claims.iter();
    expanded
        .map(|(name, value)| (name.clone(), in_value(value, known)))
        .collect()
}

fn in_value(value: &Value, known: &Value) -> Value {
    match value {
        Value::String(text) => in_text(text, known),
        Value::Array(values) => values.iter().map(|value| in_value(value, known)).collect(),
        Value::Object(claims) => Value::Object(expand(claims, known)),
        other => other.clone(),
    }
}

/// A shortcode alone keeps the type of what it stands for; among words it becomes text.
fn in_text(text: &str, known: &Value) -> Value {
    let inner = text.trim().strip_prefix(OPEN);
    let alone = inner.and_then(|rest| rest.strip_suffix(CLOSE));
    if let Some(code) = alone.filter(|code| !code.contains(OPEN) && !code.contains(CLOSE)) {
        return meaning(code, known);
    }
    let mut written = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OPEN) {
        let Some((code, after)) = after.split_once(CLOSE) else {
            break;
        };
        written.push_str(before);
        match meaning(code, known) {
            Value::Null => {}
            Value::String(text) => written.push_str(&text),
            other => written.push_str(&other.to_string()),
        }
        rest = after;
    }
    written.push_str(rest);
    Value::String(written)
}

/// The first alternative that is there.
fn meaning(code: &str, known: &Value) -> Value {
    let mut alternatives = code.split("||").map(str::trim);
    let found = alternatives.find_map(|alternative| {
        let quoted = ['\'', '"'].into_iter().find_map(|quote| {
            let inner = alternative.strip_prefix(quote)?;
            inner.strip_suffix(quote)
        });
        match quoted {
            Some(text) => Some(Value::from(text)),
            None => lookup(alternative, known).filter(|value| !value.is_null()),
        }
    });
    found.unwrap_or(Value::Null)
}

fn lookup(path: &str, known: &Value) -> Option<Value> {
    let mut steps = path.split('.');
    steps
        .try_fold(known, |value, step| value.get(step))
        .cloned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_shortcode_alone_keeps_its_type_and_among_words_becomes_text() {
        let known = json!({ "user": {
            "id": "user_1", "name": null, "public_metadata": { "age": 3, "tags": ["a"] },
        } });
        for (text, meant) in [
            ("{{user.id}}", json!("user_1")),
            ("{{ user.public_metadata.age }}", json!(3)),
            (
                "{{user.public_metadata}}",
                json!({ "age": 3, "tags": ["a"] }),
            ),
            ("{{user.name}}", json!(null)),
            ("{{user.nothing.at.all}}", json!(null)),
            ("{{user.name || user.id}}", json!("user_1")),
            ("{{user.name || 'nobody'}}", json!("nobody")),
            ("{{user.name || \"no body\"}}", json!("no body")),
            ("I am {{user.id}}!", json!("I am user_1!")),
            (
                "{{user.id}}-{{user.public_metadata.age}}",
                json!("user_1-3"),
            ),
            ("a {{user.name}}b", json!("a b")),
            ("open {{ and no end", json!("open {{ and no end")),
            ("}} {{user.id}}", json!("}} user_1")),
            ("{{", json!("{{")),
            ("{{}}", json!(null)),
            ("{{'}}", json!(null)),
        ] {
            assert_eq!(in_text(text, &known), meant, "{text}");
        }
        let claims = json!({ "a": ["{{user.id}}", 1, { "b": "{{user.id}}" }] });
        let expanded = expand(claims.as_object().unwrap(), &known);
        assert_eq!(
            json!(expanded),
            json!({ "a": ["user_1", 1, { "b": "user_1" }] })
        );
    }
}
