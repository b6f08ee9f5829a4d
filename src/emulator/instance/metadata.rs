//! Metadata: an object, kept as text. As a tree of values a few kilobytes of it would take a hundred and more, for each
//! of thousands of users.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::Refusal;

/// In bytes, as Clerk's.
const MAX_LENGTH: usize = 8 * 1024;

/// An object of at most 8 KiB.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata(Option<Box<str>>);

impl Metadata {
    /// The object in the text of the field `field`.
    ///
    /// # Errors
    /// [`Refusal::TooLarge`], or [`Refusal::ParamValue`] when it is no object.
    pub fn parse(text: &str, field: &'static str) -> Result<Self, Refusal> {
        if text.len() > MAX_LENGTH {
            return Err(Refusal::TooLarge(field));
        }
        match serde_json::from_str::<Map<String, Value>>(text) {
            Ok(_) => Ok(Self(Some(text.into()))),
            Err(_) => Err(Refusal::ParamValue(field)),
        }
    }

    /// The object that a server sent in the field `field`.
    ///
    /// # Errors
    /// [`Refusal::TooLarge`].
    pub fn new(object: &Map<String, Value>, field: &'static str) -> Result<Self, Refusal> {
        let text = serde_json::to_string(object).map_err(|_| Refusal::ParamValue(field))?;
        if text.len() > MAX_LENGTH {
            return Err(Refusal::TooLarge(field));
        }
        Ok(Self((!object.is_empty()).then(|| text.into())))
    }

    /// This one with the changes of a patch, at every depth; null takes a key away.
    ///
    /// # Errors
    /// [`Refusal::TooLarge`].
    pub fn merged(&self, patch: Map<String, Value>, field: &'static str) -> Result<Self, Refusal> {
        let mut object = self.object();
        merge(&mut object, patch);
        Self::new(&object, field)
    }

    fn object(&self) -> Map<String, Value> {
        let text = self.0.as_deref();
        text.and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default()
    }
}

fn merge(object: &mut Map<String, Value>, patch: Map<String, Value>) {
    for (key, value) in patch {
        match (object.get_mut(&key), value) {
            (_, Value::Null) => {
                object.remove(&key);
            }
            (Some(Value::Object(inner)), Value::Object(patch)) => merge(inner, patch),
            (_, Value::Object(patch)) => {
                let mut inner = Map::new();
                merge(&mut inner, patch);
                object.insert(key, Value::Object(inner));
            }
            (_, value) => {
                object.insert(key, value);
            }
        }
    }
}

impl Serialize for Metadata {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let object: Map<String, Value> = match &self.0 {
            Some(text) => serde_json::from_str(text).map_err(serde::ser::Error::custom)?,
            None => Map::new(),
        };
        object.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Metadata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let object: Map<String, Value> = Map::deserialize(deserializer)?;
        let text = serde_json::to_string(&object).map_err(serde::de::Error::custom)?;
        Ok(Self((!object.is_empty()).then(|| text.into())))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_patch_is_merged_at_every_depth_and_null_takes_away() {
        let map = |value: Value| value.as_object().unwrap().clone();
        let before =
            Metadata::new(&map(json!({ "a": { "b": 1, "c": 2 }, "d": [1] })), "m").unwrap();
        let patch = map(json!({ "a": { "b": null, "e": { "f": null } }, "d": [2], "g": null }));
        let after = serde_json::to_value(before.merged(patch, "m").unwrap()).unwrap();
        assert_eq!(after, json!({ "a": { "c": 2, "e": {} }, "d": [2] }));
        let large = map(json!({ "x": "y".repeat(MAX_LENGTH) }));
        let refused = before.merged(large, "m").err();
        assert_eq!(refused, Some(Refusal::TooLarge("m")));
    }
}
