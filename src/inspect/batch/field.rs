//! A field of a JSON document, found without building the document.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::result::{Answer, reason};

/// The path to a field: names of members, or positions in lists, from the outside in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field(Vec<String>);

/// A path that cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// A name is missing.
    #[error("a name is missing: write `a.b`, or `/a/b` where a name has a dot")]
    Name,
    /// It means more than one field.
    #[error(
        "it means many fields, and each line has one token: name one of them, as in `list.0.token`"
    )]
    Many,
}

impl FromStr for Field {
    type Err = FieldError;

    /// `a.b`, or a JSON Pointer (RFC 6901) such as `/a/b`; also `.a.b`, `$.a[0]` and `a["b"]`, as jq and JSONPath
    /// have them.
    fn from_str(text: &str) -> Result<Self, FieldError> {
        let unescaped = |name: &str| name.replace("~1", "/").replace("~0", "~");
        let names: Vec<String> = match text.strip_prefix('/') {
            Some(rest) => rest.split('/').map(unescaped).collect(),
            None => names(text)?,
        };
        if names.iter().any(String::is_empty) {
            return Err(FieldError::Name);
        }
        Ok(Self(names))
    }
}

/// The names in a path with dots and brackets.
fn names(text: &str) -> Result<Vec<String>, FieldError> {
    let rest = text.strip_prefix('$').unwrap_or(text);
    // A `$` without a sign after it is the first letter of a name.
    let rest = if rest.starts_with(['.', '[']) {
        rest
    } else {
        text
    };
    let mut rest = rest.strip_prefix('.').unwrap_or(rest);
    let mut names = Vec::new();
    loop {
        let name = match rest.strip_prefix('[') {
            Some(inner) => {
                let (name, after) = in_brackets(inner)?;
                rest = after;
                name
            }
            None => {
                let name = &rest[..rest.find(['.', '[']).unwrap_or(rest.len())];
                rest = &rest[name.len()..];
                name
            }
        };
        if name == "*" {
            return Err(FieldError::Many);
        }
        names.push(name.to_owned());
        match rest.strip_prefix('.') {
            Some(after) => rest = after,
            None if rest.is_empty() => return Ok(names),
            None if rest.starts_with('[') => {}
            None => return Err(FieldError::Name),
        }
    }
}

/// The position or name in brackets, and the text after them.
fn in_brackets(inner: &str) -> Result<(&str, &str), FieldError> {
    let quote = inner.chars().next().filter(|c| matches!(c, '"' | '\''));
    if let Some(quote) = quote {
        let (name, after) = inner[1..].split_once(quote).ok_or(FieldError::Name)?;
        return Ok((name, after.strip_prefix(']').ok_or(FieldError::Name)?));
    }
    let (name, after) = inner.split_once(']').ok_or(FieldError::Name)?;
    let is_position = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    is_position.then_some((name, after)).ok_or(FieldError::Many)
}

impl Field {
    /// The text in this field of a document. Of two members with the same name the last counts.
    ///
    /// # Errors
    /// The reason why there is none, and advice.
    pub fn of<'a>(&self, document: &'a [u8]) -> Result<Cow<'a, [u8]>, (Answer, &'static str)> {
        let mut deserializer = serde_json::Deserializer::from_slice(document);
        let found = Way(&self.0).deserialize(&mut deserializer);
        let found = found.and_then(|found| deserializer.end().map(|()| found));
        let missing = if document.starts_with(b"[{") {
            ONE_LIST
        } else {
            ""
        };
        // Documents printed for people begin like this.
        let is_opening = matches!(document, b"[" | b"{");
        match found {
            Ok(Found::Text(Cow::Borrowed(text))) => Ok(Cow::Borrowed(text.as_bytes())),
            Ok(Found::Text(Cow::Owned(text))) => Ok(Cow::Owned(text.into_bytes())),
            Ok(Found::Nothing) => Err((Answer::none(reason::FIELD_MISSING), missing)),
            Ok(Found::Other) => Err((Answer::none(reason::FIELD_NOT_TEXT), "")),
            Err(_) if is_opening => Err((Answer::none(reason::LINE_NOT_JSON), MANY_LINES)),
            Err(_) => Err((Answer::none(reason::LINE_NOT_JSON), "")),
        }
    }
}

const ONE_LIST: &str = "the line is a list: name one of its elements, as in `0.token`, or put each on a line of its own with `jq -c '.[]'`";
const MANY_LINES: &str = "the document does not end in this line: `jq -c .` puts each on one line";

enum Found<'a> {
    Text(Cow<'a, str>),
    Nothing,
    Other,
}

/// The rest of the path.
#[derive(Clone, Copy)]
struct Way<'w>(&'w [String]);

impl Way<'_> {
    /// A value without members.
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

/// Compares a member's name.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_is_read_as_other_programs_write_it() {
        for (text, names) in [
            ("t", &["t"][..]),
            (".t", &["t"]),
            ("$.t", &["t"]),
            ("$['t']", &["t"]),
            ("t[0]", &["t", "0"]),
            (".a[\"b.c\"].d", &["a", "b.c", "d"]),
            ("a.[1].b", &["a", "1", "b"]),
            ("$t", &["$t"]),
            ("/$/t", &["$", "t"]),
        ] {
            let field = Field(names.iter().map(ToString::to_string).collect());
            assert_eq!(text.parse(), Ok(field), "{text}");
        }
        for text in ["*.t", "a[*]", ".[].t", "a[1:2]"] {
            assert_eq!(text.parse::<Field>(), Err(FieldError::Many), "{text}");
        }
        for text in [
            "", ".", "$.", "a.", "a..b", "a[0", "a['b]", "a[0]b", "['']", "/",
        ] {
            assert_eq!(text.parse::<Field>(), Err(FieldError::Name), "{text}");
        }
    }
}
