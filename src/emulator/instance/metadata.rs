//! Metadata that a browser writes: an object, kept as text. As a tree of values a few kilobytes of it would take a
//! hundred and more, for each of thousands of users.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::Refusal;

/// In bytes, as Clerk's.
const MAX_LENGTH: usize = 8 * 1024;

/// An object of at most 8 KiB.
#[derive(Clone, Debug, Default)]
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
