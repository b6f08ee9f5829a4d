//! A field of a JSON document, found without building the document.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::result::{Answer, reason};

/// The way to a field: names of members, or positions in lists, from the outside in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field(Vec<String>);

/// A way that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a name is missing: write `a.b`, or `/a/b` where a name has a dot")]
pub struct FieldError;

impl FromStr for Field {
    type Err = FieldError;

    /// `a.b`, or a JSON Pointer (RFC 6901) such as `/a/b`.
    fn from_str(text: &str) -> Result<Self, FieldError> {
        let unescaped = |name: &str| name.replace("~1", "/").replace("~0", "~");
        let names: Vec<String> = match text.strip_prefix('/') {
            Some(rest) => rest.split('/').map(unescaped).collect(),
            None => text.split('.').map(str::to_owned).collect(),
        };
        if names.iter().any(String::is_empty) {
            return Err(FieldError);
        }
        Ok(Self(names))
    }
}

impl Field {
    /// The text in this field of a document. Of two members with one name the last counts.
    ///
    /// # Errors
    /// Why there is none.
    pub fn of<'a>(&self, document: &'a [u8]) -> Result<Cow<'a, [u8]>, Answer> {
        let mut deserializer = serde_json::Deserializer::from_slice(document);
        let found = Way(&self.0).deserialize(&mut deserializer);
        let found = found.and_then(|found| deserializer.end().map(|()| found));
        match found {
            Ok(Found::Text(Cow::Borrowed(text))) => Ok(Cow::Borrowed(text.as_bytes())),
            Ok(Found::Text(Cow::Owned(text))) => Ok(Cow::Owned(text.into_bytes())),
            Ok(Found::Nothing) => Err(Answer::none(reason::FIELD_MISSING)),
            Ok(Found::Other) => Err(Answer::none(reason::FIELD_NOT_TEXT)),
            Err(_) => Err(Answer::none(reason::LINE_NOT_JSON)),
        }
    }
}

enum Found<'a> {
    Text(Cow<'a, str>),
    Nothing,
    Other,
}

/// What is left of the way.
#[derive(Clone, Copy)]
struct Way<'w>(&'w [String]);

impl Way<'_> {
    /// What a value is that has no members.
    fn end<'a>(self, found: Found<'a>) -> Found<'a> {
        if self.0.is_empty() {
            found
        } else {
            Found::Nothing
        }
    }
}

impl<'a> DeserializeSeed<'a> for Way<'_> {
    type Value = Found<'a>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Found<'a>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Way<'_> {
    type Value = Found<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Found<'a>, A::Error> {
        let mut found = self.end(Found::Other);
        while let Some(is_next) = map.next_key_seed(Name(self.0.first()))? {
            if is_next {
                found = map.next_value_seed(Way(&self.0[1..]))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut list: A) -> Result<Found<'a>, A::Error> {
        let mut found = self.end(Found::Other);
        let position: Option<usize> = self.0.first().and_then(|name| name.parse().ok());
        for passed in 0.. {
            let element = if position == Some(passed) {
                list.next_element_seed(Way(&self.0[1..]))?
            } else {
                let passed_over = list.next_element::<IgnoredAny>()?;
                passed_over.map(|_| Found::Nothing)
            };
            match element {
                Some(element) if position == Some(passed) => found = element,
                Some(_) => {}
                None => break,
            }
        }
        Ok(found)
    }

    fn visit_borrowed_str<E>(self, text: &'a str) -> Result<Found<'a>, E> {
        Ok(self.end(Found::Text(Cow::Borrowed(text))))
    }

    fn visit_str<E>(self, text: &str) -> Result<Found<'a>, E> {
        Ok(self.end(Found::Text(Cow::Owned(text.to_owned()))))
    }

    fn visit_unit<E>(self) -> Result<Found<'a>, E> {
        Ok(self.end(Found::Text(Cow::Borrowed("null"))))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Found<'a>, E> {
        Ok(self.end(Found::Other))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Found<'a>, E> {
        Ok(self.end(Found::Other))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Found<'a>, E> {
        Ok(self.end(Found::Other))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Found<'a>, E> {
        Ok(self.end(Found::Other))
    }
}

/// Whether a member's name is this one.
struct Name<'w>(Option<&'w String>);

impl<'a> DeserializeSeed<'a> for Name<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<bool, E> {
        Ok(self.0.is_some_and(|wanted| wanted == name))
    }
}
