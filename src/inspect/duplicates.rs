//! Finds members that a JSON text has twice. Readers silently take one of them; if two readers take different ones, an
//! attacker can use that, so a person who looks at a token should know.

use std::borrow::Cow;
use std::fmt;

use memchr::memchr_iter;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use serde_json::{Map, Value};

use crate::escape::visible;

/// The most members to name.
const MOST: usize = 20;

/// The paths of members that occur again, such as `o.id`, each once. `read` is the object read from the text.
pub fn find(text: &str, read: &Map<String, Value>) -> Vec<String> {
    // Every member has a colon after a quote. If there are no more of these than members that were read, none was lost
    // and the text need not be read again.
    if colons(text) <= members(read) {
        return Vec::new();
    }
    walk(text)
}

/// The number of colons after a quote. Texts may contain some, so there may be more of them than members.
fn colons(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_behind_quote = |at: &usize| {
        let before = bytes[..*at]
            .iter()
            .rev()
            .find(|byte| !byte.is_ascii_whitespace());
        before == Some(&b'"')
    };
    memchr_iter(b':', bytes).filter(is_behind_quote).count()
}

fn members(map: &Map<String, Value>) -> usize {
    map.values().map(inner_members).sum::<usize>() + map.len()
}

fn inner_members(value: &Value) -> usize {
    match value {
        Value::Object(map) => members(map),
        Value::Array(list) => list.iter().map(inner_members).sum(),
        _ => 0,
    }
}

fn walk(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let walk = Walk {
        path: &mut String::new(),
        found: &mut found,
    };
    // Faults of the JSON are reported elsewhere, and the finds up to there are right.
    let _ = walk.deserialize(&mut deserializer);
    found
}

struct Walk<'a> {
    path: &'a mut String,
    found: &'a mut Vec<String>,
}

impl Walk<'_> {
    fn below(&mut self, step: impl fmt::Display) -> usize {
        use fmt::Write as _;
        let length = self.path.len();
        let dot = if length == 0 { "" } else { "." };
        let _ = write!(self.path, "{dot}{step}");
        length
    }

    fn note_repeated(&mut self, mut names: Vec<Cow<'_, str>>) {
        names.sort_unstable();
        let mut previous: Option<&Cow<'_, str>> = None;
        let mut noted: Option<&Cow<'_, str>> = None;
        for name in &names {
            if previous == Some(name) && noted != Some(name) && self.found.len() < MOST {
                let length = self.below(visible(name));
                self.found.push(self.path.clone());
                self.path.truncate(length);
                noted = Some(name);
            }
            previous = Some(name);
        }
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        let mut index = 0_usize;
        loop {
            let length = self.below(index);
            let below = Walk {
                path: self.path,
                found: self.found,
            };
            let next = list.next_element_seed(below);
            self.path.truncate(length);
            if next?.is_none() {
                return Ok(());
            }
            index += 1;
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut names: Vec<Cow<'de, str>> = Vec::new();
        while let Some(Name(name)) = map.next_key()? {
            let length = self.below(visible(&name));
            names.push(name);
            let below = Walk {
                path: self.path,
                found: self.found,
            };
            let value = map.next_value_seed(below);
            self.path.truncate(length);
            value?;
        }
        self.note_repeated(names);
        Ok(())
    }
}

/// A member's name, borrowed if it has no escapes.
struct Name<'de>(Cow<'de, str>);

impl<'de> serde::Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;
        impl<'de> Visitor<'de> for NameVisitor {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(name)))
            }

            fn visit_str<E>(self, name: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(name.to_owned())))
            }
        }
        deserializer.deserialize_str(NameVisitor)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::{Map, Value};

    fn find(text: &str) -> Vec<String> {
        let read: Map<String, Value> = serde_json::from_str(text).unwrap();
        let found = super::find(text, &read);
        assert_eq!(found, super::walk(text), "{text}");
        found
    }

    #[test]
    fn repeated_members_are_named_with_their_path() {
        for (text, paths) in [
            ("{}", &[][..]),
            (r#"{"a":1,"b":{"a":2},"c":[{"a":1},{"a":1}]}"#, &[]),
            (r#"{"a":1,"a":2,"a":3}"#, &["a"]),
            (r#"{"a":1,"\u0061":2}"#, &["a"]),
            (
                r#"{"o":{"id":1,"id":2},"sub":"x","sub":"y"}"#,
                &["o.id", "sub"],
            ),
            (r#"{"a":"\":\":", "b" : {"c" :1, "c":2}}"#, &["b.c"]),
            (r#"{"a":"\":\":", "b" : {"c" :1}}"#, &[]),
            (r#"{"l":[0,{"x":1,"x":1}]}"#, &["l.1.x"]),
            ("{\"\\u001b\":1,\"\\u001b\":2}", &["\\u{1b}"]),
        ] {
            assert_eq!(find(text), paths, "{text}");
        }
    }

    #[test]
    fn many_members_take_no_time_and_few_words() {
        let members: Vec<String> = (0..200_000).map(|at| format!("\"{}\":1", at / 2)).collect();
        assert_eq!(find(&format!("{{{}}}", members.join(","))).len(), 20);
    }
}
