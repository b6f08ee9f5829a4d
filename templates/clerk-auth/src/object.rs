//! A JSON object inside a token. It is checked as a whole, but only the places of its members are remembered; values
//! are built when somebody asks for all of them. A request needs a dozen texts and numbers, and building the rest would
//! cost half as much as checking the signature.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

use serde_core::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// The bytes a typical member takes. If the guess is too high, it costs a second allocation, nothing else.
const BYTES_PER_MEMBER: usize = 24;

/// A JSON object. Of two members with one name the last counts.
pub(crate) struct Object {
    text: String,
    members: Vec<(Text, Member)>,
    built: OnceLock<Map<String, Value>>,
}

/// A text in an object.
enum Text {
    /// The text stands there as it is.
    Place(Range<usize>),
    /// The text is written with escapes.
    Escaped(Box<str>),
}

enum Member {
    Text(Text),
    Number(Number),
    Other,
}

impl Object {
    /// Reads an object; `None` when the text is something else. It takes what serde_json takes for a `Map<String,
    /// Value>`, no more and no less.
    pub(crate) fn read(text: String) -> Option<Self> {
        let mut deserializer = serde_json::Deserializer::from_str(&text);
        let members = deserializer.deserialize_map(Reader(&text)).ok()?;
        deserializer.end().ok()?;
        Some(Self {
            text,
            members,
            built: OnceLock::new(),
        })
    }

    /// All members as values.
    pub(crate) fn map(&self) -> &Map<String, Value> {
        // What was read once can be read again.
        let build = || serde_json::from_str(&self.text).unwrap_or_default();
        self.built.get_or_init(build)
    }

    /// A member, if it is a text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.find(name)? {
            Member::Text(text) => text.within(&self.text),
            Member::Number(_) | Member::Other => None,
        }
    }

    /// A member, if it is a number.
    pub(crate) fn number(&self, name: &str) -> Option<&Number> {
        match self.find(name)? {
            Member::Number(number) => Some(number),
            // With its feature `arbitrary_precision`, which an app may switch on, serde_json shows numbers as maps.
            Member::Other => self.map().get(name)?.as_number(),
            Member::Text(_) => None,
        }
    }

    /// True if there is such a member, whatever it is.
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    fn find(&self, name: &str) -> Option<&Member> {
        let mut latest_first = self.members.iter().rev();
        let is_it = |(text, _): &&(Text, Member)| text.is(name, &self.text);
        latest_first.find(is_it).map(|(_, member)| member)
    }
}

impl Text {
    fn of(text: Cow<'_, str>, whole: &str) -> Self {
        match text {
            Cow::Borrowed(part) => {
                let start = part.as_ptr().addr().saturating_sub(whole.as_ptr().addr());
                Self::Place(start..start + part.len())
            }
            Cow::Owned(text) => Self::Escaped(text.into()),
        }
    }

    fn is(&self, name: &str, whole: &str) -> bool {
        match self {
            Self::Place(place) => {
                let (own, name) = (whole.as_bytes().get(place.clone()), name.as_bytes());
                // Most names have three letters, and the first one tells most of them apart without a call.
                own.is_some_and(|own| own.first() == name.first() && own == name)
            }
            Self::Escaped(text) => **text == *name,
        }
    }

    fn within<'a>(&'a self, whole: &'a str) -> Option<&'a str> {
        match self {
            Self::Place(place) => whole.get(place.clone()),
            Self::Escaped(text) => Some(text),
        }
    }
}

/// Reads the members of an object.
struct Reader<'a>(&'a str);

impl<'a> Visitor<'a> for Reader<'a> {
    type Value = Vec<(Text, Member)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::with_capacity(self.0.len() / BYTES_PER_MEMBER + 1);
        while let Some((name, value)) = map.next_entry::<Shape<'a>, Shape<'a>>()? {
            let Shape::Text(name) = name else { continue };
            let member = match value {
                Shape::Text(text) => Member::Text(Text::of(text, self.0)),
                Shape::Number(number) => Member::Number(number),
                Shape::Other => Member::Other,
            };
            members.push((Text::of(name, self.0), member));
        }
        Ok(members)
    }
}

/// The kind of a value. Finding out reads all of it, as deep as it goes and within serde_json's own limits, but builds
/// nothing.
enum Shape<'a> {
    Text(Cow<'a, str>),
    Number(Number),
    Other,
}

impl<'a> Deserialize<'a> for Shape<'a> {
    fn deserialize<D: Deserializer<'a>>(deserializer: D) -> Result<Self, D::Error> {
        // Not `deserialize_ignored_any`: that lets pass what is no JSON value, such as half a surrogate pair.
        deserializer.deserialize_any(ShapeVisitor)
    }
}

struct ShapeVisitor;

impl<'a> Visitor<'a> for ShapeVisitor {
    type Value = Shape<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_borrowed_str<E>(self, text: &'a str) -> Result<Shape<'a>, E> {
        Ok(Shape::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Shape<'a>, E> {
        Ok(Shape::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Shape<'a>, E> {
        Ok(Shape::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Shape<'a>, E> {
        Ok(Shape::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Shape<'a>, E> {
        Ok(Number::from_f64(number).map_or(Shape::Other, Shape::Number))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Shape<'a>, E> {
        Ok(Shape::Other)
    }

    fn visit_unit<E>(self) -> Result<Shape<'a>, E> {
        Ok(Shape::Other)
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut list: A) -> Result<Shape<'a>, A::Error> {
        while list.next_element::<Shape<'a>>()?.is_some() {}
        Ok(Shape::Other)
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Shape<'a>, A::Error> {
        while map.next_entry::<Shape<'a>, Shape<'a>>()?.is_some() {}
        Ok(Shape::Other)
    }
}
