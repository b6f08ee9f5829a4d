//! A server's call as data: its query, and its JSON body as the type that the route names.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::error::Category;

use super::Shared;
use super::asked::{Asked, Part};
use super::call::{Fields, MAX_BODY};
use super::fault::{Fault, MAX_NAME, WrongField};

/// A request as the handlers of the Backend API see it.
pub(super) struct ServerCall {
    pub query: Fields,
    /// The version of the API that the server knows; absent for the newest.
    version: Option<String>,
    body: Bytes,
}

impl ServerCall {
    /// True if the server knows an older API than that of `version`.
    pub fn is_before(&self, version: &str) -> bool {
        self.version.as_deref().is_some_and(|known| known < version)
    }

    /// The body. None at all counts as an empty object, because Clerk's kits send none where nothing is to be said, and so
    /// does null, which the crate `clerk-rs` 0.5.0 sends then.
    /// Types deny unknown fields, so that a mistyped name is found here and not in production.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        self.read(fault)
    }

    /// The same of what is ours and not Clerk's: the refusal says what would be right.
    pub fn own_body<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        self.read(own_fault)
    }

    fn read<T: DeserializeOwned>(&self, refusal: fn(&Wrong) -> Fault) -> Result<T, Fault> {
        let text: &[u8] = match &*self.body {
            b"" | b"null" => b"{}",
            body => body,
        };
        let mut reader = serde_json::Deserializer::from_slice(text);
        let read =
            serde_path_to_error::deserialize(&mut reader).map_err(|error| refusal(&error))?;
        reader.end().map_err(|_| Fault::BodyMalformed)?;
        Ok(read)
    }
}

impl Part for ServerCall {
    const LONGEST: usize = MAX_BODY;

    fn take(asked: &mut Asked, _: &Shared) -> Result<Self, Fault> {
        let Asked { parts, body, .. } = asked;
        let kind = parts.headers.get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !body.is_empty() && !kind.eq_ignore_ascii_case("application/json") {
            return Err(Fault::NotJson);
        }
        let query = Fields::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let version = parts.headers.get("clerk-api-version");
        let version = version.and_then(|version| version.to_str().ok());
        Ok(Self {
            version: version
                .map(str::to_owned)
                .or_else(|| query.owned("__clerk_api_version")),
            query,
            body: body.clone(),
        })
    }
}

/// A field that can be null as well as absent: null is `Some(None)`.
pub(super) fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    field: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(field).map(Some)
}

/// The value as `T`, or which of its fields is wrong.
pub(super) fn typed<T: DeserializeOwned>(value: serde_json::Value) -> Result<T, Fault> {
    serde_path_to_error::deserialize(value).map_err(|error| fault(&error))
}

type Wrong = serde_path_to_error::Error<serde_json::Error>;

/// What a body is refused for. What went wrong is in serde's words alone; where, its companion tells.
fn fault(error: &Wrong) -> Fault {
    if error.inner().classify() != Category::Data {
        return Fault::BodyMalformed;
    }
    let words = error.inner().to_string();
    let place = error.path().to_string();
    let (wrong, name) = if let Some(rest) = words.strip_prefix("missing field `") {
        let field = rest.split('`').next().unwrap_or_default();
        let name = match place.as_str() {
            "." => field.to_owned(),
            place => format!("{place}.{field}"),
        };
        (WrongField::Missing, name)
    } else if words.starts_with("unknown field ") {
        (WrongField::Unknown, place)
    } else if words.starts_with("invalid type: ") {
        (WrongField::Type, place)
    } else {
        (WrongField::Value, place)
    };
    if name == "." {
        return Fault::BodyMalformed;
    }
    Fault::Field(wrong, name.chars().take(MAX_NAME).collect())
}

/// In characters, of the words about a field.
const MAX_WORDS: usize = 400;

/// The same with serde's own words, which list what is possible.
fn own_fault(error: &Wrong) -> Fault {
    let Fault::Field(wrong, field) = fault(error) else {
        return Fault::BodyMalformed;
    };
    let words = error.inner().to_string();
    let words = words.split(" at line ").next().unwrap_or_default();
    let words = format!("`{field}`: {words}");
    let words = words.chars().take(MAX_WORDS).collect();
    Fault::Own {
        wrong,
        field,
        words,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Body {
        name: String,
        #[serde(default)]
        addresses: Vec<String>,
        #[serde(default)]
        inner: Option<Inner>,
        #[serde(default)]
        metadata: BTreeMap<String, u8>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        kind: Kind,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Good,
    }

    fn read(text: &str) -> Result<Body, Fault> {
        let body = Bytes::copy_from_slice(text.as_bytes());
        let query = Fields::default();
        let version = None;
        let call = ServerCall {
            query,
            version,
            body,
        };
        call.body()
    }

    #[test]
    fn a_wrong_body_is_refused_by_the_name_of_its_field() {
        for (body, wrong, name) in [
            (r"", WrongField::Missing, "name"),
            (r"null", WrongField::Missing, "name"),
            (r#"{"name":"a","nam":1}"#, WrongField::Unknown, "nam"),
            (r#"{"name":1}"#, WrongField::Type, "name"),
            (r#"{"name":null}"#, WrongField::Type, "name"),
            (
                r#"{"name":"a","addresses":["b",2]}"#,
                WrongField::Type,
                "addresses[1]",
            ),
            (
                r#"{"name":"a","inner":{}}"#,
                WrongField::Missing,
                "inner.kind",
            ),
            (
                r#"{"name":"a","inner":{"kind":"good","x":1}}"#,
                WrongField::Unknown,
                "inner.x",
            ),
            (
                r#"{"name":"a","inner":{"kind":"bad"}}"#,
                WrongField::Value,
                "inner.kind",
            ),
            (
                r#"{"name":"a","metadata":{"k":300}}"#,
                WrongField::Value,
                "metadata.k",
            ),
        ] {
            let refused = Fault::Field(wrong, name.to_owned());
            assert_eq!(read(body), Err(refused), "{body}");
        }
        let long = format!("{{\"{}\":1}}", "x".repeat(10_000));
        let refused = Fault::Field(WrongField::Unknown, "x".repeat(MAX_NAME));
        assert_eq!(read(&long), Err(refused));
    }

    #[test]
    fn what_is_no_object_is_refused_whole() {
        for body in [
            "{",
            "[]",
            "3",
            "name=a",
            r#"{"name":"a"} {"name":"b"}"#,
            r#"{"name":"\ud800"}"#,
        ] {
            assert_eq!(read(body), Err(Fault::BodyMalformed), "{body}");
        }
    }
}
