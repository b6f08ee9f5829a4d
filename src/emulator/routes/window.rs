//! The part of a list that is asked for: `limit` and `offset`, in the queries of pages and servers alike
//! (`backend-api.md` section 6.2).

use serde::Serialize;
use serde_json::{Value, json};

use super::call::Fields;
use super::fault::Fault;
use crate::emulator::instance::Refusal;

const DEFAULT_LIMIT: usize = 10;
const MAX_LIMIT: usize = 500;

/// So many records, after so many others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub limit: usize,
    pub offset: usize,
}

impl Window {
    pub fn of(query: &Fields) -> Result<Self, Fault> {
        Self::up_to(MAX_LIMIT, query)
    }

    /// For a list of which at most `most` are shown at once.
    pub fn up_to(most: usize, query: &Fields) -> Result<Self, Fault> {
        let number = |name: &'static str, unless: usize| {
            let Some(text) = query.get(name) else {
                return Ok(unless);
            };
            // Clerk's package for Python writes 10 as `10.0`.
            let whole = text.strip_suffix(".0").unwrap_or(text);
            whole.parse().map_err(|_| Refusal::ParamValue(name))
        };
        let (limit, offset) = (number("limit", DEFAULT_LIMIT)?, number("offset", 0)?);
        if limit == 0 || limit > most {
            return Err(Refusal::ParamValue("limit").into());
        }
        Ok(Self { limit, offset })
    }

    /// Those of the records that are shown.
    pub fn cut<T>(self, records: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
        records.skip(self.offset).take(self.limit)
    }

    /// Those of `records` that are shown, and how many there are.
    pub fn page<T, S>(self, records: Vec<T>, shape: impl FnMut(T) -> S) -> Page<S> {
        Page {
            total_count: records.len(),
            data: self.cut(records.into_iter()).map(shape).collect(),
        }
    }

    /// The same where a shape may fail.
    pub fn page_if<T, S>(
        self,
        records: Vec<T>,
        shape: impl FnMut(T) -> Result<S, Fault>,
    ) -> Result<Page<S>, Fault> {
        let total_count = records.len();
        let data = self.cut(records.into_iter()).map(shape);
        let data = data.collect::<Result<_, _>>()?;
        Ok(Page { data, total_count })
    }

    /// A page as a value.
    pub fn list<T>(self, records: Vec<T>, shape: impl FnMut(T) -> Value) -> Value {
        json!(self.page(records, shape))
    }
}

/// `{"data": […], "total_count": n}`.
#[derive(Serialize)]
pub(super) struct Page<S> {
    data: Vec<S>,
    total_count: usize,
}

/// A list of the Backend API's older kind: bare, unless `paginated=true` asks for its length.
pub(super) fn old_list<T>(
    query: &Fields,
    records: Vec<T>,
    mut shape: impl FnMut(T) -> Value,
) -> Result<Value, Fault> {
    old_list_if(query, records, |record| Ok(shape(record)))
}

/// The same where a shape may fail.
pub(super) fn old_list_if<T>(
    query: &Fields,
    records: Vec<T>,
    shape: impl FnMut(T) -> Result<Value, Fault>,
) -> Result<Value, Fault> {
    let page = Window::of(query)?.page_if(records, shape)?;
    match query.get("paginated") {
        Some("true") => Ok(json!(page)),
        Some("false") | None => Ok(page.data.into()),
        Some(_) => Err(Refusal::ParamValue("paginated").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limit_and_offset_are_held_to_their_bounds() {
        let read = |query: &str| Window::of(&Fields::parse(query.as_bytes()));
        let refused = |name| Err(Fault::Refused(Refusal::ParamValue(name)));
        for (query, window) in [
            ("", Ok((10, 0))),
            ("limit=&offset=", Ok((10, 0))),
            ("limit=500&offset=3", Ok((500, 3))),
            ("limit=10.0&offset=0.0", Ok((10, 0))),
            ("limit=10.5", refused("limit")),
            ("limit=0", refused("limit")),
            ("limit=501", refused("limit")),
            ("limit=-1", refused("limit")),
            ("limit=ten", refused("limit")),
            ("offset=-1", refused("offset")),
            ("offset=99999999999999999999", refused("offset")),
        ] {
            let window = window.map(|(limit, offset)| Window { limit, offset });
            assert_eq!(read(query), window, "{query}");
        }
    }

    #[test]
    fn only_what_is_shown_gets_a_shape() {
        for query in ["limit=2&offset=3", "limit=2&offset=3&paginated=true"] {
            let mut shaped = Vec::new();
            let query = Fields::parse(query.as_bytes());
            let list = old_list_if(&query, (0..9).collect(), |number: u8| {
                shaped.push(number);
                Ok(json!(number))
            });
            assert!(list.is_ok());
            assert_eq!(shaped, [3, 4]);
        }
    }

    #[test]
    fn a_list_counts_what_it_does_not_show() {
        let window = Window {
            limit: 2,
            offset: 3,
        };
        let list = window.list((0..9).collect(), |number: u8| json!(number));
        assert_eq!(list, json!({ "data": [3, 4], "total_count": 9 }));
        let window = Window {
            offset: 20,
            ..window
        };
        let list = window.list((0..9).collect(), |number: u8| json!(number));
        assert_eq!(list, json!({ "data": [], "total_count": 9 }));
    }
}
